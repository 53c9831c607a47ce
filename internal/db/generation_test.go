package db_test

import (
	"context"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/db/dbtest"
)

// Another generation after each commit, at once for our own and soon for another process's.
func TestGeneration(t *testing.T) {
	for _, dialect := range []db.Dialect{db.SQLite, db.Postgres} {
		t.Run(string(dialect), func(t *testing.T) {
			url := dbtest.URL(t, dialect)
			ours, theirs := open(t, url), open(t, url)
			if _, err := ours.Migrate(t.Context()); err != nil {
				t.Fatal(err)
			}
			before := generation(t, ours)
			if dialect == db.SQLite { // on PostgreSQL, its own housekeeping may count as well
				if again := generation(t, ours); again != before {
					t.Errorf("%s became %s without a commit", before, again)
				}
			}
			commitBranch(t, ours, "a")
			after := generation(t, ours)
			if after == before {
				t.Error("our own commit was not seen at once")
			}
			commitBranch(t, theirs, "b")
			for deadline := time.Now().Add(5 * time.Second); generation(t, ours) == after; time.Sleep(20 * time.Millisecond) {
				if time.Now().After(deadline) {
					t.Fatal("another process's commit was not seen")
				}
			}
		})
	}
}

func open(t *testing.T, url string) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

func generation(t *testing.T, d *db.DB) string {
	t.Helper()
	g, err := d.Generation(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return g.Whole
}

func commitBranch(t *testing.T, d *db.DB, name string) {
	t.Helper()
	err := d.InTx(t.Context(), func(ctx context.Context, tx bun.Tx) error { return addBranch(ctx, tx, name) })
	if err != nil {
		t.Fatal(err)
	}
}

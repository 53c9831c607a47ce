package db_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/db/dbtest"
	"github.com/aanpak/aanpak/internal/keep"
)

func parts(t *testing.T, d *db.DB) map[string]int64 {
	t.Helper()
	g, err := d.Generation(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return g.Parts
}

// Every table tells of every kind of change, but for those that are named as untold and for columns that say when something was used.
func TestChangesAreTold(t *testing.T) {
	d := dbtest.New(t, db.Postgres)
	var lacking []string
	err := d.Reader().NewRaw(`SELECT c.relname FROM pg_class AS c LEFT JOIN pg_trigger AS t ON t.tgrelid = c.oid AND t.tgname = 'tells_changes'
		WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname !~ '^(river|bun)_'
		AND coalesce(t.tgtype, 0) <> 4 + 8 + 16 + 32 ORDER BY 1`).Scan(t.Context(), &lacking) // insert, delete, update, truncate, by statement
	if want := []string{"changes", "index_queue", "searches", "sign_in_attempts"}; err != nil || !slices.Equal(lacking, want) {
		t.Errorf("tables that do not tell of their changes: %v, want %v (%v)", lacking, want, err)
	}
	var left []string
	err = d.Reader().NewRaw(`SELECT c.relname || '.' || a.attname FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid
		JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND NOT a.attnum = ANY(t.tgattr)
		WHERE t.tgname = 'tells_changes' AND t.tgattr::text <> '' ORDER BY 1`).Scan(t.Context(), &left)
	if want := []string{"documents.reads", "feeds_seen.seen_at", "sessions.expires_at", "sessions.seen_at", "tokens.used_at", "users.seen_at"}; err != nil || !slices.Equal(left, want) {
		t.Errorf("columns whose changes are not told: %v, want %v (%v)", left, want, err)
	}
}

// A table has another generation once a change of it is committed, in the order of the commits, and no other table has.
func TestChangesOfATable(t *testing.T) {
	d := dbtest.New(t, db.Postgres)
	before := parts(t, d)
	first, second := begin(t, d), begin(t, d)
	insertBranch(t, first, "1") // has the lower id and is committed last
	insertBranch(t, second, "2")
	if now := parts(t, d); now["branches"] != before["branches"] {
		t.Error("a change is seen before its commit")
	}
	last := before["branches"]
	for i, tx := range []bun.Tx{second, first} {
		if err := tx.Commit(); err != nil {
			t.Fatal(err)
		}
		now := parts(t, d)
		if now["branches"] <= last {
			t.Errorf("commit %d: %d after %d", i, now["branches"], last)
		}
		if last = now["branches"]; now["users"] != before["users"] {
			t.Error("another table changed with it")
		}
	}
	exec(t, d.Reader(), "UPDATE branches SET name = 'Drie' WHERE id = '1'")
	if now := parts(t, d); now["branches"] <= last {
		t.Error("a change outside a transaction is not told")
	}
}

// A change that was taken back to a savepoint does not hide one that came after it.
func TestChangesAfterASavepoint(t *testing.T) {
	d := dbtest.New(t, db.Postgres)
	before := parts(t, d)["branches"]
	tx := begin(t, d)
	exec(t, tx, "SAVEPOINT s")
	insertBranch(t, tx, "1")
	exec(t, tx, "ROLLBACK TO s")
	insertBranch(t, tx, "2")
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	if now := parts(t, d)["branches"]; now <= before {
		t.Errorf("%d after %d", now, before)
	}
}

// While two processes write, read and fold, no table ever goes back, and what was committed is seen at once.
func TestChangesAreFolded(t *testing.T) {
	url := dbtest.URL(t, db.Postgres)
	both := []*db.DB{open(t, url), open(t, url)}
	if _, err := both[0].Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for i, d := range both {
		wg.Go(func() {
			last := int64(0)
			for n := range 600 {
				id := fmt.Sprintf("%d-%d", i, n)
				err := d.InTx(t.Context(), func(ctx context.Context, tx bun.Tx) error { return addBranch(ctx, tx, id) })
				g, gerr := d.Generation(t.Context())
				if err != nil || gerr != nil || g.Parts["branches"] <= last {
					t.Errorf("after commit %s: %d after %d (%v, %v)", id, g.Parts["branches"], last, err, gerr)
					return
				}
				last = g.Parts["branches"]
			}
		})
	}
	wg.Wait()
	if n := parts(t, both[0])["branches"]; n != 1200 {
		t.Errorf("1200 commits count as %d", n)
	}
	rows := 0
	for deadline := time.Now().Add(5 * time.Second); rows == 0 || rows > 300 && time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		parts(t, both[0])
		if err := both[0].Reader().NewRaw("SELECT count(*) FROM changes").Scan(t.Context(), &rows); err != nil {
			t.Fatal(err)
		}
	}
	if rows > 300 {
		t.Errorf("%d rows were not folded", rows)
	}
}

// An answer is made of the tables that its queries name, in a transaction too, and goes with them alone.
func TestKeptByTables(t *testing.T) {
	d := dbtest.New(t, db.Postgres)
	k := keep.New(d, 9, func(int) int { return 1 })
	made := 0
	get := func(read func(context.Context) error) {
		t.Helper()
		_, err := k.Get(keep.Pin(t.Context()), "", func(ctx context.Context) (int, error) { made++; return 0, read(ctx) })
		if err != nil {
			t.Fatal(err)
		}
	}
	var n int
	for name, read := range map[string]func(context.Context) error{
		"a model": func(ctx context.Context) error {
			_, err := d.Reader().NewSelect().TableExpr("branches").Count(ctx)
			return err
		},
		"raw": func(ctx context.Context) error {
			return d.Reader().NewRaw("SELECT count(*) FROM branches").Scan(ctx, &n)
		},
		"a row": func(ctx context.Context) error {
			return d.Reader().QueryRowContext(ctx, "SELECT count(*) FROM branches").Scan(&n)
		},
		"a snapshot": func(ctx context.Context) error {
			return d.Snapshot(ctx, func(ctx context.Context, tx bun.Tx) error {
				return tx.NewRaw("SELECT count(*) FROM branches").Scan(ctx, &n)
			})
		},
	} {
		made = 0
		exec(t, d.Reader(), "DELETE FROM branches")
		get(read)
		get(read)
		exec(t, d.Reader(), "DELETE FROM synonyms")
		get(read)
		if made != 1 {
			t.Errorf("%s: made %d times before the table changed, want once", name, made)
		}
		exec(t, d.Reader(), "DELETE FROM branches")
		get(read)
		if made != 2 {
			t.Errorf("%s: made %d times after the table changed, want twice", name, made)
		}
	}
	for _, table := range []string{"index_queue", "river_job", "bun_migrations", "pg_class"} {
		made = 0
		read := func(ctx context.Context) error { return d.Reader().NewRaw("SELECT count(*) FROM "+table).Scan(ctx, &n) }
		exec(t, d.Reader(), "DELETE FROM branches")
		get(read)
		exec(t, d.Reader(), "DELETE FROM synonyms")
		get(read)
		if made != 2 {
			t.Errorf("%s: made %d times, though nobody knows whether it changed", table, made)
		}
	}
}

func begin(t *testing.T, d *db.DB) bun.Tx {
	t.Helper()
	tx, err := d.Reader().BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tx.Rollback() })
	return tx
}

func insertBranch(t *testing.T, tx bun.Tx, id string) {
	t.Helper()
	if err := addBranch(t.Context(), tx, id); err != nil {
		t.Fatal(err)
	}
}

func exec(t *testing.T, q bun.IDB, sql string) {
	t.Helper()
	if _, err := q.ExecContext(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}

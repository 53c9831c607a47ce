package db_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/db/dbtest"
	"github.com/aanpak/aanpak/internal/errs"
)

func addBranch(ctx context.Context, tx bun.IDB, id string) error {
	_, err := tx.NewRaw("INSERT INTO branches (id, name, name_folded, created_at) VALUES (?, ?, ?, ?)", id, id, id, db.Now()).Exec(ctx)
	return err
}

func countBranches(t *testing.T, d *db.DB) (n int) {
	t.Helper()
	if err := d.Reader().NewRaw("SELECT count(*) FROM branches").Scan(t.Context(), &n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestInTxCommitsAndRollsBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		boom := errors.New("boom")
		err := d.InTx(t.Context(), func(ctx context.Context, tx bun.Tx) error {
			if err := addBranch(ctx, tx, "a"); err != nil {
				return err
			}
			return boom
		})
		if !errors.Is(err, boom) || countBranches(t, d) != 0 {
			t.Fatalf("err %v, %d branches: want boom and none", err, countBranches(t, d))
		}
		if err := d.InTx(t.Context(), func(ctx context.Context, tx bun.Tx) error { return addBranch(ctx, tx, "a") }); err != nil {
			t.Fatal(err)
		}
		if countBranches(t, d) != 1 {
			t.Fatal("the committed row is not there")
		}
	})
}

// Reading and then writing in one transaction, by many at once, is what deferred transactions on SQLite fail at.
func TestReadThenWriteTogether(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var wg sync.WaitGroup
		for i := range 20 {
			wg.Go(func() {
				err := d.InTx(t.Context(), func(ctx context.Context, tx bun.Tx) error {
					var n int
					if err := tx.NewRaw("SELECT count(*) FROM branches").Scan(ctx, &n); err != nil {
						return err
					}
					return addBranch(ctx, tx, string(rune('a'+i)))
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if n := countBranches(t, d); n != 20 {
			t.Errorf("%d rows, want 20", n)
		}
	})
}

func TestDriverErrorsHaveAKind(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		add := func(id string) error {
			return d.InTx(t.Context(), func(ctx context.Context, tx bun.Tx) error { return addBranch(ctx, tx, id) })
		}
		if err := add("a"); err != nil {
			t.Fatal(err)
		}
		if err := add("a"); !db.IsUnique(err) {
			t.Errorf("second insert: %v is not a unique clash", err)
		}
		err := d.InTx(t.Context(), func(ctx context.Context, tx bun.Tx) error {
			_, err := tx.NewRaw("INSERT INTO sessions (id, secret_hash, user_id, created_at, seen_at, expires_at) VALUES ('s','h','nobody',?0,?0,?0)", db.Now()).Exec(ctx)
			return err
		})
		if !db.IsForeignKey(err) {
			t.Errorf("missing user: %v is not a foreign key clash", err)
		}
		var name string
		err = d.Reader().NewRaw("SELECT name FROM branches WHERE id = 'zzz'").Scan(t.Context(), &name)
		if !errs.Is(db.Classify(err), errs.KindNotFound) {
			t.Errorf("no rows: %v is not not-found", err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		err = d.Reader().NewRaw("SELECT name FROM branches").Scan(ctx, &name)
		if !errs.Is(db.Classify(err), errs.KindCanceled) {
			t.Errorf("ended context: %v is not canceled", err)
		}
	})
}

func TestTimesKeepTheirOrderAndZone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		base := time.Date(2026, 11, 23, 12, 0, 5, 0, time.UTC)
		at := []time.Time{base, base.Add(100 * time.Millisecond), base.Add(120 * time.Millisecond), base.Add(123456 * time.Microsecond), base.Add(time.Second)}
		err := d.InTx(t.Context(), func(ctx context.Context, tx bun.Tx) error {
			for i, when := range at {
				id := string(rune('e' - i))
				if _, err := tx.NewRaw("INSERT INTO branches (id, name, name_folded, created_at) VALUES (?0, ?0, ?0, ?1)", id, when).Exec(ctx); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		var got []struct{ CreatedAt time.Time }
		if err := d.Reader().NewRaw("SELECT created_at FROM branches ORDER BY created_at").Scan(t.Context(), &got); err != nil {
			t.Fatal(err)
		}
		for i, row := range got {
			if !row.CreatedAt.Equal(at[i]) {
				t.Errorf("row %d: %v, want %v", i, row.CreatedAt, at[i])
			}
		}
	})
}

func TestExclusiveLetsOneIn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var inside, most atomic.Int32
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				err := d.Exclusive(t.Context(), "test", func(context.Context) error {
					if n := inside.Add(1); n > most.Load() {
						most.Store(n)
					}
					time.Sleep(time.Millisecond)
					inside.Add(-1)
					return nil
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if most.Load() != 1 {
			t.Errorf("%d were inside at once", most.Load())
		}
	})
}

func TestMigrateTwiceAndRefuseNewer(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ran, err := d.Migrate(t.Context())
		if err != nil || len(ran) != 0 {
			t.Fatalf("second migrate: ran %v, err %v", ran, err)
		}
		err = d.InTx(t.Context(), func(ctx context.Context, tx bun.Tx) error {
			_, err := tx.NewRaw("INSERT INTO bun_migrations (name, group_id, migrated_at) VALUES ('29990101000000', 99, ?)", db.Now()).Exec(ctx)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		var newer *db.NewerError
		if _, err = d.Migrate(t.Context()); !errors.As(err, &newer) || !strings.Contains(err.Error(), "newer") {
			t.Errorf("migrate on a newer database: %v", err)
		}
	})
}

// People and programs send the byte 0, which no database keeps: a value is written, and found, without it.
func TestZeroBytesAreLeftOut(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		err := d.InTx(t.Context(), func(ctx context.Context, tx bun.Tx) error { return addBranch(ctx, tx, "zw\x00olle") })
		if err != nil {
			t.Fatal(err)
		}
		var id string
		if err := d.Reader().NewRaw("SELECT id FROM branches WHERE name IN (?)", bun.List([]string{"\x00zwolle\x00", "x\x00"})).Scan(t.Context(), &id); err != nil || id != "zwolle" {
			t.Errorf("found %q, %v", id, err)
		}
	})
}

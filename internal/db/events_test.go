package db_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/db/dbtest"
)

// Each process hears of what was committed, in order, and not of what was rolled back; after a lost connection it is told that
// it may have missed something.
func TestEvents(t *testing.T) {
	for _, dialect := range []db.Dialect{db.SQLite, db.Postgres} {
		t.Run(string(dialect), func(t *testing.T) {
			url := dbtest.URL(t, dialect)
			ours := open(t, url)
			if _, err := ours.Migrate(t.Context()); err != nil {
				t.Fatal(err)
			}
			listeners := []*db.DB{ours}
			if dialect == db.Postgres {
				listeners = append(listeners, open(t, url))
			}
			ears := make([]*ear, len(listeners))
			for i, d := range listeners {
				ears[i] = listen(t, d)
			}
			if dialect == db.Postgres {
				waitListening(t, ours, len(listeners))
			}
			tell(t, ours, "one", nil)
			tell(t, ours, "never", errors.New("rolled back"))
			tell(t, ours, "two", nil)
			for _, e := range ears {
				e.wait(t, "one", "two")
			}
			if dialect == db.SQLite {
				return
			}
			if _, err := ours.SQL().ExecContext(t.Context(), "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()"); err != nil {
				t.Fatal(err)
			}
			for _, e := range ears {
				e.wait(t, "one", "two", "")
			}
			tell(t, ours, "three", nil)
			for _, e := range ears {
				e.wait(t, "one", "two", "", "three")
			}
		})
	}
}

func tell(t *testing.T, d *db.DB, payload string, fail error) {
	t.Helper()
	err := d.InTx(t.Context(), func(ctx context.Context, tx bun.Tx) error {
		return errors.Join(d.Tell(ctx, tx, "topic", payload), fail)
	})
	if !errors.Is(err, fail) {
		t.Fatal(err)
	}
}

func waitListening(t *testing.T, d *db.DB, want int) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		var n int
		if err := d.Reader().NewRaw("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()").Scan(t.Context(), &n); err != nil {
			t.Fatal(err)
		}
		if n == want {
			return
		}
	}
	t.Fatal("nobody listens")
}

// ear is what a process heard.
type ear struct {
	mu    sync.Mutex
	heard []string
}

func listen(t *testing.T, d *db.DB) *ear {
	e := &ear{}
	d.On("topic", func(payload string) {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.heard = append(e.heard, payload)
	})
	ctx, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { d.Listen(ctx, func(err error) { t.Log(err) }) })
	t.Cleanup(func() { stop(); wg.Wait() })
	return e
}

func (e *ear) wait(t *testing.T, want ...string) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		e.mu.Lock()
		ok := slices.Equal(e.heard, want)
		e.mu.Unlock()
		if ok {
			return
		}
	}
	t.Errorf("heard %q, want %q", e.heard, want)
}

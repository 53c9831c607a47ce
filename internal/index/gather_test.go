package index_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/db/dbtest"
	"github.com/aanpak/aanpak/internal/search"
)

// coming are things of which more may be on their way.
type coming struct {
	*things
	more  atomic.Int32
	calls atomic.Int32 // times that entries were asked for
}

func (c *coming) Expects(_ context.Context, most int) (int, error) {
	return min(most, int(c.more.Load())), nil
}

func (c *coming) Entries(ctx context.Context, ids []string, f func(string, []search.Entry) error) error {
	c.calls.Add(1)
	return c.things.Entries(ctx, ids, f)
}

func TestGathersWhileMoreIsExpected(t *testing.T) {
	w := newWorld(t, dbtest.New(t, db.SQLite))
	src := &coming{things: w.src}
	src.more.Store(100)
	w.Add(search.TypeTender, src)
	ctx, end := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); w.Run(ctx) }()
	defer func() { end(); <-done }()

	w.set("a", "eerste")
	w.Wake()
	w.wait("the first is indexed at once", 1)
	for _, id := range []string{"b", "c", "d"} {
		w.set(id, "volgende")
		w.Wake()
		time.Sleep(30 * time.Millisecond)
	}
	w.wait("the others are indexed", 4)
	if n := src.calls.Load(); n != 2 {
		t.Errorf("entries were asked for %d times, want 2: three that come one by one are indexed together", n)
	}

	w.set("e", "laatste")
	src.more.Store(0)
	start := time.Now()
	w.wait("the last is indexed", 5)
	if took := time.Since(start); took > 700*time.Millisecond {
		t.Errorf("the last waited %v though nothing was to come", took)
	}
}

// wait waits until so many are in the engine.
func (w *world) wait(what string, n int) {
	w.t.Helper()
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		r, err := w.engine.Search(w.t.Context(), search.Query{Everything: true})
		if err != nil {
			w.t.Fatal(err)
		}
		if r.Total >= n {
			return
		}
		if time.Now().After(end) {
			w.t.Fatalf("not in 20 s: %s (%d of %d)", what, r.Total, n)
		}
	}
}

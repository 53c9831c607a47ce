package index_test

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/db/dbtest"
	"github.com/aanpak/aanpak/internal/index"
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

// dear is an engine of which every write costs much.
type dear struct{ search.Index }

func (dear) Pause(time.Duration) time.Duration { return 800 * time.Millisecond }

// After a write to such an engine the next waits for more, in whichever process; a single thing after a quiet time goes in at once.
func TestPausesAfterADearWrite(t *testing.T) {
	d := dbtest.New(t, db.Postgres)
	w := newWorld(t, d)
	src := &coming{things: w.src}
	ctx, end := context.WithCancel(t.Context())
	var running sync.WaitGroup
	defer func() { end(); running.Wait() }()
	for range 2 {
		x := index.New(d, dear{w.engine}, slog.New(slog.DiscardHandler))
		x.Add(search.TypeTender, src)
		running.Go(func() { x.Run(ctx) })
	}
	start := time.Now()
	w.set("a", "eerste")
	w.wait("the first is indexed", 1)
	for _, id := range []string{"b", "c", "d"} {
		w.set(id, "volgende")
		time.Sleep(50 * time.Millisecond)
	}
	w.wait("the others are indexed", 4)
	if n := src.calls.Load(); n != 2 {
		t.Errorf("entries were asked for %d times, want 2", n)
	}
	if took := time.Since(start); took < 800*time.Millisecond {
		t.Errorf("the second write came after %v", took)
	}
}

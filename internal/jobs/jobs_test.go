package jobs_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/db/dbtest"
	"github.com/aanpak/aanpak/internal/jobs"
	"github.com/aanpak/aanpak/internal/trace"
)

type note struct{ Text string }

var say = jobs.Job[note]{Name: "test.say", Attempts: 2}

// heard collects what the handler got.
type heard struct {
	mu   sync.Mutex
	runs []string
	fail error
}

func (h *heard) handle(_ context.Context, run jobs.Run, n note) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.runs = append(h.runs, n.Text)
	return h.fail
}

func (h *heard) count() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.runs)
}

func open(t *testing.T, d *db.DB, h *heard) *jobs.Runner {
	t.Helper()
	r := jobs.New(d, slog.New(slog.DiscardHandler))
	jobs.Handle(r, say, h.handle)
	if err := r.Open(map[string]int{"default": 2}); err != nil {
		t.Fatal(err)
	}
	return r
}

func start(t *testing.T, r *jobs.Runner) {
	t.Helper()
	if err := r.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
}

func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("not in 20 s: " + what)
		}
	}
}

func enqueue(t *testing.T, d *db.DB, r *jobs.Runner, j jobs.Job[note], text string, fail error) {
	t.Helper()
	err := d.InTx(t.Context(), func(ctx context.Context, tx bun.Tx) error {
		if err := j.Enqueue(ctx, r, tx, note{text}); err != nil {
			return err
		}
		return fail
	})
	if !errors.Is(err, fail) {
		t.Fatal(err)
	}
}

func TestRunsWhatWasCommittedOnly(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := &heard{}
		r := open(t, d, h)
		start(t, r)
		enqueue(t, d, r, say, "rolled back", errors.New("no"))
		enqueue(t, d, r, say, "committed", nil)
		until(t, "the job runs", func() bool { return h.count() > 0 })
		if !slices.Equal(h.runs, []string{"committed"}) {
			t.Errorf("ran %q", h.runs)
		}
	})
}

func TestOnceAndLive(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := open(t, d, &heard{})
		once := say
		once.Once = true
		for range 3 {
			enqueue(t, d, r, once, "same", nil)
		}
		enqueue(t, d, r, once, "other", nil)
		live, err := jobs.Live(t.Context(), r, once)
		if err != nil || len(live) != 2 {
			t.Errorf("live %v, err %v: want two jobs", live, err)
		}
	})
}

func TestFailureIsVisibleAndRetried(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := &heard{fail: jobs.GiveUp(errors.New("it cannot be"))}
		r := open(t, d, h)
		start(t, r)
		enqueue(t, d, r, say, "x", nil)
		var got []jobs.Entry
		until(t, "the failure is listed", func() bool {
			got, _ = r.List(t.Context(), 10, "cancelled", "discarded")
			return len(got) == 1
		})
		if got[0].Failure == "" || got[0].Name != "test.say" {
			t.Errorf("entry %+v", got[0])
		}
		h.mu.Lock()
		h.fail = nil
		h.mu.Unlock()
		if err := r.Retry(t.Context(), got[0].ID); err != nil {
			t.Fatal(err)
		}
		until(t, "the retried job completes", func() bool {
			c, _ := r.Counts(t.Context())
			return c["completed"] == 1
		})
	})
}

// What a worker leaves running is run again by another one, soon after it is gone and not before.
func TestRunningJobOfAKilledProcessRunsAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := &heard{}
		r := open(t, d, h)
		enqueue(t, d, r, say, "left behind", nil)
		by := "attempted_by = ARRAY['somebody']"
		if d.Dialect == db.SQLite {
			by = "attempted_by = jsonb('[\"somebody\"]')"
		}
		if _, err := d.SQL().ExecContext(t.Context(), "UPDATE river_job SET state = 'running', attempted_at = CURRENT_TIMESTAMP, "+by); err != nil {
			t.Fatal(err)
		}
		if d.Dialect == db.Postgres {
			alive, err := d.Hold(t.Context(), "worker:somebody")
			if err != nil || alive == nil {
				t.Fatal(alive, err)
			}
			start(t, r)
			time.Sleep(2 * time.Second)
			if h.count() != 0 {
				t.Error("a job was taken from a worker that lives")
			}
			alive.Release(t.Context())
		} else {
			start(t, r)
		}
		until(t, "the job runs again", func() bool { return h.count() == 1 })
	})
}

// A job whose end could not be written is not running any more: its own worker frees it.
func TestJobWhoseEndWasNotWritten(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := &heard{}
		r := open(t, d, h)
		start(t, r)
		enqueue(t, d, r, say, "twice", nil)
		until(t, "it ran", func() bool { c, _ := r.Counts(t.Context()); return c["completed"] == 1 })
		long := time.Now().Add(-time.Minute).UTC()
		if _, err := d.SQL().ExecContext(t.Context(), "UPDATE river_job SET state = 'running', finalized_at = NULL, attempted_at = "+
			map[db.Dialect]string{db.SQLite: "'" + long.Format("2006-01-02 15:04:05.999999") + "'", db.Postgres: "'" + long.Format(time.RFC3339) + "'"}[d.Dialect]); err != nil {
			t.Fatal(err)
		}
		until(t, "it runs again", func() bool { return h.count() == 2 })
	})
}

func TestQueueNobodyWorksIsRefused(t *testing.T) {
	r := jobs.New(dbtest.New(t, db.SQLite), slog.New(slog.DiscardHandler))
	jobs.Handle(r, say, (&heard{}).handle)
	if err := r.Open(map[string]int{"other": 1}); err == nil {
		t.Error("Open took a job in a queue without workers")
	}
}

// The request that enqueued a job is known to its handler, to what that enqueues, to the log and to the list of failures. A panic is a
// failure like others.
func TestRequestIDGoesAlong(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var log lockedBuffer
		r := jobs.New(d, slog.New(trace.Log(slog.NewTextHandler(&log, nil))))
		next := jobs.Job[note]{Name: "test.next", Attempts: 1}
		ended := make(chan jobs.Ended, 10)
		r.Observe(func(e jobs.Ended) { ended <- e })
		jobs.Handle(r, say, func(ctx context.Context, _ jobs.Run, n note) error {
			return d.InTx(ctx, func(ctx context.Context, tx bun.Tx) error { return next.Enqueue(ctx, r, tx, n) })
		})
		jobs.Handle(r, next, func(context.Context, jobs.Run, note) error { panic("oops") })
		if err := r.Open(map[string]int{"default": 2}); err != nil {
			t.Fatal(err)
		}
		start(t, r)
		err := d.InTx(trace.WithRequestID(t.Context(), "abc123"), func(ctx context.Context, tx bun.Tx) error { return say.Enqueue(ctx, r, tx, note{"x"}) })
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []jobs.Ended{{Name: "test.say", Outcome: jobs.Done}, {Name: "test.next", Outcome: jobs.GivenUp}} {
			got := <-ended
			if got.Took = 0; got != want {
				t.Errorf("ended %+v, want %+v", got, want)
			}
		}
		var list []jobs.Entry
		until(t, "the failure is listed", func() bool { list, _ = r.List(t.Context(), 10, "discarded"); return len(list) == 1 })
		if list[0].RequestID != "abc123" || list[0].Failure != "panic: oops" {
			t.Errorf("entry %+v", list[0])
		}
		if !strings.Contains(log.String(), `msg="job failed" job=test.next`) || !strings.Contains(log.String(), "request_id=abc123") {
			t.Errorf("log: %s", log.String())
		}
		lines, err := r.Lines(t.Context())
		if err != nil || len(lines) != 2 || lines[0].Discarded != 1 || lines[1] != (jobs.Line{Name: "test.say"}) {
			t.Errorf("lines %+v, %v", lines, err)
		}
	})
}

// How long the oldest job has waited is told, and jobs put off are not waiting.
func TestLinesTellOldest(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := open(t, d, &heard{})
		before := time.Now().Add(-time.Second)
		enqueue(t, d, r, say, "x", nil)
		enqueue(t, d, r, say, "y", nil)
		lines, err := r.Lines(t.Context())
		if err != nil || len(lines) != 1 || lines[0].Waiting != 2 || lines[0].Oldest.Before(before) || lines[0].Oldest.After(time.Now().Add(time.Second)) {
			t.Errorf("lines %+v, %v", lines, err)
		}
	})
}

// lockedBuffer is a log that several write to.
type lockedBuffer struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

package live_test

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/db/dbtest"
	"github.com/aanpak/aanpak/internal/live"
)

func hub(t *testing.T, d *db.DB) *live.Hub {
	t.Helper()
	h := live.New(d)
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() { d.Listen(ctx, func(err error) { t.Error(err) }) })
	t.Cleanup(func() { cancel(); wg.Wait() })
	s := h.Listen([]string{"ready"})
	defer s.Close()
	for { // until the database listens
		tell(t, d, h, live.Event{To: []string{"ready"}, Name: "ready"}, nil)
		select {
		case <-s.C():
			return h
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func next(t *testing.T, s *live.Stream) live.Message {
	t.Helper()
	select {
	case m := <-s.C():
		return m
	case <-time.After(10 * time.Second):
		t.Fatal("nothing is heard")
		return live.Message{}
	}
}

func tell(t *testing.T, d *db.DB, h *live.Hub, e live.Event, with error) {
	t.Helper()
	err := d.InTx(t.Context(), func(ctx context.Context, tx bun.Tx) error {
		if err := h.Tell(ctx, tx, e); err != nil {
			return err
		}
		return with
	})
	if !errors.Is(err, with) {
		t.Fatal(err)
	}
}

// A stream hears what is told to one of its topics, once, after the commit, and nothing else.
func TestTopics(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := hub(t, d)
		noor, kees := h.Listen([]string{"user:noor", "company", "group:a"}), h.Listen([]string{"user:kees", "company"})
		defer noor.Close()
		defer kees.Close()
		tell(t, d, h, live.Event{To: []string{"user:noor"}, Name: "undone"}, errors.New("no"))
		tell(t, d, h, live.Event{To: []string{"user:noor", "company"}, Name: "both", Data: "1"}, nil)
		tell(t, d, h, live.Event{To: []string{"user:kees"}, Name: "kees"}, nil)
		kees.Topics([]string{"user:kees", "group:a"})
		tell(t, d, h, live.Event{To: []string{"group:a"}, Name: "group"}, nil)
		for s, want := range map[*live.Stream][]string{noor: {"both", "group"}, kees: {"both", "kees", "group"}} {
			for _, name := range want {
				if m := next(t, s); m.Name != name {
					t.Errorf("heard %q, want %q", m.Name, name)
				}
			}
		}
		kees.Close()
		kees.Close()
		if h.Open() != 1 {
			t.Errorf("%d streams are open, want 1", h.Open())
		}
	})
}

// Many topics do not fit into one message between processes.
func TestManyTopics(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := hub(t, d)
		s := h.Listen([]string{"user:999"})
		defer s.Close()
		to := make([]string, 1000)
		for i := range to {
			to[i] = "user:" + strconv.Itoa(i)
		}
		tell(t, d, h, live.Event{To: to, Name: "all"}, nil)
		if m := next(t, s); m.Name != "all" {
			t.Error(m)
		}
	})
}

// A page that does not read holds nobody up, and learns that it missed something.
func TestSlowStream(t *testing.T) {
	d := dbtest.New(t, db.SQLite)
	h := hub(t, d)
	slow := h.Listen([]string{"company"})
	defer slow.Close()
	for range 100 {
		tell(t, d, h, live.Event{To: []string{"company"}, Name: "post"}, nil)
	}
	heard := 0
	for range 16 {
		if next(t, slow).Name == "post" {
			heard++
		}
	}
	tell(t, d, h, live.Event{To: []string{"company"}, Name: "post"}, nil)
	if first, second := next(t, slow), next(t, slow); heard != 16 || first.Name != live.Missed || second.Name != "post" {
		t.Errorf("after %d posts: %v, %v", heard, first, second)
	}
}

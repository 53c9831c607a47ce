package index_test

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/db/dbtest"
	"github.com/aanpak/aanpak/internal/index"
	"github.com/aanpak/aanpak/internal/search"
	"github.com/aanpak/aanpak/internal/search/bleve"
)

// things is a source whose things the test changes; while is called in the middle of giving entries.
type things struct {
	mu    sync.Mutex
	texts map[string]string
	while func(id string) error
}

func (s *things) Entries(_ context.Context, ids []string, f func(string, []search.Entry) error) error {
	for _, id := range ids {
		s.mu.Lock()
		text, ok := s.texts[id]
		s.mu.Unlock()
		if s.while != nil {
			if err := s.while(id); err != nil {
				return err
			}
		}
		var e []search.Entry
		if ok {
			e = []search.Entry{{Type: search.TypeTender, Parent: id, Title: text, Audience: []string{"company"}}}
		}
		if err := f(id, e); err != nil {
			return err
		}
	}
	return nil
}

func (s *things) IDs(_ context.Context, f func([]string) error) error {
	return f(slices.Sorted(maps.Keys(s.texts)))
}

// world is an indexer on a real engine.
type world struct {
	*index.Indexer
	t      *testing.T
	db     *db.DB
	engine *bleve.Index
	src    *things
}

func newWorld(t *testing.T, d *db.DB) *world {
	t.Helper()
	engine, err := bleve.Open(bleve.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { engine.Close() })
	w := &world{Indexer: index.New(d, engine, slog.New(slog.DiscardHandler)), t: t, db: d, engine: engine, src: &things{texts: map[string]string{}}}
	w.Add(search.TypeTender, w.src)
	return w
}

func (w *world) set(id, text string) {
	w.t.Helper()
	w.src.mu.Lock()
	w.src.texts[id] = text
	if text == "" {
		delete(w.src.texts, id)
	}
	w.src.mu.Unlock()
	err := w.db.InTx(w.t.Context(), func(ctx context.Context, tx bun.Tx) error { return index.Mark(ctx, tx, search.TypeTender, id) })
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) step() {
	w.t.Helper()
	if _, err := w.Step(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) finds(text string) int {
	w.t.Helper()
	res, err := w.engine.Search(w.t.Context(), search.Query{Text: text, Everything: true})
	if err != nil {
		w.t.Fatal(err)
	}
	return res.Total
}

func (w *world) waiting() int {
	w.t.Helper()
	s, err := w.State(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	return s.Waiting
}

func TestMarksBecomeEntriesAndGo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.set("1", "kade")
		w.set("1", "kade")
		w.set("2", "school")
		if w.waiting() != 2 {
			t.Errorf("%d wait, want 2: a mark is one however often it is made", w.waiting())
		}
		w.step()
		if w.finds("kade") != 1 || w.finds("school") != 1 || w.waiting() != 0 {
			t.Errorf("kade %d, school %d, waiting %d", w.finds("kade"), w.finds("school"), w.waiting())
		}
		w.set("1", "")
		w.step()
		if w.finds("kade") != 0 {
			t.Error("what is gone is still found")
		}
	})
}

// A thing that changes while it is being indexed keeps its mark.
func TestAChangeMeanwhileIsNotLost(t *testing.T) {
	w := newWorld(t, dbtest.New(t, db.SQLite))
	w.set("1", "kade")
	w.src.while = func(string) error {
		w.src.while = nil
		w.set("1", "brug")
		return nil
	}
	w.step()
	if w.waiting() != 1 {
		t.Fatalf("%d wait, want the one that changed", w.waiting())
	}
	w.step()
	if w.finds("brug") != 1 || w.finds("kade") != 0 {
		t.Errorf("brug %d, kade %d", w.finds("brug"), w.finds("kade"))
	}
}

// One bad thing does not keep the others out, and says why it waits.
func TestOneThatFailsDoesNotStopTheOthers(t *testing.T) {
	w := newWorld(t, dbtest.New(t, db.SQLite))
	w.set("1", "kade")
	w.set("2", "school")
	w.src.while = func(id string) error {
		if id == "1" {
			return errors.New("this one is bad")
		}
		return nil
	}
	w.step()
	s, err := w.State(t.Context())
	if err != nil || s.Waiting != 1 || s.Failing != 1 || s.Failure == "" || w.finds("school") != 1 {
		t.Errorf("state %+v, err %v, school %d", s, err, w.finds("school"))
	}
}

// MarkAll mends an index that has what is gone and lacks what is there.
func TestMarkAllMends(t *testing.T) {
	w := newWorld(t, dbtest.New(t, db.SQLite))
	w.set("gone", "oud")
	w.step()
	w.src.texts = map[string]string{"there": "nieuw"}
	if err := w.MarkAll(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.step()
	if w.finds("oud") != 0 || w.finds("nieuw") != 1 {
		t.Errorf("oud %d, nieuw %d", w.finds("oud"), w.finds("nieuw"))
	}
	if err := w.Rebuild(t.Context(), w.engine, func(int, int) {}); err != nil {
		t.Fatal(err)
	}
	if w.finds("nieuw") != 1 {
		t.Error("a rebuild lost it")
	}
}

// What changes while the index is rebuilt is indexed meanwhile, and not lost with the old index; another process waits.
func TestIndexingGoesOnWhileRebuilding(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.set("1", "kade")
		w.set("2", "school")
		w.step()
		w.src.while = func(id string) error {
			w.src.while = nil
			w.set("1", "brug")
			w.set("3", "sluis")
			return nil
		}
		if _, running, err := w.Rebuilding(t.Context()); running || err != nil {
			t.Errorf("a rebuild before one began: %v, %v", running, err)
		}
		err := w.Rebuild(t.Context(), w.engine, func(done, total int) {
			p, running, err := w.Rebuilding(t.Context())
			for end := time.Now().Add(20 * time.Second); p.Total == 0 && time.Now().Before(end); time.Sleep(time.Millisecond) {
				p, running, err = w.Rebuilding(t.Context())
			}
			if !running || err != nil || p.Total != 2 || total != 2 || done < 2 {
				t.Errorf("how far it is: %+v, %v, %v; told %d of %d", p, running, err, done, total)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			defer cancel()
			if _, err := w.Step(ctx); err == nil {
				t.Error("another process writes while the index is rebuilt")
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, running, err := w.Rebuilding(t.Context()); running || err != nil {
			t.Errorf("a rebuild after it ended: %v, %v", running, err)
		}
		if w.waiting() != 0 || w.finds("kade") != 0 || w.finds("brug") != 1 || w.finds("sluis") != 1 || w.finds("school") != 1 {
			t.Errorf("waiting %d, kade %d, brug %d, sluis %d, school %d", w.waiting(), w.finds("kade"), w.finds("brug"), w.finds("sluis"), w.finds("school"))
		}
	})
}

// Two processes that took the same mark, since one lost its turn unnoticed, leave one: whose entries came last nobody knows.
func TestAMarkTakenTwiceIsMadeAgain(t *testing.T) {
	w := newWorld(t, dbtest.New(t, db.SQLite))
	w.set("1", "kade")
	w.src.while = func(string) error {
		w.src.while = nil
		_, err := w.db.SQL().Exec("DELETE FROM index_queue")
		return err
	}
	w.step()
	if w.waiting() != 1 {
		t.Errorf("%d wait, want the one that was taken twice", w.waiting())
	}
}

// awayEngine answers nobody.
type awayEngine struct{ search.Index }

func (awayEngine) Replace(context.Context, []search.Key, []search.Entry) error { return search.ErrAway }

func (awayEngine) Ping(context.Context) error { return search.ErrAway }

// While the engine is away marks do not grow older, however often they are tried: they are taken soon after it is back.
func TestMarksWaitForAnEngineThatIsAway(t *testing.T) {
	w := newWorld(t, dbtest.New(t, db.SQLite))
	away := index.New(w.db, awayEngine{w.engine}, slog.New(slog.DiscardHandler))
	away.Add(search.TypeTender, w.src)
	w.set("1", "kade")
	for range 6 {
		if _, err := w.db.SQL().Exec("UPDATE index_queue SET queued_at = ?", time.Now().Add(-11*time.Second).UTC()); err != nil {
			t.Fatal(err)
		}
		if _, err := away.Step(t.Context()); !errors.Is(err, search.ErrAway) {
			t.Errorf("a step without an engine: %v", err)
		}
	}
	var attempts int
	if err := w.db.SQL().QueryRow("SELECT attempts FROM index_queue").Scan(&attempts); err != nil || attempts != 1 {
		t.Errorf("%d attempts, %v: the thing is blamed for the engine", attempts, err)
	}
	if s, err := w.State(t.Context()); err != nil || s.Failure == "" {
		t.Errorf("nothing says why it waits: %+v, %v", s, err)
	}
}

package bleve

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	bindex "github.com/blevesearch/bleve_index_api"

	"github.com/aanpak/aanpak/internal/search"
)

var bg = context.Background()

func entry(parent string, n int, text string) search.Entry {
	return search.Entry{Type: search.TypeDocument, Parent: parent, Page: n, Text: text, Audience: []string{"company"}, Language: "nl"}
}

func put(t *testing.T, x search.Index, es ...search.Entry) {
	t.Helper()
	var keys []search.Key
	for _, e := range es {
		keys = append(keys, search.Key{Type: e.Type, Parent: e.Parent})
	}
	if err := x.Replace(bg, keys, es); err != nil {
		t.Fatal(err)
	}
}

func total(t *testing.T, x search.Index, text string) int {
	t.Helper()
	r, err := x.Search(bg, search.Query{Text: text, Audience: []string{"company"}})
	if err != nil {
		t.Fatal(err)
	}
	return r.Total
}

func TestLocked(t *testing.T) {
	dir := t.TempDir()
	x := open(t, dir)
	if _, err := Open(Options{Dir: dir}); !errors.Is(err, ErrLocked) {
		t.Errorf("a second Open: %v", err)
	}
	put(t, x, entry("a", 1, "alfa"))
	if total(t, x, "alfa") != 1 {
		t.Error("the first one no longer answers")
	}
}

func TestReopened(t *testing.T) {
	dir := t.TempDir()
	x := open(t, dir)
	if !x.Fresh() {
		t.Error("a new index is not fresh")
	}
	put(t, x, entry("a", 1, "alfa bewonerscommunicatie"), entry("a", 2, "snorblokplanning beta"))
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	x = open(t, dir)
	if x.Fresh() {
		t.Error("a filled index is fresh")
	}
	for _, w := range []string{"alfa", "communicatie", "snorblok", "alffa"} {
		if total(t, x, w) != 1 {
			t.Errorf("%s is not found after opening again", w)
		}
	}
	put(t, x, entry("a", 1, "alfa"))
	if total(t, x, "beta") != 0 {
		t.Error("a page that vanished after opening again is still found")
	}
}

func TestNewMappingStartsFresh(t *testing.T) {
	dir := t.TempDir()
	x := open(t, dir)
	put(t, x, entry("a", 1, "alfa"))
	name := x.cur.name
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(filepath.Join(dir, name), filepath.Join(dir, "v0-000001")); err != nil {
		t.Fatal(err)
	}
	if err := setCurrent(dir, "v0-000001"); err != nil {
		t.Fatal(err)
	}
	if x = open(t, dir); !x.Fresh() || total(t, x, "alfa") != 0 {
		t.Error("the index of an older mapping is used")
	}
	if _, err := os.Stat(filepath.Join(dir, "v0-000001")); !os.IsNotExist(err) {
		t.Errorf("the older store was kept: %v", err)
	}
}

// TestHalfWritten leaves a document as a killed process would: announced, its first batch in, its last not.
func TestHalfWritten(t *testing.T) {
	dir := t.TempDir()
	x := open(t, dir)
	put(t, x, entry("whole", 1, "alfa"))
	b := bindex.NewBatch()
	if err := x.cur.fill(b, []search.Entry{entry("half", 1, "alfa")}); err != nil {
		t.Fatal(err)
	}
	x.cur.announce(b, map[search.Key][]int32{{Type: search.TypeDocument, Parent: "half"}: {1, 2}})
	if err := x.cur.sc.Batch(b); err != nil {
		t.Fatal(err)
	}
	check := func(when string, want int) {
		t.Helper()
		n := 0
		_ = x.Parents(bg, func(search.Key) error { n++; return nil })
		if got := total(t, x, "alfa"); got != want || n != want {
			t.Errorf("%s: %d found, %d parents, want %d", when, got, n, want)
		}
	}
	check("while it is written", 1)
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	x = open(t, dir)
	check("after a kill", 1)
	put(t, x, entry("half", 1, "alfa"), entry("half", 2, "alfa"))
	check("after it was written again", 2)
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	x = open(t, dir)
	check("opened once more", 2)
}

func TestRebuild(t *testing.T) {
	dir := t.TempDir()
	x := open(t, dir)
	put(t, x, entry("old", 1, "alfa"), entry("changed", 1, "alfa"))
	err := x.Rebuild(bg, func(next search.Index) error {
		if total(t, x, "alfa") != 2 {
			t.Error("while it is rebuilt the old index must answer")
		}
		put(t, x, entry("changed", 1, "nieuwer")) // somebody uploads meanwhile
		put(t, next, entry("changed", 1, "alfa"), entry("kept", 1, "alfa"))
		if err := x.Rebuild(bg, func(search.Index) error { return nil }); !errors.Is(err, ErrRebuilding) {
			t.Errorf("a second rebuild: %v", err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	check := func() {
		t.Helper()
		if a, n := total(t, x, "alfa"), total(t, x, "nieuwer"); a != 1 || n != 1 {
			t.Errorf("after the rebuild: alfa %d, nieuwer %d", a, n)
		}
	}
	check()
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	x = open(t, dir)
	check()
	if names, _ := filepath.Glob(filepath.Join(dir, "v*")); len(names) != 1 {
		t.Errorf("stores left: %v", names)
	}
}

func TestRebuildThatFails(t *testing.T) {
	x := open(t, t.TempDir())
	put(t, x, entry("a", 1, "alfa"))
	broken := errors.New("broken")
	if err := x.Rebuild(bg, func(next search.Index) error { put(t, next, entry("b", 1, "beta")); return broken }); !errors.Is(err, broken) {
		t.Errorf("error: %v", err)
	}
	if total(t, x, "alfa") != 1 || total(t, x, "beta") != 0 {
		t.Error("a failed rebuild changed the index")
	}
	if err := x.Rebuild(bg, func(next search.Index) error { return nil }); err != nil || total(t, x, "alfa") != 0 {
		t.Errorf("the next rebuild: %v", err)
	}
}

// TestTogether searches, writes and rebuilds at once; the race detector and the counts look on.
func TestTogether(t *testing.T) {
	x := open(t, t.TempDir())
	put(t, x, entry("fixed", 1, "altijd aanwezig"))
	var wg sync.WaitGroup
	stop := make(chan struct{})
	for range 3 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if n := total(t, x, "altijd aanwezig"); n != 1 {
					t.Errorf("found %d", n)
					return
				}
			}
		})
	}
	wg.Go(func() {
		for i := range 30 {
			put(t, x, entry(fmt.Sprint("w", i%7), 1, "woord"), entry(fmt.Sprint("w", i%7), 2, "bewonersplanning"))
		}
	})
	for range 3 {
		if err := x.Rebuild(bg, func(next search.Index) error { put(t, next, entry("fixed", 1, "altijd aanwezig")); return nil }); err != nil {
			t.Error(err)
		}
	}
	close(stop)
	wg.Wait()
}

func TestClosed(t *testing.T) {
	x := open(t, t.TempDir())
	if err := errors.Join(x.Close(), x.Close()); err != nil {
		t.Fatal(err)
	}
	_, err := x.Search(bg, search.Query{Everything: true})
	for what, err := range map[string]error{
		"search": err, "replace": x.Replace(bg, nil, nil), "ping": x.Ping(bg), "rebuild": x.Rebuild(bg, func(search.Index) error { return nil }),
		"parents": x.Parents(bg, nil), "words": x.Words(bg, nil),
	} {
		if !errors.Is(err, ErrClosed) {
			t.Errorf("%s after closing: %v", what, err)
		}
	}
}

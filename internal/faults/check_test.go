package faults_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/app"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/find"
	"github.com/aanpak/aanpak/internal/index"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/search"
)

// settle lets a program work on the home until nothing waits any more, and returns how long that took.
func (k *killer) settle() time.Duration {
	k.t.Helper()
	a, err := app.New(k.t.Context(), k.config(), quiet(), app.Parts{Search: true, Work: true})
	if err != nil {
		k.t.Fatal(err)
	}
	defer a.Close()
	start := time.Now()
	stop, err := a.Work(k.t.Context())
	if err != nil {
		k.t.Fatal(err)
	}
	defer stop()
	until(k.t, "nothing waits any more", func() bool { return settled(k.t, a) })
	return time.Since(start).Round(time.Millisecond)
}

// check compares all that there is.
func (k *killer) check() {
	k.t.Helper()
	a := k.open(app.Parts{Search: true})
	u, err := a.People.FirstAdmin(k.t.Context())
	if err != nil {
		k.t.Fatal(err)
	}
	for _, f := range k.taken {
		if _, err := a.Library.Get(k.t.Context(), u.Viewer(), f.id); err != nil {
			k.t.Errorf("acknowledged, and lost: %s: %v", f.id, err)
		}
	}
	names := map[string]int{}
	err = a.Library.IDs(k.t.Context(), func(ids []string) error {
		docs, err := a.Library.ByIDs(k.t.Context(), u.Viewer(), ids)
		for _, d := range docs {
			names[d.Filename]++
			checkDocument(k.t, a, u, d)
		}
		return err
	})
	if err != nil {
		k.t.Fatal(err)
	}
	for _, files := range k.folders {
		for _, f := range files {
			if names[f.name] != 1 {
				k.t.Errorf("%s was imported, and is there %d times", f.name, names[f.name])
			}
		}
	}
	k.documents = len(names)
	compare(k.t, a)
}

// settled tells whether nothing waits to be read or indexed.
func settled(t *testing.T, a *app.App) bool {
	t.Helper()
	unfinished, err := a.Library.Count(t.Context(), auth.System(), library.Filter{Unfinished: true})
	if err != nil {
		t.Fatal(err)
	}
	s, err := a.Indexer.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return unfinished == 0 && s.Waiting == 0
}

// checkDocument wants a document, acknowledged or not, read, with the very bytes that were sent, and found by the words of each page.
func checkDocument(t *testing.T, a *app.App, u *people.User, d *library.Document) {
	t.Helper()
	if d.Status != library.StatusReady || d.Pages != 2 {
		t.Errorf("%s ended as %s with %d pages (%s)", d.ID, d.Status, d.Pages, d.FailureDetail)
	}
	f := text{d.Filename, strings.TrimSuffix(d.Filename, ".txt")}
	sum := sha256.Sum256([]byte(f.content()))
	if got := content(t, a, u, d); got != f.content() || d.SHA256 != hex.EncodeToString(sum[:]) {
		t.Errorf("%s has other bytes: %.80q", d.ID, got)
	}
	for page, word := range map[int]string{1: f.word, 2: f.second()} {
		res, err := a.Find.Search(t.Context(), u.Viewer(), find.Query{Text: `"` + word + `"`, Types: []search.Type{search.TypeDocument}})
		if err != nil || res.Total != 1 || res.Hits[0].ID != d.ID || res.Hits[0].Page != page {
			t.Errorf("page %d of %s is not found by %q, once: %+v, %v", page, d.ID, word, res, err)
		}
	}
}

func content(t *testing.T, a *app.App, u *people.User, d *library.Document) string {
	t.Helper()
	_, ver, err := a.Library.Version(t.Context(), u.Viewer(), d.ID, 0)
	if err != nil {
		t.Fatal(err)
	}
	b, err := a.Library.Open(t.Context(), ver)
	if err != nil {
		t.Errorf("the file of %s is gone: %v", d.ID, err)
		return ""
	}
	defer b.Close()
	all, err := io.ReadAll(b)
	if err != nil {
		t.Error(err)
	}
	return string(all)
}

// compare wants the index to have every page of everything that the database says can be found, and nothing else.
func compare(t *testing.T, a *app.App) {
	t.Helper()
	known := map[search.Key]bool{}
	sources := map[search.Type]index.Source{search.TypeDocument: a.Library, search.TypeTender: a.Tenders, search.TypePerson: a.People}
	for typ, s := range sources {
		err := s.IDs(t.Context(), func(ids []string) error {
			return s.Entries(t.Context(), ids, func(id string, entries []search.Entry) error {
				k := search.Key{Type: typ, Parent: id}
				known[k] = len(entries) > 0
				return comparePages(t, a, k, entries)
			})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	err := a.Index.Parents(t.Context(), func(k search.Key) error {
		if !known[k] {
			t.Errorf("the index has %v, and the database does not", k)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func comparePages(t *testing.T, a *app.App, k search.Key, entries []search.Entry) error {
	var want []int
	for _, e := range entries {
		want = append(want, e.Page)
	}
	slices.Sort(want)
	got, err := a.Index.Pages(t.Context(), k)
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%v has the pages %v in the index and %v in the database", k, got, want)
	}
	return err
}

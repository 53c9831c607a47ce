package bleve

import (
	"fmt"
	"testing"

	"github.com/aanpak/aanpak/internal/search"
	"github.com/aanpak/aanpak/internal/search/searchtest"
)

func open(t testing.TB, dir string) *Index {
	t.Helper()
	x, err := Open(Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = x.Close() })
	return x
}

func TestPages(t *testing.T) {
	x := open(t, t.TempDir())
	e := func(parent string, page int) search.Entry {
		return search.Entry{Type: search.TypeDocument, Parent: parent, Page: page, Text: "kade", Audience: []string{"company"}}
	}
	keys := []search.Key{{Type: search.TypeDocument, Parent: "a"}, {Type: search.TypeDocument, Parent: "b"}}
	if err := x.Replace(t.Context(), keys, []search.Entry{e("a", 2), e("a", 1), e("b", 1)}); err != nil {
		t.Fatal(err)
	}
	for parent, want := range map[string]string{"a": "[1 2]", "b": "[1]", "none": "[]"} {
		got, err := x.Pages(t.Context(), search.Key{Type: search.TypeDocument, Parent: parent})
		if err != nil || fmt.Sprint(got) != want {
			t.Errorf("%s: %v, %v; want %s", parent, got, err, want)
		}
	}
}

func TestContract(t *testing.T) {
	searchtest.Run(t, func(t *testing.T) search.Index { return open(t, t.TempDir()) })
}

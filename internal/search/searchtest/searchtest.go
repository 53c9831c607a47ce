// Package searchtest is the contract of search.Index: every implementation passes Run, with real words in Dutch and English.
//
// What the contract leaves open, because engines differ: the value of scores, the order of hits whose relevance is close,
// which of several typing corrections is taken, the order in which Parents and Words come, and whether Similar finds the
// same third and later documents. What it does not leave open: audience, totals, page counts, facets, sorting, phrases, and
// which documents a word finds.
package searchtest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/search"
)

// Open makes an empty index for a test, which closes it when the test ends.
type Open func(t *testing.T) search.Index

// Run holds an implementation to the contract.
func Run(t *testing.T, open Open) {
	t.Helper()
	t.Run("words", func(t *testing.T) { words(t, filled(t, open)) })
	t.Run("audience", func(t *testing.T) { audience(t, filled(t, open)) })
	t.Run("facets", func(t *testing.T) { facets(t, filled(t, open)) })
	t.Run("filters", func(t *testing.T) { filters(t, filled(t, open)) })
	t.Run("sorting", func(t *testing.T) { sorting(t, filled(t, open)) })
	t.Run("collapsing", func(t *testing.T) { collapsing(t, filled(t, open)) })
	t.Run("less", func(t *testing.T) { less(t, filled(t, open)) })
	t.Run("documents", func(t *testing.T) { documents(t, filled(t, open)) })
	t.Run("raised", func(t *testing.T) { raised(t, open(t)) })
	t.Run("plain", func(t *testing.T) { plain(t, filled(t, open)) })
	t.Run("ranking", func(t *testing.T) { ranking(t, open(t)) })
	t.Run("replacing", func(t *testing.T) { replacing(t, open(t)) })
	t.Run("compounds", func(t *testing.T) { newCompounds(t, open(t)) })
	t.Run("large", func(t *testing.T) { large(t, open(t)) })
	t.Run("similar", func(t *testing.T) { similar(t, filled(t, open)) })
	t.Run("listing", func(t *testing.T) { listing(t, filled(t, open)) })
	t.Run("hostile", func(t *testing.T) { hostile(t, filled(t, open)) })
}

// Everybody is the audience of the whole company.
var Everybody = []string{"company"}

// doc makes the entries of a document, one per text.
func doc(id, title string, set func(*search.Entry), texts ...string) []search.Entry {
	var out []search.Entry
	for i, text := range texts {
		e := search.Entry{
			Type: search.TypeDocument, Parent: id, Page: i + 1, Title: title, Text: text,
			Language: "nl", Audience: Everybody, Created: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC),
		}
		if set != nil {
			set(&e)
		}
		out = append(out, e)
	}
	return out
}

// Put replaces the parents of the entries.
func Put(t testing.TB, x search.Index, entries ...search.Entry) {
	t.Helper()
	var keys []search.Key
	for _, e := range entries {
		if k := (search.Key{Type: e.Type, Parent: e.Parent}); !slices.Contains(keys, k) {
			keys = append(keys, k)
		}
	}
	if err := x.Replace(context.Background(), keys, entries); err != nil {
		t.Fatalf("replace: %v", err)
	}
}

// ask searches as somebody of the company, with facets.
func ask(t testing.TB, x search.Index, text string, change ...func(*search.Query)) search.Result {
	t.Helper()
	q := search.Query{Text: text, Audience: Everybody, Facets: true}
	for _, c := range change {
		c(&q)
	}
	res, err := x.Search(context.Background(), q)
	if err != nil {
		t.Fatalf("search %q: %v", text, err)
	}
	return res
}

// parents are the parents found, sorted, joined by spaces.
func parents(r search.Result) string {
	var out []string
	for _, h := range r.Hits {
		out = append(out, h.Parent)
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

func inOrder(r search.Result) string {
	var out []string
	for _, h := range r.Hits {
		out = append(out, h.Parent)
	}
	return strings.Join(out, " ")
}

func wantParents(t *testing.T, r search.Result, want, why string) {
	t.Helper()
	if got := parents(r); got != want {
		t.Errorf("%s: found %q, want %q", why, got, want)
	}
	if n := len(strings.Fields(want)); r.Total != n {
		t.Errorf("%s: total %d, want %d", why, r.Total, n)
	}
}

func prefixed(q *search.Query) { q.Prefix = true }

func as(keys ...string) func(*search.Query) {
	return func(q *search.Query) { q.Audience = keys }
}

func sprint(v any) string { return fmt.Sprint(v) }

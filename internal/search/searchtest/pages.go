package searchtest

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/aanpak/aanpak/internal/search"
)

// collapsing: one hit a document, true counts, the best page first.
func collapsing(t *testing.T, x search.Index) {
	r := ask(t, x, "bewoners")
	if r.Total != 2 || r.Pages != 3 {
		t.Errorf("two documents, three pages: %d, %d", r.Total, r.Pages)
	}
	for _, h := range r.Hits {
		if h.Parent == "renovatie" && (h.More != 1 || len(h.Pages) != 1 || h.Page+h.Pages[0] != 3) {
			t.Errorf("pages 1 and 2: %+v", h)
		}
		if h.Parent == "school" && (h.Page != 1 || h.More != 0) {
			t.Errorf("page 1 alone: %+v", h)
		}
	}
	r = ask(t, x, "boog")
	if len(r.Hits) != 1 || r.Hits[0].Page != 1 || r.Hits[0].More != 0 {
		t.Errorf("a title alone gives the first page: %+v", r.Hits)
	}
	r = ask(t, x, "anneke")
	if len(r.Hits) != 1 || r.Hits[0].Page != 0 || r.Hits[0].Type != search.TypePerson {
		t.Errorf("a person has no pages: %+v", r.Hits)
	}
}

// less: who asks for less gets what was asked for, as in a whole answer.
func less(t *testing.T, x search.Index) {
	brief := func(q *search.Query) { q.Brief, q.Facets = true, false }
	count := func(q *search.Query) { q.Count, q.Facets = true, false }
	for _, q := range []string{"bewoners", "boog", "anneke", "bewonerscommunicatie", "renovatie communicatie", "bewonrs", "niets zulks", "renovatie school", ""} {
		whole := ask(t, x, q)
		short := ask(t, x, q, brief)
		if short.Total != whole.Total || parents(short) != parents(whole) || short.Corrected != whole.Corrected {
			t.Errorf("%q in brief: %d, %s, %q; whole %d, %s, %q", q, short.Total, parents(short), short.Corrected, whole.Total, parents(whole), whole.Corrected)
		}
		for _, h := range short.Hits {
			if q == "boog" && h.Page != 1 || h.Page == 0 != (h.Type != search.TypeDocument) {
				t.Errorf("%q in brief: page %d of %s", q, h.Page, h.Parent)
			}
		}
		if n := ask(t, x, q, count).Total; n != whole.Total {
			t.Errorf("%q counted: %d, whole %d", q, n, whole.Total)
		}
	}
}

// plain: words as they are find the entries that have them all, and nothing else; counted by type as well.
func plain(t *testing.T, x search.Index) {
	plainly := func(q *search.Query) { q.Plain = true }
	counted := func(q *search.Query) { q.Plain, q.Count, q.Facets = true, true, true }
	for _, c := range []struct{ q, hits string }{
		{"anneke", "p1"},
		{"boog", "school"},
		{"bewoners voordeur", "renovatie"},
		{"bewonrs", ""},
		{"anneke zulks", ""},
		{"contactpersoon spreekuur", ""}, // on two pages
	} {
		r := ask(t, x, c.q, plainly)
		if parents(r) != c.hits || r.Corrected != "" || r.Relaxed {
			t.Errorf("%q plainly: %s, %q, %v; want %s", c.q, parents(r), r.Corrected, r.Relaxed, c.hits)
		}
		n := ask(t, x, c.q, counted)
		if sum := n.Facets["type"]["document"] + n.Facets["type"]["person"]; n.Total != r.Total || sum != r.Total {
			t.Errorf("%q counted plainly: %d, %v; want %d", c.q, n.Total, n.Facets["type"], r.Total)
		}
	}
}

// ranking: title over text, the exact form over another, near over far.
func ranking(t *testing.T, x search.Index) {
	filler := strings.Repeat("gewone zinnen over iets anders in de bouw. ", 12)
	Put(t, x, doc("text", "Verslag", nil, filler+"duurzaamheid "+filler)...)
	Put(t, x, doc("title", "Duurzaamheid", nil, filler+filler)...)
	Put(t, x, doc("stem", "Verslag", nil, filler+"de gevels zijn hoog "+filler)...)
	Put(t, x, doc("exact", "Verslag", nil, filler+"de gevel is hoog "+filler)...)
	Put(t, x, doc("far", "Verslag", nil, "hijskraan "+filler+filler+" opstelplaats")...)
	Put(t, x, doc("near", "Verslag", nil, filler+" hijskraan opstelplaats "+filler)...)
	Put(t, x, doc("part", "Verslag", nil, filler+" gevelrenovatie "+filler)...)
	for _, c := range []struct{ q, want string }{
		{"duurzaamheid", "title text"}, {"gevel", "exact stem part"}, {"hijskraan opstelplaats", "near far"},
	} {
		if got := inOrder(ask(t, x, c.q)); got != c.want {
			t.Errorf("%s: order %s, want %s", c.q, got, c.want)
		}
	}
}

// replacing: new pages in, vanished pages out, other parents untouched, again and again.
func replacing(t *testing.T, x search.Index) {
	Put(t, x, doc("a", "Eerste", nil, "alfa", "beta", "gamma")...)
	Put(t, x, doc("b", "Tweede", nil, "alfa")...)
	Put(t, x, doc("a", "Eerste", nil, "alfa", "delta")...)
	wantParents(t, ask(t, x, "gamma"), "", "a vanished page")
	wantParents(t, ask(t, x, `"beta"`), "", "a changed page")
	wantParents(t, ask(t, x, "delta"), "a", "a new page")
	if r := ask(t, x, "alfa"); r.Total != 2 || r.Pages != 2 {
		t.Errorf("after replacing: total %d, pages %d", r.Total, r.Pages)
	}
	Put(t, x, doc("a", "Eerste", func(e *search.Entry) { e.Audience = []string{"user:1"} }, "alfa", "delta")...)
	wantParents(t, ask(t, x, "alfa"), "b", "another audience at once")
	if err := x.Replace(context.Background(), []search.Key{{Type: search.TypeDocument, Parent: "a"}, {Type: search.TypeDocument, Parent: "never"}}, nil); err != nil {
		t.Fatal(err)
	}
	wantParents(t, ask(t, x, "alfa", func(q *search.Query) { q.Everything = true }), "b", "a removed parent")
	if got := keys(t, x); got != "[b]" {
		t.Errorf("parents after removal: %s", got)
	}
}

// newCompounds: words that no list knows, in a document that has just come in.
func newCompounds(t *testing.T, x search.Index) {
	Put(t, x, doc("first", "Verslag", nil, "De snorblokplanning is klaar.")...)
	wantParents(t, ask(t, x, "snorblok"), "first", "a part that only the question knows")
	for i := range 4 {
		Put(t, x, doc(fmt.Sprint("later", i), "Verslag", nil, "Een snorblok staat buiten.")...)
	}
	if got := parents(ask(t, x, "snorblok")); got != "first later0 later1 later2 later3" {
		t.Errorf("a part learned later: %s", got)
	}
	Put(t, x, doc("second", "Verslag", nil, "De snorblokkeuring volgt.")...)
	wantParents(t, ask(t, x, "keuring snorblok"), "second", "a compound of a learned part")
	if got := parents(ask(t, x, "planning")); got != "first" {
		t.Errorf("the other part of the first compound: %s", got)
	}
}

// large: a document of many pages is one hit, and all of it is there.
func large(t *testing.T, x search.Index) {
	texts := make([]string, 1200)
	for i := range texts {
		texts[i] = fmt.Sprintf("bladzijde nummer%d over funderingen", i+1)
	}
	Put(t, x, doc("big", "Groot", nil, texts...)...)
	r := ask(t, x, "fundering")
	if r.Total != 1 || r.Pages != 1200 || r.Hits[0].More != 1199 || len(r.Hits[0].Pages) != 3 {
		t.Errorf("1,200 pages: total %d, pages %d, %+v", r.Total, r.Pages, r.Hits)
	}
	if r := ask(t, x, "nummer1187"); r.Total != 1 || r.Hits[0].Page != 1187 {
		t.Errorf("page 1187: %+v", r.Hits)
	}
	Put(t, x, doc("big", "Groot", nil, texts[:2]...)...)
	if r := ask(t, x, "fundering"); r.Pages != 2 {
		t.Errorf("cut to two pages: %d", r.Pages)
	}
}

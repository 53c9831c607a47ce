package meili

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aanpak/aanpak/internal/lang"
	"github.com/aanpak/aanpak/internal/search"
	"github.com/aanpak/aanpak/internal/search/bleve"
	"github.com/aanpak/aanpak/internal/search/searchbench"
	"github.com/aanpak/aanpak/internal/search/searchtest"
)

// TestParity puts the same library into both engines and asks both the same: they find the same, count the same, and agree on most of
// the order. What may differ is said in docs/search.md.
func TestParity(t *testing.T) {
	x := openReal(t)
	b, err := bleve.Open(bleve.Options{Dir: t.TempDir(), Lexicon: lang.NewLexicon()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close() })
	c := searchbench.New(40, 300)
	var all []search.Entry
	for d := range c.Documents {
		all = append(all, c.Document(d)...)
	}
	searchtest.Put(t, b, all...)
	searchtest.Put(t, x, all...)
	asked, first, top := 0, 0, 0
	for _, q := range parityQuestions(c) {
		want, err := b.Search(context.Background(), q)
		if err != nil {
			t.Fatal(err)
		}
		got, err := x.Search(context.Background(), q)
		if err != nil {
			t.Fatal(err)
		}
		if g, w := outline(got), outline(want); g != w {
			t.Errorf("%q %+v\n  meilisearch %s\n  embedded    %s", q.Text, q.Filters, g, w)
		}
		asked++
		if len(want.Hits) == 0 || len(got.Hits) > 0 && got.Hits[0].Parent == want.Hits[0].Parent {
			first++
		}
		if sameSet(got.Hits, want.Hits, 5) {
			top++
		}
	}
	t.Logf("%d questions: the same first hit %d times, the same first five %d times", asked, first, top)
	if first*100 < asked*85 || top*10 < asked*8 {
		t.Errorf("of %d questions the first hit is the same for %d and the first five for %d", asked, first, top)
	}
}

func parityQuestions(c *searchbench.Corpus) (qs []search.Query) {
	add := func(q search.Query) {
		q.Audience, q.Facets = searchbench.Viewer(uint64(len(qs)%7)), true
		qs = append(qs, q)
	}
	for i := range uint64(40) {
		one, two, three := c.Query(i, 1), c.Query(i+100, 2), c.Query(i+200, 3)
		add(search.Query{Text: one})
		add(search.Query{Text: two})
		add(search.Query{Text: three})
		switch i % 8 {
		case 0:
			add(search.Query{Text: two, Filters: search.Filters{Kind: []string{"approach", "risk"}}})
		case 1:
			add(search.Query{Text: one + " -" + c.Query(i+300, 1)})
		case 2:
			words := strings.Fields(c.Text(int(i) * 7))
			add(search.Query{Text: `"` + strings.Join(words[3:5], " ") + `"`})
		case 3:
			add(search.Query{Text: one[:len(one)-1] + "x"})
		case 4:
			add(search.Query{Text: one + " soort:planning jaar:2019"})
		case 5:
			add(search.Query{Text: one, Sort: search.SortNewest})
		case 6:
			add(search.Query{Text: one[:min(4, len(one))], Prefix: true})
		case 7:
			add(search.Query{Text: one + " zqxwvutsr"})
		}
	}
	add(search.Query{})
	return qs
}

// outline is what both engines must agree on.
func outline(r search.Result) string {
	more := 0
	var found []string
	for _, h := range r.Hits {
		more += h.More
		found = append(found, h.Parent)
	}
	slices.Sort(found)
	list := strings.Join(found, " ")
	if r.Total > len(r.Hits) { // which of them are shown is a matter of order
		list, more = "", 0
	}
	return fmt.Sprint(r.Total, " found, ", r.Pages, " pages, ", more, " more, relaxed ", r.Relaxed, ", corrected ", r.Corrected, ", missing ", r.Missing, ", ", r.Facets, " ", list)
}

func sameSet(a, b []search.Hit, n int) bool {
	names := func(hs []search.Hit) (out []string) {
		for _, h := range hs[:min(n, len(hs))] {
			out = append(out, h.Parent)
		}
		slices.Sort(out)
		return out
	}
	return slices.Equal(names(a), names(b))
}

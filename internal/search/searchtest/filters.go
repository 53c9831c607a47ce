package searchtest

import (
	"testing"

	"github.com/aanpak/aanpak/internal/search"
)

func filters(t *testing.T, x search.Index) {
	with := func(set func(*search.Query)) search.Result { return ask(t, x, "", set) }
	wantParents(t, with(func(q *search.Query) { q.Filters.Kind = []string{"approach"} }), "english renovatie school", "kind")
	wantParents(t, with(func(q *search.Query) { q.Filters.Kind = []string{"approach", "cv"}; q.Filters.Year = []int{2023, 2024} }), "renovatie school", "kind and two years")
	wantParents(t, with(func(q *search.Query) { q.Filters.Branch = []string{"br-eindhoven"} }), "school", "branch")
	wantParents(t, with(func(q *search.Query) { q.Filters.Client = []string{"Woonstichting Kroeven"} }), "renovatie t1", "client")
	wantParents(t, with(func(q *search.Query) { q.Filters.Tag = []string{"bewoners"} }), "renovatie", "tag")
	wantParents(t, with(func(q *search.Query) { q.Filters.Language = []string{"en"} }), "english", "language")
	wantParents(t, with(func(q *search.Query) { q.Filters.Outcome = []string{"won"} }), "renovatie t1", "outcome")
	wantParents(t, with(func(q *search.Query) { q.Filters.MinScore = 8 }), "renovatie", "score")
	wantParents(t, with(func(q *search.Query) { q.Types = []search.Type{search.TypeTender, search.TypePerson} }), "p1 t1", "types")
	for _, c := range []struct{ q, want string }{
		{"soort:aanpak", "english renovatie school"},
		{"kind:approach jaar:2024", "renovatie"},
		{"uitkomst:gewonnen", "renovatie t1"},
		{"taal:engels", "english"},
		{"client:kroeven communicatie", "renovatie"},
		{`opdrachtgever:"gemeente eindhoven"`, "school"},
		{"vestiging:br-eindhoven", "school"},
		{"tag:nieuwbouw", "school"},
		{"type:selectie", "t1"},
	} {
		wantParents(t, ask(t, x, c.q), c.want, c.q)
	}
}

// facets count documents, not pages, and a field leaves its own filter out.
func facets(t *testing.T, x search.Index) {
	r := ask(t, x, "bewoners")
	for field, want := range map[string]string{
		"type": "map[document:2]", "kind": "map[approach:2]", "branch": "map[br-eindhoven:1 br-zwolle:1]",
		"year": "map[2023:1 2024:1]", "outcome": "map[lost:1 won:1]", "language": "map[nl:2]", "score": "map[6:1 8:1]",
		"tag": "map[bewoners:1 nieuwbouw:1 renovatie:1]", "client": "map[Gemeente Eindhoven:1 Woonstichting Kroeven:1]",
	} {
		if got := sprint(r.Facets[field]); got != want {
			t.Errorf("facet %s: %s, want %s", field, got, want)
		}
	}
	r = ask(t, x, "bewoners", func(q *search.Query) { q.Filters.Branch = []string{"br-zwolle"} })
	if got := sprint(r.Facets["branch"]); got != "map[br-eindhoven:1 br-zwolle:1]" {
		t.Errorf("the facet of a filtered field: %s", got)
	}
	if got := sprint(r.Facets["year"]); got != "map[2024:1]" {
		t.Errorf("the facet of another field: %s", got)
	}
	if r := ask(t, x, "bewoners", func(q *search.Query) { q.Facets = false }); r.Facets != nil {
		t.Errorf("facets that nobody asked for: %v", r.Facets)
	}
}

func sorting(t *testing.T, x search.Index) {
	by := func(s search.Sort) search.Result {
		return ask(t, x, "kind:approach", func(q *search.Query) { q.Sort = s })
	}
	for s, want := range map[search.Sort]string{
		search.SortNewest: "renovatie school english", search.SortReused: "school renovatie english", search.SortScore: "renovatie school english",
	} {
		if got := inOrder(by(s)); got != want {
			t.Errorf("sorted by %s: %s, want %s", s, got, want)
		}
	}
	var pages []string
	for i := range 3 {
		r := ask(t, x, "kind:approach", func(q *search.Query) { q.Sort, q.Limit, q.Offset = search.SortNewest, 1, i })
		if r.Total != 3 || len(r.Hits) != 1 {
			t.Fatalf("page %d: total %d, %d hits", i, r.Total, len(r.Hits))
		}
		pages = append(pages, r.Hits[0].Parent)
	}
	if got := sprint(pages); got != "[renovatie school english]" {
		t.Errorf("page by page: %s", got)
	}
	if r := ask(t, x, "kind:approach", func(q *search.Query) { q.Offset = 50 }); r.Total != 3 || len(r.Hits) != 0 {
		t.Errorf("beyond the end: total %d, %d hits", r.Total, len(r.Hits))
	}
}

package searchtest

import (
	"context"
	"testing"

	"github.com/aanpak/aanpak/internal/search"
)

// audience: what is outside a viewer's keys is not found, counted, corrected to, completed or named.
func audience(t *testing.T, x search.Index) {
	outside := []func(*search.Query){as("company"), as("company", "group:other", "branch:br-eindhoven"), as("user:x"), as()}
	for i, who := range outside {
		for _, q := range []string{"zwanenhals", "Westerveldtunnel", "geluidsscherm", "1250", `"zwanenhals renovatie"`, "zwanenhalz", "westerveldtunnell", "viaduct", "rijkswaterstaat"} {
			r := ask(t, x, q, who)
			if r.Total != 0 || r.Pages != 0 || len(r.Hits) != 0 || r.Corrected != "" {
				t.Errorf("viewer %d asks %q: total %d, pages %d, corrected %q", i, q, r.Total, r.Pages, r.Corrected)
			}
			for f, values := range r.Facets {
				if len(values) != 0 {
					t.Errorf("viewer %d asks %q: facet %s has %v", i, q, f, values)
				}
			}
		}
		if r := ask(t, x, "zwan", who, prefixed); r.Total != 0 {
			t.Errorf("viewer %d types zwan: %q", i, parents(r))
		}
		if r := ask(t, x, "", who); r.Facets["client"]["Rijkswaterstaat"] != 0 || r.Facets["kind"]["calculation"] != 0 {
			t.Errorf("viewer %d lists everything: %v", i, r.Facets)
		}
		if r := ask(t, x, "renovatie -zwanenhals", who); i < 2 && parents(r) != "renovatie t1" {
			t.Errorf("viewer %d excludes a word: %q", i, parents(r))
		}
		sim, err := x.Similar(context.Background(), "geluidsscherm zwanenhals bekisting", search.Key{}, search.Query{Audience: nil})
		if err != nil || sim.Total != 0 {
			t.Errorf("similar for nobody: %d, %v", sim.Total, err)
		}
	}
	inside(t, x)
}

func inside(t *testing.T, x search.Index) {
	for _, who := range []func(*search.Query){
		as("company", "group:calc"), as("branch:br-zwolle"), func(q *search.Query) { q.Audience, q.Everything = nil, true },
	} {
		r := ask(t, x, "zwanenhals", who)
		wantParents(t, r, "begroting", "inside the audience")
		if r.Facets["client"]["Rijkswaterstaat"] != 1 {
			t.Errorf("inside the audience: facets %v", r.Facets)
		}
	}
	r := ask(t, x, "zwanenhalz", as("group:calc"))
	if r.Corrected != "zwanenhals" {
		t.Errorf("inside the audience a typing error is corrected: got %q", r.Corrected)
	}
}

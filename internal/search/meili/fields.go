package meili

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/aanpak/aanpak/internal/lang"
	"github.com/aanpak/aanpak/internal/search"
)

// facetFields are the fields of Result.Facets.
var facetFields = []string{"type", "kind", "branch", "client", "year", "outcome", "language", "tag", "score"}

// fieldFilter is what is asked of one field.
type fieldFilter struct{ field, expr string }

// fieldFilters are what Filters and the fields of the text ask for. Parts of the names of clients, and tags in any case, are looked up first
// among those that the viewer sees.
func (q *question) fieldFilters(ctx context.Context) error {
	f, typed := q.ask.Filters, q.plan.Filled.Fields
	add := func(field string, values []string) {
		if len(values) > 0 {
			q.fields = append(q.fields, fieldFilter{field, in(field, exactlyAll(values))})
		}
	}
	add("kind", f.Kind)
	add("kind", typed["kind"])
	add("branch", either(f.Branch, typed["branch"]))
	add("client", f.Client)
	add("tender", either(f.Tender, typed["tender"]))
	add("outcome", f.Outcome)
	add("outcome", typed["outcome"])
	add("language", f.Language)
	add("language", typed["language"])
	add("tag", f.Tag)
	add("type", typed["type"])
	add("year", typed["year"])
	switch {
	case len(f.Documents) > 0:
		keys, err := documentKeys(f.Documents)
		if err != nil {
			return err
		}
		q.fields = append(q.fields, fieldFilter{"document", in("key", keys)})
	case len(typed["is"]) > 0: // nobody said which these are
		q.fields = append(q.fields, fieldFilter{"document", nothing})
	}
	var years []string
	for _, y := range f.Year {
		years = append(years, strconv.Itoa(y))
	}
	add("year", years)
	if f.MinScore != 0 {
		q.fields = append(q.fields, fieldFilter{"score", "points >= " + strconv.FormatFloat(f.MinScore, 'f', -1, 64)})
	}
	return cmp.Or(
		q.typedNames(ctx, "client", typed["client"], strings.Contains),
		q.typedNames(ctx, "tag", typed["tag"], func(tag, asked string) bool { return tag == asked }))
}

func either(a, b []string) []string {
	if len(a) > 0 {
		return a
	}
	return b
}

// typedNames filters by the values of a field that fit what was typed.
func (q *question) typedNames(ctx context.Context, field string, typed []string, fits func(value, asked string) bool) error {
	if len(typed) == 0 {
		return nil
	}
	res, err := q.x.multi(ctx, query{filter: q.base, facets: []string{field}})
	if err != nil {
		return err
	}
	var found []string
	for value := range res[0].facets[field] {
		folded := lang.Fold(original(value))
		if slices.ContainsFunc(typed, func(t string) bool { return fits(folded, lang.Fold(t)) }) {
			found = append(found, value)
		}
	}
	q.fields = append(q.fields, fieldFilter{field, in(field, found)})
	return nil
}

// passes is the filter of all fields but one; with an empty name of all.
func (q *question) passes(but string) string {
	var all []string
	for _, f := range q.fields {
		if f.field != but {
			all = append(all, f.expr)
		}
	}
	return and(all...)
}

// freeFacets are the fields that no filter is on, counted with the hits themselves; filteredFacets are the others, each of which is counted without
// its own filter.
func (q *question) freeFacets() (out []string) {
	if !q.ask.Facets {
		return nil
	}
	if q.ask.Count {
		return []string{"type"}
	}
	for _, f := range facetFields {
		if !q.filtered(f) {
			out = append(out, f)
		}
	}
	return out
}

func (q *question) filteredFacets(match string) (out []query) {
	if !q.ask.Facets {
		return nil
	}
	for _, f := range facetFields {
		if q.filtered(f) {
			out = append(out, query{filter: and(match, q.passes(f)), facets: []string{f}, distinct: true})
		}
	}
	return out
}

func (q *question) filtered(field string) bool {
	return slices.ContainsFunc(q.fields, func(x fieldFilter) bool { return x.field == field })
}

// facetsOf reads the facets of answers.
func facetsOf(answers []answer) map[string]map[string]int {
	out := map[string]map[string]int{}
	for _, f := range facetFields {
		out[f] = map[string]int{}
	}
	for _, a := range answers {
		for field, values := range a.facets {
			for v, n := range values {
				out[field][original(v)] = n
			}
		}
	}
	return out
}

// sorts is the order of the server for an order of hits; for relevance there is none.
func sorts(s search.Sort) []string {
	switch s {
	case search.SortNewest:
		return []string{"created:desc", "key:asc"}
	case search.SortReused:
		return []string{"reused:desc", "created:desc", "key:asc"}
	case search.SortScore:
		return []string{"points:desc", "created:desc", "key:asc"}
	}
	return nil
}

package site

import (
	"maps"
	"net/url"
	"slices"

	"github.com/aanpak/aanpak/internal/i18n"
	"github.com/aanpak/aanpak/templates/part"
)

// facetOrder is the order of the fields beside a list.
var facetOrder = []string{"kind", "branch", "function", "expertise", "outcome", "client", "year", "language", "tag"}

// value is a value of a field with its count, as library and search give it.
type value struct {
	value, name string
	count       int
}

// list is a list that is narrowed by its address: its path, and the query as it is now.
type list struct {
	path  string
	query url.Values
}

// facets words the counted values; a ticked value that no longer counts stays, so that it can be unticked.
func (a list) facets(l *i18n.Localizer, counted map[string][]value) []part.Facet {
	var out []part.Facet
	for _, field := range facetOrder {
		f := part.Facet{Name: field, Label: l.T("facet." + field)}
		seen := map[string]bool{}
		for _, v := range counted[field] {
			seen[v.value] = true
			f.Values = append(f.Values, part.FacetValue{
				Value: v.value, Label: label(l, field, v), Count: v.count, On: slices.Contains(a.query[field], v.value),
			})
		}
		for _, on := range a.query[field] {
			if !seen[on] {
				f.Values = append(f.Values, part.FacetValue{Value: on, Label: label(l, field, value{value: on}), On: true})
			}
		}
		if len(f.Values) > 0 {
			out = append(out, f)
		}
	}
	return out
}

// label words a value: codes by the catalogue, the rest as it is.
func label(l *i18n.Localizer, field string, v value) string {
	switch key := field + "." + v.value; {
	case v.name != "":
		return v.name
	case l.Has(key):
		return l.T(key)
	}
	return v.value
}

// chips are the ticked values, each with the address without it.
func (a list) chips(facets []part.Facet) []part.Chip {
	var out []part.Chip
	for _, f := range facets {
		for _, v := range f.Values {
			if v.On {
				out = append(out, part.Chip{Label: v.Label, RemoveURL: a.without(f.Name, v.Value)})
			}
		}
	}
	return out
}

func (a list) without(field, value string) string {
	q := a.clone()
	q[field] = slices.DeleteFunc(q[field], func(v string) bool { return v == value })
	return a.address(q)
}

// with is the address with a field set.
func (a list) with(field, value string) string {
	q := a.clone()
	q.Set(field, value)
	return a.address(q)
}

// clear is the address with none of the facets.
func (a list) clear() string {
	q := a.clone()
	for _, field := range facetOrder {
		q.Del(field)
	}
	q.Del("status")
	q.Del("owner")
	q.Del("group")
	return a.address(q)
}

func (a list) clone() url.Values {
	q := maps.Clone(a.query)
	q.Del("page")
	for k, v := range q {
		q[k] = slices.Clone(v)
	}
	return q
}

func (a list) address(q url.Values) string {
	for k, v := range q {
		if len(v) == 0 || (len(v) == 1 && v[0] == "") {
			delete(q, k)
		}
	}
	if len(q) == 0 {
		return a.path
	}
	return a.path + "?" + q.Encode()
}

// pager leads through total things, size a page.
func (a list) pager(page, size, total int) part.Pager {
	p := part.Pager{Page: page, Pages: (total + size - 1) / size, First: (page-1)*size + 1, Last: min(page*size, total), Total: total}
	if page > 1 {
		p.Previous = a.page(page - 1)
	}
	if page < p.Pages {
		p.Forward = a.page(page + 1)
	}
	return p
}

func (a list) page(n int) string {
	q := a.clone()
	if n > 1 {
		q.Set("page", num(n))
	}
	return a.address(q)
}

// filtered tells whether any facet is ticked.
func (a list) filtered() bool {
	return slices.ContainsFunc(append([]string{"status", "owner", "group"}, facetOrder...), func(f string) bool { return a.query.Get(f) != "" })
}

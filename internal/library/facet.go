package library

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
)

// Facet is a value of a field with the number of documents that have it.
type Facet struct {
	Value string // as a filter takes it
	Name  string // as people read it; empty where Value is a code that the interface words
	Count int
}

// maxFacet is how many values of a field are shown.
const maxFacet = 12

// counted is what facets need of a document, or of N documents without tags that are alike in all of it. Seven grouped queries cost ten times
// what reading these rows once does.
type counted struct {
	N                                                                       int
	ID, Kind, BranchID, BranchName, Client, ClientFolded, Outcome, Language string
	Year                                                                    int
	tags                                                                    []Tag
}

// values returns the values of a document for a field, with their names.
func (d *counted) values(field string) []Facet {
	one := func(value, name string) []Facet {
		if value == "" {
			return nil
		}
		return []Facet{{Value: value, Name: name}}
	}
	switch field {
	case "kind":
		return one(d.Kind, "")
	case "branch":
		return one(d.BranchID, d.BranchName)
	case "client":
		return one(d.ClientFolded, d.Client)
	case "outcome":
		return one(d.Outcome, "")
	case "language":
		return one(d.Language, "")
	case "year":
		if d.Year == 0 {
			return nil
		}
		return one(strconv.Itoa(d.Year), "")
	}
	out := make([]Facet, len(d.tags))
	for i, t := range d.tags {
		out[i] = Facet{Value: t.TagFolded, Name: t.Tag}
	}
	return out
}

// facetFields are the fields that are counted.
var facetFields = []string{"kind", "branch", "client", "year", "outcome", "language", "tag"}

// choices are the values that a filter chose, by field, in the form of values.
func (f Filter) choices() map[string][]string {
	years := make([]string, len(f.Year))
	for i, y := range f.Year {
		years[i] = strconv.Itoa(y)
	}
	return map[string][]string{
		"kind": f.Kind, "branch": f.Branch, "client": folded(f.Client), "year": years, "outcome": f.Outcome, "language": f.Language, "tag": folded(f.Tag),
	}
}

// Facets counts what the viewer may see by each field, most frequent first. A field's own choice does not narrow its counts,
// so that a second value can be chosen. What it returns is shared: it must not be changed.
func (s *Service) Facets(ctx context.Context, v auth.Viewer, f Filter) (map[string][]Facet, error) {
	chosen := f.choices()
	return s.facets.Get(ctx, f.set(v)+fmt.Sprintf("%q", chosen), func(ctx context.Context) (map[string][]Facet, error) {
		rows, err := s.countedRows(ctx, v, f)
		if err != nil {
			return nil, err
		}
		return facetsOf(rows, chosen), nil
	})
}

func facetsOf(rows []counted, chosen map[string][]string) map[string][]Facet {
	counts := make(map[string]map[string]*Facet, len(facetFields))
	for _, field := range facetFields {
		counts[field] = map[string]*Facet{}
	}
	for i := range rows {
		misses := missing(&rows[i], chosen)
		for _, field := range facetFields {
			if len(misses) == 0 || len(misses) == 1 && misses[0] == field {
				count(counts[field], rows[i].values(field), rows[i].N)
			}
		}
	}
	out := make(map[string][]Facet, len(facetFields))
	for field, values := range counts {
		out[field] = sortedFacet(values)
	}
	return out
}

// missing returns the fields whose choice a document does not meet, at most two: with two it counts nowhere.
func missing(d *counted, chosen map[string][]string) (fields []string) {
	for _, field := range facetFields {
		want := chosen[field]
		if len(want) == 0 {
			continue
		}
		if !slices.ContainsFunc(d.values(field), func(v Facet) bool { return slices.Contains(want, v.Value) }) {
			if fields = append(fields, field); len(fields) == 2 {
				return fields
			}
		}
	}
	return fields
}

func count(counts map[string]*Facet, values []Facet, n int) {
	for _, v := range values {
		if have := counts[v.Value]; have != nil {
			have.Count += n
			continue
		}
		v.Count = n
		counts[v.Value] = &v
	}
}

func sortedFacet(values map[string]*Facet) []Facet {
	list := make([]Facet, 0, len(values))
	for _, f := range values {
		list = append(list, *f)
	}
	slices.SortFunc(list, func(a, b Facet) int {
		if a.Count != b.Count {
			return b.Count - a.Count
		}
		return strings.Compare(a.Value, b.Value)
	})
	return list[:min(maxFacet, len(list))]
}

// fixed is the filter without the choices of facets.
func (f Filter) fixed() Filter {
	return Filter{Tender: f.Tender, Status: f.Status, Owner: f.Owner, Group: f.Group, Unfinished: f.Unfinished, Trash: f.Trash}
}

// set names the rows that a viewer's filter begins with: who sees them, and the fixed part.
func (f Filter) set(v auth.Viewer) string {
	return fmt.Sprintf("%t %q %q %q %#v", v.IsSystem(), v.AudienceKeys(), v.Role, v.BranchID, f.fixed())
}

// countedRows returns the rows of what the viewer may see, before any choice of a facet: people turn pages and tick boxes.
func (s *Service) countedRows(ctx context.Context, v auth.Viewer, f Filter) ([]counted, error) {
	fixed := f.fixed()
	return s.counted.Get(ctx, f.set(v), func(ctx context.Context) (rows []counted, err error) {
		err = s.base(v, fixed, "").ColumnExpr("CASE WHEN EXISTS (SELECT 1 FROM document_tags AS dt WHERE dt.document_id = d.id) THEN d.id ELSE '' END AS id").
			ColumnExpr("count(*) AS n, d.kind, d.branch_id, d.language, b.name AS branch_name").
			ColumnExpr("coalesce(t.client, '') AS client, coalesce(t.client_folded, '') AS client_folded, coalesce(t.outcome, '') AS outcome, coalesce(t.year, 0) AS year").
			Join("JOIN branches AS b ON b.id = d.branch_id").GroupExpr("1, 3, 4, 5, 6, 7, 8, 9, 10").Scan(ctx, &rows)
		if err != nil {
			return nil, fmt.Errorf("count by field: %w", db.Classify(err))
		}
		return rows, s.countedTags(ctx, rows, v, fixed)
	})
}

func (s *Service) countedTags(ctx context.Context, rows []counted, v auth.Viewer, fixed Filter) error {
	var tags []Tag
	err := s.base(v, fixed, "").ColumnExpr("dt.document_id, dt.tag, dt.tag_folded").Join("JOIN document_tags AS dt ON dt.document_id = d.id").Scan(ctx, &tags)
	if err != nil {
		return fmt.Errorf("count by tag: %w", db.Classify(err))
	}
	at := make(map[string]*counted, len(rows))
	for i := range rows {
		at[rows[i].ID] = &rows[i]
	}
	for _, t := range tags {
		if d := at[t.DocumentID]; d != nil {
			d.tags = append(d.tags, t)
		}
	}
	return nil
}

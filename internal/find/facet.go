package find

import (
	"context"
	"slices"
	"strings"

	"github.com/aanpak/aanpak/internal/auth"
)

// maxFacetValues bounds a facet on a page.
const maxFacetValues = 12

// nameFacets sorts the counts of the index and gives ids their names.
func (s *Service) nameFacets(ctx context.Context, v auth.Viewer, counts map[string]map[string]int) (map[string][]FacetValue, error) {
	if counts == nil {
		return nil, nil
	}
	names := map[string]string{}
	if len(counts["branch"]) > 0 {
		list, err := s.people.Branches(ctx, v)
		if err != nil {
			return nil, err
		}
		for _, b := range list {
			names[b.ID] = b.Name
		}
	}
	out := make(map[string][]FacetValue, len(counts))
	for field, values := range counts {
		list := make([]FacetValue, 0, len(values))
		for value, n := range values {
			fv := FacetValue{Value: value, Count: n}
			if field == "branch" {
				fv.Name = names[value]
			}
			list = append(list, fv)
		}
		sortFacet(field, list)
		out[field] = list[:min(maxFacetValues, len(list))]
	}
	return out, nil
}

// sortFacet puts years newest first and everything else most frequent first.
func sortFacet(field string, list []FacetValue) {
	slices.SortFunc(list, func(a, b FacetValue) int {
		if field == "year" {
			return strings.Compare(b.Value, a.Value)
		}
		if a.Count != b.Count {
			return b.Count - a.Count
		}
		return strings.Compare(a.Value, b.Value)
	})
}

package meili

import (
	"context"
	"maps"
	"math/bits"
	"slices"
)

// maxParents bounds the documents that are found by needs met over several pages.
const maxParents = 5000

// maxLevels bounds the needs of a question whose pages are told apart by how many they meet: the ways to meet some of many needs
// are too many for a filter.
const maxLevels = 6

// relax looks for documents that meet the needs over several pages; where there are none, for those that meet the most. It says
// whether needs were left out.
func (q *question) relax(ctx context.Context) (match, bool, error) {
	filtered, all, err := q.parentsByNeed(ctx)
	if err != nil {
		return match{}, false, err
	}
	most := 0
	for _, bit := range filtered {
		most = max(most, bits.OnesCount16(bit))
	}
	if most == 0 {
		return match{}, false, nil
	}
	m := q.everyNeed()
	m.match = and(q.base, q.lacks, q.atLeast(1))
	if most > 1 {
		m.match = and(m.match, in("key", parentsWith(all, most)))
	}
	for k := min(len(q.needs)-1, maxLevels); k > 1 && len(q.needs) <= maxLevels; k-- {
		m.levels = append(m.levels, q.atLeast(k))
	}
	m.levels = append(m.levels, q.atLeast(1))
	return m, most < len(q.needs), nil
}

// parentsByNeed returns the needs that each parent meets: of the parents that pass the filters of fields, and of all.
func (q *question) parentsByNeed(ctx context.Context) (filtered, all map[string]uint16, err error) {
	passes := q.passes("")
	var qs []query
	for _, n := range q.needs {
		f := and(q.base, q.lacks, n.any)
		qs = append(qs, query{filter: and(f, passes), facets: []string{"key"}})
		if passes != "" {
			qs = append(qs, query{filter: f, facets: []string{"key"}})
		}
	}
	got, err := q.x.multi(ctx, qs...)
	if err != nil {
		return nil, nil, err
	}
	filtered, all = map[string]uint16{}, map[string]uint16{}
	for i := range q.needs {
		note := func(into map[string]uint16, a answer) {
			for key := range a.facets["key"] {
				into[key] |= 1 << i
			}
		}
		if passes == "" {
			note(filtered, got[i])
			continue
		}
		note(filtered, got[2*i])
		note(all, got[2*i+1])
	}
	if passes == "" {
		all = filtered
	}
	return filtered, all, nil
}

// parentsWith returns the parents that meet so many needs.
func parentsWith(parents map[string]uint16, needs int) []string {
	maps.DeleteFunc(parents, func(_ string, bit uint16) bool { return bits.OnesCount16(bit) < needs })
	keys := slices.Sorted(maps.Keys(parents))
	return keys[:min(len(keys), maxParents)]
}

// atLeast is the filter of pages that meet so many needs.
func (q *question) atLeast(k int) string {
	var ways []string
	for set := range uint(1) << min(len(q.needs), maxNeeds) {
		if bits.OnesCount(set) != k || k > 1 && len(q.needs) > maxLevels {
			continue
		}
		var all []string
		for i, n := range q.needs {
			if set>>i&1 == 1 {
				all = append(all, n.any)
			}
		}
		ways = append(ways, and(all...))
	}
	return or(ways...)
}

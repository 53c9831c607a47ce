package site

import (
	"cmp"
	"slices"
)

// sortValues puts years newest first and everything else most frequent first.
func sortValues(field string, list []value) {
	slices.SortFunc(list, func(a, b value) int {
		if field == "year" {
			return cmp.Compare(b.value, a.value)
		}
		return cmp.Or(cmp.Compare(b.count, a.count), cmp.Compare(a.name, b.name), cmp.Compare(a.value, b.value))
	})
}

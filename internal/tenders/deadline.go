package tenders

import (
	"cmp"
	"slices"
)

// ByDeadline sorts tenders by what is due first; those without a date come last.
func ByDeadline(list []*Tender) {
	slices.SortStableFunc(list, func(a, b *Tender) int {
		if a.SubmitAt.IsZero() != b.SubmitAt.IsZero() {
			if a.SubmitAt.IsZero() {
				return 1
			}
			return -1
		}
		return cmp.Or(a.SubmitAt.Compare(b.SubmitAt.Time), cmp.Compare(a.ID, b.ID))
	})
}

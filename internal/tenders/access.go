package tenders

import (
	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/errs"
)

// visibleTo is the one place that says who sees a tender: everybody who is signed in.
func visibleTo(v auth.Viewer) func(*bun.SelectQuery) *bun.SelectQuery {
	return func(q *bun.SelectQuery) *bun.SelectQuery {
		if !v.SignedIn() {
			return q.Where("1 = 0")
		}
		return q
	}
}

// audience is visibleTo for the search index.
func audience() []string { return []string{auth.KeyCompany} }

// CanCreate tells whether the viewer may add a tender for a branch.
func CanCreate(v auth.Viewer, branchID string) error {
	if !v.SignedIn() {
		return errs.Unauthorized()
	}
	if v.IsAdmin() || v.BranchID == branchID {
		return nil
	}
	return errs.Forbidden("error.tender_branch")
}

// CanEdit tells whether the viewer may change a tender.
func CanEdit(v auth.Viewer, t *Tender) error { return CanCreate(v, t.BranchID) }

package tenders

import (
	"slices"

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

// CanTeam tells whether the viewer may change who is on the team of a tender, which opens its calculations: who is on it, the managers of
// its branch and, for others than themselves, administrators.
func CanTeam(v auth.Viewer, t *Tender) error {
	switch {
	case !v.SignedIn():
		return errs.Unauthorized()
	case v.IsSystem(), onTeam(v, t), v.Manages(t.BranchID):
		return nil
	}
	return errs.Forbidden("error.tender_team")
}

// canAdd is CanTeam for one who is to be added: administrators do not let themselves in.
func canAdd(v auth.Viewer, t *Tender, userID string) error {
	if v.IsAdmin() && !v.IsSystem() && userID == v.UserID && !onTeam(v, t) {
		return errs.Forbidden("error.let_in_self")
	}
	return CanTeam(v, t)
}

func onTeam(v auth.Viewer, t *Tender) bool { return slices.Contains(v.Groups, auth.TeamGroup(t.ID)) }

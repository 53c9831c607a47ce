package spotlight

import (
	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/library"
)

// visibleTo is the one place that says who sees a spotlight, and whom it is for: those of its audience who see the document of themselves.
// Temporary access shows a document, not what is said of it. The query joins documents AS d.
func visibleTo(v auth.Viewer) func(*bun.SelectQuery) *bun.SelectQuery {
	v.Grants = nil
	return func(q *bun.SelectQuery) *bun.SelectQuery {
		q.Apply(library.Visible(v))
		if v.IsSystem() {
			return q
		}
		return q.Where("sp.audience IN (?)", bun.List(append(v.OwnKeys(), "")))
	}
}

// Audiences are those for which the viewer may hold something up, the usual one first; none for most people.
func Audiences(v auth.Viewer) []string {
	switch {
	case v.IsSystem(), v.IsAdmin(), v.Role == auth.RoleEditor && v.UserID != "":
		return []string{Company}
	case v.Role == auth.RoleManager && v.UserID != "":
		return []string{Company, Branch}
	}
	return nil
}

// CanCreate tells whether the viewer, who sees the document, may hold it up.
func CanCreate(v auth.Viewer, d *library.Document) error {
	switch {
	case !v.SignedIn():
		return errs.Unauthorized()
	case d.Lent:
		return errs.Forbidden("error.lent")
	case len(Audiences(v)) == 0:
		return errs.Forbidden("error.spotlight")
	}
	return nil
}

// CanChange tells whether the viewer, who sees a spotlight, may change or end it: who made it, administrators, editors what is for the
// company, and managers what is for their branch.
func CanChange(v auth.Viewer, s *Spotlight) error {
	switch {
	case !v.SignedIn():
		return errs.Unauthorized()
	case v.IsSystem(), v.IsAdmin(), v.UserID == s.UserID:
		return nil
	case v.Role == auth.RoleEditor && s.ForCompany(), v.Role == auth.RoleManager && s.Audience == auth.BranchKey(v.BranchID):
		return nil
	}
	return errs.Forbidden("error.spotlight_change")
}

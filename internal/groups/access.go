package groups

import (
	"strings"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/errs"
)

// visibleTo is the one place that says who knows of a group: everybody who is signed in, of a hidden one only who is in it or was
// invited. Administrators are no exception, but for temporary access.
func visibleTo(v auth.Viewer) func(*bun.SelectQuery) *bun.SelectQuery {
	return func(q *bun.SelectQuery) *bun.SelectQuery {
		switch {
		case v.IsSystem():
			return q
		case v.UserID == "":
			return q.Where("1 = 0")
		}
		return q.WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
			q.Where("g.kind <> ?", KindHidden).WhereOr("EXISTS (SELECT 1 FROM group_members AS vm WHERE vm.group_id = g.id AND vm.user_id = ?)", v.UserID)
			if ids := lent(v); len(ids) > 0 {
				q.WhereOr("g.id IN (?)", bun.List(ids))
			}
			return q
		})
	}
}

// lent are the groups that the viewer looks into by temporary access.
func lent(v auth.Viewer) (ids []string) {
	for _, g := range v.Grants {
		if id, ok := strings.CutPrefix(g.Key, auth.GroupKey("")); ok {
			ids = append(ids, id)
		}
	}
	return ids
}

// audience is visibleTo for the search index. Who is invited to a hidden group finds it by the invitation, not by searching.
func (g *Group) audience() []string {
	if g.Kind == KindHidden {
		return []string{auth.GroupKey(g.ID)}
	}
	return []string{auth.KeyCompany}
}

// CanCreate tells whether the viewer may begin a group, and whether it may be official.
func CanCreate(v auth.Viewer, official bool) error {
	switch {
	case !v.SignedIn():
		return errs.Unauthorized()
	case official && !v.IsAdmin():
		return errs.Forbidden("error.group_official")
	}
	return nil
}

// CanManage tells whether the viewer, who sees the group, may change it and let people in: its owners and, where everybody knows of it,
// administrators.
func CanManage(v auth.Viewer, g *Group) error {
	switch {
	case !v.SignedIn():
		return errs.Unauthorized()
	case v.IsSystem(), g.Owner && g.State == StateMember, v.IsAdmin() && g.Kind != KindHidden:
		return nil
	}
	return errs.Forbidden("error.group_manage")
}

// CanSeeMembers tells whether the viewer, who sees the group, sees who is in it: of a hidden group only its members do, since the
// invited could else look around without joining.
func CanSeeMembers(v auth.Viewer, g *Group) bool {
	return v.IsSystem() || g.Kind != KindHidden || g.State == StateMember || v.Granted(auth.GroupKey(g.ID))
}

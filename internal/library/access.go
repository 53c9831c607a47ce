package library

import (
	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/errs"
)

// visibleTo is the one place that says who sees a document: who holds one of its audience keys. The owner's key is
// always among them. Administrators have no key to everything: private stays private, but for temporary access, whose keys
// are in the viewer.
func visibleTo(v auth.Viewer) func(*bun.SelectQuery) *bun.SelectQuery {
	return func(q *bun.SelectQuery) *bun.SelectQuery {
		if v.IsSystem() {
			return q
		}
		keys := v.AudienceKeys()
		if len(keys) == 0 {
			return q.Where("1 = 0")
		}
		return q.Where("EXISTS (SELECT 1 FROM document_audience AS a WHERE a.document_id = d.id AND a.key IN (?))", bun.List(keys))
	}
}

// Visible is the rule of who sees a document, for queries of other domains that join documents AS d: it leaves what the viewer sees, and is
// not in the trash. What is seen by temporary access must then be loaded by a method of Service, which writes it down.
func Visible(v auth.Viewer) func(*bun.SelectQuery) *bun.SelectQuery {
	return func(q *bun.SelectQuery) *bun.SelectQuery { return q.Apply(visibleTo(v)).Apply(present) }
}

// lending tells of each document whether the viewer sees it by temporary access only.
func lending(v auth.Viewer) func(*bun.SelectQuery) *bun.SelectQuery {
	return func(q *bun.SelectQuery) *bun.SelectQuery {
		if len(v.Grants) == 0 {
			return q
		}
		return q.ColumnExpr("NOT EXISTS (SELECT 1 FROM document_audience AS own WHERE own.document_id = d.id AND own.key IN (?)) AS lent", bun.List(v.OwnKeys()))
	}
}

// present leaves out what is in the trash.
func present(q *bun.SelectQuery) *bun.SelectQuery { return q.Where("d.deleted_at IS NULL") }

// CanUpload tells whether the viewer may add documents for a branch: the own one, or any for an administrator.
func CanUpload(v auth.Viewer, branchID string) error {
	if !v.SignedIn() {
		return errs.Unauthorized()
	}
	if v.IsAdmin() || v.BranchID == branchID {
		return nil
	}
	return errs.Forbidden("error.upload_branch")
}

// CanEdit tells whether the viewer, who sees the document, may change it: its owner, the managers of its branch and
// administrators. Temporary access is for looking.
func CanEdit(v auth.Viewer, d *Document) error {
	if !v.SignedIn() {
		return errs.Unauthorized()
	}
	if d.Lent {
		return errs.Forbidden("error.lent")
	}
	if v.IsSystem() || v.UserID == d.OwnerID || v.Manages(d.BranchID) {
		return nil
	}
	return errs.Forbidden("error.document_edit")
}

// editableBy is CanEdit in SQL, for lists of what the viewer may change.
func editableBy(v auth.Viewer) func(*bun.SelectQuery) *bun.SelectQuery {
	return func(q *bun.SelectQuery) *bun.SelectQuery {
		switch {
		case v.IsAdmin():
			return q
		case v.Manages(v.BranchID):
			return q.Where("(d.owner_id = ? OR d.branch_id = ?)", v.UserID, v.BranchID)
		}
		return q.Where("d.owner_id = ?", v.UserID)
	}
}

// CanPurge tells whether the viewer may delete a document for good.
func CanPurge(v auth.Viewer) error {
	if !v.SignedIn() {
		return errs.Unauthorized()
	}
	if !v.IsAdmin() {
		return errs.Forbidden("error.admin_only")
	}
	return nil
}

package reuse

import (
	"slices"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/tenders"
)

// CanUse tells whether the viewer, who sees the document, may say that they used it, or that it is outdated.
func CanUse(v auth.Viewer, d *library.Document) error {
	switch {
	case v.UserID == "":
		return errs.Unauthorized()
	case d.Lent:
		return errs.Forbidden("error.lent")
	}
	return nil
}

// canUseFor tells whether the viewer may say what a tender was made with: its team, people of its branch and administrators.
func canUseFor(v auth.Viewer, t *tenders.Tender) error {
	if v.IsAdmin() || v.BranchID == t.BranchID || slices.Contains(v.Groups, auth.TeamGroup(t.ID)) {
		return nil
	}
	return errs.Forbidden("error.use_tender")
}

// canAnswer tells whether the viewer may say that a document is still right: who may change it.
func canAnswer(v auth.Viewer, d *library.Document) error { return library.CanEdit(v, d) }

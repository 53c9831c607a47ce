package people

import (
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/errs"
)

// CanAdminister tells whether the viewer may change accounts, branches and settings of the installation.
func CanAdminister(v auth.Viewer) error {
	if !v.SignedIn() {
		return errs.Unauthorized()
	}
	if !v.IsAdmin() {
		return errs.Forbidden("error.admin_only")
	}
	return nil
}

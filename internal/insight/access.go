package insight

import (
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/errs"
)

// may lets in who is signed in in one of some roles.
func may(v auth.Viewer, message string, roles ...auth.Role) error {
	if !v.SignedIn() {
		return errs.Unauthorized()
	}
	for _, r := range roles {
		if v.Role == r {
			return nil
		}
	}
	return errs.Forbidden(message)
}

// CanSee tells whether the viewer sees the figures, which are of all branches and name nobody: everybody who leads something.
func CanSee(v auth.Viewer) error {
	return may(v, "error.insight", auth.RoleAmbassador, auth.RoleEditor, auth.RoleManager, auth.RoleHR, auth.RoleAdmin)
}

// CanDirect tells whether the viewer has tips for their branch: its managers, and administrators.
func CanDirect(v auth.Viewer) error {
	return may(v, "error.director", auth.RoleManager, auth.RoleAdmin)
}

// CanWelcome tells whether the viewer has the queue of who is to be answered and welcomed.
func CanWelcome(v auth.Viewer) error {
	return may(v, "error.ambassador", auth.RoleAmbassador, auth.RoleAdmin)
}

// CanHand tells whether the viewer may give a task to somebody else: who has it, anybody while nobody has, and administrators.
func CanHand(v auth.Viewer, takenBy string) error {
	if takenBy == "" || takenBy == v.UserID || v.IsAdmin() {
		return nil
	}
	return errs.Conflict("error.task_taken")
}

package people_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/aanpak/aanpak/internal/audit"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/people"
)

// TestAccount changes a person's name and address: they sign in by the new one, the trail tells, and what is taken is refused.
func TestAccount(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		u, other := w.person("tom@b.nl", auth.RoleMember), w.person("eve@b.nl", auth.RoleMember)
		a := people.Account{Name: " Tom  de Vries ", Email: "Tom.deVries@b.nl", Role: auth.RoleManager, BranchID: u.BranchID}
		wantKind(t, "by a member", w.SetAccount(t.Context(), other.Viewer(), u.ID, a), errs.KindForbidden)
		wantKind(t, "nobody", w.SetAccount(t.Context(), w.admin.Viewer(), "x", a), errs.KindNotFound)
		for range 2 { // the second time changes nothing, and is not written down
			if err := w.SetAccount(t.Context(), w.admin.Viewer(), u.ID, a); err != nil {
				t.Fatal(err)
			}
		}
		if _, now, err := w.SignIn(t.Context(), "tom.devries@b.nl", password, from); err != nil || now.Name != "Tom de Vries" || now.Role != auth.RoleManager {
			t.Errorf("sign-in by the new address: %+v, %v", now, err)
		}
		_, _, err := w.SignIn(t.Context(), "tom@b.nl", password, from)
		wantKind(t, "sign-in by the old address", err, errs.KindUnauthorized)
		wantTrail(t, w, w.admin.ID, u.ID)
		a.Email = "EVE@b.nl"
		err = w.SetAccount(t.Context(), w.admin.Viewer(), u.ID, a)
		wantKind(t, "taken", err, errs.KindConflict)
		var e *errs.Error
		if errors.As(err, &e); len(e.Fields) != 1 || e.Fields[0].Field != "email" {
			t.Errorf("the field is not named: %v", err)
		}
		a.Name, a.Email, a.Role = "", "geen adres", "baas"
		err = w.SetAccount(t.Context(), w.admin.Viewer(), u.ID, a)
		if errors.As(err, &e); e.Kind != errs.KindInvalid || len(e.Fields) != 3 {
			t.Errorf("three wrong fields: %v", err)
		}
	})
}

func wantTrail(t *testing.T, w *world, by, about string) {
	t.Helper()
	var list []audit.Entry
	err := w.db.Reader().NewSelect().Model(&list).Where("action = 'user.account'").Scan(t.Context())
	if err != nil || len(list) != 1 {
		t.Fatalf("audit trail: %+v, %v", list, err)
	}
	if e := list[0]; e.UserID != by || e.Object != "user:"+about || !strings.Contains(e.Detail, "<tom@b.nl>, member") || !strings.Contains(e.Detail, "Tom de Vries <Tom.deVries@b.nl>, manager") {
		t.Errorf("audit trail: %+v", e)
	}
}

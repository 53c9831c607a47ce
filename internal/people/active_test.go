package people_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/people"
)

// TestAdministratorsLetEachOtherOut: of two administrators who take the role from each other, or let each other out, at the same time one
// always stays.
func TestAdministratorsLetEachOtherOut(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		eve := w.person("eve@b.nl", auth.RoleAdmin)
		member := func(u *people.User) people.Account {
			return people.Account{Name: u.Name, Email: u.Email, Role: auth.RoleMember, BranchID: u.BranchID}
		}
		for i := range 20 {
			var wait sync.WaitGroup
			start := make(chan struct{})
			for _, pair := range [][2]*people.User{{w.admin, eve}, {eve, w.admin}} {
				wait.Go(func() {
					<-start
					if i%2 == 0 {
						_ = w.SetActive(t.Context(), pair[0].Viewer(), pair[1].ID, false)
					} else {
						_ = w.SetAccount(t.Context(), pair[0].Viewer(), pair[1].ID, member(pair[1]))
					}
				})
			}
			close(start)
			wait.Wait()
			u, err := w.FirstAdmin(t.Context())
			if err != nil {
				t.Fatalf("nobody administers any more: %v", err)
			}
			for _, other := range []*people.User{w.admin, eve} {
				back := member(other)
				back.Role = auth.RoleAdmin
				if err := w.SetActive(t.Context(), u.Viewer(), other.ID, true); err != nil {
					t.Fatal(err)
				}
				if err := w.SetAccount(t.Context(), u.Viewer(), other.ID, back); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}

// TestWhoLeavesIsOutAtOnce: with the very next request, whatever was kept of the one before.
func TestWhoLeavesIsOutAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		u := w.person("tom@b.nl", auth.RoleMember)
		session, _, err := w.SignIn(t.Context(), u.Email, password, from)
		if err != nil {
			t.Fatal(err)
		}
		token, _, err := w.CreateToken(t.Context(), u.Viewer(), "script")
		if err != nil {
			t.Fatal(err)
		}
		link, err := w.Invite(t.Context(), w.admin.Viewer(), u.ID)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := w.Session(t.Context(), session); err != nil {
			t.Fatal(err)
		}
		if _, err := w.TokenUser(t.Context(), token); err != nil {
			t.Fatal(err)
		}
		if err := w.SetActive(t.Context(), w.admin.Viewer(), u.ID, false); err != nil {
			t.Fatal(err)
		}
		_, _, err = w.Session(t.Context(), session)
		wantKind(t, "session", err, errs.KindUnauthorized)
		_, err = w.TokenUser(t.Context(), token)
		wantKind(t, "token", err, errs.KindUnauthorized)
		_, err = w.Accept(t.Context(), link, "een heel ander wachtwoord", from)
		wantKind(t, "link", err, errs.KindNotFound)
		_, _, err = w.SignIn(t.Context(), u.Email, password, from)
		wantKind(t, "sign-in", err, errs.KindUnauthorized)
		if err := w.SetActive(t.Context(), w.admin.Viewer(), u.ID, true); err != nil {
			t.Fatal(err)
		}
		_, err = w.TokenUser(t.Context(), token)
		wantKind(t, "token after coming back", err, errs.KindUnauthorized)
		var actions []string
		if err := w.db.Reader().NewSelect().TableExpr("audit").Column("action").Where("object = ?", "user:"+u.ID).Order("id").Scan(t.Context(), &actions); err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(actions, " "); got != "user.create session.open user.invite user.deactivate session.refused user.activate" {
			t.Errorf("trail: %s", got)
		}
	})
}

// TestWhoNeverSignedIn is a filter of the administrators.
func TestWhoNeverSignedIn(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		tom, eve := w.person("tom@b.nl", auth.RoleMember), w.person("eve@b.nl", auth.RoleMember)
		if _, _, err := w.SignIn(t.Context(), tom.Email, password, from); err != nil {
			t.Fatal(err)
		}
		if err := w.SetActive(t.Context(), w.admin.Viewer(), eve.ID, false); err != nil {
			t.Fatal(err)
		}
		for state, want := range map[people.State]string{people.StateNew: w.admin.ID, people.StateActive: tom.ID, people.StateLeft: eve.ID} {
			list, err := w.Users(t.Context(), w.admin.Viewer(), people.UserFilter{State: state})
			if err != nil || len(list) != 1 || list[0].ID != want {
				t.Errorf("%s: %v, %v", state, list, err)
			}
		}
		list, err := w.Users(t.Context(), tom.Viewer(), people.UserFilter{State: people.StateLeft, Inactive: true})
		if err != nil || len(list) != 2 {
			t.Errorf("a member sees %d people, %v", len(list), err)
		}
	})
}

// TestPersonnelNumber: who has no mail address signs in by it, and nobody else has it.
func TestPersonnelNumber(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		add := func(email, number string) (*people.User, error) {
			return w.Create(t.Context(), auth.System(), people.NewUser{Email: email, PersonnelNumber: number, Name: "Kees Smit", Branch: "Zwolle", Role: auth.RoleMember, Password: password})
		}
		kees, err := add("", "A-4711")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := add("", "4712"); err != nil {
			t.Errorf("a second person without an address: %v", err)
		}
		_, err = add("", "a-4711")
		wantKind(t, "the same number", err, errs.KindConflict)
		_, err = add("", "")
		wantKind(t, "neither", err, errs.KindInvalid)
		_, err = add("", "4711@b.nl")
		wantKind(t, "an address as a number", err, errs.KindInvalid)
		if _, u, err := w.SignIn(t.Context(), " a-4711 ", password, from); err != nil || u.ID != kees.ID {
			t.Errorf("sign-in by number: %v", err)
		}
		for _, login := range []string{"", "-" + kees.ID, "4713"} {
			_, _, err := w.SignIn(t.Context(), login, password, people.Client{Address: "192.0.2.7"})
			wantKind(t, "sign-in as "+login, err, errs.KindUnauthorized)
		}
		a := people.Account{Name: "Kees", PersonnelNumber: "4712", Role: auth.RoleMember, BranchID: kees.BranchID}
		wantKind(t, "taken", w.SetAccount(t.Context(), w.admin.Viewer(), kees.ID, a), errs.KindConflict)
		a.PersonnelNumber, a.Email = "", "kees@b.nl"
		if err := w.SetAccount(t.Context(), w.admin.Viewer(), kees.ID, a); err != nil {
			t.Fatal(err)
		}
		if _, u, err := w.SignIn(t.Context(), "kees@b.nl", password, from); err != nil || u.ID != kees.ID {
			t.Errorf("sign-in by the new address: %v", err)
		}
	})
}

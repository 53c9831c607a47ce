package people_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/db/dbtest"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/people"
)

const password = "een lang wachtwoord"

var from = people.Client{Address: "192.0.2.1", UserAgent: "test"}

// world is a service with an administrator and a clock that the test moves.
type world struct {
	*people.Service
	t     *testing.T
	db    *db.DB
	clock time.Time
	admin *people.User
}

func each(t *testing.T, f func(t *testing.T, w *world)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := &world{Service: people.New(d, auth.NewHasher(2)), t: t, db: d, clock: db.Now()}
		w.UseClock(func() time.Time { return w.clock })
		w.admin = w.person("ada@b.nl", auth.RoleAdmin)
		f(t, w)
	})
}

func (w *world) person(email string, role auth.Role) *people.User {
	w.t.Helper()
	u, err := w.Create(w.t.Context(), auth.System(), people.NewUser{Email: email, Name: strings.ToUpper(email[:1]) + email[1:3], Branch: "Zwolle", Role: role, Password: password})
	if err != nil {
		w.t.Fatal(err)
	}
	return u
}

func wantKind(t *testing.T, what string, err error, k errs.Kind) {
	t.Helper()
	if err == nil || errs.KindOf(err) != k {
		t.Errorf("%s: %v, want kind %v", what, err, k)
	}
}

func TestSignInAndSessions(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, u := t.Context(), w.person("tom@b.nl", auth.RoleMember)
		_, _, err := w.SignIn(ctx, "tom@b.nl", "verkeerd wachtwoord", from)
		wantKind(t, "wrong password", err, errs.KindUnauthorized)
		_, _, err = w.SignIn(ctx, "niemand@b.nl", password, from)
		wantKind(t, "unknown address", err, errs.KindUnauthorized)
		first, _, err := w.SignIn(ctx, " TOM@b.nl", password, from)
		if err != nil {
			t.Fatal(err)
		}
		second, _, err := w.SignIn(ctx, "tom@b.nl", password, from)
		if err != nil || first == second {
			t.Fatalf("second sign-in: %v, same secret %v", err, first == second)
		}
		got, s, err := w.Session(ctx, first)
		if err != nil || got.ID != u.ID {
			t.Fatalf("session: %v, %v", got, err)
		}
		list, err := w.Sessions(ctx, u.Viewer())
		if err != nil || len(list) != 2 {
			t.Errorf("%d sessions, err %v", len(list), err)
		}
		wantKind(t, "end another's session", w.EndSession(ctx, w.admin.Viewer(), s.ID, ""), errs.KindNotFound)
		if err := w.EndSession(ctx, u.Viewer(), s.ID, ""); err != nil {
			t.Fatal(err)
		}
		_, _, err = w.Session(ctx, first)
		wantKind(t, "ended session", err, errs.KindUnauthorized)
		w.clock = w.clock.Add(15 * 24 * time.Hour)
		_, _, err = w.Session(ctx, second)
		wantKind(t, "session unused for two weeks", err, errs.KindUnauthorized)
	})
}

func TestTooManyTriesAreRefusedForAWhile(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.person("tom@b.nl", auth.RoleMember)
		for range 10 {
			_, _, err := w.SignIn(t.Context(), "tom@b.nl", "verkeerd wachtwoord", from)
			wantKind(t, "try", err, errs.KindUnauthorized)
		}
		_, _, err := w.SignIn(t.Context(), "tom@b.nl", password, people.Client{Address: "192.0.2.9"})
		wantKind(t, "right password from elsewhere", err, errs.KindTooMany)
		_, _, err = w.SignIn(t.Context(), "ada@b.nl", password, from)
		wantKind(t, "another account from the same address", err, errs.KindTooMany)
		w.clock = w.clock.Add(16 * time.Minute)
		if _, _, err := w.SignIn(t.Context(), "tom@b.nl", password, from); err != nil {
			t.Errorf("after the window: %v", err)
		}
	})
}

func TestTokens(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		u := w.person("tom@b.nl", auth.RoleMember)
		secret, tok, err := w.CreateToken(t.Context(), u.Viewer(), "script")
		if err != nil {
			t.Fatal(err)
		}
		if got, err := w.TokenUser(t.Context(), secret); err != nil || got.ID != u.ID {
			t.Fatalf("token: %v, %v", got, err)
		}
		_, err = w.TokenUser(t.Context(), secret+"x")
		wantKind(t, "wrong token", err, errs.KindUnauthorized)
		wantKind(t, "delete another's", w.DeleteToken(t.Context(), w.admin.Viewer(), tok.ID), errs.KindNotFound)
		if err := w.SetActive(t.Context(), w.admin.Viewer(), u.ID, false); err != nil {
			t.Fatal(err)
		}
		_, err = w.TokenUser(t.Context(), secret)
		wantKind(t, "token of who left", err, errs.KindUnauthorized)
	})
}

func TestInvitationWorksOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		u := w.person("tom@b.nl", auth.RoleMember)
		old, _, err := w.SignIn(t.Context(), u.Email, password, from)
		if err != nil {
			t.Fatal(err)
		}
		link, err := w.Invite(t.Context(), w.admin.Viewer(), u.ID)
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.Accept(t.Context(), link, "kort", from)
		wantKind(t, "short password", err, errs.KindInvalid)
		session, err := w.Accept(t.Context(), link, "een heel ander wachtwoord", from)
		if err != nil {
			t.Fatal(err)
		}
		if got, _, err := w.Session(t.Context(), session); err != nil || got.ID != u.ID {
			t.Errorf("session of the invitation: %v", err)
		}
		_, _, err = w.Session(t.Context(), old)
		wantKind(t, "session of the old password", err, errs.KindUnauthorized)
		_, err = w.Accept(t.Context(), link, "nog een ander wachtwoord", from)
		wantKind(t, "used link", err, errs.KindNotFound)
		_, err = w.Invite(t.Context(), u.Viewer(), w.admin.ID)
		wantKind(t, "a member invites", err, errs.KindForbidden)
	})
}

func TestFirstAdministrator(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := people.New(d, auth.NewHasher(2))
		link, err := s.SetupLink(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		n := people.NewUser{Email: "ada@b.nl", Name: "Ada", Branch: "Zwolle", Password: password}
		wrong := n
		wrong.Email = "ada"
		_, err = s.SetUp(t.Context(), link, wrong, from)
		wantKind(t, "wrong address", err, errs.KindInvalid)
		session, err := s.SetUp(t.Context(), link, n, from)
		if err != nil {
			t.Fatal(err)
		}
		if u, _, err := s.Session(t.Context(), session); err != nil || u.Role != auth.RoleAdmin {
			t.Errorf("first person: %v, %v", u, err)
		}
		_, err = s.SetUp(t.Context(), link, n, from)
		wantKind(t, "used link", err, errs.KindNotFound)
		_, err = s.SetupLink(t.Context())
		wantKind(t, "a second setup", err, errs.KindConflict)
	})
}

func TestTheLastAdministratorStays(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		v := w.admin.Viewer()
		member := people.Account{Name: w.admin.Name, Email: w.admin.Email, Role: auth.RoleMember, BranchID: w.admin.BranchID}
		wantKind(t, "last admin becomes member", w.SetAccount(t.Context(), v, w.admin.ID, member), errs.KindConflict)
		wantKind(t, "last admin leaves", w.SetActive(t.Context(), v, w.admin.ID, false), errs.KindConflict)
		w.person("eve@b.nl", auth.RoleAdmin)
		if err := w.SetAccount(t.Context(), v, w.admin.ID, member); err != nil {
			t.Errorf("with another admin: %v", err)
		}
	})
}

func TestPasswordChange(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		u := w.person("tom@b.nl", auth.RoleMember)
		here, _, _ := w.SignIn(t.Context(), u.Email, password, from)
		there, _, _ := w.SignIn(t.Context(), u.Email, password, from)
		_, s, err := w.Session(t.Context(), here)
		if err != nil {
			t.Fatal(err)
		}
		own := people.Client{Address: from.Address, Session: s}
		_, err = w.ChangePassword(t.Context(), u.Viewer(), "niet dit wachtwoord", "een nieuw wachtwoord", own)
		wantKind(t, "wrong old one", err, errs.KindInvalid)
		_, err = w.ChangePassword(t.Context(), u.Viewer(), password, "1q2w3e4r5t", own)
		wantKind(t, "a leaked new one", err, errs.KindInvalid)
		renewed, err := w.ChangePassword(t.Context(), u.Viewer(), password, "een nieuw wachtwoord", own)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := w.Session(t.Context(), renewed); err != nil {
			t.Errorf("the new session: %v", err)
		}
		for what, old := range map[string]string{"the secret that changed it": here, "the other session": there} {
			_, _, err = w.Session(t.Context(), old)
			wantKind(t, what, err, errs.KindUnauthorized)
		}
	})
}

// TestPasswordIsTakenAsItIs: as long as a page of text, of any letters, and neither folded nor trimmed nor cut.
func TestPasswordIsTakenAsItIs(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for i, p := range []string{strings.Repeat("lange zin ", 19) + "ÉÉn 1234", "  spaties ervoor", "😀😃😄😁😆😅😂🤣😊😇", "zonder hoofdletter of cijfer", "4815162342108000"} {
			u, err := w.Create(t.Context(), auth.System(), people.NewUser{Email: string(rune('a'+i)) + "@c.nl", Name: "Iemand", Branch: "Zwolle", Role: auth.RoleMember, Password: p})
			if err != nil {
				t.Fatalf("%q: %v", p, err)
			}
			if _, _, err := w.SignIn(t.Context(), u.Email, p, from); err != nil {
				t.Errorf("%q: %v", p, err)
			}
			for _, other := range []string{p[:len(p)-4], strings.TrimSpace(p) + "!", strings.ToUpper(p) + " ", strings.TrimLeft(p, " ") + " "} {
				_, _, err := w.SignIn(t.Context(), u.Email, other, people.Client{Address: "192.0.2.2"})
				wantKind(t, "another", err, errs.KindUnauthorized)
				w.clock = w.clock.Add(time.Hour)
			}
		}
	})
}

// TestSessionsEnd after two weeks without a request, and after ninety days however often it was used.
func TestSessionsEnd(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		open := func() (in func() error) {
			secret, _, err := w.SignIn(t.Context(), w.admin.Email, password, from)
			if err != nil {
				t.Fatal(err)
			}
			return func() error { _, _, err := w.Session(t.Context(), secret); return err }
		}
		const day = 24 * time.Hour
		idle := open()
		w.clock = w.clock.Add(14*day + time.Second)
		wantKind(t, "two weeks without a request", idle(), errs.KindUnauthorized)
		busy := open()
		for range 8 {
			w.clock = w.clock.Add(11 * day)
			if err := busy(); err != nil {
				t.Fatal(err)
			}
		}
		w.clock = w.clock.Add(2*day + time.Second)
		wantKind(t, "ninety days", busy(), errs.KindUnauthorized)
	})
}

func TestBranches(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b, err := w.CreateBranch(t.Context(), w.admin.Viewer(), "Oldenzaal", "Oldenzaal")
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.CreateBranch(t.Context(), w.admin.Viewer(), " oldenzaal ", "")
		wantKind(t, "same name", err, errs.KindConflict)
		_, err = w.CreateBranch(t.Context(), w.person("tom@b.nl", auth.RoleMember).Viewer(), "X", "")
		wantKind(t, "by a member", err, errs.KindForbidden)
		if err := w.RenameBranch(t.Context(), w.admin.Viewer(), b.ID, "Twente", ""); err != nil {
			t.Fatal(err)
		}
		if got, err := w.Branch(t.Context(), "TWENTE"); err != nil || got.ID != b.ID {
			t.Errorf("by name: %v, %v", got, err)
		}
	})
}

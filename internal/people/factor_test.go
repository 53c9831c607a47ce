package people_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/people"
)

// app is somebody's authenticator.
type app struct {
	*world
	secret string
}

func (a app) code() string {
	a.t.Helper()
	code, err := auth.TOTPCode(a.secret, a.clock)
	if err != nil {
		a.t.Fatal(err)
	}
	return code
}

func (w *world) wait() { w.clock = w.clock.Add(31 * time.Second) }

// withApp sets a second factor up for somebody.
func (w *world) withApp(u *people.User) (app, []string) {
	w.t.Helper()
	return w.withAppFrom(u, from)
}

func (w *world) withAppFrom(u *people.User, c people.Client) (app, []string) {
	w.t.Helper()
	if err := w.BeginFactor(w.t.Context(), u.Viewer()); err != nil {
		w.t.Fatal(err)
	}
	secret, uri, err := w.PendingFactor(w.t.Context(), u.Viewer())
	if err != nil || !strings.Contains(uri, secret) || !strings.Contains(uri, "Aanpak") {
		w.t.Fatalf("%q, %v", uri, err)
	}
	a := app{w, secret}
	recovery, err := w.ConfirmFactor(w.t.Context(), u.Viewer(), a.code(), c)
	if err != nil || len(recovery) != 10 {
		w.t.Fatalf("%v, %v", recovery, err)
	}
	return a, recovery
}

// first gives the first factor, and returns the secret of the second step.
func (w *world) first(login string) string {
	w.t.Helper()
	session, _, err := w.SignIn(w.t.Context(), login, password, from)
	var step *people.SecondStep
	if session != "" || !errors.As(err, &step) {
		w.t.Fatalf("a password alone: session %q, %v", session, err)
	}
	return step.Secret
}

// TestSecondFactor: a code is asked for after the password, none counts twice, and none of somebody else.
func TestSecondFactor(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		tom, eve := w.person("tom@b.nl", auth.RoleMember), w.person("eve@b.nl", auth.RoleMember)
		a, _ := w.withApp(tom)
		other, _ := w.withApp(eve)
		pending := w.first("tom@b.nl")
		finish := func(code string) (string, error) { return w.FinishSignIn(t.Context(), pending, code, from) }
		_, err := finish(a.code())
		wantKind(t, "the code that was used to set it up", err, errs.KindInvalid)
		w.wait()
		_, err = finish(other.code())
		wantKind(t, "another's code", err, errs.KindInvalid)
		_, err = w.FinishSignIn(t.Context(), "x", a.code(), from)
		wantKind(t, "without the first step", err, errs.KindUnauthorized)
		_, _, err = w.Session(t.Context(), pending)
		wantKind(t, "the secret of the step as a session", err, errs.KindUnauthorized)
		code := a.code()
		session, err := finish(code)
		if err != nil {
			t.Fatal(err)
		}
		if u, _, err := w.Session(t.Context(), session); err != nil || u.ID != tom.ID || !u.Factor {
			t.Errorf("session: %+v, %v", u, err)
		}
		_, err = finish(code)
		wantKind(t, "a step that is done", err, errs.KindUnauthorized)
		pending = w.first("tom@b.nl")
		_, err = finish(code)
		wantKind(t, "the same code again", err, errs.KindInvalid)
		w.clock = w.clock.Add(11 * time.Minute)
		_, err = finish(a.code())
		wantKind(t, "a step that waited too long", err, errs.KindUnauthorized)
	})
}

// TestCodesOfAnAppAreNotGuessed: a step ends after a few wrong codes, and so do all steps of a person together.
func TestCodesOfAnAppAreNotGuessed(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		a, _ := w.withApp(w.person("tom@b.nl", auth.RoleMember))
		w.wait()
		try := func(pending, code string, i int) error {
			_, err := w.FinishSignIn(t.Context(), pending, code, people.Client{Address: fmt.Sprintf("198.51.100.%d", i)})
			return err
		}
		for range 2 {
			pending := w.first("tom@b.nl")
			for i := range 5 {
				wantKind(t, "wrong", try(pending, "12345", i), errs.KindInvalid)
			}
			wantKind(t, "the right one, too late", try(pending, a.code(), 9), errs.KindUnauthorized)
		}
		wantKind(t, "the right one in a new step", try(w.first("tom@b.nl"), a.code(), 99), errs.KindTooMany)
		w.clock = w.clock.Add(16 * time.Minute)
		if err := try(w.first("tom@b.nl"), a.code(), 99); err != nil {
			t.Errorf("after the window: %v", err)
		}
	})
}

// TestRecoveryCodes stand in for the app, each once; new ones end the old.
func TestRecoveryCodes(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		tom := w.person("tom@b.nl", auth.RoleMember)
		a, recovery := w.withApp(tom)
		with := func(code string) error {
			_, err := w.FinishSignIn(t.Context(), w.first("tom@b.nl"), code, from)
			return err
		}
		if err := with(auth.ShowCode(recovery[3])); err != nil {
			t.Fatal(err)
		}
		wantKind(t, "again", with(recovery[3]), errs.KindInvalid)
		if f, err := w.MyFactor(t.Context(), tom.Viewer()); err != nil || !f.On || f.Recovery != 9 {
			t.Errorf("%+v, %v", f, err)
		}
		w.wait()
		fresh, err := w.RenewRecovery(t.Context(), tom.Viewer(), a.code(), from)
		if err != nil {
			t.Fatal(err)
		}
		wantKind(t, "an old one", with(recovery[4]), errs.KindInvalid)
		if err := with(fresh[0]); err != nil {
			t.Errorf("a new one: %v", err)
		}
		var kept []string
		if err := w.db.Reader().NewRaw("SELECT code_hash FROM recovery_codes UNION ALL SELECT secret FROM second_factors").Scan(t.Context(), &kept); err != nil || len(kept) != 11 {
			t.Fatalf("%d, %v", len(kept), err)
		}
		for _, k := range kept {
			for _, c := range append(fresh, a.secret) {
				if strings.Contains(k, c) || k == auth.HashSecret(c) {
					t.Errorf("the database has %q", k)
				}
			}
		}
	})
}

// TestLinksDoNotGoRound: neither a link nor a letter goes round the second factor.
func TestLinksDoNotGoRound(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		tom := w.person("tom@b.nl", auth.RoleMember)
		w.withApp(tom)
		l := w.letter(tom)
		_, err := w.AcceptCode(t.Context(), "tom@b.nl", l.Code, chosen, from)
		var step *people.SecondStep
		if !errors.As(err, &step) {
			t.Errorf("a letter: %v", err)
		}
		link, err := w.Invite(t.Context(), w.admin.Viewer(), tom.ID)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Accept(t.Context(), link, chosen, from); !errors.As(err, &step) {
			t.Errorf("a link: %v", err)
		}
	})
}

// TestFactorIsEnforced: who must have one is told so with the next request, and cannot take it off.
func TestFactorIsEnforced(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		tom := w.person("tom@b.nl", auth.RoleManager)
		session, _, err := w.SignIn(t.Context(), "tom@b.nl", password, from)
		if err != nil {
			t.Fatal(err)
		}
		due := func() bool {
			t.Helper()
			u, _, err := w.Session(t.Context(), session)
			if err != nil {
				t.Fatal(err)
			}
			return u.FactorDue
		}
		if due() {
			t.Error("due before anybody asks for it")
		}
		wantKind(t, "by a manager", w.SetFactorRoles(t.Context(), tom.Viewer(), nil), errs.KindForbidden)
		if err := w.SetFactorRoles(t.Context(), w.admin.Viewer(), []auth.Role{auth.RoleManager, "baas"}); err != nil {
			t.Fatal(err)
		}
		if !due() {
			t.Error("not due though the role must have it")
		}
		_, here, err := w.Session(t.Context(), session)
		if err != nil {
			t.Fatal(err)
		}
		a, _ := w.withAppFrom(tom, people.Client{Address: from.Address, Session: here})
		if due() {
			t.Error("due though it is there")
		}
		n, err := w.FactorNumbers(t.Context(), w.admin.Viewer())
		if err != nil || n[auth.RoleManager] != [2]int{1, 1} || n[auth.RoleAdmin] != [2]int{0, 1} {
			t.Errorf("%v, %v", n, err)
		}
		w.wait()
		wantKind(t, "off", w.DropFactor(t.Context(), tom.Viewer(), a.code(), from), errs.KindConflict)
		if err := w.SetFactorRoles(t.Context(), w.admin.Viewer(), nil); err != nil {
			t.Fatal(err)
		}
		wantKind(t, "off without a code", w.DropFactor(t.Context(), tom.Viewer(), "", from), errs.KindInvalid)
		if err := w.DropFactor(t.Context(), tom.Viewer(), a.code(), from); err != nil {
			t.Error(err)
		}
		if _, _, err := w.SignIn(t.Context(), "tom@b.nl", password, from); err != nil {
			t.Errorf("sign-in without it: %v", err)
		}
	})
}

// TestFactorIsReset by an administrator, which is written down and ends the sessions.
func TestFactorIsReset(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		tom := w.person("tom@b.nl", auth.RoleMember)
		a, _ := w.withApp(tom)
		w.wait()
		session, err := w.FinishSignIn(t.Context(), w.first("tom@b.nl"), a.code(), from)
		if err != nil {
			t.Fatal(err)
		}
		wantKind(t, "by a member", w.ResetFactor(t.Context(), tom.Viewer(), tom.ID), errs.KindForbidden)
		if err := w.ResetFactor(t.Context(), w.admin.Viewer(), tom.ID); err != nil {
			t.Fatal(err)
		}
		_, _, err = w.Session(t.Context(), session)
		wantKind(t, "the session", err, errs.KindUnauthorized)
		if _, _, err := w.SignIn(t.Context(), "tom@b.nl", password, from); err != nil {
			t.Errorf("sign-in: %v", err)
		}
		var by string
		if err := w.db.Reader().NewRaw("SELECT user_id FROM audit WHERE action = 'user.second_factor.reset' AND object = ?", "user:"+tom.ID).Scan(t.Context(), &by); err != nil || by != w.admin.ID {
			t.Errorf("trail: %q, %v", by, err)
		}
	})
}

// TestFactorUnderAnotherSecret: what was sealed with another AANPAK_SECRET opens for nobody, and says so.
func TestFactorUnderAnotherSecret(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.UseSecret("a secret of the operator")
		a, _ := w.withApp(w.person("tom@b.nl", auth.RoleMember))
		w.wait()
		pending := w.first("tom@b.nl")
		other := people.New(w.db, auth.NewHasher(1))
		other.UseClock(func() time.Time { return w.clock })
		_, err := other.FinishSignIn(t.Context(), pending, a.code(), from)
		wantKind(t, "without the secret", err, errs.KindConflict)
		if _, err := w.FinishSignIn(t.Context(), pending, a.code(), from); err != nil {
			t.Errorf("with it: %v", err)
		}
	})
}

// Who is vouched for by a directory or provider is asked for the second factor all the same.
func TestSourceAsksForTheSecondFactor(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		x := &people.External{Source: people.SourceOIDC, ID: "https://login.example|1", Email: "tom@b.nl", Name: "Tom Bakker", Branches: []string{"Zwolle"}}
		_, tom, err := w.Enter(t.Context(), x, from)
		if err != nil {
			t.Fatal(err)
		}
		a, _ := w.withApp(tom)
		w.wait()
		session, _, err := w.Enter(t.Context(), x, from)
		var step *people.SecondStep
		if session != "" || !errors.As(err, &step) {
			t.Fatalf("by a provider alone: session %q, %v", session, err)
		}
		if session, err = w.FinishSignIn(t.Context(), step.Secret, a.code(), from); session == "" || err != nil {
			t.Errorf("with the code: session %q, %v", session, err)
		}
	})
}

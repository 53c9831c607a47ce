package people_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/descope/virtualwebauthn"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/people"
)

// phone is a device that keeps one passkey for somebody.
type phone struct {
	*world
	rp     virtualwebauthn.RelyingParty
	device virtualwebauthn.Authenticator
	key    virtualwebauthn.Credential
	still  bool // does not count its answers, as keys that are kept in step on several devices
}

// withSite gives the world an address at which there are passkeys.
func (w *world) withSite() {
	w.t.Helper()
	if err := w.UsePasskeys("https://aanpak.example"); err != nil || !w.HasPasskeys() {
		w.t.Fatalf("passkeys: %v", err)
	}
}

func (w *world) phone() *phone {
	// RSA: the library leaves zeros at the front of the other kind of keys out, now and then.
	return &phone{
		world: w, rp: virtualwebauthn.RelyingParty{ID: "aanpak.example", Name: "Aanpak", Origin: "https://aanpak.example"},
		device: virtualwebauthn.NewAuthenticator(), key: virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeRSA),
	}
}

func asJSON(t *testing.T, x any) string {
	t.Helper()
	b, err := json.Marshal(x)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// make answers what a new passkey is asked for.
func (p *phone) make(options any, err error) []byte {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
	o, err := virtualwebauthn.ParseAttestationOptions(asJSON(p.t, options))
	if err != nil {
		p.t.Fatal(err)
	}
	p.device.Options.UserHandle = []byte(o.UserID)
	return []byte(virtualwebauthn.CreateAttestationResponse(p.rp, p.device, p.key, *o))
}

// add makes a passkey for somebody who is signed in.
func (p *phone) add(u *people.User) {
	p.t.Helper()
	options, err := p.BeginPasskey(p.t.Context(), u.Viewer(), password, from)
	if err := p.AddPasskey(p.t.Context(), u.Viewer(), "Telefoon", p.make(options, err)); err != nil {
		p.t.Fatal(err)
	}
}

// answer asks for a sign-in and answers, with a count one higher where the device counts.
func (p *phone) answer() []byte {
	p.t.Helper()
	options, err := p.BeginPasskeySignIn(p.t.Context(), from)
	if err != nil {
		p.t.Fatal(err)
	}
	o, err := virtualwebauthn.ParseAssertionOptions(asJSON(p.t, options))
	if err != nil {
		p.t.Fatal(err)
	}
	if len(o.AllowCredentials) != 0 {
		p.t.Error("the question names passkeys, and with them people")
	}
	if !p.still {
		p.key.Counter++
	}
	return []byte(virtualwebauthn.CreateAssertionResponse(p.rp, p.device, p.key, *o))
}

func (p *phone) signIn() (string, error) { return p.SignInByPasskey(p.t.Context(), p.answer(), from) }

// refused wants the one refusal that says nothing.
func (p *phone) refused(what string, err error) {
	p.t.Helper()
	var e *errs.Error
	if !errors.As(err, &e) || e.Kind != errs.KindUnauthorized || e.Message.Key != "error.passkey" {
		p.t.Errorf("%s: %v", what, err)
	}
}

// TestPasskey signs in by itself, and counts as both factors.
func TestPasskey(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.withSite()
		tom := w.person("tom@b.nl", auth.RoleManager)
		if err := w.SetFactorRoles(t.Context(), w.admin.Viewer(), []auth.Role{auth.RoleManager}); err != nil {
			t.Fatal(err)
		}
		_, err := w.BeginPasskey(t.Context(), tom.Viewer(), "verkeerd", from)
		wantKind(t, "without the password", err, errs.KindInvalid)
		p := w.phone()
		p.add(tom)
		if handle := string(p.device.Options.UserHandle); len(handle) != 64 || strings.Contains(handle, tom.ID) {
			t.Errorf("the device is told %q", handle)
		}
		session, err := p.signIn()
		if err != nil {
			t.Fatal(err)
		}
		if u, s, err := w.Session(t.Context(), session); err != nil || u.ID != tom.ID || !s.Passkey || u.FactorDue {
			t.Errorf("%+v, %v", u, err)
		}
		session, _, err = w.SignIn(t.Context(), "tom@b.nl", password, from)
		if err != nil {
			t.Fatal(err)
		}
		if u, _, err := w.Session(t.Context(), session); err != nil || !u.FactorDue {
			t.Errorf("a password alone is enough for who must have a second factor: %v", err)
		}
		if list, err := w.MyPasskeys(t.Context(), tom.Viewer()); err != nil || len(list) != 1 || list[0].UsedAt.IsZero() || list[0].Name != "Telefoon" {
			t.Errorf("%+v, %v", list, err)
		}
	})
}

// TestPasskeyIsRefused for another site, person, question or time, each with the same words.
func TestPasskeyIsRefused(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.withSite()
		tom, eve := w.person("tom@b.nl", auth.RoleMember), w.person("eve@b.nl", auth.RoleMember)
		p, other := w.phone(), w.phone()
		p.add(tom)
		other.add(eve)
		enter := func(answer []byte) error {
			_, err := w.SignInByPasskey(t.Context(), answer, people.Client{Address: "198.51.100.7"})
			return err
		}
		good := p.answer()
		if err := enter(good); err != nil {
			t.Fatal(err)
		}
		p.refused("the same answer again", enter(good))
		still := w.phone()
		still.still = true
		still.add(w.person("lot@b.nl", auth.RoleMember))
		uncounted := still.answer()
		for range 2 {
			if err := enter(still.answer()); err != nil {
				t.Fatal(err)
			}
		}
		if err := enter(uncounted); err != nil {
			t.Fatal(err)
		}
		p.refused("the same answer again, of a device that does not count", enter(uncounted))
		p.refused("nothing", enter([]byte("{}")))
		elsewhere := *p
		elsewhere.rp.Origin = "https://aanpak.example.evil"
		p.refused("another site", enter(elsewhere.answer()))
		elsewhere.rp.Origin = "https://aanpak.example:8443"
		p.refused("another port", enter(elsewhere.answer()))
		unseen := *p
		unseen.device.Options.UserNotVerified = true
		p.refused("without a finger, face or code", enter(unseen.answer()))
		made := []byte(virtualwebauthn.CreateAssertionResponse(p.rp, p.device, p.key, virtualwebauthn.AssertionOptions{Challenge: []byte("nobody asked this question of all")}))
		p.refused("another question", enter(made))
		stolen := *other
		stolen.device.Options.UserHandle = p.device.Options.UserHandle
		p.refused("another's key in this name", enter(stolen.answer()))
		unknown := w.phone()
		unknown.device.Options.UserHandle = p.device.Options.UserHandle
		p.refused("a key that nobody has", enter(unknown.answer()))
		late := p.answer()
		w.clock = w.clock.Add(5 * time.Minute)
		p.refused("an answer that took long", enter(late))
		w.clock = w.clock.Add(16 * time.Minute) // enough was refused from here
		if err := w.SetActive(t.Context(), w.admin.Viewer(), tom.ID, false); err != nil {
			t.Fatal(err)
		}
		p.refused("who has left", enter(p.answer()))
		if _, err := other.signIn(); err != nil {
			t.Errorf("eve: %v", err)
		}
	})
}

// TestPasskeyQuestionsAreForOneThing: a question for one person or purpose is none for another.
func TestPasskeyQuestionsAreForOneThing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.withSite()
		tom, eve := w.person("tom@b.nl", auth.RoleMember), w.person("eve@b.nl", auth.RoleMember)
		p := w.phone()
		options, err := w.BeginPasskey(t.Context(), tom.Viewer(), password, from)
		answer := p.make(options, err)
		p.refused("another's question", w.AddPasskey(t.Context(), eve.Viewer(), "x", answer))
		p.refused("a question that was answered", w.AddPasskey(t.Context(), tom.Viewer(), "x", answer))
		link, err := w.Invite(t.Context(), w.admin.Viewer(), tom.ID)
		if err != nil {
			t.Fatal(err)
		}
		options, err = w.BeginPasskey(t.Context(), tom.Viewer(), password, from)
		_, err = w.AcceptByPasskey(t.Context(), people.Invited{Secret: link}, "x", p.make(options, err), from)
		p.refused("a question of the settings, for an invitation", err)
		p.add(tom)
		again := *p
		options, err = w.BeginPasskey(t.Context(), eve.Viewer(), password, from)
		p.refused("a key that is somebody's already", w.AddPasskey(t.Context(), eve.Viewer(), "x", again.make(options, err)))
	})
}

// TestCopyOfAPasskey: a count that does not grow lets nobody in, and is written down.
func TestCopyOfAPasskey(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.withSite()
		tom := w.person("tom@b.nl", auth.RoleMember)
		p := w.phone()
		p.add(tom)
		clone := *p
		for range 2 {
			if _, err := p.signIn(); err != nil {
				t.Fatal(err)
			}
		}
		_, err := clone.signIn()
		p.refused("a copy", err)
		var n int
		if err := w.db.Reader().NewRaw("SELECT count(*) FROM audit WHERE action = 'user.passkey.copy' AND object = ?", "user:"+tom.ID).Scan(t.Context(), &n); err != nil || n != 1 {
			t.Errorf("written down %d times, %v", n, err)
		}
		if _, err := p.signIn(); err != nil {
			t.Errorf("the one with the higher count: %v", err)
		}
	})
}

// TestInvitedByPasskey: who has no mailbox comes in by a letter and keeps a passkey; the last way in cannot be removed.
func TestInvitedByPasskey(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.withSite()
		kees := w.kees()
		l := w.letter(kees)
		p := w.phone()
		in := people.Invited{Login: "4711", Code: l.Code}
		_, err := w.BeginInvitedPasskey(t.Context(), people.Invited{Login: "4711", Code: "CDFHJKLMNP"}, from)
		wantKind(t, "a wrong code", err, errs.KindUnauthorized)
		options, err := w.BeginInvitedPasskey(t.Context(), in, from)
		answer := p.make(options, err)
		session, err := w.AcceptByPasskey(t.Context(), in, "Telefoon van Kees", answer, from)
		if err != nil {
			t.Fatal(err)
		}
		if u, s, err := w.Session(t.Context(), session); err != nil || u.ID != kees.ID || !s.Passkey {
			t.Errorf("%v", err)
		}
		_, err = w.AcceptByPasskey(t.Context(), in, "x", answer, from)
		wantKind(t, "the letter again", err, errs.KindUnauthorized)
		if _, err = p.signIn(); err != nil {
			t.Errorf("afterwards: %v", err)
		}
		list, err := w.MyPasskeys(t.Context(), kees.Viewer())
		if err != nil || len(list) != 1 {
			t.Fatalf("%v, %v", list, err)
		}
		wantKind(t, "the last way in", w.RemovePasskey(t.Context(), kees.Viewer(), list[0].ID, ""), errs.KindConflict)
		wantKind(t, "another's", w.RemovePasskey(t.Context(), w.admin.Viewer(), list[0].ID, ""), errs.KindNotFound)
		wantKind(t, "another's name", w.RenamePasskey(t.Context(), w.admin.Viewer(), list[0].ID, "x"), errs.KindNotFound)
		wantKind(t, "by a member", w.ResetPasskeys(t.Context(), kees.Viewer(), kees.ID), errs.KindForbidden)
		if err := w.ResetPasskeys(t.Context(), w.admin.Viewer(), kees.ID); err != nil {
			t.Fatal(err)
		}
		_, err = p.signIn()
		p.refused("after it was taken away", err)
		_, _, err = w.Session(t.Context(), session)
		wantKind(t, "the session", err, errs.KindUnauthorized)
	})
}

// TestInvitedPasskeyDoesNotGoRound: a link alone gives nobody a passkey who has a second factor, nor whom a provider vouches for.
func TestInvitedPasskeyDoesNotGoRound(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.withSite()
		tom := w.person("tom@b.nl", auth.RoleMember)
		link, err := w.Invite(t.Context(), w.admin.Viewer(), tom.ID)
		if err != nil {
			t.Fatal(err)
		}
		options, err := w.BeginInvitedPasskey(t.Context(), people.Invited{Secret: link}, from)
		answer := w.phone().make(options, err)
		w.withApp(tom)
		_, err = w.BeginInvitedPasskey(t.Context(), people.Invited{Secret: link}, from)
		wantKind(t, "to begin", err, errs.KindConflict)
		_, err = w.AcceptByPasskey(t.Context(), people.Invited{Secret: link}, "x", answer, from)
		wantKind(t, "to end", err, errs.KindConflict)
		_, eve, err := w.Enter(t.Context(), &people.External{Source: people.SourceOIDC, ID: "https://login.example|1", Email: "eve@b.nl", Name: "Eve", Branches: []string{"Zwolle"}}, from)
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.BeginPasskey(t.Context(), eve.Viewer(), "", from)
		wantKind(t, "beside a provider", err, errs.KindConflict)
	})
}

// TestPasskeysNeedAnAddress that browsers take.
func TestPasskeysNeedAnAddress(t *testing.T) {
	for address, want := range map[string]bool{
		"https://aanpak.bouw.nl": true, "http://localhost:8080": true, "http://aanpak.bouw.nl": false, "http://127.0.0.1:8080": false, "https://[::1]": false, "": false,
	} {
		s := new(people.Service)
		if err := s.UsePasskeys(address); err != nil || s.HasPasskeys() != want {
			t.Errorf("%q: %v, %v", address, s.HasPasskeys(), err)
		}
	}
}

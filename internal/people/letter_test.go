package people_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/people"
)

const chosen = "een heel ander wachtwoord"

// kees has a personnel number and no mail address.
func (w *world) kees() *people.User {
	w.t.Helper()
	u, err := w.Create(w.t.Context(), auth.System(), people.NewUser{PersonnelNumber: "4711", Name: "Kees Smit", Branch: "Zwolle", Role: auth.RoleMember})
	if err != nil {
		w.t.Fatal(err)
	}
	return u
}

func (w *world) letter(u *people.User) people.Issued {
	w.t.Helper()
	list, err := w.Letters(w.t.Context(), w.admin.Viewer(), []string{u.ID})
	if err != nil || len(list) != 1 {
		w.t.Fatalf("letters: %v, %v", list, err)
	}
	return list[0]
}

// TestCodeOfALetter lets somebody without a mail address in, once, and sets a password.
func TestCodeOfALetter(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		kees, eve := w.kees(), w.person("eve@b.nl", auth.RoleMember)
		old := w.letter(kees)
		now := w.letter(kees)
		accept := func(login, code string) error {
			_, err := w.AcceptCode(t.Context(), login, code, chosen, from)
			return err
		}
		wantKind(t, "the code before", accept("4711", old.Code), errs.KindUnauthorized)
		wantKind(t, "another's code", accept("eve@b.nl", now.Code), errs.KindUnauthorized)
		wantKind(t, "no code", accept("eve@b.nl", ""), errs.KindUnauthorized)
		_, err := w.AcceptCode(t.Context(), "4711", now.Code, "kort", from)
		wantKind(t, "a short password", err, errs.KindInvalid)
		session, err := w.AcceptCode(t.Context(), "4711", strings.ToLower(auth.ShowCode(now.Code)), chosen, from)
		if err != nil {
			t.Fatal(err)
		}
		if u, _, err := w.Session(t.Context(), session); err != nil || u.ID != kees.ID {
			t.Errorf("session: %v", err)
		}
		if _, _, err := w.SignIn(t.Context(), "4711", chosen, from); err != nil {
			t.Errorf("sign-in afterwards: %v", err)
		}
		wantKind(t, "the code again", accept("4711", now.Code), errs.KindUnauthorized)
		_, err = w.Accept(t.Context(), now.Link, chosen, from)
		wantKind(t, "the link of a used code", err, errs.KindNotFound)
		_, err = w.Letters(t.Context(), eve.Viewer(), []string{kees.ID})
		wantKind(t, "a member makes letters", err, errs.KindForbidden)
	})
}

// TestCodesEnd after two weeks, with a new link, and with the account.
func TestCodesEnd(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		kees := w.kees()
		try := func(what, code string) {
			t.Helper()
			_, err := w.AcceptCode(t.Context(), "4711", code, chosen, from)
			wantKind(t, what, err, errs.KindUnauthorized)
		}
		code := w.letter(kees).Code
		w.clock = w.clock.Add(14*24*time.Hour + time.Second)
		try("after two weeks", code)
		code = w.letter(kees).Code
		if _, err := w.Invite(t.Context(), w.admin.Viewer(), kees.ID); err != nil {
			t.Fatal(err)
		}
		try("after a new link", code)
		code = w.letter(kees).Code
		if err := w.SetActive(t.Context(), w.admin.Viewer(), kees.ID, false); err != nil {
			t.Fatal(err)
		}
		try("of who left", code)
		_, err := w.Letters(t.Context(), w.admin.Viewer(), []string{kees.ID})
		wantKind(t, "a letter for who left", err, errs.KindNotFound)
	})
}

// TestCodesAreNotGuessed: wrong tries are counted by person, from wherever, and by address, for whomever.
func TestCodesAreNotGuessed(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		code := w.letter(w.kees()).Code
		for i := range 10 {
			_, err := w.AcceptCode(t.Context(), "4711", "CCCCC-CCCCC", chosen, people.Client{Address: fmt.Sprintf("192.0.2.%d", i)})
			wantKind(t, "try", err, errs.KindUnauthorized)
		}
		_, err := w.AcceptCode(t.Context(), "4711", code, chosen, from)
		wantKind(t, "the right code, from elsewhere", err, errs.KindTooMany)
		other := people.Client{Address: "192.0.2.200"}
		for i := range 10 {
			_, err := w.AcceptCode(t.Context(), fmt.Sprintf("48%d", i), "CCCCC-CCCCC", chosen, other)
			wantKind(t, "try", err, errs.KindUnauthorized)
		}
		_, _, err = w.SignIn(t.Context(), w.admin.Email, password, other)
		wantKind(t, "sign-in from where codes were guessed", err, errs.KindTooMany)
		w.clock = w.clock.Add(16 * time.Minute)
		if _, err := w.AcceptCode(t.Context(), "4711", code, chosen, from); err != nil {
			t.Errorf("after the window: %v", err)
		}
	})
}

// TestCodesAreNotKept: the database has neither code nor link, and another process with the same secret knows them.
func TestCodesAreNotKept(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.UseSecret("a secret of the operator")
		l := w.letter(w.kees())
		var rows []struct{ SecretHash, CodeHash string }
		if err := w.db.Reader().NewRaw("SELECT secret_hash, code_hash FROM invitations").Scan(t.Context(), &rows); err != nil || len(rows) != 1 {
			t.Fatalf("%v, %v", rows, err)
		}
		if r := rows[0]; strings.Contains(r.SecretHash, l.Link) || r.CodeHash == "" || strings.Contains(r.CodeHash, l.Code) || r.CodeHash == auth.HashSecret(l.Code) {
			t.Errorf("kept: %+v", r)
		}
		replica := func(secret string) error {
			r := people.New(w.db, auth.NewHasher(1))
			r.UseClock(func() time.Time { return w.clock })
			r.UseSecret(secret)
			_, err := r.AcceptCode(t.Context(), "4711", l.Code, chosen, from)
			return err
		}
		wantKind(t, "with another secret", replica("another secret than that"), errs.KindUnauthorized)
		if err := replica("a secret of the operator"); err != nil {
			t.Errorf("another process: %v", err)
		}
	})
}

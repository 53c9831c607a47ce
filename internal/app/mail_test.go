package app_test

import (
	"context"
	"io"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/config"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/mail/mailtest"
	"github.com/aanpak/aanpak/internal/people"
)

// eachWithMail runs f with a program on each dialect that mails through a server on this machine.
func eachWithMail(t *testing.T, f func(t *testing.T, a *apptest.App, post *mailtest.Server)) {
	t.Helper()
	for _, dialect := range []db.Dialect{db.SQLite, db.Postgres} {
		t.Run(string(dialect), func(t *testing.T) {
			post := mailtest.Start(t)
			post.Ignore(func(m mailtest.Message) bool { return strings.HasPrefix(m.Header.Get("Message-Id"), "<notify-") }) // which leave at every minute
			cfg := apptest.Config(t, dialect)
			cfg.URL, cfg.SMTPURL, cfg.SMTPCA = "https://aanpak.bouw.nl", config.Secret(post.URL()), post.CA
			if err := cfg.Check(); err != nil {
				t.Fatal(err)
			}
			f(t, apptest.NewWith(t, cfg), post)
		})
	}
}

var linkIn = regexp.MustCompile(`https://aanpak\.bouw\.nl/invite/(\S+)`)

func secretIn(t *testing.T, m mailtest.Message) string {
	t.Helper()
	found := linkIn.FindStringSubmatch(m.Text)
	if found == nil || !strings.Contains(m.HTML, found[0]) {
		t.Fatalf("no link in %q and %q", m.Text, m.HTML)
	}
	return found[1]
}

const another = "nog een lang wachtwoord"

// An invitation comes by mail, with a link and a code; each lets in once, and a new one ends the old.
func TestInvitationByMail(t *testing.T) {
	eachWithMail(t, func(t *testing.T, a *apptest.App, post *mailtest.Server) {
		for _, v := range []auth.Viewer{{}, a.Sanne.Viewer(), a.Manager.Viewer()} {
			if err := a.People.InviteByMail(t.Context(), v, a.Tom.ID); err == nil {
				t.Errorf("%q invites", v.Role)
			}
		}
		invite := func() mailtest.Message {
			t.Helper()
			if err := a.People.InviteByMail(t.Context(), a.Admin.Viewer(), a.Sanne.ID); err != nil {
				t.Fatal(err)
			}
			return post.Next(t)
		}
		first := invite()
		if first.To != a.Sanne.Email || first.Subject != "Je account in Aanpak" || !strings.HasPrefix(first.Text, "Dag Sanne Visser,") {
			t.Errorf("%+v", first)
		}
		second := invite()
		if _, err := a.People.Accept(t.Context(), secretIn(t, first), another, from); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("the first link: %v", err)
		}
		code := regexp.MustCompile(`deze code in: (\S+)\. `).FindStringSubmatch(second.Text)
		if code == nil {
			t.Fatalf("no code in %q", second.Text)
		}
		if _, err := a.People.AcceptCode(t.Context(), a.Sanne.Email, code[1], another, from); err != nil {
			t.Errorf("the code: %v", err)
		}
		if _, err := a.People.Accept(t.Context(), secretIn(t, second), another, from); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("the link beside a code that was used: %v", err)
		}
	})
}

// forgot asks for a link as a browser does.
func forgot(t *testing.T, a *apptest.App, email string) (status int, page string) {
	t.Helper()
	r := httptest.NewRequest("POST", "/forgot", strings.NewReader(url.Values{"email": {email}}.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := a.Web().App.Test(r, -1)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(b)
}

// Who forgot a password gets a link that works once, for an hour, and ends all sessions. Nobody learns who has an account.
func TestForgottenPassword(t *testing.T) {
	eachWithMail(t, func(t *testing.T, a *apptest.App, post *mailtest.Server) {
		session, _, err := a.People.SignIn(t.Context(), a.Sanne.Email, apptest.Password, from)
		if err != nil {
			t.Fatal(err)
		}
		if err := a.People.SetActive(t.Context(), a.Admin.Viewer(), a.Tom.ID, false); err != nil {
			t.Fatal(err)
		}
		var pages []string
		for _, email := range []string{"niemand@bouw.nl", a.Tom.Email, strings.ToUpper(a.Sanne.Email), a.Sanne.Email} {
			status, page := forgot(t, a, email)
			if pages = append(pages, page); status != 200 || page != pages[0] {
				t.Errorf("%s is answered otherwise: %d", email, status)
			}
		}
		got := post.Next(t)
		a.Settle(t)
		if got.To != a.Sanne.Email || post.Waiting() != 0 {
			t.Errorf("mail to %s, and %d more", got.To, post.Waiting())
		}
		secret := secretIn(t, got)
		nowhereInJobs(t, a, secret)
		if _, _, err := a.People.Session(t.Context(), session); err != nil {
			t.Errorf("asking alone ends a session: %v", err)
		}
		if _, err := a.People.Accept(t.Context(), secret, another, from); err != nil {
			t.Fatal(err)
		}
		if _, _, err := a.People.Session(t.Context(), session); !errs.Is(err, errs.KindUnauthorized) {
			t.Errorf("a session from before: %v", err)
		}
		if _, err := a.People.Accept(t.Context(), secret, apptest.Password, from); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("the link again: %v", err)
		}
		if _, _, err := a.People.SignIn(t.Context(), a.Sanne.Email, another, from); err != nil {
			t.Errorf("the new password: %v", err)
		}

		forgot(t, a, a.Manager.Email)
		late := secretIn(t, post.Next(t))
		a.People.UseClock(func() time.Time { return db.Now().Add(61 * time.Minute) })
		if _, err := a.People.Accept(t.Context(), late, another, from); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("a link of more than an hour ago: %v", err)
		}
	})
}

func nowhereInJobs(t *testing.T, a *apptest.App, secret string) {
	t.Helper()
	var args []string
	if err := a.DB.Reader().NewRaw("SELECT CAST(args AS TEXT) FROM river_job").Scan(t.Context(), &args); err != nil {
		t.Fatal(err)
	}
	if all := strings.Join(args, "\n"); strings.Contains(all, secret) || !strings.Contains(all, "forgot") {
		t.Errorf("jobs hold a way in, or none was read: %s", all)
	}
}

// Asking is bounded, a passing failure is tried again, and whose password is kept elsewhere is told where.
func TestMailIsBounded(t *testing.T) {
	eachWithMail(t, func(t *testing.T, a *apptest.App, post *mailtest.Server) {
		err := a.DB.InTx(t.Context(), func(ctx context.Context, tx bun.Tx) error {
			_, err := tx.ExecContext(ctx, "UPDATE users SET source = 'ldap', external_id = 'x' WHERE id = ?", a.Tom.ID)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		forgot(t, a, a.Tom.Email)
		if m := post.Next(t); m.Subject != "Je wachtwoord voor Aanpak" || linkIn.MatchString(m.Text) {
			t.Errorf("%+v", m)
		}
		post.Refuse(&smtp.SMTPError{Code: 451, Message: "later"})
		forgot(t, a, a.Manager.Email)
		waitFor(t, func() bool {
			var n int
			err := a.DB.Reader().NewRaw("SELECT count(*) FROM river_job WHERE kind = 'people.mail' AND state = 'retryable'").Scan(t.Context(), &n)
			return err == nil && n == 1
		})
		post.Refuse(nil)
		secretIn(t, post.Next(t))
		last := 0
		for range 12 {
			last, _ = forgot(t, a, "iemand@bouw.nl")
		}
		if last != 429 {
			t.Errorf("asked twelve times: %d", last)
		}
	})
}

// Without a server the pages say what to do instead.
func TestWithoutMail(t *testing.T) {
	a := apptest.New(t, db.SQLite)
	if status, page := forgot(t, a, a.Sanne.Email); status != 409 || !strings.Contains(page, "Vraag je beheerder") {
		t.Errorf("%d: %s", status, page)
	}
	if err := a.People.InviteByMail(t.Context(), a.Admin.Viewer(), a.Sanne.ID); !errs.Is(err, errs.KindConflict) {
		t.Errorf("%v", err)
	}
	r := httptest.NewRequest("GET", "/admin/people/"+a.Sanne.ID, nil)
	secret, _, err := a.People.SignIn(t.Context(), a.Admin.Email, apptest.Password, people.Client{})
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Cookie", "aanpak_session="+secret)
	res, err := a.Web().App.Test(r, -1)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if b, _ := io.ReadAll(res.Body); !strings.Contains(string(b), "AANPAK_SMTP_URL") {
		t.Errorf("the page of a person does not say that nothing is mailed: %s", b)
	}
}

// waitFor waits until something is so.
func waitFor(t *testing.T, so func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !so(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it did not come about within a minute")
		}
	}
}

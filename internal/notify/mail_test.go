package notify_test

import (
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/config"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/db/dbtest"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/mail/mailtest"
	"github.com/aanpak/aanpak/internal/notify"
)

var update = flag.Bool("update", false, "write the golden files")

// withMail is a program that mails through a server on this machine, on a Thursday at noon.
func withMail(t *testing.T, d db.Dialect) (*apptest.App, *mailtest.Server, *dbtest.Clock) {
	t.Helper()
	post := mailtest.Start(t)
	cfg := apptest.Config(t, d)
	cfg.URL, cfg.SMTPURL, cfg.SMTPCA = "https://aanpak.bouw.nl", config.Secret(post.URL()), post.CA
	must(t, cfg.Check())
	a := apptest.NewWith(t, cfg)
	clock := dbtest.NewClock(time.Date(2026, 11, 26, 11, 0, 0, 0, time.UTC), 0)
	a.Notify.UseClock(clock.Now)
	return a, post, clock
}

// due does what the job of each minute does.
func due(t *testing.T, a *apptest.App) {
	t.Helper()
	must(t, a.Notify.EnqueueDue(t.Context()))
}

// What is due leaves as one message with all of it, in the reader's language, and once. Only what the reader still sees is told, and of what
// is for few its title alone.
func TestMail(t *testing.T) {
	for _, dialect := range []db.Dialect{db.SQLite, db.Postgres} {
		t.Run(string(dialect), func(t *testing.T) {
			a, post, clock := withMail(t, dialect)
			few, everybody := "people:"+a.Tom.ID, "company"
			secret := a.Upload(t, a.Sanne, "Prijsopbouw.txt", []byte("Geheim."), library.Meta{Audience: &few})
			open := a.Upload(t, a.Sanne, "Plan van aanpak.txt", []byte("Een plan."), library.Meta{Audience: &everybody})
			must(t, a.Notify.ReadAll(t.Context(), a.Tom.Viewer())) // that it was shared with him
			comment := func(d *library.Document, text string) notify.Event {
				return notify.Event{Kind: notify.Reply, Actor: a.Sanne.ID, About: "document:" + d.ID, URL: "/documents/" + d.ID + "?page=2#c1", Text: text, To: []string{a.Tom.ID}}
			}
			tell(t, a, comment(secret, "Zeven ton."))
			clock.Advance(time.Second)
			tell(t, a, comment(open, "Mooi & duidelijk."))
			due(t, a)
			if n := post.Waiting(); n != 0 {
				t.Fatalf("%d messages left before their bundle was complete", n)
			}
			clock.Advance(2 * time.Minute)
			due(t, a)
			m := post.Next(t)
			if m.To != a.Tom.Email || m.Header.Get("List-Unsubscribe-Post") != "List-Unsubscribe=One-Click" || !strings.HasPrefix(m.Header.Get("Message-Id"), "<notify-") {
				t.Errorf("header %v", m.Header)
			}
			link := strings.Trim(m.Header.Get("List-Unsubscribe"), "<>")
			golden(t, "mail.txt", strings.NewReplacer(link, "LINK", secret.ID, "FEW", open.ID, "EVERYBODY").Replace(m.Subject+"\n\n"+m.Text))
			if strings.Contains(m.Text+m.HTML, "Zeven ton") || !strings.Contains(m.HTML, "Mooi &amp; duidelijk.") {
				t.Errorf("what is told: %s", m.HTML)
			}
			due(t, a)
			time.Sleep(100 * time.Millisecond)
			if n := post.Waiting(); n != 0 {
				t.Errorf("%d messages came twice", n)
			}
			unsubscribe(t, a, strings.TrimPrefix(link, "https://aanpak.bouw.nl"))
		})
	}
}

// unsubscribe presses the link as a mail program does, without a session.
func unsubscribe(t *testing.T, a *apptest.App, path string) {
	t.Helper()
	ask := func(method, path string) int {
		t.Helper()
		req := httptest.NewRequest(method, path, strings.NewReader("List-Unsubscribe=One-Click"))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		res, err := a.Web().App.Test(req, -1)
		must(t, err)
		return res.StatusCode
	}
	rhythm := func() notify.Rhythm {
		t.Helper()
		p, err := a.Notify.Preferences(t.Context(), a.Tom.Viewer())
		must(t, err)
		for _, k := range p.Kinds {
			if k.Kind == notify.Reply {
				return k.Rhythm
			}
		}
		return ""
	}
	if code := ask(http.MethodGet, path); code != http.StatusOK || rhythm() != notify.AtOnce {
		t.Errorf("looking at the link: %d, then %s", code, rhythm())
	}
	if code := ask(http.MethodPost, path[:len(path)-1]+"0x"); code != http.StatusNotFound || rhythm() != notify.AtOnce {
		t.Errorf("a link that is not ours: %d, then %s", code, rhythm())
	}
	other := strings.Replace(path, ".reply.", ".account.", 1)
	if code := ask(http.MethodPost, other); code != http.StatusNotFound {
		t.Errorf("a link of another kind: %d", code)
	}
	if code := ask(http.MethodPost, path); code != http.StatusOK || rhythm() != notify.InApp {
		t.Errorf("pressing the link: %d, then %s", code, rhythm())
	}
}

// Everybody is mailed at their own rhythm, and not in their quiet hours, but for what concerns their own ways in.
func TestRhythms(t *testing.T) {
	a, post, clock := withMail(t, db.SQLite)
	noon := clock.Now()
	for _, x := range []struct {
		kind  notify.Kind
		at    time.Time // in the Netherlands an hour later
		after time.Duration
	}{
		{notify.Reply, noon, time.Minute},
		{notify.Comment, noon, 19*time.Hour + 30*time.Minute},               // at half past seven the next morning
		{notify.Post, noon, 3*24*time.Hour + 19*time.Hour + 30*time.Minute}, // on Monday
		{notify.Reply, noon.Add(10 * time.Hour), 9 * time.Hour},             // at ten at night: at seven
		{notify.Account, noon.Add(10 * time.Hour), 0},
	} {
		clock.Set(x.at)
		e := about(x.kind, a.Manager, a.Manager, a.Tom)
		if x.kind == notify.Account {
			e.Word = "password"
		}
		tell(t, a, e)
		clock.Set(x.at.Add(x.after - time.Second))
		if x.after > 0 {
			due(t, a)
			time.Sleep(150 * time.Millisecond)
			if n := post.Waiting(); n != 0 {
				t.Fatalf("%s of %v was mailed too early", x.kind, x.at)
			}
		}
		clock.Set(x.at.Add(x.after))
		for deadline := time.Now().Add(30 * time.Second); post.Waiting() == 0 && time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
			due(t, a) // while the job before has just ended, another is left out until the next minute
		}
		post.Next(t)
		must(t, a.Notify.ReadAll(t.Context(), a.Tom.Viewer()))
	}
}

// What was read, or cannot be seen any more, is not mailed; nor is what somebody switched off since.
func TestNotMailed(t *testing.T) {
	a, post, clock := withMail(t, db.SQLite)
	gone := about(notify.Reply, a.Sanne, a.Sanne, a.Tom)
	gone.About, gone.Thread = "document:none", "document:none"
	tell(t, a, gone, about(notify.Reply, a.Sanne, a.Sanne, a.Tom, a.Manager))
	must(t, a.Notify.ReadAll(t.Context(), a.Manager.Viewer()))
	p, err := a.Notify.Preferences(t.Context(), a.Tom.Viewer())
	must(t, err)
	for i := range p.Kinds {
		p.Kinds[i].Rhythm = notify.InApp
	}
	must(t, a.Notify.SetPreferences(t.Context(), a.Tom.Viewer(), p))
	clock.Advance(time.Hour)
	due(t, a)
	time.Sleep(300 * time.Millisecond)
	if n := post.Waiting(); n != 0 {
		t.Errorf("%d messages left", n)
	}
	p.Zone, p.QuietFrom = "Atlantis/City", -1
	if err := a.Notify.SetPreferences(t.Context(), a.Tom.Viewer(), p); errs.KindOf(err) != errs.KindInvalid {
		t.Errorf("hours that are none: %v", err)
	}
}

// golden compares a text with a file that a person looks at when it changes.
func golden(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		must(t, os.MkdirAll("testdata", 0o755))
		must(t, os.WriteFile("testdata/"+name, []byte(got), 0o644)) //nolint:gosec // a golden file
	}
	want, err := os.ReadFile("testdata/" + name)
	must(t, err)
	if got != string(want) {
		t.Errorf("%s changed; look at it and run with -update:\n%s", name, got)
	}
}

package site_test

import (
	"bufio"
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/notify"
	"github.com/aanpak/aanpak/internal/people"
)

// follow tells somebody that another follows them.
func (s *served) follow(t *testing.T, actor, of *people.User) {
	t.Helper()
	err := s.DB.InTx(t.Context(), func(ctx context.Context, tx bun.Tx) error {
		return s.Notify.Tell(ctx, tx, notify.Event{Kind: notify.Follow, Actor: actor.ID, About: "user:" + actor.ID, URL: "/people/" + actor.ID, To: []string{of.ID}})
	})
	if err != nil {
		t.Fatal(err)
	}
}

// An open page hears within moments that there is something, and of nobody else's; the stream ends when the process is about to.
func TestLive(t *testing.T) {
	s := serveOn(t, db.SQLite)
	b := s.browser(t, s.Sanne)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.base+"/live", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", "text/event-stream")
	if res, err := http.DefaultClient.Do(req.Clone(t.Context())); err != nil || res.StatusCode != http.StatusUnauthorized {
		t.Errorf("without a session: %v, %v", res, err)
	} else {
		res.Body.Close()
	}
	res, err := (&http.Client{Jar: b.http.Jar}).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("%d %v", res.StatusCode, res.Header)
	}
	lines := make(chan string, 100)
	go func() {
		defer close(lines)
		for r := bufio.NewScanner(res.Body); r.Scan(); {
			if r.Text() != "" {
				lines <- r.Text()
			}
		}
	}()
	next := func() string {
		t.Helper()
		select {
		case l, ok := <-lines:
			if !ok {
				return "(ended)"
			}
			return l
		case <-time.After(10 * time.Second):
			t.Fatal("nothing is heard")
			return ""
		}
	}
	if l := next(); !strings.HasPrefix(l, "retry: ") {
		t.Errorf("first %q", l)
	}
	s.follow(t, s.Sanne, s.Tom)
	s.follow(t, s.Tom, s.Sanne)
	if e, d := next(), next(); e != "event: told" || d != `data: {"name":"notify"}` {
		t.Errorf("heard %q, %q", e, d)
	}
	if n := s.Live.Open(); n != 1 {
		t.Errorf("%d streams are open", n)
	}
	select {
	case l := <-lines:
		t.Errorf("heard of another's: %q", l)
	default:
	}
	s.web.Drain()
	if l := next(); l != "(ended)" {
		t.Errorf("after draining: %q", l)
	}
}

// The pages tell what there is, and opening a thing reads what was told of it.
func TestNotificationPages(t *testing.T) {
	s := serve(t)
	s.follow(t, s.Tom, s.Sanne)
	s.follow(t, s.Manager, s.Sanne)
	b := s.browser(t, s.Sanne)
	page := b.get("/notifications").doc()
	if n := page.Find(".note-unread").Length(); n != 2 {
		t.Errorf("%d are unread on the page, want 2", n)
	}
	if c := page.Find("[data-bell-count]").Text(); c != "2" {
		t.Errorf("the bell says %q", c)
	}
	if n := b.get("/notifications/panel").doc().Find(".note-item").Length(); n != 2 {
		t.Errorf("%d in the panel", n)
	}
	if c := b.get("/people/" + s.Tom.ID).doc().Find("[data-bell-count]").Text(); c != "1" {
		t.Errorf("after opening one the bell says %q", c)
	}
	key := "user:" + s.Manager.ID
	b.post("/notifications/mute", url.Values{"key": {key}, "back": {"/notifications"}})
	s.follow(t, s.Manager, s.Sanne)
	b.post("/notifications/read-all", nil)
	if n := b.get("/notifications?show=all").doc().Find(".note-item").Length(); n != 2 {
		t.Errorf("%d in all", n)
	}
	if n := b.get("/notifications").doc().Find(".note-item").Length(); n != 0 {
		t.Errorf("%d unread after reading all", n)
	}
	form := b.get("/settings/notifications").doc()
	if form.Find(".rhythm").Length() != len(notify.Sorts)-3 || // but for the letters to directors, the tasks of ambassadors and the reports for who moderates
		!strings.Contains(form.Text(), "verstuurt nog geen mail") || form.Find("form[action='/notifications/unmute']").Length() != 1 {
		t.Error("the settings lack something")
	}
	b.post("/settings/notifications", url.Values{"rhythm.comment": {"weekly"}, "zone": {"Europe/London"}, "quiet_from": {"21:30"}, "quiet_until": {"06:15"}, "quiet": {"true"}})
	p, err := s.Notify.Preferences(t.Context(), s.Sanne.Viewer())
	if err != nil || p.Zone != "Europe/London" || p.QuietFrom != 21*60+30 || p.QuietUntil != 6*60+15 {
		t.Errorf("preferences %+v, %v", p, err)
	}
	for _, k := range p.Kinds {
		if k.Kind == notify.Comment && (k.Rhythm != notify.Weekly || k.Push) {
			t.Errorf("comments %+v", k)
		}
	}
}

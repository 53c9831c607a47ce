package opening_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/db/dbtest"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/notify"
	"github.com/aanpak/aanpak/internal/opening"
	"github.com/aanpak/aanpak/internal/social"
)

func TestMain(m *testing.M) { apptest.Main(m) }

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func kinds(t *testing.T, a *apptest.App, v auth.Viewer) (out []notify.Kind) {
	t.Helper()
	list, _, err := a.Notify.List(t.Context(), v, notify.Filter{})
	ok(t, err)
	for _, b := range list {
		for _, l := range b.Lines {
			out = append(out, l.Kind)
		}
	}
	return out
}

// Until its moment the company is closed for members, who hear of nothing; then everybody is told once, and what waited for it appears, also
// where the moment was moved.
func TestOpening(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		ctx, admin, manager, sanne := t.Context(), a.Admin.Viewer(), a.Manager.Viewer(), a.Sanne.Viewer()
		start := db.Now().Truncate(time.Minute)
		clock := dbtest.NewClock(start, 0)
		a.Opening.UseClock(clock.Now)
		a.Social.UseClock(clock.Now)
		waits := func(v auth.Viewer) bool {
			t.Helper()
			at, err := a.Opening.Waits(ctx, v)
			ok(t, err)
			return !at.IsZero()
		}
		if waits(sanne) {
			t.Error("an open company lets a member wait")
		}
		if err := a.Opening.Set(ctx, manager, opening.Plan{}); !errs.Is(err, errs.KindForbidden) {
			t.Errorf("a manager plans it: %v", err)
		}
		if err := a.Opening.Set(ctx, admin, opening.Plan{At: start.Add(-time.Hour)}); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("a moment that has passed: %v", err)
		}
		first, second := start.Add(48*time.Hour), start.Add(24*time.Hour)
		ok(t, a.Opening.Set(ctx, admin, opening.Plan{At: first, Text: "Tot dan!"}))
		if !waits(sanne) || waits(manager) || waits(admin) || waits(auth.System()) {
			t.Error("others wait than members")
		}
		p, err := a.Social.Create(ctx, manager, social.Input{Body: "Welkom allemaal", PublishAt: first})
		ok(t, err)
		people := "people:" + a.Sanne.ID + "," + a.Admin.ID
		a.Upload(t, a.Manager, "Voor twee.txt", []byte("Hier."), library.Meta{Audience: &people})
		a.Settle(t)
		if got := kinds(t, a, sanne); len(got) != 0 {
			t.Errorf("who waits heard of %v", got)
		}
		if got := kinds(t, a, admin); len(got) != 1 {
			t.Errorf("who prepares heard of %v", got)
		}
		ok(t, a.Opening.Set(ctx, admin, opening.Plan{At: second}))
		ok(t, a.Opening.TellOpen(ctx))
		clock.Set(second)
		for range 2 {
			ok(t, a.Opening.TellOpen(ctx))
		}
		ok(t, a.Social.PublishDue(ctx))
		a.Settle(t)
		if waits(sanne) {
			t.Error("it does not open")
		}
		for deadline := time.Now().Add(30 * time.Second); len(kinds(t, a, sanne)) == 0 && time.Now().Before(deadline); { // a job tells them
			time.Sleep(20 * time.Millisecond)
		}
		if got := kinds(t, a, sanne); len(got) != 1 || got[0] != notify.Opening {
			t.Errorf("at the opening a member heard of %v", got)
		}
		if _, err := a.Social.Get(ctx, sanne, p.ID); err != nil {
			t.Errorf("what waited for the moment: %v", err)
		}
		ok(t, a.Opening.Set(ctx, admin, opening.Plan{At: second, Text: "Anders"}))
		ok(t, a.Opening.TellOpen(ctx))
		a.Settle(t)
		if got := kinds(t, a, sanne); len(got) != 1 {
			t.Errorf("told again: %v", got)
		}
	})
}

// The tour is shown to who came lately, until they have seen it.
func TestTour(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		ctx, sanne, now := t.Context(), a.Sanne.Viewer(), db.Now()
		greets := func(v auth.Viewer, made time.Time) bool {
			t.Helper()
			yes, err := a.Opening.Greets(ctx, v, made)
			ok(t, err)
			return yes
		}
		if !greets(sanne, now) || greets(sanne, now.AddDate(0, -2, 0)) || greets(auth.Viewer{}, now) {
			t.Error("others are greeted than who came lately")
		}
		ok(t, a.Opening.Welcomed(ctx, sanne))
		ok(t, a.Opening.Welcomed(ctx, sanne))
		if greets(sanne, now) || !greets(a.Tom.Viewer(), now) {
			t.Error("who has seen it is greeted again, or nobody else")
		}
	})
}

// The film is one that everybody sees.
func TestFilm(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		few, all := "people:"+a.Tom.ID, "company"
		mp4 := []byte("\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + strings.Repeat("\x00", 64))
		for what, x := range map[string]struct {
			id      string
			refused bool
		}{
			"nothing":      {"none", true},
			"a text":       {a.Upload(t, a.Admin, "a.txt", []byte("Tekst."), library.Meta{Audience: &all}).ID, true},
			"for few":      {a.Upload(t, a.Admin, "a.mp4", mp4, library.Meta{Audience: &few}).ID, true},
			"for all":      {a.Upload(t, a.Admin, "b.mp4", mp4, library.Meta{Audience: &all}).ID, false},
			"of a browser": {a.Upload(t, a.Admin, "c.webm", []byte("\x1aE\xdf\xa3"), library.Meta{Audience: &all}).ID, false},
			"no film":      {"", false},
		} {
			err := a.Opening.Set(t.Context(), a.Admin.Viewer(), opening.Plan{Film: x.id})
			if x.refused && !errs.Is(err, errs.KindInvalid) || !x.refused && err != nil {
				t.Errorf("%s: %v", what, err)
			}
		}
	})
}

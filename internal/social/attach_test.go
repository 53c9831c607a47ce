package social_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/db/dbtest"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/groups"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/social"
)

// A file of a post is its author's alone until others see the post, and then for the same people, whatever was chosen in between.
func TestFilesOfPosts(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		ctx := t.Context()
		clock := dbtest.NewClock(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), time.Second)
		a.Social.UseClock(clock.Now)
		first := must(a.Groups.Create(ctx, a.Sanne.Viewer(), groups.Input{Name: "Kademuren"}))(t)
		second := must(a.Groups.Create(ctx, a.Sanne.Viewer(), groups.Input{Name: "Damwanden"}))(t)
		must(a.Groups.Join(ctx, a.Tom.Viewer(), second.ID))(t)
		file := func() *library.Document {
			return must(a.Library.UploadEnclosed(ctx, again(t, a, a.Sanne), library.File{Name: "Calculatie kade.csv", Size: -1, Body: strings.NewReader("post;prijs\n")}))(t)
		}
		attached := func(d *library.Document) []social.Card {
			return []social.Card{{Target: social.DocumentTarget(d.ID), Attached: true}}
		}
		want := func(when string, d *library.Document, audience string, seers ...*people.User) {
			t.Helper()
			for _, u := range []*people.User{a.Admin, a.Manager, a.Sanne, a.Tom} {
				sees := u == a.Sanne
				for _, s := range seers {
					sees = sees || s == u
				}
				if _, err := a.Library.Get(ctx, again(t, a, u), d.ID); (err == nil) != sees {
					t.Errorf("%s: %s sees it: %v, want %v (%v)", when, u.Name, err == nil, sees, err)
				}
			}
			if now := must(a.Library.Get(ctx, a.Sanne.Viewer(), d.ID))(t); now.Audience != audience || now.Kind != library.KindOther {
				t.Errorf("%s: a %s for %q, want one for %q", when, now.Kind, now.Audience, audience)
			}
		}
		own := "people:" + a.Sanne.ID

		d := file()
		sanne := again(t, a, a.Sanne)
		draft := must(a.Social.Create(ctx, sanne, social.Input{Body: "Zie het bestand", Draft: true, Cards: attached(d)}))(t)
		want("a draft for the company", d, own)
		groupsOf := "group:" + first.ID + "," + second.ID
		must(a.Social.Update(ctx, sanne, draft.ID, social.Input{Body: "Zie het bestand", Draft: true, Audience: groupsOf, Cards: attached(d)}))(t)
		want("a draft for groups", d, own)
		must(a.Social.Update(ctx, sanne, draft.ID, social.Input{Body: "Zie het bestand", Audience: groupsOf, Cards: attached(d)}))(t)
		want("published", d, groupsOf, a.Tom)
		must(a.Social.Update(ctx, sanne, draft.ID, social.Input{Body: "Zie het bestand nu", Cards: []social.Card{{Target: social.DocumentTarget(d.ID)}}}))(t)
		want("changed", d, groupsOf, a.Tom)

		late := file()
		must(a.Social.Create(ctx, sanne, social.Input{Body: "Later", PublishAt: clock.Now().Add(time.Hour), Audience: "branch:" + a.Zwolle.ID, Cards: attached(late)}))(t)
		want("scheduled", late, own)
		clock.Advance(2 * time.Hour)
		ok(t, a.Social.PublishDue(ctx))
		want("published by itself", late, "branch:"+a.Zwolle.ID, a.Manager, a.Admin)

		shown := file()
		must(a.Social.Create(ctx, sanne, social.Input{Body: "Een kaart alleen", Cards: []social.Card{{Target: social.DocumentTarget(shown.ID)}}}))(t)
		want("a card only", shown, own)

		other := file()
		p := must(a.Social.Create(ctx, a.Sanne.Viewer(), social.Input{Body: "Hierover", About: social.About{Target: social.DocumentTarget(late.ID)}}))(t)
		_, err := a.Social.Update(ctx, a.Sanne.Viewer(), p.ID, social.Input{Body: "Hierover", Cards: attached(other)})
		wantKind(t, "a file with a remark about a document", err, errs.KindInvalid)
	})
}

// Nobody lets others see what is not theirs to show by calling it a file of their post.
func TestFilesOfOthersStay(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		ctx, narrow := t.Context(), "branch:"+a.Zwolle.ID
		theirs := a.Upload(t, a.Sanne, "plan.txt", []byte("Een plan."), library.Meta{Audience: &narrow})
		cards := []social.Card{{Target: social.DocumentTarget(theirs.ID), Attached: true}}
		must(a.Social.Create(ctx, a.Manager.Viewer(), social.Input{Body: "Kijk", Cards: cards}))(t)
		if d := must(a.Library.Get(ctx, a.Sanne.Viewer(), theirs.ID))(t); d.Audience != narrow {
			t.Errorf("a colleague's document is now for %q", d.Audience)
		}
		_, err := a.Social.Create(ctx, a.Tom.Viewer(), social.Input{Body: "Kijk", Cards: cards})
		wantKind(t, "a document that one does not see", err, errs.KindInvalid)
	})
}

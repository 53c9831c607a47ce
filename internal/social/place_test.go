package social_test

import (
	"strings"
	"testing"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/social"
)

// What is said about a document is seen by whoever sees the document, at every moment.
func TestAboutDocument(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		ctx := t.Context()
		clock(a)
		sanne, tom := a.Sanne.Viewer(), a.Tom.Viewer()
		d := a.Upload(t, a.Sanne, "plan.pdf", apptest.PDF("Wij melden ons op tijd bij de bewoners.", "De stofschermen staan er op dag een."), library.Meta{})
		p := must(a.Social.Create(ctx, tom, social.Input{
			Kind: social.KindQuestion, Body: "Hoe vaak?", About: social.About{Target: social.DocumentTarget(d.ID), Page: 2, Quote: "stofschermen  staan\ner"},
		}))(t)
		if p.Quote != "stofschermen staan er" || p.AboutPage != 2 {
			t.Errorf("quote %q on page %d", p.Quote, p.AboutPage)
		}
		_, err := a.Social.Create(ctx, tom, social.Input{Body: "?", About: social.About{Target: social.DocumentTarget(d.ID), Page: 2, Quote: "staat er niet"}})
		wantKind(t, "a quote that is not there", err, errs.KindInvalid)
		about := social.Feed{Kind: social.FeedAbout, ID: string(social.DocumentTarget(d.ID))}
		wantBodies(t, "Sanne", bodies(t, a, sanne, about), "Hoe vaak?")
		wantBodies(t, "in Sanne's feed", bodies(t, a, sanne, social.Feed{Kind: social.FeedAll}), "Hoe vaak?")

		zwolle := "branch"
		must(a.Library.Update(ctx, sanne, d.ID, library.Meta{Audience: &zwolle}))(t)
		wantBodies(t, "Tom, who lost sight of it", bodies(t, a, tom, about))
		_, err = a.Social.Get(ctx, tom, p.ID)
		wantKind(t, "his own question", err, errs.KindNotFound)
		_, err = a.Social.Create(ctx, tom, social.Input{Body: "?", About: social.About{Target: social.DocumentTarget(d.ID)}})
		wantKind(t, "another one", err, errs.KindNotFound)
		ok(t, a.Library.Delete(ctx, sanne, d.ID))
		wantBodies(t, "in the trash", bodies(t, a, sanne, about))
		must(a.Library.Restore(ctx, sanne, d.ID))(t)
		wantBodies(t, "restored", bodies(t, a, sanne, about), "Hoe vaak?")
	})
}

// A passage is found again in a new version, where it moved to, or shown as gone.
func TestLocate(t *testing.T) {
	a := apptest.New(t, "sqlite")
	ctx, sanne := t.Context(), a.Sanne.Viewer()
	d := a.Upload(t, a.Sanne, "plan.pdf", apptest.PDF("De bouwplaats wordt dagelijks geveegd.", "Elke week een brief. Elke week een brief aan de buren."), library.Meta{})
	ask := func(page int, quote string) *social.Post {
		return must(a.Social.Create(ctx, sanne, social.Input{Body: "Klopt dit?", About: social.About{Target: social.DocumentTarget(d.ID), Page: page, Quote: quote}}))(t)
	}
	moved, gone, page := ask(1, "dagelijks geveegd"), ask(2, "aan de buren"), ask(2, "")
	content := apptest.PDF("Nieuw voorblad.", "De bouwplaats wordt\ndagelijks geveegd.")
	must(a.Library.AddVersion(ctx, sanne, d.ID, library.File{Name: "plan.pdf", Size: int64(len(content)), Body: strings.NewReader(string(content))}))(t)
	a.Settle(t)
	_, ver, err := a.Library.Version(ctx, sanne, d.ID, 0)
	ok(t, err)
	found := must(a.Social.Locate(ctx, ver, []*social.Post{moved, gone, page}))(t)
	want := map[string]social.Found{moved.ID: {Page: 2}, gone.ID: {Page: 2, Orphan: true}, page.ID: {Page: 2}}
	for id, w := range want {
		if found[id] != w {
			t.Errorf("%s: %+v, want %+v", id, found[id], w)
		}
	}
}

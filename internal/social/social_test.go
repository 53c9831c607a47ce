package social_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db/dbtest"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/find"
	"github.com/aanpak/aanpak/internal/groups"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/search"
	"github.com/aanpak/aanpak/internal/social"
)

func TestMain(m *testing.M) { apptest.Main(m) }

func must[T any](x T, err error) func(testing.TB) T {
	return func(tb testing.TB) T {
		tb.Helper()
		if err != nil {
			tb.Fatal(err)
		}
		return x
	}
}

func ok(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

func wantKind(t *testing.T, what string, err error, want errs.Kind) {
	t.Helper()
	if err == nil || errs.KindOf(err) != want {
		t.Errorf("%s: %v, want %v", what, err, want)
	}
}

// again is somebody as the next request knows them.
func again(t *testing.T, a *apptest.App, u *people.User) auth.Viewer {
	t.Helper()
	return must(a.People.UserByEmail(t.Context(), u.Email))(t).Viewer()
}

func write(t *testing.T, a *apptest.App, v auth.Viewer, audience, body string) *social.Post {
	t.Helper()
	return must(a.Social.Create(t.Context(), v, social.Input{Audience: audience, Body: body}))(t)
}

// bodies are the texts of a whole feed, read page by page.
func bodies(t *testing.T, a *apptest.App, v auth.Viewer, f social.Feed) (out []string) {
	t.Helper()
	for {
		page := must(a.Social.Feed(t.Context(), v, f))(t)
		for _, it := range page.Items {
			out = append(out, it.Body)
		}
		if f.After = page.Next; f.After == "" {
			return out
		}
	}
}

func wantBodies(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: %q, want %q", what, got, want)
	}
}

// clock lets each post have its own time.
func clock(a *apptest.App) func(time.Duration) {
	c := dbtest.NewClock(time.Date(2026, 3, 2, 9, 0, 0, 123_456_000, time.UTC), time.Second)
	a.Social.UseClock(c.Now)
	return func(d time.Duration) { c.Advance(d) }
}

func TestAudience(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		ctx := t.Context()
		clock(a)
		g := must(a.Groups.Create(ctx, a.Sanne.Viewer(), groups.Input{Name: "Kring hout", Kind: groups.KindClosed}))(t)
		sanne, tom, henk := again(t, a, a.Sanne), again(t, a, a.Tom), again(t, a, a.Manager)
		write(t, a, sanne, "", "voor allen")
		write(t, a, sanne, "branch:"+a.Zwolle.ID, "voor Zwolle")
		inGroup := write(t, a, sanne, "group:"+g.ID, "voor de kring")

		all := social.Feed{Kind: social.FeedAll}
		wantBodies(t, "Sanne", bodies(t, a, sanne, all), "voor de kring", "voor Zwolle", "voor allen")
		wantBodies(t, "Henk", bodies(t, a, henk, all), "voor Zwolle", "voor allen")
		wantBodies(t, "Tom", bodies(t, a, tom, all), "voor allen")
		wantBodies(t, "nobody's group", bodies(t, a, tom, social.Feed{Kind: social.FeedGroup, ID: g.ID}))
		wantBodies(t, "another's branch", bodies(t, a, tom, social.Feed{Kind: social.FeedBranch, ID: a.Zwolle.ID}))
		wantBodies(t, "what Sanne wrote, to Tom", bodies(t, a, tom, social.Feed{Kind: social.FeedPerson, ID: a.Sanne.ID}), "voor allen")

		_, err := a.Social.Get(ctx, tom, inGroup.ID)
		wantKind(t, "Tom reads the group's", err, errs.KindNotFound)
		_, err = a.Social.AddComment(ctx, tom, inGroup.ID, "", "hoi")
		wantKind(t, "Tom answers in the group", err, errs.KindNotFound)
		wantKind(t, "Tom likes it", a.Social.React(ctx, tom, inGroup.Target(), social.ReactionLike), errs.KindNotFound)
		_, err = a.Social.Create(ctx, tom, social.Input{Audience: "group:" + g.ID, Body: "x"})
		wantKind(t, "Tom writes to the group", err, errs.KindInvalid)
		_, err = a.Social.Create(ctx, tom, social.Input{Audience: "branch:" + a.Zwolle.ID, Body: "x"})
		wantKind(t, "Tom writes to Zwolle", err, errs.KindForbidden)

		ok(t, a.Groups.Add(ctx, sanne, g.ID, a.Tom.ID))
		_, err = a.Groups.Join(ctx, tom, g.ID)
		ok(t, err)
		tom = again(t, a, a.Tom)
		wantBodies(t, "Tom in the group", bodies(t, a, tom, all), "voor de kring", "voor allen")
		ok(t, a.Groups.Leave(ctx, tom, g.ID))
		wantBodies(t, "Tom out of it", bodies(t, a, again(t, a, a.Tom), all), "voor allen")
	})
}

func TestDrafts(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		ctx, later := t.Context(), clock(a)
		sanne, tom := a.Sanne.Viewer(), a.Tom.Viewer()
		draft := must(a.Social.Create(ctx, sanne, social.Input{Body: "nog niet af", Draft: true}))(t)
		_, err := a.Social.Get(ctx, tom, draft.ID)
		wantKind(t, "another's draft", err, errs.KindNotFound)
		_, err = a.Social.AddComment(ctx, sanne, draft.ID, "", "hm")
		wantKind(t, "a comment on a draft", err, errs.KindConflict)
		if list := must(a.Social.Drafts(ctx, sanne))(t); len(list) != 1 {
			t.Errorf("%d drafts, want 1", len(list))
		}
		if list := must(a.Social.Drafts(ctx, tom))(t); len(list) != 0 {
			t.Error("Tom sees another's drafts")
		}
		must(a.Social.Update(ctx, sanne, draft.ID, social.Input{Body: "nu wel", PublishAt: time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)}))(t)
		ok(t, a.Social.PublishDue(ctx))
		wantBodies(t, "before its time", bodies(t, a, tom, social.Feed{Kind: social.FeedAll}))
		later(4 * time.Hour)
		ok(t, a.Social.PublishDue(ctx))
		wantBodies(t, "after it", bodies(t, a, tom, social.Feed{Kind: social.FeedAll}), "nu wel")
	})
}

func TestSearch(t *testing.T) {
	a := apptest.New(t, "sqlite")
	ctx := t.Context()
	sanne, tom := a.Sanne.Viewer(), a.Tom.Viewer()
	p := write(t, a, sanne, "branch:"+a.Zwolle.ID, "De **heistelling** van #waterbouw staat klaar")
	must(a.Social.AddComment(ctx, sanne, p.ID, "", "En de trilplaat ook"))(t)
	a.Settle(t)
	hits := func(v auth.Viewer, q string) []find.Hit {
		return must(a.Find.Search(ctx, v, find.Query{Text: q, Types: []search.Type{search.TypePost}}))(t).Hits
	}
	for _, q := range []string{"heistelling", "trilplaat", "waterbouw"} {
		if h := hits(sanne, q); len(h) != 1 || h[0].Post.ID != p.ID || !strings.Contains(h[0].Snippet, "<mark>") {
			t.Errorf("%s: %+v", q, h)
		}
		if h := hits(tom, q); len(h) != 0 {
			t.Errorf("%s: Tom finds what is for Zwolle", q)
		}
	}
	ok(t, a.Social.Delete(ctx, sanne, p.ID))
	a.Settle(t)
	if h := hits(sanne, "heistelling"); len(h) != 0 {
		t.Error("a deleted post is found")
	}
}

// Two accounts of one person become one: what they said and thought stays, each thing once.
func TestMerge(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		ctx := t.Context()
		twin := a.Person(t, "Tom Bakker jr.", "Eindhoven", auth.RoleMember)
		p := write(t, a, a.Sanne.Viewer(), "", "Dag <@user:"+twin.ID+">")
		for _, u := range []*people.User{a.Tom, twin} {
			ok(t, a.Social.React(ctx, u.Viewer(), p.Target(), social.ReactionLike))
			must(a.Social.AddComment(ctx, u.Viewer(), p.ID, "", "hoi"))(t)
		}
		ok(t, a.People.Merge(ctx, a.Admin.Viewer(), twin.ID, a.Tom.ID))
		it := must(a.Social.Item(ctx, a.Sanne.Viewer(), p.ID))(t)
		if it.Reactions.Total() != 1 || !strings.Contains(it.Body, a.Tom.ID) || it.Comments != 2 || it.Latest[1].AuthorID != a.Tom.ID {
			t.Errorf("after the merge: %d reactions, %q, %d comments", it.Reactions.Total(), it.Body, it.Comments)
		}
	})
}

package social_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/find"
	"github.com/aanpak/aanpak/internal/groups"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/notify"
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
	now := time.Date(2026, 3, 2, 9, 0, 0, 123_456_000, time.UTC)
	a.Social.UseClock(func() time.Time { now = now.Add(time.Second); return now })
	return func(d time.Duration) { now = now.Add(d) }
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

// However far one reads, every post comes once, in order, whatever its audiences are.
func TestFeedPages(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		ctx := t.Context()
		now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
		a.Social.UseClock(func() time.Time { now = now.Add(200 * time.Microsecond); return now }) // several in a millisecond
		var ids []string
		for range 3 {
			g := must(a.Groups.Create(ctx, a.Sanne.Viewer(), groups.Input{Name: "Kring " + strings.Repeat("x", len(ids)+1)}))(t)
			ids = append(ids, g.ID)
		}
		sanne := again(t, a, a.Sanne)
		audiences := []string{"company", "branch:" + a.Zwolle.ID, "group:" + ids[0], "group:" + strings.Join(ids, ",")}
		var want []string
		for i := range 40 {
			body := "bericht " + string(rune('A'+i))
			write(t, a, sanne, audiences[i%len(audiences)], body)
			want = append(want, body)
		}
		slices.Sort(want)
		for _, f := range []social.Feed{
			{Kind: social.FeedAll, Limit: 7}, {Kind: social.FeedAll, Limit: 7, Active: true}, {Kind: social.FeedForYou, Limit: 7}, {Kind: social.FeedPerson, ID: a.Sanne.ID, Limit: 7},
		} {
			got := bodies(t, a, sanne, f)
			if f.Kind == social.FeedAll && !slices.IsSortedFunc(got, func(a, b string) int { return strings.Compare(b, a) }) && f.Limit == 0 {
				t.Errorf("%v: not the latest first: %q", f, got)
			}
			slices.Sort(got)
			wantBodies(t, string(f.Kind), got, want...)
		}
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

func TestEdits(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		ctx := t.Context()
		clock(a)
		sanne, tom, henk := a.Sanne.Viewer(), a.Tom.Viewer(), a.Manager.Viewer()
		p := write(t, a, sanne, "", "eerste")
		_, err := a.Social.Update(ctx, tom, p.ID, social.Input{Body: "gekaapt"})
		wantKind(t, "another's post", err, errs.KindForbidden)
		p = must(a.Social.Update(ctx, sanne, p.ID, social.Input{Body: "tweede"}))(t)
		if p.EditedAt.IsZero() {
			t.Error("nothing tells that it was changed")
		}
		if list := must(a.Social.Revisions(ctx, tom, p.ID))(t); len(list) != 1 || list[0].Body != "eerste" {
			t.Errorf("revisions: %v", list)
		}
		c := must(a.Social.AddComment(ctx, tom, p.ID, "", "mooi"))(t)
		must(a.Social.EditComment(ctx, tom, c.ID, "heel mooi"))(t)
		_, err = a.Social.EditComment(ctx, sanne, c.ID, "lelijk")
		wantKind(t, "another's comment", err, errs.KindForbidden)
		if list := must(a.Social.CommentRevisions(ctx, sanne, c.ID))(t); len(list) != 1 || list[0].Body != "mooi" {
			t.Errorf("revisions of the comment: %v", list)
		}
		wantKind(t, "deleting another's comment", a.Social.DeleteComment(ctx, henk, c.ID), errs.KindForbidden)
		ok(t, a.Social.DeleteComment(ctx, a.Admin.Viewer(), c.ID))
		if p = must(a.Social.Get(ctx, tom, p.ID))(t); p.Comments != 0 {
			t.Errorf("%d comments are counted after the only one went", p.Comments)
		}
		wantKind(t, "deleting another's post", a.Social.Delete(ctx, tom, p.ID), errs.KindForbidden)
		ok(t, a.Social.Delete(ctx, sanne, p.ID))
		_, err = a.Social.Get(ctx, sanne, p.ID)
		wantKind(t, "a deleted post", err, errs.KindNotFound)
	})
}

func TestThreads(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		ctx := t.Context()
		clock(a)
		sanne, tom := a.Sanne.Viewer(), a.Tom.Viewer()
		p := must(a.Social.Create(ctx, sanne, social.Input{Kind: social.KindQuestion, Body: "Wie weet het?"}))(t)
		one := must(a.Social.AddComment(ctx, tom, p.ID, "", "een"))(t)
		two := must(a.Social.AddComment(ctx, sanne, p.ID, "", "twee"))(t)
		answer := must(a.Social.AddComment(ctx, sanne, p.ID, one.ID, "op een"))(t)
		must(a.Social.AddComment(ctx, tom, p.ID, answer.ID, "daarop"))(t)
		said := func() (out []string) {
			for _, c := range must(a.Social.Comments(ctx, tom, p.ID))(t) {
				out = append(out, c.Body)
			}
			return out
		}
		wantBodies(t, "thread", said(), "een", "op een", "daarop", "twee")
		ok(t, a.Social.DeleteComment(ctx, tom, one.ID))
		wantBodies(t, "thread without its head", said(), "", "op een", "daarop", "twee")

		wantKind(t, "Tom accepts", a.Social.Accept(ctx, tom, p.ID, two.ID), errs.KindForbidden)
		ok(t, a.Social.Accept(ctx, sanne, p.ID, two.ID))
		if p = must(a.Social.Get(ctx, tom, p.ID))(t); p.AnswerID != two.ID || p.Comments != 3 {
			t.Errorf("answer %q of %d comments", p.AnswerID, p.Comments)
		}
		ok(t, a.Social.DeleteComment(ctx, sanne, two.ID))
		if p = must(a.Social.Get(ctx, tom, p.ID))(t); p.AnswerID != "" {
			t.Error("a deleted comment is still the answer")
		}
		ok(t, a.Social.SetClosed(ctx, sanne, p.ID, true))
		_, err := a.Social.AddComment(ctx, tom, p.ID, "", "nog iets")
		wantKind(t, "a comment on what is closed", err, errs.KindConflict)
	})
}

func TestReactions(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		ctx := t.Context()
		sanne, tom := a.Sanne.Viewer(), a.Tom.Viewer()
		p := write(t, a, sanne, "", "hoera")
		for _, k := range []social.ReactionKind{social.ReactionLike, social.ReactionUseful, social.ReactionUseful} {
			ok(t, a.Social.React(ctx, tom, p.Target(), k))
		}
		ok(t, a.Social.React(ctx, sanne, p.Target(), social.ReactionLike))
		r := must(a.Social.ReactionsOf(ctx, tom, []social.Target{p.Target()}))(t)[p.Target()]
		if r.Mine != social.ReactionUseful || r.Total() != 2 || r.Counts[social.ReactionUseful] != 1 || r.Counts[social.ReactionLike] != 1 {
			t.Errorf("reactions: %+v", r)
		}
		if list := must(a.Social.WhoReacted(ctx, tom, p.Target()))(t); len(list) != 2 {
			t.Errorf("%d people reacted, want 2", len(list))
		}
		ok(t, a.Social.React(ctx, tom, p.Target(), ""))
		if r := must(a.Social.ReactionsOf(ctx, tom, []social.Target{p.Target()}))(t)[p.Target()]; r.Total() != 1 || r.Mine != "" {
			t.Errorf("after taking it back: %+v", r)
		}
		wantKind(t, "a reaction that does not exist", a.Social.React(ctx, tom, p.Target(), "hate"), errs.KindInvalid)
	})
}

func TestPoll(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		ctx, later := t.Context(), clock(a)
		sanne, tom := a.Sanne.Viewer(), a.Tom.Viewer()
		_, err := a.Social.Create(ctx, sanne, social.Input{Kind: social.KindPoll, Body: "?", Poll: social.Poll{Options: []string{"een", " "}}})
		wantKind(t, "one option", err, errs.KindInvalid)
		p := must(a.Social.Create(ctx, sanne, social.Input{
			Kind: social.KindPoll, Body: "Hout of beton?", Poll: social.Poll{Options: []string{"Hout", "Beton"}, EndsAt: time.Date(2026, 3, 3, 0, 0, 0, 0, time.UTC)},
		}))(t)
		wantKind(t, "two of one", a.Social.Vote(ctx, tom, p.ID, []int{0, 1}), errs.KindInvalid)
		wantKind(t, "one that is not there", a.Social.Vote(ctx, tom, p.ID, []int{7}), errs.KindInvalid)
		ok(t, a.Social.Vote(ctx, tom, p.ID, []int{0}))
		ok(t, a.Social.Vote(ctx, tom, p.ID, []int{1}))
		ok(t, a.Social.Vote(ctx, sanne, p.ID, []int{1}))
		it := must(a.Social.Item(ctx, tom, p.ID))(t)
		if it.Options[0].Votes != 0 || it.Options[1].Votes != 2 || !it.Options[1].Mine {
			t.Errorf("options: %+v %+v", it.Options[0], it.Options[1])
		}
		later(24 * time.Hour)
		wantKind(t, "a vote after the end", a.Social.Vote(ctx, tom, p.ID, []int{0}), errs.KindConflict)
	})
}

func TestMentions(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		ctx := t.Context()
		g := must(a.Groups.Create(ctx, a.Sanne.Viewer(), groups.Input{Name: "Kring Hout", Kind: groups.KindHidden}))(t)
		namesake := a.Person(t, "Sanne Vis", "Eindhoven", auth.RoleMember)
		sanne, tom := again(t, a, a.Sanne), again(t, a, a.Tom)
		p := write(t, a, sanne, "", "Dag @tom bakker, @Sanne Vis en @Kring hout! a@voorbeeld.nl @niemand")
		if want := "Dag <@user:" + a.Tom.ID + ">, <@user:" + namesake.ID + "> en <@group:" + g.ID + ">! a@voorbeeld.nl @niemand"; p.Body != want {
			t.Errorf("kept %q, want %q", p.Body, want)
		}
		if typed := must(a.Social.Typed(ctx, sanne, p.Body))(t); typed != "Dag @Tom Bakker, @Sanne Vis en @Kring Hout! a@voorbeeld.nl @niemand" {
			t.Errorf("to change: %q", typed)
		}
		for _, u := range []*people.User{a.Tom, namesake} {
			if list, _, err := a.Notify.List(ctx, again(t, a, u), notify.Filter{}); err != nil || len(list) != 1 || list[0].Lines[0].Kind != notify.Mention {
				t.Errorf("%s is told: %+v, %v", u.Name, list, err)
			}
		}
		names := must(a.Social.Names(ctx, tom, p.Body))(t)
		if _, known := names("group", g.ID); known {
			t.Error("a hidden group is named to who does not know of it")
		}
		if p := write(t, a, tom, "", "Hoi @Kring Hout"); p.Body != "Hoi @Kring Hout" {
			t.Errorf("who does not know of a hidden group names it: %q", p.Body)
		}
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

func TestTopicsAndFollowing(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		ctx := t.Context()
		clock(a)
		sanne, tom := a.Sanne.Viewer(), a.Tom.Viewer()
		write(t, a, sanne, "", "Over #Circulair bouwen")
		write(t, a, sanne, "branch:"+a.Zwolle.ID, "Ook #circulair en #hout")
		wantBodies(t, "topic to Tom", bodies(t, a, tom, social.Feed{Kind: social.FeedTopic, ID: "CIRCULAIR"}), "Over #Circulair bouwen")
		if list := must(a.Social.Topics(ctx, tom, "", time.Time{}, 10))(t); len(list) != 1 || list[0].Posts != 1 {
			t.Errorf("topics to Tom: %+v", list)
		}
		if list := must(a.Social.Topics(ctx, sanne, "#CIR", time.Time{}, 10))(t); len(list) != 1 || list[0].Posts != 2 {
			t.Errorf("topics to Sanne: %+v", list)
		}
		write(t, a, a.Manager.Viewer(), "", "van Henk")
		following := social.Feed{Kind: social.FeedFollowing}
		wantBodies(t, "following nobody", bodies(t, a, tom, following))
		ok(t, a.Social.SetFollow(ctx, tom, social.UserTarget(a.Manager.ID), true))
		ok(t, a.Social.SetFollow(ctx, tom, social.TopicTarget("Circulair"), true))
		wantBodies(t, "following", bodies(t, a, tom, following), "van Henk", "Over #Circulair bouwen")
		ok(t, a.Social.SetFollow(ctx, tom, social.UserTarget(a.Manager.ID), false))
		wantBodies(t, "no longer", bodies(t, a, tom, following), "Over #Circulair bouwen")
		wantKind(t, "oneself", a.Social.SetFollow(ctx, tom, social.UserTarget(a.Tom.ID), true), errs.KindNotFound)
	})
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

// What somebody says reaches whom it concerns, each once and by the weightiest reason, and nobody who does not see it.
func TestTold(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		ctx := t.Context()
		g := must(a.Groups.Create(ctx, a.Sanne.Viewer(), groups.Input{Name: "Kring hout"}))(t)
		_, err := a.Groups.Join(ctx, a.Tom.Viewer(), g.ID)
		ok(t, err)
		sanne, tom := again(t, a, a.Sanne), again(t, a, a.Tom)
		kinds := func(v auth.Viewer) (out []notify.Kind) {
			list, _, err := a.Notify.List(ctx, v, notify.Filter{})
			ok(t, err)
			for _, b := range list {
				for _, l := range b.Lines {
					out = append(out, l.Kind)
				}
			}
			return out
		}
		p := must(a.Social.Create(ctx, sanne, social.Input{Audience: "group:" + g.ID, Body: "Dag @Henk Driessen en @Tom Bakker"}))(t)
		if got := kinds(again(t, a, a.Manager)); len(got) != 0 {
			t.Errorf("who does not see the post is told: %v", got)
		}
		if got := kinds(tom); !slices.Equal(got, []notify.Kind{notify.Mention}) {
			t.Errorf("Tom is told: %v", got)
		}
		ok(t, a.Social.React(ctx, tom, p.Target(), social.ReactionLike))
		must(a.Social.AddComment(ctx, tom, p.ID, "", "Mooi"))(t)
		if n := must(a.Notify.Count(ctx, sanne))(t); n != 1 {
			t.Errorf("Sanne has %d bundles to read, want the talk as one", n)
		}
		ok(t, a.Groups.Leave(ctx, tom, g.ID))
		if got := kinds(again(t, a, a.Tom)); len(got) != 0 {
			t.Errorf("Tom, who left, is told: %v", got)
		}
	})
}

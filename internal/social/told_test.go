package social_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/groups"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/notify"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/social"
)

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
		if p := write(t, a, sanne, "", "Typ `@Tom Bakker` of #hout:\n\n```\n@Sanne Vis #staal\n```\n\n`#beton`"); strings.Contains(p.Body, "<@") || !slices.Equal(p.Topics(), []string{"hout"}) {
			t.Errorf("in code something is named: %q, %v", p.Body, p.Topics())
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

// What is told of a remark in the margin leads to it, beside its page; a comment to itself.
func TestToldOfMargin(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		ctx := t.Context()
		d := a.Upload(t, a.Sanne, "plan.pdf", apptest.PDF("Eerste.", "Iedere bewoner krijgt een vast gezicht."), library.Meta{})
		a.Settle(t)
		about := social.DocumentTarget(d.ID)
		url := func(u *people.User) string {
			list, _, err := a.Notify.List(ctx, u.Viewer(), notify.Filter{Unread: true})
			ok(t, err)
			if len(list) != 1 {
				t.Fatalf("%s has %d", u.Name, len(list))
			}
			ok(t, a.Notify.ReadAll(ctx, u.Viewer()))
			return list[0].URL
		}
		p := must(a.Social.Create(ctx, a.Tom.Viewer(), social.Input{Kind: social.KindQuestion, Body: "Ook later?", About: social.About{Target: about, Page: 2, Quote: "een vast gezicht"}}))(t)
		if got, want := url(a.Sanne), "/documents/"+d.ID+"?page=2&tab=talk#talk-"+p.ID; got != want {
			t.Errorf("the question leads to %s, want %s", got, want)
		}
		c := must(a.Social.AddComment(ctx, a.Sanne.Viewer(), p.ID, "", "Een jaar."))(t)
		if got, want := url(a.Tom), "/documents/"+d.ID+"?page=2&tab=talk#comment-"+c.ID; got != want {
			t.Errorf("the answer leads to %s, want %s", got, want)
		}
		p = must(a.Social.Create(ctx, a.Tom.Viewer(), social.Input{Body: "Mooi stuk", About: social.About{Target: about}}))(t)
		if got, want := url(a.Sanne), "/documents/"+d.ID+"?tab=talk#talk-"+p.ID; got != want {
			t.Errorf("what is said of the whole leads to %s, want %s", got, want)
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

package social_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/groups"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/live"
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

// listen has the program hear of what is told, until the test ends.
func listen(t *testing.T, a *apptest.App) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() { a.DB.Listen(ctx, func(err error) { t.Error(err) }) })
	t.Cleanup(func() { cancel(); wg.Wait() })
	probe := a.Live.Listen([]string{"probe"})
	defer probe.Close()
	for {
		tellOpen(t, a, "probe", "ready")
		select {
		case <-probe.C():
			return
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func tellOpen(t *testing.T, a *apptest.App, to, name string) {
	t.Helper()
	ok(t, a.DB.InTx(t.Context(), func(ctx context.Context, tx bun.Tx) error {
		return a.Live.Tell(ctx, tx, live.Event{To: []string{to}, Name: name})
	}))
}

// Open pages of who sees a post hear that something happened under it, and nothing of what.
func TestTalkIsHeard(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		ctx := t.Context()
		sanne, henk, ada := a.Sanne.Viewer(), a.Manager.Viewer(), a.Admin.Viewer()
		listen(t, a)
		inside, outside := a.Live.Listen(henk.OwnKeys()), a.Live.Listen(a.Tom.Viewer().OwnKeys())
		defer inside.Close()
		defer outside.Close()
		heard := func(s *live.Stream) (out []live.Message) {
			for {
				select {
				case m := <-s.C():
					if m.Name == "end" {
						return out
					}
					if m.Name != notify.Live {
						out = append(out, m)
					}
				case <-time.After(20 * time.Second):
					t.Fatal("the end is not heard")
				}
			}
		}
		about := social.DocumentTarget(a.Upload(t, a.Sanne, "plan.txt", []byte("Zo doen we dat."), library.Meta{}).ID)
		must(a.Social.Create(ctx, sanne, social.Input{Body: "Klopt dit?", About: social.About{Target: about}}))(t)
		p := write(t, a, sanne, "branch:"+a.Zwolle.ID, "Dag")
		c := must(a.Social.AddComment(ctx, henk, p.ID, "", "Hoi"))(t)
		must(a.Social.EditComment(ctx, henk, c.ID, "Hallo"))(t)
		ok(t, a.Social.React(ctx, sanne, c.Target(), social.ReactionLike))
		ok(t, a.Social.DeleteComment(ctx, henk, c.ID))
		ok(t, a.Social.SetWordList(ctx, ada, []string{"sukkel"}))
		must(a.Social.AddComment(ctx, henk, p.ID, "", "sukkel"))(t) // which nobody sees
		tellOpen(t, a, auth.KeyCompany, "end")
		talk := live.Message{Name: social.LiveTalk, Data: p.ID}
		remark := live.Message{Name: social.LivePost, Data: string(about)}
		if got, want := heard(inside), []live.Message{remark, {Name: social.LivePost}, talk, talk, talk, talk}; !slices.Equal(got, want) {
			t.Errorf("heard %v, want %v", got, want)
		}
		if got := heard(outside); !slices.Equal(got, []live.Message{remark}) {
			t.Errorf("who does not see the post hears %v", got)
		}
	})
}

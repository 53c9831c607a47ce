package social_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/notify"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/social"
)

// begin is when the clock of these tests starts.
var begin = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

func tell(t *testing.T, a *apptest.App, v auth.Viewer, audience, title string, change ...func(*social.Input)) *social.Post {
	t.Helper()
	n := social.Input{Kind: social.KindNews, Title: title, Body: "Zo zit het.", Audience: audience}
	for _, f := range change {
		f(&n)
	}
	return must(a.Social.Create(t.Context(), v, n))(t)
}

func mustRead(by time.Time) func(*social.Input) {
	return func(n *social.Input) { n.MustRead, n.ReadBy = true, by }
}

// until waits for what a job does.
func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); !is(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never: %s", what)
		}
	}
}

func titles(t *testing.T, a *apptest.App, v auth.Viewer, channel string) (out []string) {
	t.Helper()
	for f := (social.Feed{Kind: social.FeedNews, ID: channel, Limit: 1}); ; {
		page := must(a.Social.Feed(t.Context(), v, f))(t)
		for _, it := range page.Items {
			out = append(out, it.Title)
		}
		if f.After = page.Next; f.After == "" {
			return out
		}
	}
}

func TestWhoWritesNews(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		own, other := "branch:"+a.Zwolle.ID, "branch:"+a.Eindhoven.ID
		may := map[auth.Role][]string{auth.RoleEditor: {"company", own}, auth.RoleAdmin: {"company", own}, auth.RoleManager: {own}}
		for _, role := range auth.Roles {
			v := a.Person(t, "Een "+string(role), "Zwolle", role).Viewer()
			for _, channel := range []string{"company", own, other} {
				_, err := a.Social.Create(t.Context(), v, social.Input{Kind: social.KindNews, Title: "Nieuws", Body: "x", Audience: channel})
				if slices.Contains(may[role], channel) {
					ok(t, err)
				} else {
					wantKind(t, string(role)+" writes in "+channel, err, errs.KindForbidden)
				}
			}
		}
	})
}

func TestNewsInput(t *testing.T) {
	a := apptest.New(t, db.SQLite)
	clock(a)
	editor := a.Person(t, "Eva Redactie", "Zwolle", auth.RoleEditor).Viewer()
	for name, change := range map[string]func(*social.Input){
		"title":    func(n *social.Input) { n.Title = "" },
		"audience": func(n *social.Input) { n.Audience = "group:x" },
		"read_by":  mustRead(begin.Add(-time.Hour)),
	} {
		n := social.Input{Kind: social.KindNews, Title: "Nieuws", Body: "x"}
		change(&n)
		_, err := a.Social.Create(t.Context(), editor, n)
		wantKind(t, name, err, errs.KindInvalid)
	}
	later := social.Input{Kind: social.KindNews, Title: "Straks", Body: "x", PublishAt: begin.AddDate(0, 0, 5), MustRead: true, ReadBy: begin.AddDate(0, 0, 3)}
	_, err := a.Social.Create(t.Context(), editor, later)
	wantKind(t, "to be read before it is published", err, errs.KindInvalid)

	passed := social.Input{Kind: social.KindNews, Title: "Half", Body: "x", MustRead: true, ReadBy: begin.Add(-time.Hour), Draft: true}
	draft := must(a.Social.Create(t.Context(), editor, passed))(t) // nothing that is typed is lost
	passed.Draft = false
	_, err = a.Social.Update(t.Context(), editor, draft.ID, passed)
	wantKind(t, "a draft published after the day by which it was to be read", err, errs.KindInvalid)

	p := write(t, a, a.Sanne.Viewer(), "", "Gewoon een bericht")
	_, err = a.Social.Update(t.Context(), a.Sanne.Viewer(), p.ID, social.Input{Kind: social.KindNews, Title: "Nieuws", Body: "x"})
	wantKind(t, "a post becomes news", err, errs.KindInvalid)
	piece := tell(t, a, editor, "company", "Nieuws", mustRead(begin.AddDate(0, 0, 9)))
	_, err = a.Social.Update(t.Context(), editor, piece.ID, social.Input{Kind: social.KindText, Body: "x"})
	wantKind(t, "news becomes a post", err, errs.KindInvalid)
	changed := must(a.Social.Update(t.Context(), editor, piece.ID, social.Input{Kind: social.KindNews, Title: "Nieuws!", Body: "x"}))(t)
	if changed.MustRead || !changed.ReadBy.IsZero() || changed.Title != "Nieuws!" {
		t.Errorf("changed: %+v", changed)
	}
	if p := must(a.Social.Create(t.Context(), a.Sanne.Viewer(), social.Input{Body: "x", MustRead: true, Closed: true}))(t); p.MustRead || p.Closed {
		t.Error("a post that is no news must be read")
	}
}

func TestNews(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		ctx, later := t.Context(), clock(a)
		editor := a.Person(t, "Eva Redactie", "Eindhoven", auth.RoleEditor).Viewer()
		sanne, tom, henk := a.Sanne.Viewer(), a.Tom.Viewer(), a.Manager.Viewer()
		tell(t, a, editor, "company", "Voor allen")
		branch := tell(t, a, henk, "branch:"+a.Zwolle.ID, "Voor Zwolle", mustRead(begin.AddDate(0, 0, 9)))
		write(t, a, sanne, "", "Geen nieuws")
		company := tell(t, a, editor, "company", "Moet", mustRead(time.Time{}))
		tell(t, a, editor, "company", "Concept", func(n *social.Input) { n.Draft = true })
		scheduled := tell(t, a, editor, "company", "Straks", func(n *social.Input) { n.PublishAt = begin.AddDate(0, 0, 1) })

		for what, got := range map[string][]string{
			"Sanne": titles(t, a, sanne, ""), "Sanne, Zwolle": titles(t, a, sanne, "branch:"+a.Zwolle.ID), "Tom": titles(t, a, tom, ""), "Tom, Zwolle": titles(t, a, tom, "branch:"+a.Zwolle.ID),
		} {
			want := map[string][]string{"Sanne": {"Moet", "Voor Zwolle", "Voor allen"}, "Sanne, Zwolle": {"Voor Zwolle"}, "Tom": {"Moet", "Voor allen"}}[what]
			if !slices.Equal(got, want) {
				t.Errorf("%s: %q, want %q", what, got, want)
			}
		}
		toRead := func(v auth.Viewer) (out []string) {
			for _, it := range must(a.Social.ToRead(ctx, v))(t) {
				out = append(out, it.Title)
			}
			return out
		}
		wantBodies(t, "to read, by day", toRead(sanne), "Voor Zwolle", "Moet")
		wantBodies(t, "to read for who wrote it", toRead(henk), "Moet")
		wantBodies(t, "to read elsewhere", toRead(tom), "Moet")
		wantKind(t, "Tom confirms what he does not see", a.Social.Confirm(ctx, tom, branch.ID), errs.KindNotFound)
		wantKind(t, "who wrote it confirms", a.Social.Confirm(ctx, henk, branch.ID), errs.KindConflict)
		wantKind(t, "confirming what is not published", a.Social.Confirm(ctx, editor, scheduled.ID), errs.KindConflict)
		ok(t, a.Social.Confirm(ctx, sanne, branch.ID))
		at := must(a.Social.Item(ctx, sanne, branch.ID))(t).Confirmed
		later(time.Hour)
		ok(t, a.Social.Confirm(ctx, sanne, branch.ID))
		if again := must(a.Social.Item(ctx, sanne, branch.ID))(t).Confirmed; at.IsZero() || !again.Equal(at) {
			t.Errorf("confirmed at %v, and again at %v", at, again)
		}
		wantBodies(t, "to read still", toRead(sanne), "Moet")
		ok(t, a.Social.Confirm(ctx, sanne, company.ID))
		wantBodies(t, "all is read", toRead(sanne))
		ok(t, a.Social.Delete(ctx, editor, company.ID))
		wantBodies(t, "what was deleted", toRead(tom))
		later(48 * time.Hour)
		ok(t, a.Social.PublishDue(ctx))
		wantBodies(t, "what was scheduled", titles(t, a, tom, "company"), "Straks", "Voor allen")
	})
}

func TestNewsChannels(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		ctx := t.Context()
		clock(a)
		editor, henk := a.Person(t, "Eva Redactie", "Eindhoven", auth.RoleEditor).Viewer(), a.Manager.Viewer()
		own := "branch:" + a.Zwolle.ID
		wantKind(t, "a member", a.Social.SetChannel(ctx, a.Sanne.Viewer(), social.Channel{Channel: "company"}), errs.KindForbidden)
		wantKind(t, "a manager, the company", a.Social.SetChannel(ctx, henk, social.Channel{Channel: "company"}), errs.KindForbidden)
		wantKind(t, "an editor, another branch", a.Social.SetChannel(ctx, editor, social.Channel{Channel: own}), errs.KindForbidden)
		wantKind(t, "a group", a.Social.SetChannel(ctx, editor, social.Channel{Channel: "group:x"}), errs.KindInvalid)
		if list := must(a.Social.Channels(ctx, henk))(t); len(list) != 1 || list[0].Channel != own || !list[0].Comments || !list[0].Notify {
			t.Errorf("Henk's channels: %+v", list)
		}
		ok(t, a.Social.SetChannel(ctx, henk, social.Channel{Channel: own, Comments: true}))
		ok(t, a.Social.SetChannel(ctx, henk, social.Channel{Channel: own}))
		quiet := tell(t, a, henk, own, "Stil")
		if !quiet.Closed {
			t.Error("news takes comments where its channel takes none")
		}
		ok(t, a.Social.SetClosed(ctx, henk, quiet.ID, false))
		if loud := tell(t, a, editor, "company", "Praat mee"); loud.Closed {
			t.Error("one channel closes another")
		}
		if p := tell(t, a, editor, "company", "Dicht", func(n *social.Input) { n.Closed = true }); !p.Closed {
			t.Error("news takes comments though its author wants none")
		}
		var told []string
		until(t, "Sanne is told of the company's news alone", func() bool {
			told = told[:0]
			list, _, err := a.Notify.List(ctx, a.Sanne.Viewer(), notify.Filter{})
			ok(t, err)
			for _, b := range list {
				told = append(told, b.Title)
			}
			slices.Sort(told)
			return slices.Equal(told, []string{"Dicht", "Praat mee"})
		})
	})
}

func TestReach(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		ctx := t.Context()
		clock(a)
		editor := a.Person(t, "Eva Redactie", "Eindhoven", auth.RoleEditor).Viewer()
		henk := a.Manager.Viewer()
		few := tell(t, a, henk, "branch:"+a.Zwolle.ID, "Zwolle")
		if r := must(a.Social.Reach(ctx, henk, few.ID))(t); !r.Few || r.People+r.Seen+r.Confirmed+len(r.Branches) != 0 {
			t.Errorf("of few people: %+v", r)
		}
		crowd := map[string][]*people.User{}
		for branch, n := range map[string]int{"Zwolle": 6, "Eindhoven": 7, "Oldenzaal": 2, "Rotterdam": 9} {
			for i := range n {
				crowd[branch] = append(crowd[branch], a.Person(t, fmt.Sprintf("%s %c", branch, 'A'+i), branch, auth.RoleMember))
			}
		}
		p := tell(t, a, editor, "company", "Voor allen", mustRead(time.Time{}))
		for _, list := range crowd {
			for i, u := range list {
				ok(t, a.Social.Saw(ctx, u.Viewer(), p))
				ok(t, a.Social.Saw(ctx, u.Viewer(), p))
				if i%2 == 0 {
					ok(t, a.Social.Confirm(ctx, u.Viewer(), p.ID))
				}
			}
		}
		ok(t, a.Social.Saw(ctx, editor, p))
		all := must(a.People.Users(ctx, auth.System(), people.UserFilter{Limit: 100}))(t)
		r := must(a.Social.Reach(ctx, editor, p.ID))(t)
		if r.Few || r.People != len(all)-1 || r.Seen != 24 || r.Confirmed != 3+4+1+5 {
			t.Errorf("reach %+v of %d accounts", r.Counts, len(all))
		}
		sum := social.Counts{}
		for _, b := range r.Branches {
			if b.People < social.FewPeople || slices.Contains(b.Names, "Oldenzaal") && len(b.Names) < 2 {
				t.Errorf("too few people are told of: %+v", b)
			}
			sum.People, sum.Seen, sum.Confirmed = sum.People+b.People, sum.Seen+b.Seen, sum.Confirmed+b.Confirmed
		}
		if sum != r.Counts || len(r.Branches) != 3 {
			t.Errorf("branches %+v are %+v together, want %+v", r.Branches, sum, r.Counts)
		}
		_, err := a.Social.Reach(ctx, henk, p.ID)
		wantKind(t, "a manager reads the company's reach", err, errs.KindForbidden)
		_, err = a.Social.Reach(ctx, a.Tom.Viewer(), few.ID)
		wantKind(t, "Tom reads the reach of what he does not see", err, errs.KindNotFound)
		_, err = a.Social.Reach(ctx, a.Sanne.Viewer(), write(t, a, a.Sanne.Viewer(), "", "x").ID)
		wantKind(t, "the reach of a post", err, errs.KindNotFound)
	})
}

func TestReminders(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		ctx, later := t.Context(), clock(a)
		editor := a.Person(t, "Eva Redactie", "Eindhoven", auth.RoleEditor).Viewer()
		sanne, tom := a.Sanne.Viewer(), a.Tom.Viewer()
		p := tell(t, a, editor, "company", "Lezen", mustRead(begin.AddDate(0, 0, 9).Add(15*time.Hour)))
		q := tell(t, a, editor, "company", "Hoeft niet")
		reminders := func(v auth.Viewer) (n int) {
			list, _, err := a.Notify.List(ctx, v, notify.Filter{})
			ok(t, err)
			for _, b := range list {
				for _, l := range b.Lines {
					if l.Kind == notify.News && l.Word == "reminder" {
						n += l.Count
					}
				}
			}
			return n
		}
		remind := func(after time.Duration, want int) {
			t.Helper()
			later(after)
			ok(t, a.Social.RemindDue(ctx))
			ok(t, a.Social.RemindDue(ctx))
			until(t, fmt.Sprintf("Tom has %d reminders", want), func() bool { return reminders(tom) == want })
		}
		ok(t, a.Social.Confirm(ctx, sanne, p.ID))
		until(t, "Tom is told", func() bool { return must(a.Notify.Count(ctx, tom))(t) == 2 })
		ok(t, a.Notify.Mute(ctx, tom, string(p.Target())))
		remind(24*time.Hour, 0)
		remind(3*24*time.Hour, 1)
		remind(24*time.Hour, 1)
		remind(4*24*time.Hour+2*time.Hour, 2) // the morning of the day
		remind(6*time.Hour, 2)

		wantKind(t, "Tom reminds", a.Social.Remind(ctx, tom, p.ID), errs.KindForbidden)
		wantKind(t, "of what need not be read", a.Social.Remind(ctx, editor, q.ID), errs.KindConflict)
		ok(t, a.Social.Remind(ctx, editor, p.ID))
		wantKind(t, "twice a day", a.Social.Remind(ctx, editor, p.ID), errs.KindConflict)
		remind(0, 3)
		if n := reminders(sanne); n != 0 {
			t.Errorf("Sanne, who confirmed, has %d reminders", n)
		}
		if n := reminders(editor); n != 0 {
			t.Errorf("who wrote it has %d reminders", n)
		}
		later(24 * time.Hour)
		ok(t, a.Social.Remind(ctx, editor, p.ID))
	})
}

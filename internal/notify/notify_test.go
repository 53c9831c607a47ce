package notify_test

import (
	"context"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/app"
	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/db/dbtest"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/i18n"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/notify"
	"github.com/aanpak/aanpak/internal/people"
)

func TestMain(m *testing.M) { apptest.Main(m) }

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// tell tells in a transaction of its own.
func tell(t *testing.T, a *apptest.App, events ...notify.Event) {
	t.Helper()
	must(t, a.DB.InTx(t.Context(), func(ctx context.Context, tx bun.Tx) error {
		for _, e := range events {
			if err := a.Notify.Tell(ctx, tx, e); err != nil {
				return err
			}
		}
		return nil
	}))
}

// about is an event about somebody's profile, which everybody sees.
func about(k notify.Kind, actor, of *people.User, to ...*people.User) notify.Event {
	e := notify.Event{Kind: k, Actor: actor.ID, About: "user:" + of.ID, URL: "/people/" + of.ID, Text: "Goed stuk!"}
	for _, u := range to {
		e.To = append(e.To, u.ID)
	}
	return e
}

func list(t *testing.T, a *apptest.App, u *people.User, f notify.Filter) []*notify.Bundle {
	t.Helper()
	out, _, err := a.Notify.List(t.Context(), u.Viewer(), f)
	must(t, err)
	return out
}

func wantCount(t *testing.T, a *apptest.App, u *people.User, want int) {
	t.Helper()
	n, err := a.Notify.Count(t.Context(), u.Viewer())
	must(t, err)
	if n != want {
		t.Errorf("%s has %d unread, want %d", u.Name, n, want)
	}
}

// Nobody hears of what they do themselves, nor twice of one source, nor anything once they have left.
func TestWhoHears(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		left := a.Person(t, "Wim Weg", "Zwolle", auth.RoleMember)
		must(t, a.People.SetActive(t.Context(), a.Admin.Viewer(), left.ID, false))
		mention := about(notify.Mention, a.Tom, a.Tom, a.Sanne, a.Tom, left)
		mention.Source = "comment:1"
		comment := about(notify.Comment, a.Tom, a.Tom, a.Sanne, a.Manager)
		comment.Source = "comment:1"
		tell(t, a, mention, comment)
		wantCount(t, a, a.Sanne, 1)
		wantCount(t, a, a.Manager, 1)
		wantCount(t, a, a.Tom, 0)
		got := list(t, a, a.Sanne, notify.Filter{})
		if len(got) != 1 || len(got[0].Lines) != 1 || got[0].Lines[0].Kind != notify.Mention {
			t.Errorf("who was mentioned and follows has %+v", got)
		}
		must(t, a.DB.InTx(t.Context(), func(ctx context.Context, tx bun.Tx) error { return a.Notify.Withdraw(ctx, tx, "comment:1") }))
		wantCount(t, a, a.Sanne, 0)
	})
}

// All of one thread is one bundle, with who did what, and the newest first.
func TestBundles(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		a.Notify.UseClock(dbtest.NewClock(db.Now(), time.Second).Now)
		actors := []*people.User{a.Tom, a.Manager, a.Admin}
		for i := range 3 {
			actors = append(actors, a.Person(t, "Collega "+strconv.Itoa(i), "Zwolle", auth.RoleMember))
		}
		for _, u := range actors {
			tell(t, a, about(notify.Reply, u, a.Sanne, a.Sanne))
		}
		tell(t, a, about(notify.Reaction, a.Tom, a.Sanne, a.Sanne), about(notify.Follow, a.Tom, a.Tom, a.Sanne))
		got := list(t, a, a.Sanne, notify.Filter{})
		if len(got) != 2 || got[0].Thread != "user:"+a.Tom.ID || got[1].Unread != 7 {
			t.Fatalf("bundles %+v", got)
		}
		want := []string{"Tom Bakker waardeert Sanne Visser", "Collega 2, Collega 1 en 4 anderen reageerden op jou bij Sanne Visser"}
		if s := got[1].Sentences(i18n.For("nl")); !slices.Equal(s, want) {
			t.Errorf("sentences %q", s)
		}
		must(t, a.Notify.Read(t.Context(), a.Sanne.Viewer(), got[0].Thread))
		if got = list(t, a, a.Sanne, notify.Filter{}); got[0].Unread != 7 || got[1].Unread != 0 {
			t.Errorf("what is unread does not come first: %+v, %+v", got[0], got[1])
		}
		if got = list(t, a, a.Sanne, notify.Filter{Unread: true}); len(got) != 1 {
			t.Errorf("%d bundles are unread, want 1", len(got))
		}
	})
}

// What its receiver cannot see any more is not shown and not counted.
func TestVisibility(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		audience := "people:" + a.Tom.ID
		d := a.Upload(t, a.Sanne, "plan.txt", []byte("Een plan."), library.Meta{Audience: &audience})
		e := notify.Event{Kind: notify.Comment, Actor: a.Sanne.ID, About: "document:" + d.ID, URL: "/documents/" + d.ID + "#page-1", To: []string{a.Tom.ID, a.Manager.ID}}
		tell(t, a, e, about(notify.Follow, a.Sanne, a.Sanne, a.Tom))
		wantCount(t, a, a.Manager, 0) // who never saw it
		before := len(list(t, a, a.Tom, notify.Filter{}))
		none := "people:" + a.Manager.ID
		_, err := a.Library.Update(t.Context(), a.Sanne.Viewer(), d.ID, library.Meta{Audience: &none})
		must(t, err)
		if after := len(list(t, a, a.Tom, notify.Filter{Limit: 1})); before != 2 || after != 1 {
			t.Errorf("%d bundles before, %d after", before, after)
		}
		wantCount(t, a, a.Tom, 1)
		wantCount(t, a, a.Manager, 1) // who sees it now
	})
}

// A page of threads follows the one before, whatever of them may not be seen.
func TestPages(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		a.Notify.UseClock(dbtest.NewClock(db.Now(), time.Second).Now)
		var want []string
		for i := range 11 {
			e := about(notify.Follow, a.Tom, a.Tom, a.Sanne)
			e.Thread = "user:" + strconv.Itoa(i)
			if i%3 == 0 {
				e.About = "document:none"
			} else {
				want = append(want, e.Thread)
			}
			tell(t, a, e)
		}
		slices.Reverse(want)
		var got []string
		f := notify.Filter{Limit: 2}
		for {
			page, next, err := a.Notify.List(t.Context(), a.Sanne.Viewer(), f)
			must(t, err)
			for _, b := range page {
				got = append(got, b.Thread)
			}
			if f.After = next; next == "" {
				break
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("pages %v, want %v", got, want)
		}
		if _, _, err := a.Notify.List(t.Context(), a.Sanne.Viewer(), notify.Filter{After: "!"}); errs.KindOf(err) != errs.KindInvalid {
			t.Errorf("a cursor that is none: %v", err)
		}
	})
}

// Opening a thing reads what was told of it; a thread can be marked by hand, and so can all.
func TestMarks(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		ctx, v := t.Context(), a.Sanne.Viewer()
		one, two := about(notify.Follow, a.Tom, a.Tom, a.Sanne), about(notify.Follow, a.Manager, a.Manager, a.Sanne)
		one.URL += "#expertise"
		tell(t, a, one, two)
		marked, err := a.Notify.Opened(ctx, v, "/people/"+a.Tom.ID)
		if again, _ := a.Notify.Opened(ctx, v, "/people/"+a.Tom.ID); err != nil || !marked || again {
			t.Errorf("opened: %t, then %t, %v", marked, again, err)
		}
		wantCount(t, a, a.Sanne, 1)
		must(t, a.Notify.Unread(ctx, v, "user:"+a.Tom.ID))
		wantCount(t, a, a.Sanne, 2)
		must(t, a.Notify.ReadAll(ctx, v))
		wantCount(t, a, a.Sanne, 0)
		must(t, a.Notify.Read(ctx, v, "user:"+a.Tom.ID))
		for what, err := range map[string]error{
			"another's": a.Notify.Read(ctx, a.Tom.Viewer(), "user:"+a.Tom.ID), "none": a.Notify.Unread(ctx, v, "user:nobody"),
		} {
			if errs.KindOf(err) != errs.KindNotFound {
				t.Errorf("marking %s: %v", what, err)
			}
		}
		if err := a.Notify.ReadAll(ctx, auth.Viewer{}); errs.KindOf(err) != errs.KindUnauthorized {
			t.Errorf("nobody marks: %v", err)
		}
	})
}

// Of what somebody muted they hear nothing, but for their own ways in.
func TestMute(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		ctx, v, key := t.Context(), a.Sanne.Viewer(), "user:"+a.Sanne.ID
		must(t, a.Notify.Mute(ctx, v, key))
		must(t, a.Notify.Mute(ctx, v, key))
		inGroup := about(notify.Post, a.Tom, a.Tom, a.Sanne)
		inGroup.Group = "g1"
		tell(t, a, about(notify.Comment, a.Tom, a.Sanne, a.Sanne), inGroup)
		wantCount(t, a, a.Sanne, 1)
		own := about(notify.Account, a.Sanne, a.Sanne, a.Sanne)
		own.Actor, own.Word = "", "password"
		tell(t, a, own)
		wantCount(t, a, a.Sanne, 2)
		mutes, err := a.Notify.Mutes(ctx, v)
		if err != nil || len(mutes) != 1 || mutes[0].Title != a.Sanne.Name || mutes[0].IsGroup() {
			t.Errorf("mutes %+v, %v", mutes, err)
		}
		must(t, a.Notify.Unmute(ctx, v, key))
		tell(t, a, about(notify.Comment, a.Tom, a.Sanne, a.Sanne))
		if got := list(t, a, a.Sanne, notify.Filter{}); len(got[0].Lines) != 2 {
			t.Errorf("after it was switched on again: %+v", got[0].Lines)
		}
		if err := a.Notify.Mute(ctx, v, "group:hidden"); errs.KindOf(err) != errs.KindNotFound {
			t.Errorf("muting what cannot be seen: %v", err)
		}
	})
}

// Everybody who holds a key is reached, each once, though the process ends between two batches, in one, or before it could tell how far it was.
func TestFanOutSurvivesKills(t *testing.T) {
	for _, dialect := range []db.Dialect{db.SQLite, db.Postgres} {
		t.Run(string(dialect), func(t *testing.T) {
			a := &apptest.App{App: apptest.Open(t, apptest.Config(t, dialect), app.Parts{Search: true, Work: true})} // nobody works yet
			admin, sanne := a.Person(t, "Ada Min", "Zwolle", auth.RoleAdmin), a.Person(t, "Sanne Visser", "Zwolle", auth.RoleMember)
			other, tom := a.Person(t, "Els Anders", "Zwolle", auth.RoleMember), a.Person(t, "Tom Bakker", "Eindhoven", auth.RoleMember)
			const crowd = 4 * notify.Batch
			fillBranch(t, a, tom.BranchID, crowd)
			e := about(notify.News, admin, admin)
			e.Keys = []string{auth.BranchKey(tom.BranchID), auth.UserKey(sanne.ID), auth.UserKey(admin.ID)}
			tell(t, a, e)
			var event string
			must(t, a.DB.Reader().NewRaw("SELECT id FROM notify_events").Scan(t.Context(), &event))
			batch := func(ctx context.Context) error { _, err := a.Notify.FanBatch(ctx, event); return err }
			must(t, batch(t.Context()))
			ended, end := context.WithCancel(t.Context())
			end()
			if batch(ended) == nil {
				t.Error("a batch is done in a context that has ended")
			}
			must(t, batch(t.Context()))
			must(t, a.DB.InTx(t.Context(), func(ctx context.Context, tx bun.Tx) error { // as if the first was not written down
				_, err := tx.NewRaw("UPDATE notify_events SET reached = ''").Exec(ctx)
				return err
			}))
			must(t, batch(t.Context()))
			stop, err := a.Work(t.Context()) // the next process
			must(t, err)
			t.Cleanup(stop)
			reached := func() int {
				n, err := a.DB.Reader().NewSelect().TableExpr("notifications").Count(t.Context())
				must(t, err)
				return int(n)
			}
			for deadline := time.Now().Add(30 * time.Second); reached() < crowd+2 && time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
			}
			if n := reached(); n != crowd+2 { // Tom is of the branch, and Sanne is named
				t.Errorf("%d people were reached, want %d", n, crowd+2)
			}
			wantCount(t, a, tom, 1)
			wantCount(t, a, sanne, 1)
			wantCount(t, a, admin, 0)
			wantCount(t, a, other, 0)
		})
	}
}

// fillBranch adds people to a branch.
func fillBranch(t *testing.T, a *apptest.App, branch string, n int) {
	t.Helper()
	must(t, a.DB.InTx(t.Context(), func(ctx context.Context, tx bun.Tx) error {
		for i := range n {
			_, err := tx.NewRaw(`INSERT INTO users (id, email, email_folded, name, name_folded, branch_id, role, created_at, updated_at)
				VALUES (?0, ?0, ?0, ?0, ?0, ?1, 'member', ?2, ?2)`, "crowd"+strconv.Itoa(i), branch, db.Now()).Exec(ctx)
			if err != nil {
				return err
			}
		}
		return nil
	}))
}

// Every kind, with each of its words, has a sentence in both languages, and its name and explanation where people choose.
func TestEveryKindHasWords(t *testing.T) {
	for _, lang := range i18n.Languages {
		l := i18n.For(lang)
		for _, s := range notify.Sorts {
			for _, key := range []string{"notify.kind.", "notify.kind_hint."} {
				if !l.Has(key + string(s.Kind)) {
					t.Errorf("%s: there is no %s%s", lang, key, s.Kind)
				}
			}
			words := s.Words
			if len(words) == 0 {
				words = []string{""}
			}
			for _, w := range words {
				if got := (notify.Line{Kind: s.Kind, Word: w, Count: 1}).Sentence(l, "Titel"); len(got) > 7 && got[:7] == "notify." {
					t.Errorf("%s: %s %q has no sentence", lang, s.Kind, w)
				}
			}
		}
	}
}

// A kind that nobody knows, or a thing that nobody may be asked about, is a mistake that is seen at once.
func TestMistakesOfTheCaller(t *testing.T) {
	a := apptest.New(t, db.SQLite)
	for what, change := range map[string]func(*notify.Event){
		"kind": func(e *notify.Event) { e.Kind = "gossip" }, "word": func(e *notify.Event) { e.Word = "loud" }, "place": func(e *notify.Event) { e.URL = "" },
		"thing": func(e *notify.Event) { e.About = "cloud:1" },
	} {
		e := about(notify.Follow, a.Tom, a.Tom, a.Sanne)
		change(&e)
		err := a.DB.InTx(t.Context(), func(ctx context.Context, tx bun.Tx) error { return a.Notify.Tell(ctx, tx, e) })
		if err == nil {
			t.Errorf("an unknown %s is taken", what)
		}
	}
}

package insight_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/config"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/db/dbtest"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/groups"
	"github.com/aanpak/aanpak/internal/insight"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/mail/mailtest"
	"github.com/aanpak/aanpak/internal/notify"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/reuse"
	"github.com/aanpak/aanpak/internal/social"
	"github.com/aanpak/aanpak/internal/spotlight"
)

func TestMain(m *testing.M) { apptest.Main(m) }

// now is a Thursday.
var now = time.Date(2026, 11, 26, 11, 0, 0, 0, time.UTC)

// house is a company that is there for years, on a Thursday.
type house struct {
	*apptest.App
	t     *testing.T
	clock *dbtest.Clock
	roos  *people.User // ambassador of Eindhoven
	lotte *people.User // ambassador of Zwolle
}

func build(t *testing.T, a *apptest.App) *house {
	t.Helper()
	h := &house{App: a, t: t, clock: dbtest.NewClock(now, 0)}
	a.Insight.UseClock(h.clock.Now)
	a.Social.UseClock(h.clock.Now)
	h.roos, h.lotte = a.Person(t, "Roos Jansen", "Eindhoven", auth.RoleAmbassador), a.Person(t, "Lotte Brands", "Zwolle", auth.RoleAmbassador)
	h.exec("UPDATE users SET created_at = ?", now.AddDate(-3, 0, 0))
	return h
}

func (h *house) exec(query string, args ...any) {
	h.t.Helper()
	if err := h.DB.InTx(h.t.Context(), func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.ExecContext(ctx, query, args...)
		return err
	}); err != nil {
		h.t.Fatal(err)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (h *house) say(u *people.User, at time.Time, n social.Input) *social.Post {
	h.t.Helper()
	n.SaidAt = at
	if n.Body == "" {
		n.Body = "Iets van " + u.Name
	}
	p, err := h.Social.Create(h.t.Context(), u.Viewer(), n)
	must(h.t, err)
	return p
}

func (h *house) comment(u *people.User, p *social.Post, at time.Time) {
	h.t.Helper()
	_, err := h.Social.AddCommentAt(h.t.Context(), u.Viewer(), p.ID, "", "Dank je.", at)
	must(h.t, err)
}

// Each month is counted once, when it is over, by everybody's highest rung; who leads sees it, in cells that hide nobody too few.
func TestCount(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		h := build(t, a)
		many := make([]*people.User, 12)
		for i := range many {
			many[i] = a.Person(t, fmt.Sprintf("Mens %c", 'A'+i), []string{"Zwolle", "Eindhoven"}[i%2], auth.RoleMember)
		}
		h.exec("UPDATE users SET created_at = ?", now.AddDate(-3, 0, 0))
		late := a.Person(t, "Pas Later", "Zwolle", auth.RoleMember) // in November
		h.exec("UPDATE users SET created_at = ? WHERE id = ?", now, late.ID)
		d := a.Upload(t, a.Sanne, "Plan.pdf", apptest.PDF("Een plan."), library.Meta{})
		h.exec("UPDATE documents SET created_at = ?", now.AddDate(-1, 0, 0))
		oct := time.Date(2026, 10, 31, 22, 30, 0, 0, time.UTC) // in Amsterdam the last half hour of the month, with winter time
		for _, u := range many[:11] {
			must(t, a.Library.RecordReadAt(t.Context(), u.Viewer(), d.ID, 1, oct))
		}
		p := h.say(a.Tom, oct, social.Input{Kind: social.KindQuestion, Body: "Hoe diep?"})
		for _, u := range many[:5] {
			must(t, a.Social.ReactAt(t.Context(), u.Viewer(), p.Target(), social.ReactionLike, oct))
		}
		h.exec("INSERT INTO news_seen (post_id, user_id, at) VALUES (?, ?, ?)", p.ID, many[11].ID, oct) // who reads the news alone
		h.comment(many[0], p, oct)                                                                      // an answer
		h.comment(a.Tom, p, oct)                                                                        // is none
		must(t, a.Reuse.Use(t.Context(), many[1].Viewer(), d.ID, reuse.Input{At: oct}))
		h.say(many[2], oct.Add(2*time.Hour), social.Input{}) // in November
		must(t, a.Insight.Nightly(t.Context()))
		must(t, a.Insight.Nightly(t.Context())) // twice is once

		var rows []struct{ Rung, People int }
		must(t, a.DB.Reader().NewSelect().TableExpr("participation").ColumnExpr("rung, sum(people) AS people").Where("month = '2026-10'").GroupExpr("rung").OrderExpr("rung").Scan(t.Context(), &rows))
		if got := fmt.Sprint(rows); got != "[{0 5} {1 7} {2 3} {3 1} {5 1} {6 1}]" { // 18 people
			t.Errorf("October: %s", got)
		}
		seen, err := a.Insight.Participation(t.Context(), h.roos.Viewer())
		must(t, err)
		last := seen.Months[len(seen.Months)-1]
		if len(seen.Months) != 12 || last.Name != "2026-10" || last.Readers { // they ended long before they were counted
			t.Errorf("%d months, the last %+v", len(seen.Months), last)
		}
		if got := fmt.Sprint(last.Rows[0]); got != "{ [{none read 12} {react document 6}]}" {
			t.Errorf("company: %s", got)
		}
		for _, u := range []*people.User{a.Sanne, {}} {
			if _, err := a.Insight.Participation(t.Context(), u.Viewer()); err == nil {
				t.Errorf("%q sees figures", u.Name)
			}
		}
		h.clock.Advance(5 * 24 * time.Hour) // December
		must(t, a.Insight.Nightly(t.Context()))
		seen, err = a.Insight.Participation(t.Context(), a.Admin.Viewer())
		must(t, err)
		if last := seen.Months[len(seen.Months)-1]; last.Name != "2026-11" || !last.Readers {
			t.Errorf("the month that ended yesterday: %+v", last)
		}
		if len(seen.Read) != 1 || len(seen.Reused) != 1 || seen.Reused[0].Reused != 1 {
			t.Errorf("read %v, reused %v", seen.Read, seen.Reused)
		}
		if n, err := a.Insight.Forget(t.Context(), now.AddDate(0, -6, 0), false); err != nil || n == 0 {
			t.Errorf("forgot %d months, %v", n, err)
		}
	})
}

// What few may read is not among what is read most, whoever asks; and nobody sees of a list what they do not see of the library.
func TestMostRead(t *testing.T) {
	a := apptest.New(t, db.SQLite)
	h, few := build(t, a), "people:"+a.Manager.ID+","+a.Admin.ID
	secret := a.Upload(t, a.Sanne, "Geheim.pdf", apptest.PDF("Zeven ton."), library.Meta{Audience: &few})
	for _, u := range []*people.User{a.Sanne, a.Manager, a.Admin} {
		for i := range 5 {
			must(t, a.Library.RecordReadAt(t.Context(), u.Viewer(), secret.ID, 1, now.Add(time.Duration(i)*time.Hour)))
		}
	}
	must(t, a.Reuse.Use(t.Context(), a.Manager.Viewer(), secret.ID, reuse.Input{At: now}))
	for u, want := range map[*people.User]int{a.Manager: 1, h.roos: 0} {
		p, err := a.Insight.Participation(t.Context(), u.Viewer())
		must(t, err)
		if len(p.Read) != 0 || len(p.Reused) != want {
			t.Errorf("%s: read %d, reused %d, want 0 and %d", u.Name, len(p.Read), len(p.Reused), want)
		}
	}
}

// keys are the keys of the queue, without ids.
func (h *house) queue(u *people.User) (out []string) {
	h.t.Helper()
	list, err := h.Insight.Queue(h.t.Context(), u.Viewer())
	must(h.t, err)
	for _, x := range list {
		word := string(x.Kind) + " " + x.Person.Name
		if x.Overdue(h.clock.Now()) {
			word += " late"
		}
		if x.TakenName != "" {
			word += " by " + x.TakenName
		}
		out = append(out, word)
	}
	return out
}

func (h *house) wantQueue(u *people.User, want ...string) {
	h.t.Helper()
	if got := h.queue(u); !slices.Equal(got, want) {
		h.t.Errorf("%s has %q, want %q", u.Name, got, want)
	}
}

// The queue has first posts, open questions and newcomers, what is late first, then of the own branch; what is answered leaves it.
func TestQueue(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		h, ctx := build(t, a), t.Context()
		fresh := a.Person(t, "Noa Nieuw", "Zwolle", auth.RoleMember)
		h.exec("UPDATE users SET created_at = ? WHERE id = ?", now.Add(-time.Hour), fresh.ID)
		h.say(a.Tom, now.AddDate(0, 0, -70), social.Input{}) // so that the next is not his first
		open := h.say(a.Tom, now.AddDate(0, 0, -7), social.Input{Kind: social.KindQuestion, Body: "Hoe diep?"})
		h.say(a.Tom, now.Add(-2*time.Hour), social.Input{Kind: social.KindQuestion, Body: "En hoe breed?"}) // has a day
		first := h.say(a.Sanne, now.Add(-3*time.Hour), social.Input{Body: "Mijn eerste"})
		secret := h.say(a.Manager, now.Add(-4*time.Hour), social.Input{Body: "Zwols", Audience: "branch:" + a.Zwolle.ID})
		h.wantQueue(h.lotte, "question Tom Bakker late", "first Henk Driessen", "first Sanne Visser", "newcomer Noa Nieuw")
		h.wantQueue(h.roos, "question Tom Bakker late", "first Sanne Visser", "newcomer Noa Nieuw")

		for _, u := range []*people.User{a.Sanne, a.Manager} {
			if _, err := a.Insight.Queue(ctx, u.Viewer()); !errs.Is(err, errs.KindForbidden) {
				t.Errorf("%s has a queue: %v", u.Name, err)
			}
		}
		if err := a.Insight.Take(ctx, h.roos.Viewer(), "first:"+secret.ID); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("takes what she does not see: %v", err)
		}
		must(t, a.Insight.Take(ctx, h.roos.Viewer(), "first:"+first.ID))
		must(t, a.Insight.Take(ctx, h.roos.Viewer(), "first:"+first.ID))
		if err := a.Insight.Take(ctx, h.lotte.Viewer(), "first:"+first.ID); !errs.Is(err, errs.KindConflict) {
			t.Errorf("takes what another has: %v", err)
		}
		h.hand(first, secret)
		h.comment(a.Admin, first, now)
		must(t, a.Insight.Done(ctx, h.lotte.Viewer(), "newcomer:"+fresh.ID))
		h.comment(h.roos, open, now)
		h.wantQueue(h.lotte, "first Henk Driessen")
		if err := a.Insight.Done(ctx, h.lotte.Viewer(), "newcomer:"+fresh.ID); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("done twice: %v", err)
		}
	})
}

// hand gives tasks to others: only to ambassadors who see them, and they hear of it.
func (h *house) hand(first, secret *social.Post) {
	h.t.Helper()
	ctx := h.t.Context()
	for what, try := range map[string]error{
		"to a member":         h.Insight.Hand(ctx, h.roos.Viewer(), "first:"+first.ID, h.Sanne.ID),
		"to herself":          h.Insight.Hand(ctx, h.roos.Viewer(), "first:"+first.ID, h.roos.ID),
		"to nobody":           h.Insight.Hand(ctx, h.roos.Viewer(), "first:"+first.ID, "x"),
		"to who does not see": h.Insight.Hand(ctx, h.lotte.Viewer(), "first:"+secret.ID, h.roos.ID),
	} {
		if !errs.Is(try, errs.KindInvalid) {
			h.t.Errorf("handed %s: %v", what, try)
		}
	}
	must(h.t, h.Insight.Hand(ctx, h.roos.Viewer(), "first:"+first.ID, h.lotte.ID))
	h.wantQueue(h.roos, "question Tom Bakker late", "first Sanne Visser by Lotte Brands", "newcomer Noa Nieuw")
	heard, _, err := h.Notify.List(ctx, h.lotte.Viewer(), notify.Filter{})
	must(h.t, err)
	if len(heard) == 0 || heard[0].Lines[0].Kind != notify.Task || heard[0].URL != "/ambassador" {
		h.t.Errorf("Lotte hears %+v", heard)
	}
	if err := h.Insight.LetGo(ctx, h.roos.Viewer(), "first:"+first.ID); !errs.Is(err, errs.KindConflict) {
		h.t.Errorf("gives back what is another's: %v", err)
	}
	must(h.t, h.Insight.LetGo(ctx, h.lotte.Viewer(), "first:"+first.ID))
	h.wantQueue(h.roos, "question Tom Bakker late", "first Sanne Visser", "newcomer Noa Nieuw")
}

// tips are the tips of somebody, without ids.
func (h *house) tips(u *people.User) (out []string, list []*insight.Tip) {
	h.t.Helper()
	list, err := h.Insight.Tips(h.t.Context(), u.Viewer())
	must(h.t, err)
	for _, x := range list {
		out = append(out, string(x.Kind)+" "+x.Title)
	}
	return out, list
}

func (h *house) wantTips(u *people.User, want ...string) []*insight.Tip {
	h.t.Helper()
	got, list := h.tips(u)
	if !slices.Equal(got, want) {
		h.t.Errorf("%s has %q, want %q", u.Name, got, want)
	}
	return list
}

// A director has at most five tips of the own branch; what is done or put aside is not among them.
func TestTips(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		h, ctx, henk := build(t, a), t.Context(), a.Manager
		h.say(a.Tom, now.AddDate(0, 0, -1), social.Input{Body: "Uit Eindhoven"})
		first := h.say(a.Sanne, now.AddDate(0, 0, -20), social.Input{Body: "Mijn eerste"})
		second := h.say(h.lotte, now.AddDate(0, 0, -3), social.Input{Body: "Ook mijn eerste"})
		h.say(a.Sanne, now.AddDate(0, 0, -10), social.Input{Kind: social.KindQuestion, Title: "Hoe diep?"})
		all, few := "company", "people:"+a.Sanne.ID
		d := a.Upload(t, a.Sanne, "Plan.pdf", apptest.PDF("Een plan."), library.Meta{Audience: &all})
		hidden := a.Upload(t, a.Sanne, "Geheim.pdf", apptest.PDF("Zeven ton."), library.Meta{Audience: &few})
		must(t, a.Reuse.Use(ctx, a.Tom.Viewer(), d.ID, reuse.Input{At: now.AddDate(0, 0, -2)}))
		must(t, a.Reuse.Use(ctx, a.Sanne.Viewer(), hidden.ID, reuse.Input{At: now.AddDate(0, 0, -2)}))
		g, err := a.Groups.Create(ctx, a.Sanne.Viewer(), groups.Input{Name: "Stil", Kind: groups.KindOpen})
		must(t, err)
		_, err = a.Groups.Join(ctx, henk.Viewer(), g.ID)
		must(t, err)
		h.exec("UPDATE groups SET created_at = ?", now.AddDate(-1, 0, 0))
		henk, err = a.People.User(ctx, auth.System(), henk.ID)
		must(t, err)

		list := h.wantTips(henk, "first Ook mijn eerste", "first Mijn eerste", "question Hoe diep?", "praise Plan", "spotlight Plan")
		if _, err := a.Insight.Tips(ctx, h.lotte.Viewer()); !errs.Is(err, errs.KindForbidden) {
			t.Errorf("an ambassador has tips: %v", err)
		}
		if err := a.Insight.PutAside(ctx, henk.Viewer(), "first:x"); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("put aside what is none: %v", err)
		}
		must(t, a.Insight.PutAside(ctx, henk.Viewer(), list[2].Key))
		must(t, a.Insight.PutAside(ctx, henk.Viewer(), list[2].Key))
		must(t, a.Social.React(ctx, henk.Viewer(), first.Target(), social.ReactionLike))
		h.comment(henk, second, now)
		h.wantTips(henk, "praise Plan", "spotlight Plan", "quiet Stil")
		h.say(henk, time.Time{}, social.Input{Kind: social.KindPraise, Body: "@Sanne Visser, mooi werk."})
		_, err = a.Spotlight.Create(ctx, henk.Viewer(), d.ID, spotlight.Input{Why: "Zo moet het"})
		must(t, err)
		sanne, err := a.People.Acting(ctx, a.Sanne.ID)
		must(t, err)
		_, err = a.Social.Create(ctx, sanne, social.Input{Body: "Weer leven", Audience: "group:" + g.ID, SaidAt: now.AddDate(0, 0, -1)})
		must(t, err)
		h.wantTips(henk)
		h.clock.Advance(31 * 24 * time.Hour)
		h.wantTips(henk, "question Hoe diep?", "quiet Stil")
	})
}

// On Mondays managers get their tips by mail, each with where it is done, until they want no more of them.
func TestLetter(t *testing.T) {
	post := mailtest.Start(t)
	cfg := apptest.Config(t, db.SQLite)
	cfg.URL, cfg.SMTPURL, cfg.SMTPCA = "https://aanpak.bouw.nl", config.Secret(post.URL()), post.CA
	must(t, cfg.Check())
	a := apptest.NewWith(t, cfg)
	h := build(t, a)
	p := h.say(a.Sanne, now.AddDate(0, 0, -1), social.Input{Body: "Mijn eerste"})
	g, err := a.Groups.Create(t.Context(), a.Manager.Viewer(), groups.Input{Name: "Kring"})
	must(t, err)
	_, err = a.Groups.Join(t.Context(), h.lotte.Viewer(), g.ID)
	must(t, err)
	lotte, err := a.People.Acting(t.Context(), h.lotte.ID)
	must(t, err)
	_, err = a.Social.Create(t.Context(), lotte, social.Input{Title: "Alleen voor ons", Body: "Eerste", Audience: "group:" + g.ID, SaidAt: now.AddDate(0, 0, -2)})
	must(t, err)
	must(t, a.Insight.EnqueueLetters(t.Context())) // a Thursday
	h.clock.Advance(4 * 24 * time.Hour)
	must(t, a.Insight.EnqueueLetters(t.Context()))
	m := post.Next(t)
	if m.To != a.Manager.Email || !strings.HasPrefix(m.Subject, "Vijf minuten voor je vestiging: 2 tips") || !strings.Contains(m.Text, "/posts/"+p.ID+"#say-"+p.ID) {
		t.Errorf("to %s: %s\n%s", m.To, m.Subject, m.Text)
	}
	if strings.Contains(m.Text+m.HTML, "Alleen voor ons") || !strings.Contains(m.Text, "Lotte Brands schreef voor het eerst iets") {
		t.Errorf("of what is for a group: %s", m.Text)
	}
	link := strings.Trim(m.Header.Get("List-Unsubscribe"), "<>")
	must(t, a.Notify.Unsubscribe(t.Context(), strings.TrimPrefix(link, "https://aanpak.bouw.nl/unsubscribe/")))
	h.clock.Advance(7 * 24 * time.Hour)
	must(t, a.Insight.EnqueueLetters(t.Context()))
	time.Sleep(500 * time.Millisecond)
	if n := post.Waiting(); n != 0 {
		t.Errorf("%d letters after that", n)
	}
}

func TestWorkingDays(t *testing.T) {
	a := apptest.New(t, db.SQLite)
	for from, want := range map[string]string{"2026-11-26 11:00": "2026-11-30 11:00", "2026-11-24 11:00": "2026-11-26 11:00", "2026-11-28 22:00": "2026-12-02 09:00"} {
		at, err := time.ParseInLocation("2006-01-02 15:04", from, time.Local)
		must(t, err)
		if got := a.Insight.WorkingDays(at, 2).In(time.Local).Format("2006-01-02 15:04"); got != want {
			t.Errorf("two working days after %s: %s, want %s", from, got, want)
		}
	}
}

package social_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/db/dbtest"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/groups"
	"github.com/aanpak/aanpak/internal/i18n"
	"github.com/aanpak/aanpak/internal/notify"
	"github.com/aanpak/aanpak/internal/social"
)

// heard are the words of what somebody was told about what they said, the oldest first.
func heard(t *testing.T, a *apptest.App, userID string) (out []string) {
	t.Helper()
	err := a.DB.Reader().NewSelect().TableExpr("notifications AS n").ColumnExpr("ev.word").Join("JOIN notify_events AS ev ON ev.id = n.event_id").
		Where("n.user_id = ?", userID).Where("n.kind = ?", notify.Moderation).OrderExpr("n.at, n.id").Scan(t.Context(), &out)
	ok(t, err)
	return out
}

func unkind(note string) social.Complaint {
	return social.Complaint{Reason: social.ReasonUnkind, Note: note}
}

// Who decides on what was said hears that it was reported: what, whose and why, once a case, and no more when it is decided. Who reported it
// and who said it hear nothing.
func TestReportIsTold(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		ctx := t.Context()
		sanne, tom, henk, ada := a.Sanne.Viewer(), a.Tom.Viewer(), a.Manager.Viewer(), a.Admin.Viewer()
		told := func(v auth.Viewer) (lines []string, url string) {
			list, _, err := a.Notify.List(ctx, v, notify.Filter{Unread: true})
			ok(t, err)
			for _, b := range list {
				if b.Lines[0].Kind != notify.Report {
					continue
				}
				if b.Text != "" || b.Wide {
					t.Errorf("what was reported is told: %+v", b)
				}
				lines, url = append(lines, b.Sentences(i18n.For("nl"))...), b.URL
			}
			return lines, url
		}
		p := write(t, a, sanne, "branch:"+a.Zwolle.ID, "Wat een onzin van Henk")
		other := a.Person(t, "Rik Zwart", "Zwolle", auth.RoleMember)
		ok(t, a.Social.ReportPost(ctx, other.Viewer(), p.ID, unkind("")))
		ok(t, a.Social.ReportPost(ctx, other.Viewer(), p.ID, unkind("nog eens")))
		ok(t, a.Social.ReportPost(ctx, ada, p.ID, unkind("")))
		lines, url := told(henk)
		c := must(a.Social.Cases(ctx, henk, true))(t)[0]
		if !slices.Equal(lines, []string{"Een bericht van Sanne Visser is 2 keer gemeld als onaardig of kwetsend"}) || url != "/moderation/"+c.ID {
			t.Errorf("the manager hears %q at %s", lines, url)
		}
		if lines, _ := told(ada); !slices.Equal(lines, []string{"Een bericht van Sanne Visser is gemeld als onaardig of kwetsend"}) {
			t.Errorf("who reported it too hears %q", lines)
		}
		for _, v := range []auth.Viewer{sanne, tom, other.Viewer()} {
			if lines, _ := told(v); len(lines) != 0 {
				t.Errorf("%s hears %q", v.UserID, lines)
			}
		}
		ok(t, a.Social.Decide(ctx, ada, c.ID, social.Decision{Act: social.ActLeave}))
		if lines, _ := told(henk); len(lines) != 0 {
			t.Errorf("after the decision the manager hears %q", lines)
		}

		g := must(a.Groups.Create(ctx, tom, groups.Input{Name: "Kring hout"}))(t)
		_, err := a.Groups.Join(ctx, sanne, g.ID)
		ok(t, err)
		inGroup := write(t, a, again(t, a, a.Tom), "group:"+g.ID, "Dag")
		x := must(a.Social.AddComment(ctx, again(t, a, a.Sanne), inGroup.ID, "", "Sukkels"))(t)
		ok(t, a.Social.ReportComment(ctx, again(t, a, a.Tom), x.ID, social.Complaint{Reason: social.ReasonElsewhere}))
		if lines, _ := told(again(t, a, a.Tom)); len(lines) != 0 {
			t.Errorf("the owner hears of their own report: %q", lines)
		}
		if lines, _ := told(henk); len(lines) != 0 {
			t.Errorf("a manager hears of a group: %q", lines)
		}
		ok(t, a.Social.SetWordList(ctx, ada, []string{"sukkel"}))
		must(a.Social.AddComment(ctx, again(t, a, a.Sanne), inGroup.ID, "", "sukkel"))(t)
		if lines, _ := told(again(t, a, a.Tom)); !slices.Equal(lines, []string{"Een reactie van Sanne Visser wacht op jou: er staat een woord van de woordenlijst in"}) {
			t.Errorf("the owner of the group hears %q", lines)
		}
	})
}

func TestReportAndHide(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		ctx := t.Context()
		sanne, tom, henk, ada := a.Sanne.Viewer(), a.Tom.Viewer(), a.Manager.Viewer(), a.Admin.Viewer()
		p := write(t, a, sanne, "branch:"+a.Zwolle.ID, "Wat een onzin van Henk")
		wantKind(t, "who does not see it", a.Social.ReportPost(ctx, tom, p.ID, unkind("")), errs.KindNotFound)
		wantKind(t, "one's own", a.Social.ReportPost(ctx, sanne, p.ID, unkind("")), errs.KindForbidden)
		wantKind(t, "no reason", a.Social.ReportPost(ctx, henk, p.ID, social.Complaint{Reason: social.ReasonWords}), errs.KindInvalid)
		ok(t, a.Social.ReportPost(ctx, henk, p.ID, unkind("onaardig")))
		ok(t, a.Social.ReportPost(ctx, henk, p.ID, unkind("nog eens")))
		ok(t, a.Social.ReportPost(ctx, ada, p.ID, unkind("")))
		if it := must(a.Social.Item(ctx, henk, p.ID))(t); !it.Reported[p.Target()] {
			t.Error("who reported it does not see so")
		}
		_, err := a.Social.Update(ctx, sanne, p.ID, social.Input{Body: "Heel anders"})
		ok(t, err)

		_, err = a.Social.Cases(ctx, tom, true)
		wantKind(t, "the queue of a member", err, errs.KindForbidden)
		list := must(a.Social.Cases(ctx, henk, true))(t)
		if len(list) != 1 || len(list[0].Reports) != 2 || len(list[0].Evidence()) != 1 || list[0].Evidence()[0].Body != "Wat een onzin van Henk" {
			t.Fatalf("the queue: %+v", list)
		}
		c := list[0]
		wantKind(t, "a stranger decides", a.Social.Decide(ctx, tom, c.ID, social.Decision{Act: social.ActLeave}), errs.KindNotFound)
		wantKind(t, "the author decides", a.Social.Decide(ctx, sanne, c.ID, social.Decision{Act: social.ActLeave}), errs.KindNotFound)
		wantKind(t, "hidden without a reason", a.Social.Decide(ctx, henk, c.ID, social.Decision{Act: social.ActHide}), errs.KindInvalid)
		ok(t, a.Social.Decide(ctx, henk, c.ID, social.Decision{Act: social.ActHide, Why: "Op de man"}))
		_, err = a.Social.Get(ctx, ada, p.ID)
		wantKind(t, "others read it hidden", err, errs.KindNotFound)
		own := must(a.Social.Get(ctx, sanne, p.ID))(t)
		if own.State != social.StateHidden || own.HiddenWhy != "Op de man" {
			t.Errorf("its author sees %s %q", own.State, own.HiddenWhy)
		}
		_, err = a.Social.Update(ctx, sanne, p.ID, social.Input{Body: "weg"})
		wantKind(t, "its author changes it", err, errs.KindForbidden)
		if n := must(a.Social.OpenCases(ctx, ada))(t); n != 0 {
			t.Errorf("%d open cases", n)
		}
		closed := must(a.Social.Cases(ctx, ada, false))(t)
		if len(closed) != 1 || closed[0].State != social.StateHidden || closed[0].Reports[0].Outcome != social.OutcomeHidden || closed[0].Reports[0].Why != "Op de man" {
			t.Fatalf("closed: %+v", closed)
		}
		ok(t, a.Social.Decide(ctx, ada, c.ID, social.Decision{Act: social.ActRestore}))
		if got := must(a.Social.Get(ctx, henk, p.ID))(t); got.HiddenWhy != "" || !got.PublishedAt.Equal(p.PublishedAt.Time) {
			t.Errorf("restored: %+v", got)
		}
		wantKind(t, "restored twice", a.Social.Decide(ctx, ada, c.ID, social.Decision{Act: social.ActRestore}), errs.KindConflict)
		ok(t, a.Social.Decide(ctx, henk, c.ID, social.Decision{Act: social.ActWarn, Why: "Blijf bij de zaak"}))
		if got := heard(t, a, sanne.UserID); !slices.Equal(got, []string{"hidden", "restored", "warned"}) {
			t.Errorf("the author heard %v", got)
		}
		n := must(a.Social.ForgetReports(ctx, time.Now().Add(time.Hour), true))(t)
		if n != 2 {
			t.Errorf("%d closed reports would go", n)
		}
	})
}

// Owners of a hidden group decide in it, and administrators on what was reported there; nobody on what they said themselves.
func TestWhoModerates(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		ctx := t.Context()
		g := must(a.Groups.Create(ctx, a.Tom.Viewer(), groups.Input{Name: "Vertrouwelijk", Kind: groups.KindHidden}))(t)
		ok(t, a.Groups.Add(ctx, again(t, a, a.Tom), g.ID, a.Sanne.ID))
		must(a.Groups.Join(ctx, again(t, a, a.Sanne), g.ID))(t)
		sanne, tom, henk, ada := again(t, a, a.Sanne), again(t, a, a.Tom), a.Manager.Viewer(), a.Admin.Viewer()
		said := write(t, a, sanne, "group:"+g.ID, "binnenskamers")
		write(t, a, sanne, "group:"+g.ID, "niet gemeld")
		mine := write(t, a, tom, "group:"+g.ID, "van de eigenaar")
		ok(t, a.Social.ReportPost(ctx, tom, said.ID, unkind("")))
		ok(t, a.Social.ReportPost(ctx, sanne, mine.ID, unkind("")))
		for _, x := range []struct {
			name string
			v    auth.Viewer
			want []string
		}{
			{"the owner", tom, []string{"binnenskamers"}},
			{"an administrator", ada, []string{"binnenskamers", "van de eigenaar"}},
			{"a manager elsewhere", henk, nil},
		} {
			var got []string
			for _, c := range must(a.Social.Cases(ctx, x.v, true))(t) {
				got = append(got, c.Reports[0].Body)
			}
			if !slices.Equal(got, x.want) {
				t.Errorf("%s sees %q, want %q", x.name, got, x.want)
			}
		}
		_, err := a.Social.Get(ctx, ada, said.ID)
		wantKind(t, "the administrator opens the post", err, errs.KindNotFound)
		c := must(a.Social.Cases(ctx, tom, true))(t)[0]
		ok(t, a.Social.Decide(ctx, tom, c.ID, social.Decision{Act: social.ActHide, Why: "Niet hier"}))
		ok(t, a.Social.Decide(ctx, tom, c.ID, social.Decision{Act: social.ActRestore}))
		wantKind(t, "the owner suspends", a.Social.Decide(ctx, tom, c.ID, social.Decision{Act: social.ActSuspend, Why: "Nee", Until: time.Now().Add(time.Hour)}), errs.KindForbidden)
	})
}

func TestHiddenComment(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		ctx := t.Context()
		sanne, tom, ada := a.Sanne.Viewer(), a.Tom.Viewer(), a.Admin.Viewer()
		p := write(t, a, sanne, "", "Vraag")
		x := must(a.Social.AddComment(ctx, tom, p.ID, "", "Domme vraag"))(t)
		must(a.Social.AddComment(ctx, sanne, p.ID, x.ID, "Dank je"))(t)
		ok(t, a.Social.ReportComment(ctx, sanne, x.ID, unkind("")))
		c := must(a.Social.Cases(ctx, ada, true))(t)[0]
		ok(t, a.Social.Decide(ctx, ada, c.ID, social.Decision{Act: social.ActHide, Why: "Onaardig"}))
		first := func(v auth.Viewer) *social.Comment { return must(a.Social.Comments(ctx, v, p.ID))(t)[0] }
		if got := first(sanne); got.Body != "" || got.HiddenWhy != "" || got.State != social.StateHidden {
			t.Errorf("others see %+v", got)
		}
		if got := first(tom); got.Body != "Domme vraag" || got.HiddenWhy != "Onaardig" {
			t.Errorf("its author sees %+v", got)
		}
		wantKind(t, "its author deletes the evidence", a.Social.DeleteComment(ctx, tom, x.ID), errs.KindNotFound)
		wantKind(t, "its author likes it", a.Social.React(ctx, tom, x.Target(), social.ReactionLike), errs.KindConflict)
		if got := must(a.Social.Get(ctx, sanne, p.ID))(t).Comments; got != 1 {
			t.Errorf("%d comments are counted", got)
		}
		ok(t, a.Social.Decide(ctx, ada, c.ID, social.Decision{Act: social.ActRestore}))
		if got := first(sanne); got.Body != "Domme vraag" {
			t.Errorf("restored: %+v", got)
		}
		ok(t, a.Social.DeleteComment(ctx, tom, x.ID))
		wantKind(t, "what is deleted is hidden", a.Social.Decide(ctx, ada, c.ID, social.Decision{Act: social.ActHide, Why: "x"}), errs.KindConflict)
	})
}

func TestSuspended(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		ctx := t.Context()
		sanne, tom, henk := a.Sanne.Viewer(), a.Tom.Viewer(), a.Manager.Viewer()
		there := write(t, a, tom, "", "Van Tom")
		p := write(t, a, sanne, "branch:"+a.Zwolle.ID, "Alweer")
		later := must(a.Social.Create(ctx, sanne, social.Input{Body: "Straks", PublishAt: time.Now().Add(time.Minute)}))(t)
		ok(t, a.Social.ReportPost(ctx, henk, p.ID, unkind("")))
		c := must(a.Social.Cases(ctx, henk, true))(t)[0]
		until := time.Now().Add(48 * time.Hour)
		for _, d := range []social.Decision{{Act: social.ActSuspend, Why: "x", Until: time.Now().Add(-time.Hour)}, {Act: social.ActSuspend, Until: until}, {Act: social.ActSuspend, Why: "x", Until: until.AddDate(2, 0, 0)}} {
			wantKind(t, "a wrong suspension", a.Social.Decide(ctx, henk, c.ID, d), errs.KindInvalid)
		}
		ok(t, a.Social.Decide(ctx, henk, c.ID, social.Decision{Act: social.ActSuspend, Why: "Even stil", Until: until}))
		_, err := a.Social.Create(ctx, sanne, social.Input{Body: "Toch"})
		wantKind(t, "a post", err, errs.KindForbidden)
		_, err = a.Social.Update(ctx, sanne, p.ID, social.Input{Body: "Toch"})
		wantKind(t, "a change", err, errs.KindForbidden)
		_, err = a.Social.AddComment(ctx, sanne, there.ID, "", "Toch")
		wantKind(t, "a comment", err, errs.KindForbidden)
		wantKind(t, "a reaction", a.Social.React(ctx, sanne, there.Target(), social.ReactionLike), errs.KindForbidden)
		must(a.Social.Get(ctx, sanne, there.ID))(t)
		must(a.Social.Create(ctx, sanne, social.Input{Body: "Voor later", Draft: true}))(t)
		a.Social.UseClock(func() time.Time { return time.Now().Add(time.Hour) })
		ok(t, a.Social.PublishDue(ctx))
		if got := must(a.Social.Get(ctx, sanne, later.ID))(t).State; got != social.StateDraft {
			t.Errorf("what was scheduled is %s", got)
		}
		if list := must(a.Social.Suspensions(ctx, henk))(t); len(list) != 1 || list[0].Name != a.Sanne.Name {
			t.Errorf("suspended: %+v", list)
		}
		wantKind(t, "a member lifts it", a.Social.Lift(ctx, tom, sanne.UserID), errs.KindNotFound)
		wantKind(t, "oneself lifts it", a.Social.Lift(ctx, sanne, sanne.UserID), errs.KindNotFound)
		ok(t, a.Social.Lift(ctx, henk, sanne.UserID))
		must(a.Social.AddComment(ctx, sanne, there.ID, "", "Daar ben ik weer"))(t)
		ok(t, a.Social.Decide(ctx, henk, c.ID, social.Decision{Act: social.ActSuspend, Why: "Weer", Until: until}))
		a.Social.UseClock(func() time.Time { return until.Add(time.Second) })
		must(a.Social.AddComment(ctx, sanne, there.ID, "", "Het is voorbij"))(t)
	})
}

func TestWordList(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		ctx := t.Context()
		sanne, tom, ada := a.Sanne.Viewer(), a.Tom.Viewer(), a.Admin.Viewer()
		wantKind(t, "a member's list", a.Social.SetWordList(ctx, sanne, []string{"x"}), errs.KindForbidden)
		ok(t, a.Social.SetWordList(ctx, ada, []string{" Sukkel ", "ten strengste verbóden", "…", "Sukkel"}))
		if got := must(a.Social.WordList(ctx, ada))(t); !slices.Equal(got, []string{"Sukkel", "ten strengste verbóden"}) {
			t.Errorf("the list is %q", got)
		}
		free := write(t, a, tom, "", "Sukkelen is geen sukkelaar")
		held := must(a.Social.Create(ctx, sanne, social.Input{Body: "Wat een SÚKKEL! #taal @Tom Bakker"}))(t)
		if free.State != social.StatePublished || held.State != social.StateHidden {
			t.Fatalf("%s, %s", free.State, held.State)
		}
		must(a.Social.Create(ctx, sanne, social.Input{Body: "Ten  strengste\nverboden."}))(t)
		for _, body := range []string{"suk**kel**", "[zie](https://x.nl/sukkel)", "suk&shy;kel", "suk\u00adkel", "~~sukkel~~", "`sukkel`"} {
			if p := must(a.Social.Create(ctx, a.Manager.Viewer(), social.Input{Body: body}))(t); p.State != social.StateHidden {
				t.Errorf("%q is %s", body, p.State)
			}
			waiting := must(a.Social.Cases(ctx, ada, true))(t)
			ok(t, a.Social.Decide(ctx, ada, waiting[len(waiting)-1].ID, social.Decision{Act: social.ActLeave}))
		}
		x := must(a.Social.AddComment(ctx, sanne, free.ID, "", "sukkel"))(t)
		if x.State != social.StateHidden {
			t.Errorf("the comment is %s", x.State)
		}
		if got := heard(t, a, sanne.UserID); !slices.Equal(got, []string{"held", "held", "held"}) {
			t.Errorf("the author heard %v", got)
		}
		list := must(a.Social.Cases(ctx, ada, true))(t)
		if len(list) != 3 || !list[0].Held() || list[0].Reports[0].ReporterName != "" {
			t.Fatalf("the queue: %+v", list)
		}
		for _, c := range []*social.Case{list[0], list[2]} {
			ok(t, a.Social.Decide(ctx, ada, c.ID, social.Decision{Act: social.ActRestore}))
		}
		if got := must(a.Social.Get(ctx, tom, held.ID))(t); got.PublishedAt.IsZero() {
			t.Error("it was never published")
		}
		var told []string
		ok(t, a.DB.Reader().NewSelect().TableExpr("notifications").Column("kind").Where("user_id = ?", tom.UserID).Order("at", "id").Scan(ctx, &told))
		if !slices.Equal(told, []string{"mention", "comment"}) {
			t.Errorf("Tom heard %v", told)
		}
		_, err := a.Social.Update(ctx, tom, free.ID, social.Input{Body: "Toch een sukkel"})
		ok(t, err)
		_, err = a.Social.Get(ctx, sanne, free.ID)
		wantKind(t, "what was changed into a word of the list", err, errs.KindNotFound)
		ok(t, a.Social.SetWordList(ctx, ada, nil))
		write(t, a, sanne, "", "sukkel")
	})
}

func TestLimits(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		ctx := t.Context()
		a.Social.UseLimits(social.DefaultLimits)
		a.People.UseClock(func() time.Time { return db.Now().AddDate(0, 0, 4) })
		sanne := a.Person(t, "Nieuwe Collega", "Zwolle", auth.RoleMember).Viewer()
		now := time.Now().AddDate(0, 0, 4)
		clock := dbtest.NewClock(now, 0)
		a.Social.UseClock(clock.Now)
		for range 3 {
			write(t, a, a.Tom.Viewer(), "", "Wij begonnen samen")
		}
		post := func() error {
			_, err := a.Social.Create(ctx, sanne, social.Input{Body: "Nog een"})
			return err
		}
		p := write(t, a, sanne, "", "Eén")
		comment := func() error {
			_, err := a.Social.AddComment(ctx, sanne, p.ID, "", "Nog iets")
			return err
		}
		times := func(n int, f func() error) {
			t.Helper()
			for range n {
				ok(t, f())
			}
		}
		times(1, post)
		times(5, comment)
		for what, err := range map[string]error{"a third post of a newcomer": post(), "a sixth comment": comment()} {
			wantKind(t, what, err, errs.KindTooMany)
			var e *errs.Error
			if !errors.As(err, &e) || e.RetryAfter < 3590 || e.RetryAfter > 3601 || !strings.HasPrefix(e.Message.Key, "error.too_many_") {
				t.Errorf("%s: %+v", what, e)
			}
		}
		_, err := a.Social.Create(ctx, sanne, social.Input{Body: "Van toen", SaidAt: now.Add(-time.Minute)})
		ok(t, err)
		_, err = a.Social.AddCommentAt(ctx, sanne, p.ID, "", "Van toen", now.Add(-time.Minute))
		ok(t, err)
		ok(t, func() error {
			_, err := a.Social.Create(ctx, sanne, social.Input{Body: "Concept", Draft: true})
			return err
		}())
		clock.Advance(4 * 24 * time.Hour)
		times(10, post)
		times(30, comment)
		wantKind(t, "the eleventh", post(), errs.KindTooMany)
		wantKind(t, "the thirty-first", comment(), errs.KindTooMany)
		clock.Advance(time.Hour + time.Second)
		times(1, post)
		times(1, comment)
	})
}

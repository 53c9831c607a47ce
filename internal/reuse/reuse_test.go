package reuse_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/find"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/lookin"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/reuse"
	"github.com/aanpak/aanpak/internal/search"
	"github.com/aanpak/aanpak/internal/tenders"
)

func TestMain(m *testing.M) { apptest.Main(m) }

// house is a program with three documents of Sanne's, a tender of each branch, and what the hooks told.
type house struct {
	*apptest.App
	t                 *testing.T
	first, second     *library.Document // for the company
	own               *library.Document // for Sanne alone
	zwolle, eindhoven *tenders.Tender
	told              []string
}

func build(t *testing.T, a *apptest.App) *house {
	t.Helper()
	h := &house{App: a, t: t}
	paper := func(name, audience string) *library.Document {
		return a.Upload(t, a.Sanne, name, apptest.PDF("De damwand in de kade.", "Vervolg."), library.Meta{Audience: &audience})
	}
	h.first, h.second, h.own = paper("Eerste.pdf", "company"), paper("Tweede.pdf", "company"), paper("Eigen.pdf", "people:"+a.Sanne.ID)
	h.zwolle, h.eindhoven = h.tender(a.Manager, "Z-1", time.Time{}), h.tender(a.Tom, "E-1", time.Time{})
	a.Reuse.Tell(reuse.Told{
		Used: func(_ context.Context, _ bun.Tx, u *reuse.Use) error {
			return h.tell("used %s by %s for %s", u.Title, u.UserName, u.Reference)
		},
		Scored: func(_ context.Context, _ bun.Tx, u *reuse.Use) error {
			return h.tell("%s was used in %s: %s %v", u.Title, u.Reference, u.Outcome, u.Score)
		},
		Outdated: func(_ context.Context, _ bun.Tx, m *reuse.Mark) error {
			return h.tell("%s says %s is outdated: %s", m.UserName, m.Title, m.Why)
		},
		Answered: func(_ context.Context, _ bun.Tx, m *reuse.Mark) error {
			return h.tell("%s says to %s that %s is right", m.AnswerName, m.UserName, m.Title)
		},
	})
	return h
}

func (h *house) tell(format string, args ...any) error {
	h.told = append(h.told, fmt.Sprintf(format, args...))
	return nil
}

// wantTold takes what was told.
func (h *house) wantTold(want ...string) {
	h.t.Helper()
	if !slices.Equal(h.told, want) {
		h.t.Errorf("told %q, want %q", h.told, want)
	}
	h.told = nil
}

func (h *house) tender(u *people.User, ref string, due time.Time) *tenders.Tender {
	h.t.Helper()
	t, err := h.Tenders.Create(h.t.Context(), u.Viewer(), tenders.Input{Reference: ref, Title: "Selectie " + ref, Client: "Gemeente", Year: 2026, SubmitAt: due})
	h.must(err)
	return t
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// viewer is somebody as the next request knows them.
func (h *house) viewer(u *people.User) auth.Viewer {
	h.t.Helper()
	u, err := h.People.UserByEmail(h.t.Context(), u.Email)
	h.must(err)
	return u.Viewer()
}

func (h *house) use(u *people.User, d *library.Document, t *tenders.Tender, page int) {
	h.t.Helper()
	n := reuse.Input{Page: page}
	if t != nil {
		n.TenderID = t.ID
	}
	h.must(h.Reuse.Use(h.t.Context(), h.viewer(u), d.ID, n))
}

// times is how often a document was reused, by the list, by the summary and in the index, which must agree.
func (h *house) times(d *library.Document) int {
	h.t.Helper()
	ctx, v := h.t.Context(), h.viewer(h.Sanne)
	got, err := h.Library.Get(ctx, v, d.ID)
	h.must(err)
	list, err := h.Reuse.Of(ctx, v, d.ID)
	h.must(err)
	if n := reuse.Sum(list).Times(); n != got.Reused {
		h.t.Errorf("%s: %d by its uses, %d by the database", d.Title, n, got.Reused)
	}
	return got.Reused
}

func (h *house) wantTimes(want int) {
	h.t.Helper()
	if got := h.times(h.first); got != want {
		h.t.Errorf("reused %d times, want %d", got, want)
	}
}

func wantKind(t *testing.T, what string, err error, want errs.Kind) {
	t.Helper()
	if err == nil || errs.KindOf(err) != want {
		t.Errorf("%s: %v, want %v", what, err, want)
	}
}

// What is counted are tenders and people, not clicks nor pages, and the owner hears of each once.
func TestCounts(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		h := build(t, a)
		h.use(a.Tom, h.first, h.eindhoven, 0)
		h.use(a.Tom, h.first, h.eindhoven, 0)
		h.use(a.Tom, h.first, h.eindhoven, 2)
		h.use(a.Admin, h.first, h.eindhoven, 0)
		h.wantTimes(1)
		h.wantTold("used Eerste by Tom Bakker for E-1")
		h.use(a.Sanne, h.first, h.zwolle, 0) // her own document: a use, and no credit
		h.use(a.Sanne, h.first, nil, 0)      // and outside any tender it is nothing
		h.wantTimes(2)
		h.wantTold()
		h.use(a.Tom, h.first, nil, 0)
		h.use(a.Tom, h.first, nil, 1)
		h.use(a.Manager, h.first, nil, 0)
		h.wantTimes(4)
		h.wantTold("used Eerste by Tom Bakker for ", "used Eerste by Henk Driessen for ")
		for _, page := range []int{0, 1} {
			h.must(a.Reuse.Undo(t.Context(), a.Tom.Viewer(), h.first.ID, reuse.Input{Page: page}))
		}
		h.must(a.Reuse.Undo(t.Context(), a.Tom.Viewer(), h.first.ID, reuse.Input{TenderID: h.zwolle.ID})) // somebody else's
		h.wantTimes(3)
		h.sorted()
	})
}

// sorted asks for the most reused first, by search and by the library.
func (h *house) sorted() {
	h.t.Helper()
	h.use(h.Tom, h.second, nil, 0)
	h.Settle(h.t)
	want := []string{"Eerste", "Tweede", "Eigen"}
	r, err := h.Find.Search(h.t.Context(), h.viewer(h.Sanne), find.Query{Text: "damwand", Types: []search.Type{search.TypeDocument}, Sort: search.SortReused})
	h.must(err)
	docs, _, err := h.Library.List(h.t.Context(), h.viewer(h.Sanne), library.Filter{Sort: library.SortReused})
	h.must(err)
	var found, listed []string
	for _, x := range r.Hits {
		found = append(found, x.Document.Title)
	}
	for _, d := range docs {
		listed = append(listed, d.Title)
	}
	if !slices.Equal(found, want) || !slices.Equal(listed, want) {
		h.t.Errorf("most reused first: found %v, listed %v", found, listed)
	}
}

// Who may say so, and for which tender.
func TestWhoMay(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		h, ctx := build(t, a), t.Context()
		use := func(v auth.Viewer, d *library.Document, n reuse.Input) error { return a.Reuse.Use(ctx, v, d.ID, n) }
		wantKind(t, "what one does not see", use(a.Tom.Viewer(), h.own, reuse.Input{}), errs.KindNotFound)
		wantKind(t, "nobody", use(auth.Viewer{}, h.first, reuse.Input{}), errs.KindNotFound)
		wantKind(t, "another branch's tender", use(a.Tom.Viewer(), h.first, reuse.Input{TenderID: h.zwolle.ID}), errs.KindForbidden)
		wantKind(t, "no tender", use(a.Tom.Viewer(), h.first, reuse.Input{TenderID: "x"}), errs.KindInvalid)
		wantKind(t, "no page", use(a.Tom.Viewer(), h.first, reuse.Input{Page: 3}), errs.KindInvalid)
		wantKind(t, "its uses", func() error { _, err := a.Reuse.Of(ctx, a.Tom.Viewer(), h.own.ID); return err }(), errs.KindNotFound)
		h.must(a.Tenders.AddMember(ctx, a.Manager.Viewer(), h.zwolle.ID, a.Tom.ID))
		h.use(a.Tom, h.first, h.zwolle, 0)
		if _, err := a.LookIn.Ask(ctx, a.Admin.Viewer(), lookin.Input{Kind: lookin.KindDocument, What: h.own.ID, Reason: "Een reden om te kijken", Minutes: 60}); err != nil {
			t.Fatal(err)
		}
		wantKind(t, "what one only looks into", use(h.viewer(a.Admin), h.own, reuse.Input{}), errs.KindForbidden)
		wantKind(t, "calling that outdated", a.Reuse.MarkOutdated(ctx, h.viewer(a.Admin), h.own.ID, ""), errs.KindForbidden)
	})
}

// The tenders to choose from: one's own first, what is due first, then those of the branch; none that is over.
func TestChoices(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		h, now := build(t, a), db.Now()
		late := h.tender(a.Manager, "Z-2", now.AddDate(0, 2, 0))
		h.tender(a.Manager, "Z-3", now.AddDate(0, 1, 0))
		over := h.tender(a.Manager, "Z-4", now)
		n := over.Input()
		n.Outcome = tenders.OutcomeWon
		_, err := a.Tenders.Update(t.Context(), a.Manager.Viewer(), over.ID, n)
		h.must(err)
		h.must(a.Tenders.AddMember(t.Context(), a.Manager.Viewer(), late.ID, a.Sanne.ID))
		h.must(a.Tenders.AddMember(t.Context(), h.viewer(a.Tom), h.eindhoven.ID, a.Sanne.ID))
		own, branch, err := a.Reuse.Choices(t.Context(), h.viewer(a.Sanne))
		h.must(err)
		var refs []string
		for _, x := range own {
			refs = append(refs, x.Reference)
		}
		refs = append(refs, "|")
		for _, x := range branch {
			refs = append(refs, x.Reference)
		}
		if got := strings.Join(refs, " "); got != "Z-2 E-1 | Z-3 Z-1" {
			t.Errorf("choices %s", got)
		}
	})
}

// The credit follows from the tender: told when its outcome is entered, again when only the score comes later, and never twice.
func TestCredit(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		h := build(t, a)
		set := func(o tenders.Outcome, score float64) {
			t.Helper()
			n := h.eindhoven.Input()
			n.Outcome, n.Score = o, score
			_, err := a.Tenders.Update(t.Context(), a.Tom.Viewer(), h.eindhoven.ID, n)
			h.must(err)
		}
		h.use(a.Tom, h.first, h.eindhoven, 0)
		h.use(a.Tom, h.first, h.eindhoven, 1)
		h.use(a.Sanne, h.second, nil, 0)
		h.told = nil
		set(tenders.OutcomeSubmitted, 0)
		h.wantTold()
		set(tenders.OutcomeWon, 0)
		h.wantTold("Eerste was used in E-1: won 0")
		set(tenders.OutcomeWon, 9)
		h.wantTold("Eerste was used in E-1: won 9")
		set(tenders.OutcomeWon, 8.5) // a correction
		set(tenders.OutcomeWon, 8.5)
		h.wantTold()
		list, err := a.Reuse.Of(t.Context(), h.viewer(a.Sanne), h.first.ID)
		h.must(err)
		if s := reuse.Sum(list); len(s.Tenders) != 1 || s.Best != 8.5 || s.Tenders[0].Outcome != tenders.OutcomeWon || len(s.Tenders[0].Uses) != 2 {
			t.Errorf("%+v", s)
		}
		h.use(a.Tom, h.second, h.eindhoven, 0) // after the outcome: told with it, and not again
		h.told = nil
		set(tenders.OutcomeWon, 8.5)
		h.wantTold()
		wrong := errors.New("not now")
		a.Reuse.Tell(reuse.Told{Used: func(context.Context, bun.Tx, *reuse.Use) error { return wrong }})
		if err := a.Reuse.Use(t.Context(), a.Tom.Viewer(), h.second.ID, reuse.Input{}); !errors.Is(err, wrong) {
			t.Errorf("the hook's error: %v", err)
		}
		if n := h.times(h.second); n != 1 {
			t.Errorf("a use that could not be told is kept: %d", n)
		}
	})
}

// What a tender was made with, and what others used of somebody's: each sees what they see.
func TestLists(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		h, ctx := build(t, a), t.Context()
		h.must(a.Tenders.AddMember(ctx, h.viewer(a.Tom), h.eindhoven.ID, a.Sanne.ID))
		h.use(a.Tom, h.first, h.eindhoven, 0)
		h.use(a.Sanne, h.own, h.eindhoven, 0)
		h.use(a.Sanne, h.second, nil, 0)
		titles := func(list []reuse.Made, err error) (out string) {
			t.Helper()
			h.must(err)
			for _, m := range list {
				out += m.Document.Title + " "
			}
			return out
		}
		for u, want := range map[*people.User]string{a.Sanne: "Eigen Eerste ", a.Tom: "Eerste "} {
			if got := titles(a.Reuse.Made(ctx, h.viewer(u), h.eindhoven.ID)); got != want {
				t.Errorf("%s sees made with: %s", u.Name, got)
			}
			if got := titles(a.Reuse.ByOthers(ctx, h.viewer(u), a.Sanne.ID)); got != "Eerste " {
				t.Errorf("%s sees reused by others: %s", u.Name, got)
			}
		}
		h.must(a.Library.Delete(ctx, a.Sanne.Viewer(), h.first.ID))
		if got := titles(a.Reuse.ByOthers(ctx, h.viewer(a.Tom), a.Sanne.ID)); got != "" {
			t.Errorf("in the trash: %s", got)
		}
	})
}

// Who finds a document outdated says so once; the owner answers by a word or by a new version.
func TestOutdated(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		h, ctx := build(t, a), t.Context()
		open := func() (n int, answered bool) {
			t.Helper()
			d, err := a.Library.Get(ctx, a.Sanne.Viewer(), h.first.ID)
			h.must(err)
			o, err := a.Reuse.Outdated(ctx, d)
			h.must(err)
			return len(o.Open), o.Answered != nil
		}
		want := func(n int, answered bool) {
			t.Helper()
			if gotN, got := open(); gotN != n || got != answered {
				t.Errorf("%d open, answered %v; want %d, %v", gotN, got, n, answered)
			}
		}
		wantKind(t, "one's own", a.Reuse.MarkOutdated(ctx, a.Sanne.Viewer(), h.first.ID, ""), errs.KindConflict)
		wantKind(t, "what one does not see", a.Reuse.MarkOutdated(ctx, a.Tom.Viewer(), h.own.ID, ""), errs.KindNotFound)
		wantKind(t, "a long line", a.Reuse.MarkOutdated(ctx, a.Tom.Viewer(), h.first.ID, strings.Repeat("x", 201)), errs.KindInvalid)
		h.must(a.Reuse.MarkOutdated(ctx, a.Tom.Viewer(), h.first.ID, "Het bestek is vernieuwd"))
		h.must(a.Reuse.MarkOutdated(ctx, a.Tom.Viewer(), h.first.ID, "Het  bestek is van 2021"))
		h.must(a.Reuse.MarkOutdated(ctx, a.Admin.Viewer(), h.first.ID, ""))
		want(2, false)
		h.wantTold("Tom Bakker says Eerste is outdated: Het bestek is vernieuwd", "Ada Min says Eerste is outdated: ")
		h.must(a.Reuse.UnmarkOutdated(ctx, a.Admin.Viewer(), h.first.ID))
		want(1, false)
		wantKind(t, "a colleague answers", a.Reuse.StillRight(ctx, a.Tom.Viewer(), h.first.ID), errs.KindForbidden)
		h.must(a.Reuse.StillRight(ctx, a.Sanne.Viewer(), h.first.ID))
		want(0, true)
		h.wantTold("Sanne Visser says to Tom Bakker that Eerste is right")
		h.must(a.Reuse.MarkOutdated(ctx, a.Tom.Viewer(), h.first.ID, "Toch niet"))
		want(1, false)
		_, err := a.Library.AddVersion(ctx, a.Sanne.Viewer(), h.first.ID, library.File{Name: "Nieuw.txt", Size: 5, Body: strings.NewReader("Nieuw")})
		h.must(err)
		a.Settle(t)
		want(0, false)
	})
}

// Two accounts that become one made one use; who is erased leaves uses without a name, and no opinion.
func TestAccounts(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		h, ctx := build(t, a), t.Context()
		h.use(a.Tom, h.first, nil, 0)
		h.use(a.Manager, h.first, nil, 0)
		h.must(a.Reuse.MarkOutdated(ctx, a.Tom.Viewer(), h.first.ID, "Oud"))
		h.wantTimes(2)
		h.must(a.People.Merge(ctx, a.Admin.Viewer(), a.Tom.ID, a.Manager.ID))
		h.wantTimes(1)
		h.must(a.People.Erase(ctx, a.Manager.ID))
		h.wantTimes(1)
		list, err := a.Reuse.Of(ctx, a.Sanne.Viewer(), h.first.ID)
		h.must(err)
		if len(list) != 1 || list[0].UserName != people.FormerName {
			t.Errorf("%+v", list)
		}
		if o, err := a.Reuse.Outdated(ctx, h.first); err != nil || len(o.Open) != 0 {
			t.Errorf("%+v, %v", o, err)
		}
	})
}

package spotlight_test

import (
	"context"
	"errors"
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
	"github.com/aanpak/aanpak/internal/search"
	"github.com/aanpak/aanpak/internal/spotlight"
)

func TestMain(m *testing.M) { apptest.Main(m) }

// house is a program with a document for the company, one for Zwolle and one for Sanne alone, all of hers.
type house struct {
	*apptest.App
	t                *testing.T
	all, branch, own *library.Document
}

func build(t *testing.T, a *apptest.App) *house {
	t.Helper()
	h := &house{App: a, t: t}
	paper := func(name, audience, text string) *library.Document {
		return a.Upload(t, a.Sanne, name, apptest.PDF(text, text+" vervolg"), library.Meta{Audience: &audience})
	}
	h.all = paper("Aanpak.pdf", "company", "De damwand in de kade.")
	h.branch = paper("Zwols.pdf", "branch", "De damwand in de haven.")
	h.own = paper("Eigen.pdf", "people:"+a.Sanne.ID, "De damwand in de tuin.")
	return h
}

func (h *house) hold(u *people.User, d *library.Document, audience string) *spotlight.Spotlight {
	h.t.Helper()
	sp, err := h.Spotlight.Create(h.t.Context(), u.Viewer(), d.ID, spotlight.Input{Why: "Eén vast gezicht was het verschil", Audience: audience})
	if err != nil {
		h.t.Fatal(err)
	}
	return sp
}

// seen are the documents of what is on for somebody, by every way of asking, which must agree.
func (h *house) seen(u *people.User) (titles []string) {
	h.t.Helper()
	ctx, v := h.t.Context(), u.Viewer()
	list, err := h.Spotlight.Current(ctx, v)
	ids, err2 := h.Spotlight.Documents(ctx, v)
	if err := errors.Join(err, err2); err != nil {
		h.t.Fatal(err)
	}
	var of []string
	for _, sp := range list {
		titles = append(titles, sp.Document.Title)
		if !slices.Contains(of, sp.DocumentID) {
			of = append(of, sp.DocumentID)
		}
		if _, err := h.Spotlight.Get(ctx, v, sp.ID); err != nil {
			h.t.Errorf("%s lists %s and does not get it: %v", u.Name, sp.Document.Title, err)
		}
	}
	slices.Sort(of)
	if !slices.Equal(of, ids) {
		h.t.Errorf("%s: current %v, documents %v", u.Name, of, ids)
	}
	slices.Sort(titles)
	return titles
}

func (h *house) wantSeen(u *people.User, want ...string) {
	h.t.Helper()
	if got := h.seen(u); !slices.Equal(got, want) {
		h.t.Errorf("%s sees %v, want %v", u.Name, got, want)
	}
}

func wantKind(t *testing.T, what string, err error, want errs.Kind) {
	t.Helper()
	if err == nil || errs.KindOf(err) != want {
		t.Errorf("%s: %v, want %v", what, err, want)
	}
}

// A spotlight is for its audience, and never for more than its document.
func TestAudience(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		h, ctx := build(t, a), t.Context()
		h.hold(a.Manager, h.all, spotlight.Branch)
		own := h.hold(a.Manager, h.branch, spotlight.Company) // for the company, but the document is for Zwolle
		h.wantSeen(a.Sanne, "Aanpak", "Zwols")
		h.wantSeen(a.Admin, "Aanpak", "Zwols")
		h.wantSeen(a.Tom)
		if _, err := a.Spotlight.Get(ctx, a.Tom.Viewer(), own.ID); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("Tom gets %v", err)
		}
		if list, err := a.Spotlight.List(ctx, auth.Viewer{}, spotlight.Filter{}); len(list) != 0 || err != nil {
			t.Errorf("nobody sees %d, %v", len(list), err)
		}
		h.hold(a.Manager, h.all, spotlight.Company)
		h.wantSeen(a.Tom, "Aanpak")
		narrow := "people:" + a.Manager.ID
		if _, err := a.Library.Update(ctx, a.Sanne.Viewer(), h.all.ID, library.Meta{Audience: &narrow}); err != nil {
			t.Fatal(err)
		}
		h.wantSeen(a.Tom) // at once
		h.wantSeen(a.Admin, "Zwols")
		h.lent(h.all.ID)
	})
}

// lent: an administrator who looks in sees the document, and nothing of what is said of it.
func (h *house) lent(id string) {
	h.t.Helper()
	if _, err := h.LookIn.Ask(h.t.Context(), h.Admin.Viewer(), lookin.Input{Kind: lookin.KindDocument, What: id, Reason: "Een reden om te kijken", Minutes: 60}); err != nil {
		h.t.Fatal(err)
	}
	u, err := h.People.UserByEmail(h.t.Context(), h.Admin.Email)
	if err != nil {
		h.t.Fatal(err)
	}
	if d, err := h.Library.Get(h.t.Context(), u.Viewer(), id); err != nil || !d.Lent {
		h.t.Errorf("the administrator gets %v, %v", d, err)
	}
	h.wantSeen(u, "Zwols")
	_, err = h.Spotlight.Create(h.t.Context(), u.Viewer(), id, spotlight.Input{Why: "Mooi"})
	wantKind(h.t, "holding up what one only looks into", err, errs.KindForbidden)
}

// Who may, for whom, and who changes what others made.
func TestWhoMay(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		h, ctx := build(t, a), t.Context()
		editor := a.Person(t, "Ed Redacteur", "Eindhoven", auth.RoleEditor)
		director := a.Person(t, "Door Directeur", "Eindhoven", auth.RoleManager)
		try := func(u *people.User, d *library.Document, audience string) error {
			_, err := a.Spotlight.Create(ctx, u.Viewer(), d.ID, spotlight.Input{Why: "Mooi", Audience: audience})
			return err
		}
		wantKind(t, "a member", try(a.Tom, h.all, ""), errs.KindForbidden)
		wantKind(t, "the owner, a member", try(a.Sanne, h.own, ""), errs.KindForbidden)
		wantKind(t, "a manager who does not see it", try(director, h.branch, ""), errs.KindNotFound)
		wantKind(t, "an administrator who does not see it", try(a.Admin, h.own, ""), errs.KindNotFound)
		wantKind(t, "an editor for a branch", try(editor, h.all, spotlight.Branch), errs.KindInvalid)
		wantKind(t, "another audience", try(director, h.all, "group:x"), errs.KindInvalid)
		for _, err := range []error{try(editor, h.all, spotlight.Company), try(director, h.all, spotlight.Branch), try(a.Admin, h.branch, spotlight.Company)} {
			if err != nil {
				t.Error(err)
			}
		}
		wantKind(t, "the same once more", try(director, h.all, spotlight.Company), errs.KindConflict)
		list, err := a.Spotlight.List(ctx, director.Viewer(), spotlight.Filter{DocumentID: h.all.ID})
		if err != nil || len(list) != 2 || list[0].BranchName != "Eindhoven" || list[1].BranchName != "" {
			t.Fatalf("%+v, %v", list, err)
		}
		wantKind(t, "another manager ends one for the company", a.Spotlight.End(ctx, a.Manager.Viewer(), list[1].ID), errs.KindForbidden)
		wantKind(t, "another branch's manager", a.Spotlight.End(ctx, a.Manager.Viewer(), list[0].ID), errs.KindNotFound)
		wantKind(t, "a member ends one", a.Spotlight.End(ctx, a.Tom.Viewer(), list[0].ID), errs.KindForbidden)
		if err := a.Spotlight.End(ctx, editor.Viewer(), list[1].ID); err != nil {
			t.Error(err)
		}
		h.wantSeen(a.Sanne, "Zwols")
	})
}

// What is entered: a line, an end within a year, a page that there is.
func TestInput(t *testing.T) {
	a := apptest.New(t, db.SQLite)
	h := build(t, a)
	for _, c := range []struct {
		field string
		n     spotlight.Input
	}{
		{"why", spotlight.Input{Why: " \n "}},
		{"why", spotlight.Input{Why: strings.Repeat("é", 201)}},
		{"until", spotlight.Input{Why: "x", Until: db.Now().Add(-time.Hour)}},
		{"until", spotlight.Input{Why: "x", Until: db.Now().AddDate(2, 0, 0)}},
		{"page", spotlight.Input{Why: "x", Page: 3}},
		{"page", spotlight.Input{Why: "x", Page: -1}},
	} {
		_, err := a.Spotlight.Create(t.Context(), a.Manager.Viewer(), h.all.ID, c.n)
		var e *errs.Error
		if !errors.As(err, &e) || len(e.Fields) != 1 || e.Fields[0].Field != c.field {
			t.Errorf("%+v: %v", c.n, err)
		}
	}
	sp, err := a.Spotlight.Create(t.Context(), a.Manager.Viewer(), h.all.ID, spotlight.Input{Why: strings.Repeat("é", 200), Page: 2})
	if err != nil || sp.Page != 2 || sp.Version != 1 || !sp.Until.Equal(sp.CreatedAt.AddDate(0, 0, 28)) {
		t.Errorf("%+v, %v", sp, err)
	}
}

// It ends by its time or early, stays on the wall, is changed, and each leaves a line in the trail without its words.
func TestLife(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		h, ctx, v := build(t, a), t.Context(), a.Manager.Viewer()
		sp := h.hold(a.Manager, h.all, spotlight.Company)
		if _, err := a.Spotlight.Update(ctx, v, sp.ID, spotlight.Input{Why: "Anders", Page: 2, Until: db.Now().AddDate(0, 1, 0)}); err != nil {
			t.Fatal(err)
		}
		if err := a.Spotlight.End(ctx, v, sp.ID); err != nil {
			t.Fatal(err)
		}
		h.wantSeen(a.Tom)
		list, err := a.Spotlight.List(ctx, a.Tom.Viewer(), spotlight.Filter{Kind: h.all.Kind, BranchID: a.Zwolle.ID, Limit: 5})
		if err != nil || len(list) != 1 || list[0].Why != "Anders" || list[0].Page != 2 || list[0].EndedBy != a.Manager.ID {
			t.Errorf("the wall: %+v, %v", list, err)
		}
		for _, f := range []spotlight.Filter{{BranchID: a.Eindhoven.ID}, {Kind: "cv"}, {From: db.Now().Add(time.Hour)}, {To: db.Now().Add(-time.Hour)}, {After: sp.ID}} {
			if list, err := a.Spotlight.List(ctx, v, f); err != nil || len(list) != 0 {
				t.Errorf("%+v: %d, %v", f, len(list), err)
			}
		}
		if began, err := a.Spotlight.Began(ctx, v); err != nil || len(began) != 1 || !began[0].Equal(sp.CreatedAt) {
			t.Errorf("began %v, %v", began, err)
		}
		if _, err := a.Spotlight.Update(ctx, v, sp.ID, spotlight.Input{Why: "Weer"}); err != nil {
			t.Fatal(err)
		}
		h.wantSeen(a.Tom, "Aanpak")
		a.Spotlight.UseClock(func() time.Time { return db.Now().AddDate(0, 0, 29) })
		h.wantSeen(a.Tom)
		var trail []string
		if err := a.DB.Reader().NewRaw("SELECT action || ' ' || detail FROM audit WHERE object = ? AND action LIKE 'spotlight%' ORDER BY id", "document:"+h.all.ID).Scan(ctx, &trail); err != nil {
			t.Fatal(err)
		}
		if len(trail) != 4 || !strings.HasPrefix(trail[2], "spotlight.end ") || strings.Contains(strings.Join(trail, " "), "Anders") {
			t.Errorf("the trail has %q", trail)
		}
	})
}

// It is unseen until the person opens it or says so; the maker has seen it; a read-only look writes nothing.
func TestSeen(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		h, ctx := build(t, a), t.Context()
		sp := h.hold(a.Manager, h.all, spotlight.Company)
		unseen := func(u *people.User) int {
			t.Helper()
			list, err := a.Spotlight.Unseen(ctx, u.Viewer(), 3)
			if err != nil {
				t.Fatal(err)
			}
			return len(list)
		}
		if unseen(a.Manager) != 0 || unseen(a.Tom) != 1 || unseen(a.Sanne) != 1 {
			t.Error(unseen(a.Manager), unseen(a.Tom), unseen(a.Sanne))
		}
		for range 2 {
			if err := a.Spotlight.See(ctx, a.Tom.Viewer(), sp.ID); err != nil {
				t.Fatal(err)
			}
		}
		list, err := a.Spotlight.List(ctx, a.Sanne.Viewer(), spotlight.Filter{DocumentID: h.all.ID, On: true})
		if err := errors.Join(err, a.Spotlight.Opened(ctx, a.Sanne.Viewer(), list)); err != nil {
			t.Fatal(err)
		}
		if unseen(a.Tom) != 0 || unseen(a.Sanne) != 0 || unseen(a.Admin) != 1 {
			t.Error(unseen(a.Tom), unseen(a.Sanne), unseen(a.Admin))
		}
		wantKind(t, "seeing what is not there", a.Spotlight.See(ctx, a.Tom.Viewer(), "x"), errs.KindNotFound)
	})
}

// The hook hears in the transaction, and its error takes everything back.
func TestTold(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		h := build(t, a)
		var told []string
		a.Spotlight.Tell(func(_ context.Context, _ bun.Tx, s *spotlight.Spotlight) error {
			if told = append(told, s.Document.OwnerID+" "+s.UserName); len(told) == 1 {
				return errors.New("not now")
			}
			return nil
		})
		if _, err := a.Spotlight.Create(t.Context(), a.Manager.Viewer(), h.all.ID, spotlight.Input{Why: "Mooi"}); err == nil {
			t.Error("the error of the hook is lost")
		}
		h.wantSeen(a.Tom)
		h.hold(a.Manager, h.all, spotlight.Company)
		if want := a.Sanne.ID + " Henk Driessen"; !slices.Equal(told, []string{want, want}) {
			t.Errorf("told %q", told)
		}
	})
}

// Searching finds a document sooner for those whom its spotlight is for, and is:spotlight finds these alone.
func TestFound(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		h := build(t, a)
		order := func(u *people.User, text string) (titles []string) {
			t.Helper()
			r, err := a.Find.Search(t.Context(), u.Viewer(), find.Query{Text: text, Types: []search.Type{search.TypeDocument}})
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range r.Hits {
				titles = append(titles, x.Document.Title)
			}
			if r.Total != len(titles) {
				t.Errorf("%s asks %q: total %d of %d", u.Name, text, r.Total, len(titles))
			}
			return titles
		}
		if got := order(a.Sanne, "is:spotlight"); len(got) != 0 {
			t.Errorf("nothing is held up: %v", got)
		}
		last := order(a.Sanne, "damwand")[2]
		d := map[string]*library.Document{"Aanpak": h.all, "Zwols": h.branch, "Eigen": h.own}[last]
		if d == h.own {
			d = h.branch
		}
		sp := h.hold(a.Manager, d, spotlight.Company)
		if got := order(a.Sanne, "damwand"); got[0] != d.Title {
			t.Errorf("%s is held up: %v", d.Title, got)
		}
		if got := order(a.Sanne, "is:uitgelicht damwand"); !slices.Equal(got, []string{d.Title}) {
			t.Errorf("is:uitgelicht: %v", got)
		}
		if err := a.Spotlight.End(t.Context(), a.Manager.Viewer(), sp.ID); err != nil {
			t.Fatal(err)
		}
		h.hold(a.Manager, h.all, spotlight.Branch)
		for u, want := range map[*people.User]bool{a.Sanne: true, a.Tom: false} {
			if got := slices.Contains(order(u, "is:spotlight"), "Aanpak"); got != want {
				t.Errorf("%s finds what is held up for Zwolle: %v", u.Name, got)
			}
		}
	})
}

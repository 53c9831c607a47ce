package lookin_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/audit"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/find"
	"github.com/aanpak/aanpak/internal/groups"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/lookin"
	"github.com/aanpak/aanpak/internal/people"
)

func TestMain(m *testing.M) { apptest.Main(m) }

const why = "Vraag van de vertrouwenspersoon"

// viewer is somebody as the next request knows them.
func viewer(t *testing.T, a *apptest.App, u *people.User) auth.Viewer {
	t.Helper()
	u, err := a.People.UserByEmail(t.Context(), u.Email)
	if err != nil {
		t.Fatal(err)
	}
	return u.Viewer()
}

func private(t *testing.T, a *apptest.App, u *people.User, name string) *library.Document {
	t.Helper()
	audience := "people:" + u.ID
	return a.Upload(t, u, name, []byte("Over de damwand in de kade."), library.Meta{Audience: &audience})
}

func actions(t *testing.T, a *apptest.App, prefix string) (out []string) {
	t.Helper()
	var rows []audit.Entry
	if err := a.DB.Reader().NewSelect().Model(&rows).Where("action LIKE ?", prefix+"%").Order("id").Scan(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		out = append(out, r.Action+" "+r.Object)
	}
	return out
}

// TestTemporaryAccess: an administrator sees what is private only after asking, only to look, and it is all written down.
func TestTemporaryAccess(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		ctx := t.Context()
		d, other := private(t, a, a.Sanne, "geheim.txt"), private(t, a, a.Sanne, "dagboek.txt")
		sees := func(id string) bool {
			t.Helper()
			v := viewer(t, a, a.Admin)
			_, err := a.Library.Get(ctx, v, id)
			if err != nil && !errs.Is(err, errs.KindNotFound) {
				t.Fatal(err)
			}
			res, ferr := a.Find.Search(ctx, v, find.Query{Text: "damwand", Limit: 10})
			if ferr != nil {
				t.Fatal(ferr)
			}
			found := slices.ContainsFunc(res.Hits, func(h find.Hit) bool { return h.ID == id })
			if found != (err == nil) {
				t.Errorf("opened: %v, found: %v", err == nil, found)
			}
			return err == nil
		}
		if sees(d.ID) {
			t.Fatal("an administrator sees what is private")
		}
		ask := lookin.Input{Kind: lookin.KindDocument, What: "https://aanpak.example/documents/" + d.ID + "?page=2", Reason: why, Minutes: 15}
		if _, err := a.LookIn.Ask(ctx, viewer(t, a, a.Manager), ask); errs.KindOf(err) != errs.KindForbidden {
			t.Errorf("a manager asks: %v", err)
		}
		short := ask
		short.Reason, short.Minutes = "nou", 481
		if _, err := a.LookIn.Ask(ctx, viewer(t, a, a.Admin), short); errs.KindOf(err) != errs.KindInvalid {
			t.Errorf("without a reason: %v", err)
		}
		began, err := a.LookIn.Ask(ctx, viewer(t, a, a.Admin), ask)
		if err != nil {
			t.Fatal(err)
		}
		if !sees(d.ID) || sees(other.ID) {
			t.Error("the document, and it alone, is seen")
		}
		onlyLooks(t, a, d)
		if got := actions(t, a, "access."); !slices.Equal(got, []string{"access.begin document:" + d.ID, "access.seen document:" + d.ID}) {
			t.Errorf("the trail has %q", got)
		}
		told, err := a.LookIn.About(ctx, viewer(t, a, a.Sanne))
		if err != nil || len(told) != 1 || told[0].Reason != why || told[0].UserName != a.Admin.Name || len(told[0].Seen) != 1 {
			t.Errorf("the owner is told %+v, %v", told, err)
		}
		if list, err := a.LookIn.Of(ctx, viewer(t, a, a.Tom), d); err != nil || len(list) != 0 {
			t.Errorf("somebody else is told: %+v, %v", list, err)
		}
		if err := a.LookIn.End(ctx, viewer(t, a, a.Admin), began.ID); err != nil || sees(d.ID) {
			t.Errorf("after the end it is seen, or: %v", err)
		}
		if got := actions(t, a, "access.end"); len(got) != 1 {
			t.Errorf("the end in the trail: %q", got)
		}
	})
}

// onlyLooks tries to change and to share what is seen by temporary access.
func onlyLooks(t *testing.T, a *apptest.App, d *library.Document) {
	t.Helper()
	ctx, v, company := t.Context(), viewer(t, a, a.Admin), "company"
	_, err := a.Library.Update(ctx, v, d.ID, library.Meta{Audience: &company})
	for what, err := range map[string]error{"widens": err, "deletes": a.Library.Delete(ctx, v, d.ID)} {
		if errs.KindOf(err) != errs.KindForbidden {
			t.Errorf("%s it: %v", what, err)
		}
	}
}

// TestAccessToAPersonAndAGroup: all that somebody owns, but not what others share with them; a hidden group with what is shared with it.
func TestAccessToAPersonAndAGroup(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		ctx, mine := t.Context(), private(t, a, a.Sanne, "geheim.txt")
		both := "people:" + a.Sanne.ID + "," + a.Tom.ID
		toms := a.Upload(t, a.Tom, "toms.txt", []byte("Van Tom."), library.Meta{Audience: &both})
		g, err := a.Groups.Create(ctx, a.Manager.Viewer(), groups.Input{Name: "Achterkamer", Kind: groups.KindHidden})
		if err != nil {
			t.Fatal(err)
		}
		audience := "group:" + g.ID
		shared, err := a.Library.Upload(ctx, viewer(t, a, a.Manager), library.File{Name: "notulen.txt", Size: 1, Body: strings.NewReader("x")}, library.Meta{Audience: &audience})
		if err != nil {
			t.Fatal(err)
		}
		want := func(when string, seen ...string) {
			t.Helper()
			v := viewer(t, a, a.Admin)
			for name, id := range map[string]string{"mine": mine.ID, "toms": toms.ID, "shared": shared.ID} {
				if _, err := a.Library.Get(ctx, v, id); (err == nil) != slices.Contains(seen, name) {
					t.Errorf("%s: %s is %v", when, name, err)
				}
			}
			if _, err := a.Groups.Get(ctx, v, g.ID); (err == nil) != slices.Contains(seen, "shared") {
				t.Errorf("%s: the group is %v", when, err)
			}
		}
		want("before")
		if _, err := a.LookIn.Ask(ctx, viewer(t, a, a.Admin), lookin.Input{Kind: lookin.KindPerson, What: a.Sanne.Email, Reason: why, Minutes: 60}); err != nil {
			t.Fatal(err)
		}
		want("a person", "mine")
		if _, err := a.LookIn.Ask(ctx, viewer(t, a, a.Admin), lookin.Input{Kind: lookin.KindGroup, What: "achterkamer", Reason: why, Minutes: 60}); err != nil {
			t.Fatal(err)
		}
		want("a group", "mine", "shared")
		if _, err := a.Groups.Join(ctx, viewer(t, a, a.Admin), g.ID); errs.KindOf(err) != errs.KindForbidden {
			t.Errorf("who looks joins: %v", err)
		}
		if list, err := a.LookIn.About(ctx, viewer(t, a, a.Manager)); err != nil || len(list) != 1 || list[0].Title != "Achterkamer" {
			t.Errorf("the group's owner is told %+v, %v", list, err)
		}
		if err := a.People.SetAccount(ctx, auth.System(), a.Tom.ID, people.Account{Name: a.Tom.Name, Email: a.Tom.Email, Role: auth.RoleAdmin, BranchID: a.Tom.BranchID}); err != nil {
			t.Fatal(err)
		}
		if err := a.People.SetActive(ctx, viewer(t, a, a.Tom), a.Admin.ID, false); err != nil {
			t.Fatal(err)
		}
		want("who leaves")
	})
}

// TestAccessEndsByItself at its time, also for who is signed in and changes nothing; the end is written down.
func TestAccessEndsByItself(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		ctx, d := t.Context(), private(t, a, a.Sanne, "geheim.txt")
		if _, err := a.LookIn.Ask(ctx, viewer(t, a, a.Admin), lookin.Input{Kind: lookin.KindDocument, What: d.ID, Reason: why, Minutes: 15}); err != nil {
			t.Fatal(err)
		}
		secret, _, err := a.People.SignIn(ctx, a.Admin.Email, apptest.Password, people.Client{})
		if err != nil {
			t.Fatal(err)
		}
		for later, want := range map[time.Duration]int{14 * time.Minute: 1, 16 * time.Minute: 0} {
			later := later
			a.People.UseClock(func() time.Time { return db.Now().Add(later) })
			u, _, err := a.People.Session(ctx, secret)
			if err != nil || len(u.Viewer().Grants) != want {
				t.Errorf("after %s: %d grants, %v", later, len(u.Viewer().Grants), err)
			}
		}
		if err := a.LookIn.Close(ctx); err != nil || len(actions(t, a, "access.end")) != 0 {
			t.Errorf("ended before its time, or: %v", err)
		}
		a.LookIn.UseClock(func() time.Time { return db.Now().Add(16 * time.Minute) })
		for range 2 {
			if err := a.LookIn.Close(ctx); err != nil || len(actions(t, a, "access.end")) != 1 {
				t.Errorf("the end in the trail: %q, %v", actions(t, a, "access.end"), err)
			}
		}
	})
}

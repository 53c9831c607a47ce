package groups_test

import (
	"testing"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/find"
	"github.com/aanpak/aanpak/internal/groups"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/tenders"
)

func TestMain(m *testing.M) { apptest.Main(m) }

// again is somebody as the next request knows them.
func again(t *testing.T, a *apptest.App, u *people.User) auth.Viewer {
	t.Helper()
	u, err := a.People.UserByEmail(t.Context(), u.Email)
	if err != nil {
		t.Fatal(err)
	}
	return u.Viewer()
}

func begin(t *testing.T, a *apptest.App, v auth.Viewer, kind groups.Kind) *groups.Group {
	t.Helper()
	g, err := a.Groups.Create(t.Context(), v, groups.Input{Name: "Kring " + string(kind), About: "Over de waterkering.", Kind: kind})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func wantKind(t *testing.T, what string, err error, want errs.Kind) {
	t.Helper()
	if err == nil || errs.KindOf(err) != want {
		t.Errorf("%s: %v, want %v", what, err, want)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// How one gets into a group depends on its kind alone, and of a hidden one nobody else knows.
func TestKinds(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		ctx, owner, tom, admin := t.Context(), a.Sanne.Viewer(), a.Tom.Viewer(), a.Admin.Viewer()
		for kind, after := range map[groups.Kind]groups.State{groups.KindOpen: groups.StateMember, groups.KindClosed: groups.StateAsked} {
			g := begin(t, a, owner, kind)
			state, err := a.Groups.Join(ctx, tom, g.ID)
			if err != nil || state != after {
				t.Errorf("joining one that is %s: %q, %v", kind, state, err)
			}
			if got := len(again(t, a, a.Tom).Groups); got != map[bool]int{true: 1}[after == groups.StateMember] {
				t.Errorf("after joining one that is %s somebody is in %d groups", kind, got)
			}
			must(t, a.Groups.Add(ctx, owner, g.ID, tom.UserID))
			must(t, a.Groups.Leave(ctx, tom, g.ID))
		}
		g := begin(t, a, owner, groups.KindHidden)
		for who, v := range map[string]auth.Viewer{"a colleague": tom, "an administrator": admin} {
			_, err := a.Groups.Get(ctx, v, g.ID)
			wantKind(t, who+" looks at a hidden group", err, errs.KindNotFound)
			_, err = a.Groups.Join(ctx, v, g.ID)
			wantKind(t, who+" joins a hidden group", err, errs.KindNotFound)
			wantKind(t, who+" lets somebody in", a.Groups.Add(ctx, v, g.ID, v.UserID), errs.KindNotFound)
		}
		if list, err := a.Groups.List(ctx, admin, groups.Filter{}); err != nil || len(list) != 2 {
			t.Errorf("an administrator sees %d groups, err %v", len(list), err)
		}
		must(t, a.Groups.Add(ctx, owner, g.ID, tom.UserID))
		invited, err := a.Groups.Get(ctx, tom, g.ID)
		must(t, err)
		if who, err := a.Groups.Members(ctx, tom, invited); err != nil || len(who) != 0 || len(again(t, a, a.Tom).Groups) != 0 {
			t.Errorf("somebody who is only invited sees %d members and is in %v, err %v", len(who), again(t, a, a.Tom).Groups, err)
		}
		if state, err := a.Groups.Join(ctx, tom, g.ID); err != nil || state != groups.StateMember {
			t.Errorf("accepting: %q, %v", state, err)
		}
	})
}

// Only owners let people in and change a group, an administrator where everybody knows of it; one owner stays.
func TestOwners(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		ctx, owner, tom, admin := t.Context(), a.Sanne.Viewer(), a.Tom.Viewer(), a.Admin.Viewer()
		g := begin(t, a, owner, groups.KindClosed)
		_, err := a.Groups.Join(ctx, tom, g.ID)
		must(t, err)
		wantKind(t, "letting oneself in", a.Groups.Add(ctx, tom, g.ID, tom.UserID), errs.KindForbidden)
		_, err = a.Groups.Update(ctx, tom, g.ID, groups.Input{Name: "Van mij", Kind: groups.KindOpen})
		wantKind(t, "changing a group of others", err, errs.KindForbidden)
		_, err = a.Groups.Update(ctx, owner, g.ID, groups.Input{Name: g.Name, Kind: groups.KindClosed, Official: true})
		wantKind(t, "making one's own group official", err, errs.KindForbidden)
		must(t, a.Groups.Add(ctx, admin, g.ID, tom.UserID))
		wantKind(t, "leaving as the last owner", a.Groups.Leave(ctx, owner, g.ID), errs.KindConflict)
		wantKind(t, "making an owner of somebody outside", a.Groups.SetOwner(ctx, owner, g.ID, admin.UserID, true), errs.KindNotFound)
		must(t, a.Groups.SetOwner(ctx, owner, g.ID, tom.UserID, true))
		must(t, a.Groups.Leave(ctx, owner, g.ID))
		wantKind(t, "no longer an owner", a.Groups.Remove(ctx, owner, g.ID, tom.UserID), errs.KindForbidden)
		wantKind(t, "the last owner becoming a plain member", a.Groups.SetOwner(ctx, tom, g.ID, tom.UserID, false), errs.KindConflict)
		_, err = a.Groups.Create(ctx, tom, groups.Input{Name: g.Name})
		wantKind(t, "the name of another", err, errs.KindConflict)
		if _, err := a.Groups.Create(ctx, tom, groups.Input{Name: g.Name, Kind: groups.KindHidden}); err != nil {
			t.Errorf("a hidden group of the same name: %v", err)
		}
	})
}

// What is shared with a group, or with a tender's team, its members see and nobody else, from one request to the next.
func TestSharing(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		ctx := t.Context()
		g := begin(t, a, a.Sanne.Viewer(), groups.KindOpen)
		sees := func(u *people.User, id string) bool {
			v := again(t, a, u)
			_, err := a.Library.Get(ctx, v, id)
			res, findErr := a.Find.Search(ctx, v, find.Query{Text: "damwand", Facets: true})
			must(t, findErr)
			_, total, listErr := a.Library.List(ctx, v, library.Filter{})
			must(t, listErr)
			if found := res.Total > 0; found != (err == nil) || found != (total > 0) || found != (len(res.Facets["kind"]) > 0) {
				t.Errorf("%s: read %v, %d found, %d listed, facets %v", u.Name, err, res.Total, total, res.Facets)
			}
			return err == nil
		}
		tender, err := a.Tenders.Create(ctx, a.Sanne.Viewer(), tenders.Input{Reference: "Z-1", Title: "Kade", Client: "Gemeente", Year: 2026})
		must(t, err)
		for _, c := range []struct {
			name, audience string
			meta           library.Meta
			in, out        func(u *people.User) error
		}{
			{
				"group", "group:" + g.ID,
				library.Meta{},
				func(u *people.User) error { _, err := a.Groups.Join(ctx, u.Viewer(), g.ID); return err },
				func(u *people.User) error { return a.Groups.Leave(ctx, u.Viewer(), g.ID) },
			},
			{
				"team", "tender",
				library.Meta{TenderID: &tender.ID},
				func(u *people.User) error { return a.Tenders.AddMember(ctx, a.Manager.Viewer(), tender.ID, u.ID) },
				func(u *people.User) error { return a.Tenders.RemoveMember(ctx, a.Manager.Viewer(), tender.ID, u.ID) },
			},
		} {
			c.meta.Audience = &c.audience
			owner := *a.Sanne
			owner.Groups = again(t, a, a.Sanne).Groups
			d := a.Upload(t, &owner, c.name+".txt", []byte("Een damwand in de kade."), c.meta)
			if sees(a.Tom, d.ID) || sees(a.Admin, d.ID) || !sees(a.Sanne, d.ID) {
				t.Errorf("%s: seen by who is not in it, or not by its owner", c.name)
			}
			must(t, c.in(a.Tom))
			if !sees(a.Tom, d.ID) {
				t.Errorf("%s: not seen by who has come in", c.name)
			}
			must(t, c.out(a.Tom))
			if sees(a.Tom, d.ID) {
				t.Errorf("%s: seen by who has left", c.name)
			}
			must(t, a.Library.Delete(ctx, owner.Viewer(), d.ID))
			a.Settle(t)
		}
		for what, audience := range map[string]string{"a group one is not in": "group:" + g.ID, "a team without a tender": "tender"} {
			_, err := a.Library.Upload(ctx, again(t, a, a.Manager), library.File{Name: "x.txt", Size: -1}, library.Meta{Audience: &audience})
			wantKind(t, "sharing with "+what, err, errs.KindInvalid)
		}
	})
}

// Groups are found by name and by what they say they are about, hidden ones by their members.
func TestFound(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		ctx := t.Context()
		for _, kind := range groups.Kinds {
			begin(t, a, a.Sanne.Viewer(), kind)
		}
		a.Settle(t)
		for u, want := range map[*people.User]int{a.Sanne: 3, a.Tom: 2, a.Admin: 2} {
			res, err := a.Find.Search(ctx, again(t, a, u), find.Query{Text: "waterkering"})
			if err != nil || res.Total != want || len(res.Hits) != want {
				t.Errorf("%s finds %d groups (%d shown), want %d, err %v", u.Name, res.Total, len(res.Hits), want, err)
			}
		}
	})
}

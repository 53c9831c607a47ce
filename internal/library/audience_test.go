package library_test

import (
	"bytes"
	"testing"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/tenders"
)

// A calculation is for the tender's team and the branch's calculators unless somebody says otherwise, by whatever way it comes in.
func TestCalculations(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		ctx := t.Context()
		viewer := func(u *people.User) auth.Viewer {
			u, err := a.People.UserByEmail(ctx, u.Email)
			if err != nil {
				t.Fatal(err)
			}
			return u.Viewer()
		}
		calculates := func(u *people.User, branch string, yes bool) {
			err := a.People.SetAccount(ctx, a.Admin.Viewer(), u.ID, people.Account{Name: u.Name, Email: u.Email, Role: u.Role, BranchID: branch, Calculator: yes})
			if err != nil {
				t.Fatal(err)
			}
		}
		want := func(when, id string, seers ...*people.User) {
			t.Helper()
			for _, u := range []*people.User{a.Admin, a.Manager, a.Sanne, a.Tom} {
				sees := false
				for _, s := range seers {
					sees = sees || s == u
				}
				if _, err := a.Library.Get(ctx, viewer(u), id); (err == nil) != sees || err != nil && !errs.Is(err, errs.KindNotFound) {
					t.Errorf("%s: %s sees it: %v, want %v", when, u.Name, err == nil, sees)
				}
			}
		}
		tender, err := a.Tenders.Create(ctx, a.Tom.Viewer(), tenders.Input{Reference: "E-1", Title: "Kade", Client: "Gemeente", Year: 2026})
		if err != nil {
			t.Fatal(err)
		}
		d := a.Upload(t, a.Sanne, "Calculatie kade.csv", []byte("post;prijs\ndamwand;100\n"), library.Meta{})
		if d.Audience != "calculators" {
			t.Errorf("a calculation is for %q by default", d.Audience)
		}
		want("uploaded", d.ID, a.Sanne)
		calculates(a.Manager, a.Zwolle.ID, true)
		calculates(a.Tom, a.Eindhoven.ID, true)
		want("calculators known", d.ID, a.Sanne, a.Manager)
		calculates(a.Tom, a.Eindhoven.ID, false)
		if _, err := a.Library.Update(ctx, viewer(a.Sanne), d.ID, library.Meta{TenderID: &tender.ID}); err != nil {
			t.Fatal(err)
		}
		want("of a tender", d.ID, a.Sanne, a.Manager, a.Tom)
		calculates(a.Manager, a.Eindhoven.ID, true)
		want("the calculator moved", d.ID, a.Sanne, a.Tom)

		company := "company"
		open := a.Upload(t, a.Sanne, "Calculatie open.csv", []byte("post;prijs\n"), library.Meta{Audience: &company})
		want("chosen for the company", open.ID, a.Admin, a.Manager, a.Sanne, a.Tom)
		a.Upload(t, a.Sanne, "stukken.zip", zipped(t, "Calculatie brug.csv", []byte("post;prijs\nbrug;1\n")), library.Meta{})
		list, _, err := a.Library.List(ctx, auth.System(), library.Filter{})
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range list {
			if d.SourceID != "" && d.Audience != "calculators" {
				t.Errorf("%s out of an archive is for %q", d.Title, d.Audience)
			}
		}
		if _, err := a.Library.Upload(ctx, a.Sanne.Viewer(), library.File{Name: "x.txt", Size: 1, Body: bytes.NewReader([]byte("x"))}, library.Meta{Audience: ptr("calculators:1")}); errs.KindOf(err) != errs.KindInvalid {
			t.Errorf("calculators with ids: %v", err)
		}
	})
}

func ptr[T any](v T) *T { return &v }

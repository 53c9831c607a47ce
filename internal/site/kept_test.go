package site_test

import (
	"bytes"
	"net/http"
	"net/url"
	"testing"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/people"
)

// A page is drawn once while nothing changes, for one person; and what changes is there with the very next request.
func TestKeptPages(t *testing.T) {
	for _, dialect := range []db.Dialect{db.SQLite, db.Postgres} {
		t.Run(string(dialect), func(t *testing.T) { keptPages(t, serveOn(t, dialect)) })
	}
}

func keptPages(t *testing.T, s *served) {
	d := s.Upload(t, s.Sanne, "plan.txt", []byte("Een plan voor de Molenwijk."), library.Meta{Title: text("Plan Molenwijk")})
	tom, sanne := s.browser(t, s.Tom), s.browser(t, s.Sanne)
	first := tom.get("/library").want(200, ".doc-card h2", "Plan Molenwijk")
	if again := tom.get("/library"); !bytes.Equal(first.body, again.body) || again.header.Get("Content-Type") != first.header.Get("Content-Type") {
		t.Error("the same page twice is not the same")
	}
	sanne.get("/library").want(200, ".menu", "Sanne")
	tom.get("/library").want(200, ".menu", "Tom")
	update := func(m library.Meta) {
		t.Helper()
		if _, err := s.Library.Update(t.Context(), s.Sanne.Viewer(), d.ID, m); err != nil {
			t.Fatal(err)
		}
	}
	update(library.Meta{Title: text("Plan Lindehof")})
	tom.get("/library").want(200, ".doc-card h2", "Plan Lindehof")
	update(library.Meta{Audience: text("people:" + s.Sanne.ID)})
	tom.get("/library").want(200, ".empty h2", "Hier komt wat jullie al schreven")
	sanne.get("/library").want(200, ".doc-card h2", "Plan Lindehof")

	tom.get("/people").want(200, "h1", "Collega")
	tom.post("/language", url.Values{"language": {"en"}, "back": {"/people"}})
	tom.get("/people").want(200, "h1", "People")

	if err := s.People.SetActive(t.Context(), s.Admin.Viewer(), s.Tom.ID, false); err != nil {
		t.Fatal(err)
	}
	if a := tom.get("/library"); a.status != http.StatusSeeOther {
		t.Errorf("somebody who has left still gets a page: %d", a.status)
	}
}

// A person's new role counts with the next request, though the sign-in is kept.
func TestKeptSignIn(t *testing.T) {
	s := serve(t)
	tom := s.browser(t, s.Tom)
	if a := tom.get("/admin/people"); a.status != http.StatusForbidden {
		t.Fatalf("a member sees the members' page: %d", a.status)
	}
	if err := s.People.SetAccount(t.Context(), s.Admin.Viewer(), s.Tom.ID, people.Account{Name: s.Tom.Name, Email: s.Tom.Email, Role: auth.RoleAdmin, BranchID: s.Eindhoven.ID}); err != nil {
		t.Fatal(err)
	}
	tom.get("/admin/people").want(200, "h1", "")
	token := s.Token(t, s.Sanne)
	for range 2 {
		if u, err := s.People.TokenUser(t.Context(), token); err != nil || u.ID != s.Sanne.ID {
			t.Fatal(u, err)
		}
	}
	list, err := s.People.Tokens(t.Context(), s.Sanne.Viewer())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.People.DeleteToken(t.Context(), s.Sanne.Viewer(), list[0].ID); err != nil {
		t.Fatal(err)
	}
	if _, err := s.People.TokenUser(t.Context(), token); err == nil {
		t.Error("a deleted token still opens")
	}
}

func text(s string) *string { return &s }

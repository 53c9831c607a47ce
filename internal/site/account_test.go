package site_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/library"
)

func TestSignIn(t *testing.T) {
	s := serve(t)
	b := s.browser(t, nil)
	a := b.get("/library?kind=cv")
	if a.status != http.StatusSeeOther || a.location != "/sign-in?back="+url.QueryEscape("/library?kind=cv") {
		t.Fatalf("asked to sign in: %d %q", a.status, a.location)
	}
	b.get(a.location).want(200, "h1", "Inloggen")
	wrong := b.post("/sign-in", url.Values{"email": {s.Sanne.Email}, "password": {"verkeerd"}, "back": {"/library"}})
	wrong.want(401, "[role=alert]", "horen niet bij elkaar")
	if wrong.doc().Find("#email").AttrOr("value", "") != s.Sanne.Email {
		t.Error("the address is gone")
	}
	for back, want := range map[string]string{"/library": "/library", "//elders.example": "/", "https://elders.example": "/", "/\\elders": "/"} {
		in := s.browser(t, nil).post("/sign-in", url.Values{"email": {s.Sanne.Email}, "password": {apptest.Password}, "back": {back}})
		if in.location != want {
			t.Errorf("back to %q leads to %q", back, in.location)
		}
	}
	foreign := b.do(http.MethodPost, "/sign-in", strings.NewReader("email=x"), http.Header{
		"Content-Type": {"application/x-www-form-urlencoded"}, "Sec-Fetch-Site": {"cross-site"},
	})
	foreign.want(403, "h1", "Dat mag je niet")
	b.do(http.MethodGet, "/sign-in", nil, http.Header{"Accept-Language": {"en-GB"}}).want(200, "h1", "Sign in")
}

func TestInvitation(t *testing.T) {
	s := serve(t)
	admin := s.browser(t, s.Admin)
	bad := admin.post("/admin/people", url.Values{"name": {"Noor Berg"}, "email": {"geen adres"}, "branch": {s.Zwolle.ID}, "role": {"member"}})
	bad.want(422, "#email-error", "geen e-mailadres")
	made := admin.post("/admin/people", url.Values{"name": {"Noor Berg"}, "email": {"noor@voorbeeld.nl"}, "branch": {s.Zwolle.ID}, "role": {"member"}})
	made.want(200, ".alert-good", "Noor Berg")
	link := made.doc().Find(".secret code").Text()
	path := strings.TrimPrefix(link, s.base)
	b := s.browser(t, nil)
	b.get(path).want(200, "h1", "Noor Berg")
	b.post(path, url.Values{"password": {"kort"}}).want(422, "#password-error", "minstens 10 tekens")
	if a := b.post(path, url.Values{"password": {apptest.Password}}); a.location != "/" {
		t.Fatalf("accept: %d %.300s", a.status, a.body)
	}
	b.get("/").want(200, "h1", "Noor")
	b.get(path).want(404, "h1", "Niet gevonden")
}

func TestSettings(t *testing.T) {
	s := serve(t)
	b := s.browser(t, s.Sanne)
	b.get("/settings").want(200, "h1", "Instellingen")
	if a := b.post("/settings", url.Values{"name": {"Sanne de Visser"}, "language": {"en"}, "theme": {"dark"}}); a.status != http.StatusSeeOther {
		t.Fatalf("%d %.200s", a.status, a.body)
	}
	page := b.get("/settings").want(200, "h1", "Settings")
	if page.doc().Find("html").AttrOr("data-theme", "") != "dark" {
		t.Error("the theme is not kept")
	}
	b.post("/theme", url.Values{"theme": {"light"}, "back": {"/"}})
	b.get("/settings").want(200, ".menu-who", "Sanne de Visser")
	b.post("/settings/password", url.Values{"old_password": {"mis"}, "password": {"een ander wachtwoord"}}).want(422, "#old_password-error", "not your current")
	b.get("/settings/sessions").want(200, ".pill-won", "This device")
	made := b.post("/settings/tokens", url.Values{"name": {"import"}}).want(200, ".secret code", "aanpak_")
	if again := b.get("/settings/tokens"); strings.Contains(string(again.body), made.doc().Find(".secret code").Text()) {
		t.Error("the token is shown twice")
	}
	b.post("/settings/tokens", url.Values{"name": {""}}).want(422, "#name-error", "Fill this in")
	if a := b.post("/sign-out", nil); a.location != "/sign-in" {
		t.Fatalf("sign out: %q", a.location)
	}
	if a := b.get("/"); a.status != http.StatusSeeOther {
		t.Errorf("still signed in: %d", a.status)
	}
}

// TestAdmin opens every page of the administrator, and changes what is there to change.
func TestAdmin(t *testing.T) {
	s := serve(t)
	s.Upload(t, s.Sanne, "stuk.pdf", []byte("%PDF-1.4 kapot"), library.Meta{})
	b := s.browser(t, s.Admin)
	for path, text := range map[string]string{
		"/admin/people": "Sanne Visser", "/admin/branches": "Vestiging", "/admin/synonyms": "ingebouwd", "/admin/processing": "beschadigd", "/admin/system": "In orde",
	} {
		b.get(path).want(200, "main", text)
	}
	b.post("/admin/branches", url.Values{"name": {"Zwolle"}}).want(409, "#name-error", "in gebruik")
	b.post("/admin/branches", url.Values{"name": {"Oldenzaal"}})
	b.get("/admin/branches").want(200, ".toast", "Oldenzaal")
	b.post("/admin/synonyms", url.Values{"terms": {"alleen"}}).want(422, "#terms-error", "2 tot 30")
	b.post("/admin/synonyms", url.Values{"terms": {"keukentafelgesprek, huisbezoek"}})
	b.get("/admin/synonyms").want(200, ".list", "keukentafelgesprek, huisbezoek")
	tom := "/admin/people/" + s.Tom.ID
	b.get(tom).want(200, "input[name=name][value='Tom Bakker']", "").want(200, "input[name=email][value='tom.bakker@voorbeeld.nl']", "")
	change := url.Values{"name": {"Tom de Vries"}, "email": {s.Sanne.Email}, "branch": {s.Zwolle.ID}, "role": {"member"}}
	b.post(tom, change).want(409, "#email-error", "al een account").want(409, "input[name=name][value='Tom de Vries']", "").want(409, "input[name=email][value='"+s.Sanne.Email+"']", "")
	change.Set("email", "tom.devries@voorbeeld.nl")
	if a := b.post(tom, change); a.status != http.StatusSeeOther {
		t.Errorf("change a name: %d %.200s", a.status, a.body)
	}
	b.get("/admin/people").want(200, "main", "Tom de Vries").want(200, "main", "tom.devries@voorbeeld.nl")
	b.post("/admin/people/"+s.Admin.ID+"/disable", nil).want(409, "p", "laatste beheerder")
	if a := b.post("/admin/people/"+s.Tom.ID+"/disable", nil); a.status != http.StatusSeeOther {
		t.Errorf("disable: %d %.200s", a.status, a.body)
	}
	b.get("/people").want(200, ".people", "Sanne Visser")
	b.get("/people/"+s.Sanne.ID).want(200, "h1", "Sanne Visser").want(200, ".failure", "beschadigd")
}

// TestSeeingInside: an administrator sees the queue, what failed and by which request, and what was searched in vain.
func TestSeeingInside(t *testing.T) {
	s := serve(t)
	page := apptest.PDF("Iedere bewoner krijgt een vast gezicht. De bewonerscommunicatie verzorgt onze consulent tijdens de renovatie, met een wekelijks overleg op locatie voor alle betrokken partijen.")
	for range 2 { // the second time copies are looked for
		s.Upload(t, s.Sanne, "plan.pdf", page, library.Meta{})
	}
	s.browser(t, s.Sanne).get("/search?q=Geluidsscherm").want(200, "h1", "")
	if err := s.Questions.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	b := s.browser(t, s.Admin)
	b.get("/admin/system").want(200, "#nothing + p + .card", "geluidsscherm").want(200, "#slow + p + .card", "Geen zoekvraag").
		want(200, "#branches + .card", "Zwolle").want(200, "#kinds + .card", "Overig").want(200, "main", "Laatst opnieuw opgebouwd").want(200, "main", "Vrij op de schijf")
	// A job that was given up, as the runner writes it down.
	_, err := s.DB.SQL().ExecContext(t.Context(), `UPDATE river_job SET state = 'discarded', finalized_at = CURRENT_TIMESTAMP, metadata = jsonb('{"request_id":"d2e2c1k"}'),
		errors = jsonb('[{"at":"2026-01-01T00:00:00Z","attempt":3,"error":"the store is away","trace":""}]') WHERE kind = 'library.copies'`)
	if err != nil {
		t.Fatal(err)
	}
	b.get("/admin/processing").want(200, "#queue", "Documenten lezen").want(200, "#queue .figure-bad", "1").
		want(200, "[aria-labelledby=jobs-title]", "Kopieën zoeken").want(200, "[aria-labelledby=jobs-title]", "the store is away").
		want(200, "[aria-labelledby=jobs-title]", "d2e2c1k").want(200, "[aria-labelledby=jobs-title] form button", "Opnieuw proberen")
}

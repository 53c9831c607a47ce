package site_test

import (
	"net/url"
	"testing"

	"github.com/descope/virtualwebauthn"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/db"
)

// without wants nothing of a kind on the page.
func (a *answer) without(selector string) {
	a.t.Helper()
	if a.doc().Find(selector).Length() != 0 {
		a.t.Errorf("there is %s", selector)
	}
}

// TestNoPasskeys: where the address has none, pages say why and offer none.
func TestNoPasskeys(t *testing.T) {
	s := serve(t)
	s.browser(t, nil).get("/sign-in").want(200, "h1", "Inloggen").without("[data-passkey]")
	s.browser(t, s.Tom).get("/settings/passkeys").want(200, "[role=status]", "AANPAK_URL").without("[data-passkey]")
	s.browser(t, s.Tom).post("/settings/passkeys/begin", url.Values{"old_password": {apptest.Password}}).want(409, "p", "AANPAK_URL")
}

// TestPasskeys are added under the settings, let somebody in, and are taken away by an administrator.
func TestPasskeys(t *testing.T) {
	a := apptest.New(t, db.SQLite)
	if err := a.People.UsePasskeys("https://aanpak.example"); err != nil {
		t.Fatal(err)
	}
	s := serveApp(t, a)
	rp := virtualwebauthn.RelyingParty{ID: "aanpak.example", Name: "Aanpak", Origin: "https://aanpak.example"}
	device, key := virtualwebauthn.NewAuthenticator(), virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeRSA)
	b := s.browser(t, s.Tom)
	b.post("/settings/passkeys/begin", url.Values{"old_password": {"verkeerd"}}).want(422, "li", "huidige")
	made, err := virtualwebauthn.ParseAttestationOptions(string(b.post("/settings/passkeys/begin", url.Values{"old_password": {apptest.Password}}).body))
	if err != nil {
		t.Fatal(err)
	}
	device.Options.UserHandle = []byte(made.UserID)
	answer := url.Values{"name": {"Telefoon"}, "passkey": {virtualwebauthn.CreateAttestationResponse(rp, device, key, *made)}}
	if a := b.post("/settings/passkeys", answer); a.location != "/settings/passkeys" {
		t.Fatalf("%d %s", a.status, a.body)
	}
	b.post("/settings/passkeys", answer).want(401, "[role=alert]", "passkey")
	b.get("/settings/passkeys").want(200, ".line .strong", "Telefoon")

	in := s.browser(t, nil)
	in.get("/sign-in").want(200, "[data-passkey]", "passkey")
	in.post("/sign-in/passkey", url.Values{"passkey": {"{}"}}).want(401, "[role=alert]", "passkey")
	asked, err := virtualwebauthn.ParseAssertionOptions(string(in.post("/sign-in/passkey/begin", nil).body))
	if err != nil {
		t.Fatal(err)
	}
	key.Counter++
	answer = url.Values{"back": {"/people"}, "passkey": {virtualwebauthn.CreateAssertionResponse(rp, device, key, *asked)}}
	if a := in.post("/sign-in/passkey", answer); a.location != "/people" {
		t.Fatalf("%d %s", a.status, a.body)
	}
	in.get("/people").want(200, "h1", "Collega’s")

	page, admin := "/admin/people/"+s.Tom.ID, s.browser(t, s.Admin)
	admin.get(page).want(200, "form[action$='/passkeys/reset']", "weghalen")
	admin.post(page+"/passkeys/reset", nil)
	admin.get(page).without("form[action$='/passkeys/reset']")
	in.get("/people").want(303, "", "")
}

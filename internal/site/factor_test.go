package site_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/auth"
)

// codeOf is what the app shows: of the next step, which counts already, so that no test waits for one.
func codeOf(t *testing.T, secret string, later int) string {
	t.Helper()
	code, err := auth.TOTPCode(strings.ReplaceAll(secret, " ", ""), time.Now().Add(time.Duration(later)*30*time.Second))
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// TestSecondFactor is set up because the role must have one, asked for after the password, and taken away by an administrator.
func TestSecondFactor(t *testing.T) {
	s := serve(t)
	admin, b := s.browser(t, s.Admin), s.browser(t, s.Manager)
	b.get("/library").want(200, "h1", "Bibliotheek")
	if a := admin.post("/admin/security", url.Values{"role": {"manager"}}); a.status != http.StatusSeeOther {
		t.Fatalf("require it: %d", a.status)
	}
	admin.get("/admin/security").want(200, "input[value=manager][checked] + span", "0 van 1")
	for path, want := range map[string]int{"/library": 303, "/": 303, "/api/v1/me": 403, "/assets/x": 404, "/settings/tokens": 303} {
		if a := b.get(path); a.status != want || want == 303 && a.location != "/settings/second-factor" {
			t.Errorf("%s answers who must set it up first with %d %s", path, a.status, a.location)
		}
	}
	b.post("/settings/tokens", url.Values{"name": {"x"}}).want(403, "p", "tweede stap")
	b.get("/settings/second-factor").want(200, ".alert-warn", "verplicht")
	b.post("/settings/second-factor/begin", nil)
	setup := b.get("/settings/second-factor").want(200, ".factor-steps", "vierkant")
	secret := setup.doc().Find("#factor-secret").Text()
	b.post("/settings/second-factor/confirm", url.Values{"code": {"12345"}}).want(422, "#code-error", "klopt niet").want(422, "#factor-secret", secret)
	code := codeOf(t, secret, 0)
	on := b.post("/settings/second-factor/confirm", url.Values{"code": {code}}).want(200, ".pill-won", "Staat aan")
	recovery := on.doc().Find(".codes code").First().Text()
	if n := on.doc().Find(".codes code").Length(); n != 10 {
		t.Errorf("%d recovery codes", n)
	}
	if again := b.get("/settings/second-factor"); again.doc().Find(".codes").Length() != 0 {
		t.Error("the recovery codes are shown twice")
	}
	b.get("/library").want(200, "h1", "Bibliotheek")
	b.post("/settings/second-factor/remove", url.Values{"code": {recovery}}).want(409, "[role=alert]", "verplicht")

	in := s.browser(t, nil)
	first := func() {
		t.Helper()
		a := in.post("/sign-in", url.Values{"email": {s.Manager.Email}, "password": {apptest.Password}, "back": {"/library"}})
		if a.location != "/sign-in/code?back=%2Flibrary" {
			t.Fatalf("a password alone leads to %q", a.location)
		}
	}
	first()
	in.get("/library").want(303, "", "")
	in.get("/sign-in/code?back=%2Flibrary").want(200, "h1", "Nog één stap")
	in.post("/sign-in/code", url.Values{"code": {code}, "back": {"/library"}}).want(422, "#code-error", "al gebruikt")
	if a := in.post("/sign-in/code", url.Values{"code": {codeOf(t, secret, 1)}, "back": {"/library"}}); a.location != "/library" {
		t.Fatalf("a code: %d %s", a.status, a.location)
	}
	in.get("/library").want(200, "h1", "Bibliotheek")
	if a := in.post("/sign-in/code", url.Values{"code": {recovery}}); a.location != "/sign-in" {
		t.Errorf("nothing waits, and a code leads to %q", a.location)
	}
	in = s.browser(t, nil)
	first()
	if a := in.post("/sign-in/code", url.Values{"code": {recovery}, "back": {"//elders.example"}}); a.location != "/" {
		t.Errorf("a recovery code: %d %s", a.status, a.location)
	}

	page := "/admin/people/" + s.Manager.ID
	admin.get(page).want(200, "form[action$='/second-factor/reset']", "weghalen")
	admin.post(page+"/second-factor/reset", nil)
	if a := in.get("/library"); !strings.HasPrefix(a.location, "/sign-in") {
		t.Errorf("after the reset a session goes on: %d", a.status)
	}
	s.browser(t, s.Manager).get("/library").want(303, "", "")
}

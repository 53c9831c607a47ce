package site_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/config"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/oidc/oidctest"
)

func serveWithProvider(t *testing.T) (*served, *oidctest.Provider) {
	t.Helper()
	p := oidctest.Start(t)
	cfg := apptest.Config(t, db.SQLite)
	cfg.OIDC = config.OIDC{
		Issuer: p.Issuer, ClientID: oidctest.ClientID, ClientSecret: oidctest.ClientSecret, Name: "Bouw-login",
		Rules: "managers = role manager; beheer = role admin; goor = branch Goor; * = branch Zwolle",
	}
	if err := cfg.Check(); err != nil {
		t.Fatal(err)
	}
	return serveApp(t, apptest.NewWith(t, cfg)), p
}

// through goes to the provider and back, as far as our own answer to that.
func (b *browser) through(path string) *answer {
	b.t.Helper()
	return b.get(b.toProvider(path))
}

// toProvider goes to the provider, and returns the path on our site that it sends back to.
func (b *browser) toProvider(path string) string {
	b.t.Helper()
	a := b.get(path)
	if a.status != http.StatusSeeOther {
		b.t.Fatalf("%s answers %d", path, a.status)
	}
	res, err := b.http.Get(a.location) //nolint:noctx // a provider of the test's own
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	to := res.Header.Get("Location")
	if !strings.HasPrefix(to, b.base+"/sign-in/oidc/callback?") {
		b.t.Fatalf("the provider sends to %q", to)
	}
	return strings.TrimPrefix(to, b.base)
}

func claims(sub, name string, groups ...string) oidctest.Claims {
	return oidctest.Claims{"sub": sub, "name": name, "email": sub + "@voorbeeld.nl", "email_verified": true, "groups": groups}
}

// The first sign-in makes the account by the rules, the next ones bring it up to date, and the way back is one of ours.
func TestSignInElsewhere(t *testing.T) {
	s, p := serveWithProvider(t)
	p.Set(oidctest.How{Person: claims("jan", "Jan Jansen", "goor")})
	b := s.browser(t, nil)
	b.get("/sign-in?back=/tenders").want(200, `a[href="/sign-in/oidc?back=%2Ftenders"]`, "Inloggen met Bouw-login")
	if a := b.through("/sign-in/oidc?back=/tenders"); a.status != http.StatusSeeOther || a.location != "/tenders" {
		t.Fatalf("coming back answers %d, to %q", a.status, a.location)
	}
	jan, err := s.People.UserByEmail(t.Context(), "jan@voorbeeld.nl")
	if err != nil || jan.BranchName != "Goor" || jan.Role != auth.RoleMember {
		t.Fatalf("%+v, %v", jan, err)
	}
	p.Set(oidctest.How{Person: claims("jan", "Jan de Vries", "managers", "goor")})
	for _, back := range []string{"//elders.nl", "https://elders.nl/", "/\\elders.nl", "javascript:1"} {
		if a := s.browser(t, nil).through("/sign-in/oidc?back=" + url.QueryEscape(back)); a.location != "/" {
			t.Errorf("%q leads to %q", back, a.location)
		}
	}
	if now, err := s.People.UserByEmail(t.Context(), "jan@voorbeeld.nl"); err != nil || now.ID != jan.ID || now.Name != "Jan de Vries" || now.Role != auth.RoleManager {
		t.Errorf("%+v, %v", now, err)
	}
	a := b.post("/sign-out", url.Values{})
	if a.location != "/sign-in?left=1" {
		t.Errorf("signing out leads to %q", a.location)
	}
	b.get(a.location).want(200, `a[href="/sign-out/oidc"]`, "Ook afmelden bij Bouw-login")
	if a := b.get("/sign-out/oidc"); !strings.HasPrefix(a.location, p.Issuer+"/end?") {
		t.Errorf("leaving the provider leads to %q", a.location)
	}
}

// What was used once, belongs to another browser or was never begun signs nobody in.
func TestReplayedSignIn(t *testing.T) {
	s, p := serveWithProvider(t)
	p.Set(oidctest.How{Person: claims("jan", "Jan Jansen")})
	b, other := s.browser(t, nil), s.browser(t, nil)
	callback := b.toProvider("/sign-in/oidc")
	other.get(callback).want(401, ".alert", "andere browser")
	if a := b.get(callback); a.status != http.StatusSeeOther {
		t.Fatalf("coming back answers %d", a.status)
	}
	again := s.browser(t, nil)
	again.http.Jar = b.http.Jar
	again.get(callback).want(401, ".alert", "andere browser")
	other.get("/sign-in/oidc/callback?code=x&state=y").want(401, ".alert", "Begin hier opnieuw")
}

// A provider's word about a mail address does not make an administrator, and an address that is not verified makes nobody.
func TestWhoIsTakenIn(t *testing.T) {
	s, p := serveWithProvider(t)
	try := func(c oidctest.Claims) *answer {
		t.Helper()
		p.Set(oidctest.How{Person: c})
		return s.browser(t, nil).through("/sign-in/oidc")
	}
	try(claims("ada.min", "Ada Min", "beheer")).want(409, ".alert", "niet vanzelf gekoppeld")
	unverified := claims("nieuw", "Nieuw Hier")
	unverified["email_verified"] = false
	try(unverified).want(403, ".alert", "e-mailadres")
	unverified = claims("tom.bakker", "Tom Bakker")
	delete(unverified, "email_verified")
	try(unverified).want(403, ".alert", "e-mailadres")
	if a := try(claims("tom.bakker", "Tom Bakker")); a.status != http.StatusSeeOther {
		t.Fatalf("Tom answers %d", a.status)
	}
	if a := try(unverified); a.status != http.StatusSeeOther {
		t.Errorf("who is linked needs no address any more: %d", a.status)
	}
	a := s.browser(t, nil).post("/sign-in", url.Values{"email": {s.Tom.Email}, "password": {apptest.Password}})
	a.want(401, ".alert", "horen niet bij elkaar")
	if err := s.People.SetActive(t.Context(), s.Admin.Viewer(), s.Tom.ID, false); err != nil {
		t.Fatal(err)
	}
	try(claims("tom.bakker", "Tom Bakker")).want(403, ".alert", "geblokkeerd")
}

func TestProviderThatIsAway(t *testing.T) {
	s, p := serveWithProvider(t)
	p.Set(oidctest.How{Away: true})
	s.browser(t, nil).get("/sign-in/oidc").want(503, ".alert", "niet te bereiken").want(503, "form", "Inloggen")
	s.browser(t, s.Admin).get("/admin/system").want(200, "main", "OpenID Connect")
	p.Set(oidctest.How{Person: claims("jan", "Jan Jansen"), Refuse: "access_denied"})
	s.browser(t, nil).through("/sign-in/oidc").want(401, ".alert", "afgebroken")
	without := serve(t)
	without.browser(t, nil).get("/sign-in/oidc").want(404, "h1", "")
}

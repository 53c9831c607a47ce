package site_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/config"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/directory/directorytest"
)

func serveWithDirectory(t *testing.T, entries ...directorytest.Entry) (*served, *directorytest.Server) {
	t.Helper()
	d := directorytest.Start(t, entries...)
	cfg := apptest.Config(t, db.SQLite)
	cfg.LDAP = config.LDAP{URL: "ldaps://" + d.LDAPS, BindDN: directorytest.Reader, BindPassword: directorytest.Password, Base: directorytest.Base, CA: d.CA}
	return serveApp(t, apptest.NewWith(t, cfg)), d
}

// settled is the page once nothing runs.
func settled(b *browser) *answer {
	b.t.Helper()
	for end := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		a := b.get("/admin/directory")
		if a.doc().Find("progress").Length() == 0 {
			return a
		}
		if time.Now().After(end) {
			b.t.Fatal("the comparison does not end")
		}
	}
}

// An administrator rehearses, sees what would happen, and does it; too many leavers ask for another word.
func TestDirectoryPage(t *testing.T) {
	s, d := serveWithDirectory(t, directorytest.Person("jan", "Jan <Jansen>", "Zwolle"), directorytest.Person("piet", "Piet Pietersen", "Eindhoven"), directorytest.Person("kees", "Kees Kees", "Nergens"))
	b := s.browser(t, s.Admin)
	b.get("/admin/directory").want(200, "main", "127.0.0.1").want(200, "main", "vanzelf elke nacht om 03:10")
	ask := func(how string) *answer {
		t.Helper()
		if a := b.post("/admin/directory/sync", url.Values{"how": {how}}); a.status != http.StatusSeeOther {
			t.Fatalf("%s answers %d", how, a.status)
		}
		return settled(b)
	}
	ask("dry").want(200, "#run-title", "proefgedraaid").want(200, "table", "Jan <Jansen> · jan@bouw.nl").want(200, "table", "geen regel en geen kenmerk noemt een vestiging")
	if strings.Contains(string(b.get("/admin/people").body), "jan@bouw.nl") {
		t.Error("a dry run made an account")
	}
	ask("real").want(200, "#run-title", "bijgewerkt").want(200, "table", "Nieuw")
	b.get("/admin/people").want(200, "table", "Jan <Jansen>")
	d.Delete(directorytest.DN("jan"))
	d.Delete(directorytest.DN("piet"))
	ask("real").want(200, ".alert", "2 accounts zijn niet geblokkeerd")
	ask("force").want(200, "table", "Vertrokken")
	d.Kill()
	ask("real").want(200, "main", "geeft geen antwoord").want(200, ".alert", "niet gelukt")
	b.get("/admin/system").want(200, "main", "Directory (LDAP)")
}

// Names of accounts are taken by the form, and what is wrong is said beside it.
func TestSignInByDirectory(t *testing.T) {
	s, d := serveWithDirectory(t, directorytest.Person("jan", "Jan Jansen", "Zwolle"), directorytest.Person("kees", "Kees Kees", "Nergens"))
	b := s.browser(t, nil)
	b.get("/sign-in").want(200, "label[for=email]", "accountnaam")
	try := func(name, password string) *answer {
		t.Helper()
		return b.post("/sign-in", url.Values{"email": {name}, "password": {password}, "back": {"/"}})
	}
	try("jan", "verkeerd").want(401, ".alert", "horen niet bij elkaar")
	try("jan", "").want(401, ".alert", "horen niet bij elkaar")
	try("*", directorytest.Password).want(401, ".alert", "horen niet bij elkaar")
	try("kees", directorytest.Password).want(403, ".alert", "bij welke vestiging")
	if a := try("jan", directorytest.Password); a.status != http.StatusSeeOther {
		t.Fatalf("Jan cannot sign in: %d", a.status)
	}
	b.get("/settings").want(200, "main", "jan@bouw.nl")
	b.post("/settings/password", url.Values{"old_password": {directorytest.Password}, "password": {"een ander lang wachtwoord"}}).want(409, ".alert", "niet in Aanpak")
	d.Kill()
	a := s.browser(t, nil).post("/sign-in", url.Values{"email": {"jan"}, "password": {directorytest.Password}})
	a.want(503, ".alert", "niet te bereiken").want(503, "form", "Inloggen")
	if strings.Contains(string(a.body), directorytest.Password) {
		t.Error("the page shows the password")
	}
	b.get("/settings").want(200, "main", "jan@bouw.nl") // sessions go on
}

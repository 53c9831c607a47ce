package site_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/site"
)

// TestMatrixOfAudiences asks for every route of a document, for a document of every audience, as everybody of the company. What is not for
// somebody is not there; what is, is there to be read, and not to be changed by who may not.
func TestMatrixOfAudiences(t *testing.T) {
	s := serve(t)
	c := apptest.NewCompany(t, s.App)
	for _, p := range c.Askers {
		b := s.browser(t, p.User)
		for _, r := range site.New(site.Options{}).Routes() {
			if !strings.HasPrefix(r.Path, "/documents/:id") {
				continue
			}
			for _, d := range c.Papers {
				if may := p.Sees(d) && p.Edits(d); r.Method == http.MethodGet || !may {
					askAbout(t, b, r, p, d)
				}
			}
		}
	}
}

// askAbout sends one request and compares the answer with the rules. Who may change a document sends no changes: the next would ask for
// another document.
func askAbout(t *testing.T, b *browser, r httpd.Route, p *apptest.Asker, d *apptest.Paper) {
	t.Helper()
	path := strings.NewReplacer(":id", d.ID, ":n", "1").Replace(r.Path)
	var a *answer
	if r.Method == http.MethodGet {
		a = b.get(path + "?q=geheimtaal&as=card")
	} else {
		a = b.post(path, url.Values{"title": {"Anders"}, "page": {"1"}})
	}
	said := []string{"/use", "/use/undo", "/outdated", "/outdated/undo"} // what everybody who sees it may say of it
	what := fmt.Sprintf("%s %s of %s as %s: %d", r.Method, r.Path, d.For, p.Name, a.status)
	switch {
	case p.User == nil:
		if a.status != http.StatusUnauthorized && !strings.HasPrefix(a.location, "/sign-in") {
			t.Error(what)
		}
	case r.Access == httpd.Admin && !p.User.Viewer().IsAdmin():
		if a.status != http.StatusForbidden {
			t.Error(what)
		}
	case !p.Sees(d):
		if !refusedAs(a, http.StatusNotFound) || strings.Contains(strings.ToLower(string(a.body)), "geheimplan") {
			t.Error(what)
		}
	case slices.ContainsFunc(said, func(end string) bool { return r.Path == "/documents/:id"+end }):
		if a.status != http.StatusSeeOther {
			t.Error(what)
		}
	case a.status == http.StatusForbidden && strings.HasSuffix(r.Path, "/spotlight"): // which depends on the role alone
		if !slices.Contains([]auth.Role{auth.RoleMember, auth.RoleAmbassador, auth.RoleHR}, p.User.Role) {
			t.Error(what)
		}
	case a.status == http.StatusForbidden && !p.Edits(d): // its forms, and its changes
	case r.Method != http.MethodGet && refusedAs(a, http.StatusNoContent): // where somebody is in it
	case forReaders(r.Path) && a.status == http.StatusSeeOther:
	case a.status != http.StatusOK && a.status != http.StatusNoContent:
		t.Error(what)
	}
}

// forReaders tells which changes whoever sees a thing may make: they are about the reader.
func forReaders(path string) bool { return strings.HasSuffix(path, "/follow") }

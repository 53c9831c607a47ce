package site_test

import (
	"flag"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/site"
	"github.com/aanpak/aanpak/internal/social"
	"github.com/aanpak/aanpak/internal/tenders"
)

var update = flag.Bool("update", false, "write the golden files")

// TestRoutes holds the route table to a list that a person looks at when it changes.
func TestRoutes(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for _, r := range site.New(site.Options{}).Routes() {
		fmt.Fprintf(&b, "%-4s %-40s %s\n", r.Method, r.Path, r.Access)
	}
	const golden = "testdata/routes.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil { //nolint:gosec // a golden file
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if b.String() != string(want) {
		t.Errorf("the routes changed; look at them and run with -update:\n%s", b.String())
	}
}

// TestMatrix walks every route as nobody and as a colleague of another branch in every role, with a document, a group and a tender's
// team that none of them may see or change. What is hidden is never told from what is not there.
func TestMatrix(t *testing.T) {
	s := serve(t)
	g, audience := s.hiddenGroup(t), "people:"+s.Manager.ID
	tender, err := s.Tenders.Create(t.Context(), s.Sanne.Viewer(), tenders.Input{Reference: "Z-1", Title: "Kade", Client: "Gemeente", Year: 2026})
	if err != nil {
		t.Fatal(err)
	}
	d := s.Upload(t, s.Sanne, "geheim.pdf", plan, library.Meta{Audience: &audience, TenderID: &tender.ID})
	p, err := s.Social.Create(t.Context(), s.Sanne.Viewer(), social.Input{Body: "Over wat geheim is", About: social.About{Target: social.DocumentTarget(d.ID)}})
	if err != nil {
		t.Fatal(err)
	}
	c, err := s.Social.AddComment(t.Context(), s.Sanne.Viewer(), p.ID, "", "Zeer geheim")
	if err != nil {
		t.Fatal(err)
	}
	m := matrix{s: s, ids: map[string]string{"/posts/": p.ID, "/comments/": c.ID, "/topics/": "hout", "/documents/": d.ID, "/groups/": g.ID, "/tenders/": tender.ID}, secrets: []string{"geheim", "Geheime", g.ID, d.ID}}
	owner, other := s.browser(t, s.Sanne), s.browser(t, s.Tom)
	browsers := map[auth.Role]*browser{} // signed in before the walk, which tries forms of sign-in so often that the address is refused
	for _, role := range auth.Roles {
		u := s.Admin // the only one who may be of another branch and change it: it changes nothing that is hidden
		if role != auth.RoleAdmin {
			u = s.Person(t, "Gast "+string(role), "Eindhoven", role)
		}
		browsers[role] = s.browser(t, u)
	}
	m.walk(t, "nobody", s.browser(t, nil), "")
	for _, role := range auth.Roles {
		m.walk(t, string(role), browsers[role], role)
	}
	owner.get("/documents/"+d.ID).want(200, ".panel-title", "geheim")
	if list, err := s.Groups.Members(t.Context(), auth.System(), g); err != nil || len(list) != 1 {
		t.Errorf("the group has %d people, err %v", len(list), err)
	}
	other.get("/search?q=bewonerscommunicatie").want(200, "h1", "0 documenten")
	other.get("/search?q=bewoners&type=group").want(200, "h1", "0 groepen")
	other.get("/library").want(200, ".head-count", "0 documenten")
	other.get("/groups").want(200, ".head-count", "0 groepen")
}

// matrix is what the routes are walked with: the id that stands for :id behind each beginning, and what no page may say.
type matrix struct {
	s       *served
	ids     map[string]string
	secrets []string
}

// path fills a route's pattern in. Ids that no beginning has are the document's.
func (m *matrix) path(pattern string) (path string, hidden bool) {
	id := m.ids["/documents/"]
	for start, x := range m.ids {
		if strings.HasPrefix(pattern, start+":id") {
			id, hidden = x, start != "/tenders/" && start != "/topics/"
		}
	}
	return strings.NewReplacer(":id", id, ":user", m.s.Tom.ID, ":n", "1", ":secret", "x", "*", "x").Replace(pattern), hidden
}

// walk asks for every route as somebody; the role is empty for nobody.
func (m *matrix) walk(t *testing.T, who string, b *browser, role auth.Role) {
	t.Helper()
	for _, r := range site.New(site.Options{}).Routes() {
		if r.Path == "/sign-out" && role != "" {
			continue // the session is needed below
		}
		path, hidden := m.path(r.Path)
		a := askRoute(b, r.Method, path)
		name := who + " asks " + r.Method + " " + r.Path
		switch {
		case role == "":
			if r.Access != httpd.Public && a.status != http.StatusUnauthorized && !strings.HasPrefix(a.location, "/sign-in") {
				t.Errorf("%s: %d", name, a.status)
			}
		case r.Access == httpd.Admin && role != auth.RoleAdmin:
			if a.status != http.StatusForbidden {
				t.Errorf("%s: %d, want 403", name, a.status)
			}
		case hidden && !refusedAs(a, http.StatusNotFound):
			t.Errorf("%s: %d, want 404", name, a.status)
		case r.Method == http.MethodPost && strings.HasPrefix(r.Path, "/tenders/:id") && !forReaders(r.Path) && role != auth.RoleAdmin && !refusedAs(a, http.StatusForbidden):
			t.Errorf("%s: %d, want 403", name, a.status)
		}
		m.silent(t, name, a)
	}
}

// silent fails for a page that says something of what is hidden. The address that was asked for may come back, and the audit trail tells
// administrators what was done by the ids of things.
func (m *matrix) silent(t *testing.T, name string, a *answer) {
	t.Helper()
	for _, secret := range m.secrets {
		id := secret == m.secrets[2] || secret == m.secrets[3]
		if id && strings.Contains(name, "/admin/audit") {
			continue
		}
		if strings.Contains(string(a.body), secret) && (!id || a.status == http.StatusOK) {
			t.Errorf("%s: the answer says %q", name, secret)
		}
	}
}

// refusedAs accepts, besides the status, what is refused before the document is even looked for: a form of the wrong kind.
func refusedAs(a *answer, status int) bool {
	return a.status == status || a.status == http.StatusUnprocessableEntity || a.status == http.StatusUnsupportedMediaType
}

func askRoute(b *browser, method, path string) *answer {
	b.t.Helper()
	switch {
	case method == http.MethodGet:
		return b.get(path + "?q=bewoner")
	case strings.HasSuffix(path, "/versions") || path == "/upload" || path == "/upload/file" || path == "/posts/files":
		return b.upload(path, nil, nil, nil)
	}
	return b.post(path, map[string][]string{"page": {"1"}, "title": {"x"}})
}

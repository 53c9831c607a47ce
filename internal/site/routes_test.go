package site_test

import (
	"flag"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/site"
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

// TestMatrix walks every route as nobody, as a colleague of another branch and as an administrator, with a document that
// none of them may see. What is hidden is never told from what is not there.
func TestMatrix(t *testing.T) {
	s := serve(t)
	audience := "people:" + s.Manager.ID
	d := s.Upload(t, s.Sanne, "geheim.pdf", plan, library.Meta{Audience: &audience})
	nobody, other, admin, owner := s.browser(t, nil), s.browser(t, s.Tom), s.browser(t, s.Admin), s.browser(t, s.Sanne)
	for _, r := range site.New(site.Options{}).Routes() {
		path := strings.NewReplacer(":id", d.ID, ":n", "1", ":secret", "x", "*", "x").Replace(r.Path)
		ask := func(b *browser) *answer { return askRoute(b, r.Method, path) }
		name := r.Method + " " + r.Path
		if a := ask(nobody); r.Access != httpd.Public && a.status != http.StatusUnauthorized && !strings.HasPrefix(a.location, "/sign-in") {
			t.Errorf("%s answers nobody with %d", name, a.status)
		}
		if r.Path == "/sign-out" {
			continue // the others are needed below
		}
		if a := ask(other); r.Access == httpd.Admin && a.status != http.StatusForbidden {
			t.Errorf("%s answers a member with %d", name, a.status)
		} else if strings.Contains(string(a.body), "geheim") || strings.Contains(string(a.body), d.ID) && a.status == http.StatusOK {
			t.Errorf("%s shows a member what is hidden", name)
		}
		if !strings.HasPrefix(r.Path, "/documents/") {
			continue
		}
		if a := ask(other); r.Access == httpd.SignedIn && !refusedAs(a, http.StatusNotFound) {
			t.Errorf("%s answers who may not see it with %d", name, a.status)
		}
		if a := ask(admin); !refusedAs(a, http.StatusNotFound) {
			t.Errorf("%s answers an administrator who may not see it with %d", name, a.status)
		}
	}
	owner.get("/documents/"+d.ID).want(200, ".panel-title", "geheim")
	other.get("/search?q=bewonerscommunicatie").want(200, "h1", "0 documenten")
	other.get("/library").want(200, ".head-count", "0 documenten")
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
	case strings.HasSuffix(path, "/versions") || path == "/upload" || path == "/upload/file":
		return b.upload(path, nil, nil, nil)
	}
	return b.post(path, map[string][]string{"page": {"1"}, "title": {"x"}})
}

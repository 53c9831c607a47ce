package site_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/aanpak/aanpak/internal/site"
)

// foreign are the ways in which another site's page makes the browser of somebody who is signed in ask.
var foreign = map[string]http.Header{
	"another site":          {"Sec-Fetch-Site": {"cross-site"}, "Origin": {"https://evil.example"}},
	"a sister of our host":  {"Sec-Fetch-Site": {"same-site"}, "Origin": {"https://sister.example"}},
	"an old browser":        {"Origin": {"https://evil.example"}},
	"a sandboxed frame":     {"Origin": {"null"}},
	"an origin that begins": {"Origin": {"http://127.0.0.1.evil.example"}},
	"an origin of no sense": {"Origin": {"::"}},
	"a lying second header": {"Sec-Fetch-Site": {"cross-site"}, "Origin": {"https://evil.example"}, "X-Forwarded-Host": {"evil.example"}, "X-Requested-With": {"XMLHttpRequest"}},
}

// simple are the types of bodies that a form of another site can send without asking us first.
var simple = []string{"application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x"}

// TestCSRF sends every form and every changing operation from elsewhere in the browser of somebody who is signed in, an administrator too.
func TestCSRF(t *testing.T) {
	sc := attacked(t)
	admin := sc.browser(t, sc.Admin)
	operations := sc.operations(t)
	before := sc.state(t)
	for way, header := range foreign {
		for who, b := range map[string]*browser{"Sanne": sc.victim, "the administrator": admin} {
			for _, r := range site.New(site.Options{}).Routes() {
				if r.Method == http.MethodPost {
					path, _ := sc.fill(r.Path)
					sc.refusedFrom(t, b, way+", "+who+": "+r.Method+" "+r.Path, r.Method, path, sc.stuffed().Encode(), header, simple[:1])
				}
			}
			for _, op := range operations {
				if op.method != http.MethodGet {
					path, _ := sc.fill(op.path)
					sc.refusedFrom(t, b, way+", "+who+": "+op.id, op.method, path, encodedJSON(sc.body(op)), header, append(simple, "application/json"))
				}
			}
		}
	}
	sc.unchanged(t, "requests from elsewhere", before)
	sc.victim.get("/settings").want(200, "h1", "")
}

func (sc *scene) refusedFrom(t *testing.T, b *browser, what, method, path, body string, header http.Header, types []string) {
	t.Helper()
	for _, kind := range types {
		h := header.Clone()
		h.Set("Content-Type", kind)
		if a := b.do(method, path, strings.NewReader(body), h); a.status != http.StatusForbidden {
			t.Errorf("%s as %s: %d", what, kind, a.status)
		}
	}
}

// TestCSRFByReading asks for every page as another site's links, images and frames do: nothing changes by being looked at, and no answer
// may be read by a script of elsewhere.
func TestCSRFByReading(t *testing.T) {
	sc := attacked(t)
	admin := sc.browser(t, sc.Admin)
	before := sc.state(t)
	for _, r := range site.New(site.Options{}).Routes() {
		path, _ := sc.fill(r.Path)
		if r.Method != http.MethodGet {
			continue
		}
		for who, b := range map[string]*browser{"Sanne": sc.victim, "the administrator": admin} {
			a := b.do(http.MethodGet, path+"?"+sc.stuffed().Encode(), nil, http.Header{"Sec-Fetch-Site": {"cross-site"}, "Origin": {"https://evil.example"}})
			for name := range a.header {
				if strings.HasPrefix(name, "Access-Control-") {
					t.Errorf("%s: GET %s answers with %s", who, r.Path, name)
				}
			}
		}
	}
	for _, method := range []string{http.MethodOptions, "TRACE", "TRACK", "PROPFIND"} {
		a := sc.victim.do(method, "/api/v1/me", nil, http.Header{"Origin": {"https://evil.example"}, "Access-Control-Request-Method": {"PATCH"}})
		if a.status < 400 || a.header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: %d", method, a.status)
		}
	}
	sc.unchanged(t, "pages that were looked at", before)
}

// TestMethodsAreNotOverridden: a change asked for by GET with what frameworks take for another method is a GET.
func TestMethodsAreNotOverridden(t *testing.T) {
	sc := attacked(t)
	before := sc.state(t)
	for _, name := range []string{"X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"} {
		sc.victim.do(http.MethodGet, "/documents/"+sc.ids["/documents/"]+"/trash?_method=POST", nil, http.Header{name: {"POST"}}).want(404, "", "")
		sc.victim.post("/documents/"+sc.ids["/documents/"]+"/pages/1/image", url.Values{"_method": {"DELETE"}}).want(404, "", "")
	}
	sc.unchanged(t, "overridden methods", before)
}

package e2e

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/aanpak/aanpak/internal/e2e/browser"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/people"
)

// public is every kind of page for somebody who has not signed in.
var public = map[string]string{"sign-in": "/sign-in", "offline": "/offline", "API": "/api/docs", "spent link": "/invite/nosuchlink", "elsewhere": "/nosuchpage"}

// guard says what is missing of the headers that protect a browser.
func guard(r browser.Response) (missing []string) {
	has := func(name string, parts ...string) {
		for _, p := range parts {
			if !strings.Contains(r.Header.Get(name), p) {
				missing = append(missing, fmt.Sprintf("%s without %s: %q", name, p, r.Header.Get(name)))
			}
		}
	}
	has("Content-Security-Policy", "default-src 'none'", "frame-ancestors 'none'")
	has("X-Content-Type-Options", "nosniff")
	has("X-Frame-Options", "DENY")
	has("Referrer-Policy", "same-origin")
	has("Cross-Origin-Opener-Policy", "same-origin")
	has("Cross-Origin-Resource-Policy", "same-origin")
	has("Permissions-Policy", "camera=()", "microphone=()", "geolocation=()")
	if policy := r.Header.Get("Content-Security-Policy"); r.Kind == "Document" && strings.Contains(r.Header.Get("Content-Type"), "text/html") && strings.Contains(policy, "script-src") {
		if strings.Contains(policy, "'unsafe-inline'") || strings.Contains(policy, "'unsafe-eval'") {
			missing = append(missing, "a policy that lets inline or made-up scripts run: "+policy)
		}
	}
	u, _ := url.Parse(r.URL)
	cache := r.Header.Get("Cache-Control")
	shared := strings.HasPrefix(u.Path, "/assets/") || u.Path == "/sw.js" || u.Path == "/manifest.webmanifest"
	if !shared && !strings.Contains(cache, "no-store") && !strings.Contains(cache, "private") {
		missing = append(missing, "a private answer that others may keep: "+cache)
	}
	return missing
}

// guarded checks everything that the tab got, and remembers which kinds of answers there were.
func (s *site) guarded(t *testing.T, tab *browser.Tab, where string, kinds map[string]bool) {
	t.Helper()
	for _, r := range tab.Responses() {
		if !strings.HasPrefix(r.URL, s.base) {
			if !strings.HasPrefix(r.URL, "data:") && !strings.HasPrefix(r.URL, "blob:") {
				t.Errorf("%s: the page asks another site: %s", where, r.URL)
			}
			continue
		}
		kinds[r.Kind] = true
		for _, m := range guard(r) {
			t.Errorf("%s: %s (%s): %s", where, r.URL, r.Kind, m)
		}
	}
}

// noisy takes what the browser says of a page that is not there, which is what it was asked to see.
func noisy(where string, list []string) []string {
	refused := []string{"not found", "elsewhere", "spent link", "edit group", "new news", "news channels", "participation", "director", "ambassador"}
	return slices.DeleteFunc(list, func(e string) bool {
		return strings.Contains(e, "the server responded with a status of 40") && (slices.Contains(refused, where) || strings.HasSuffix(where, " spotlight") || strings.HasPrefix(where, "admin"))
	})
}

// Every kind of page, for nobody, a member and an administrator: the browser has nothing to complain of, and every answer of every kind
// carries the headers that protect it.
func TestHeadersOnEveryPage(t *testing.T) {
	s := open(t)
	s.group = s.circle(t)
	s.post, s.piece, s.linked = s.conversation(t), s.tidings(t), s.link(t)
	s.credit(t)
	kinds := map[string]bool{}
	visit := func(t *testing.T, tab *browser.Tab, pages map[string]string) {
		for _, page := range slices.Sorted(maps.Keys(pages)) {
			must(t, tab.Open(s.base+pages[page]))
			must(t, tab.Settled())
			for _, e := range noisy(page, tab.Errors()) {
				t.Errorf("%s: %s", page, e)
			}
			s.guarded(t, tab, page, kinds)
		}
	}
	t.Run("nobody", func(t *testing.T) { visit(t, s.tab(t, browser.Desktop), public) })
	for name, u := range map[string]*people.User{"member": s.Sanne, "admin": s.Admin} {
		t.Run(name, func(t *testing.T) {
			tab := s.tab(t, browser.Desktop)
			s.signIn(t, tab, u)
			visit(t, tab, s.pages())
			visit(t, tab, public)
		})
	}
	t.Run("at work", func(t *testing.T) { s.atWork(t, kinds) })
	for _, kind := range []string{"Document", "Script", "Stylesheet", "Image", "Font", "Fetch"} {
		if !kinds[kind] {
			t.Errorf("no answer of the kind %s was seen: the test looks at too little (it saw %v)", kind, slices.Sorted(maps.Keys(kinds)))
		}
	}
}

// atWork uses the pages with real clicks, under which the content policy is in force: typing, opening, leafing, marking, uploading.
func (s *site) atWork(t *testing.T, kinds map[string]bool) {
	tab := s.tab(t, browser.Desktop)
	s.signIn(t, tab, s.Sanne)
	must(t, tab.Open(s.base+"/")) // with its scripts loaded, which a click does not wait for
	must(t, tab.Do(chromedp.SendKeys(`#q`, "commun")))
	must(t, tab.Until(`!document.querySelector("#quick").hidden`))
	must(t, tab.Do(chromedp.SendKeys(`#q`, "icatie\r")))
	must(t, tab.Until(`location.pathname === "/search" && document.querySelector("[data-hit-link]")`))
	must(t, tab.Do(chromedp.Click(`[data-hit-link]`)))
	must(t, tab.Until(`document.querySelector(".textLayer span")`))
	must(t, tab.Do(chromedp.Click(`[data-do="zoom-in"]`), chromedp.Click(`[data-copy]`)))
	file := filepath.Join(t.TempDir(), "Nota.txt")
	must(t, os.WriteFile(file, []byte("een nota"), 0o600))
	must(t, tab.Open(s.base+"/upload"))
	must(t, tab.Do(chromedp.SetUploadFiles(`main input[type=file][data-files]`, []string{file})))
	must(t, tab.Until(`document.body.innerText.includes("Nota")`))
	s.Settle(t)
	clean(t, tab, "at work")
	s.guarded(t, tab, "at work", kinds)
}

// Answers that no page shows by itself carry the headers too.
func TestHeadersOnOtherAnswers(t *testing.T) {
	s := open(t)
	token := s.Token(t, s.Sanne)
	for _, ask := range []struct{ method, path, header string }{
		{"GET", "/documents/" + s.doc.ID + "/file", ""},
		{"HEAD", "/documents/" + s.doc.ID + "/file", ""},
		{"GET", "/documents/" + s.doc.ID + "/file?inline=1", "bytes=0-9"},
		{"GET", "/documents/" + s.doc.ID + "/file?inline=1", "bytes=99999999-"},
		{"GET", "/documents/" + s.doc.ID + "/pages/1/image", ""},
		{"GET", "/documents/" + s.doc.ID + "/pages/2/marks.svg?q=communicatie", ""},
		{"GET", "/api/v1/documents", ""},
		{"GET", "/api/v1/documents/" + s.doc.ID + "/file", ""},
		{"GET", "/api/v1/documents/" + s.doc.ID + "/pages/1/image", ""},
		{"GET", "/api/v1/nosuchcall", ""},
		{"POST", "/api/v1/tenders", ""},
		{"DELETE", "/api/v1/documents/none", ""},
		{"GET", "/api/openapi.json", ""},
		{"POST", "/sign-in", ""},
		{"GET", "/healthz", ""},
		{"GET", "/readyz", ""},
		{"GET", "/manifest.webmanifest", ""},
		{"GET", "/sw.js", ""},
		{"GET", "/assets/nosuch.js", ""},
		{"PUT", "/", ""},
	} {
		req, err := http.NewRequestWithContext(t.Context(), ask.method, s.base+ask.path, nil)
		must(t, err)
		req.Header.Set("Authorization", "Bearer "+token)
		if ask.header != "" {
			req.Header.Set("Range", ask.header)
		}
		res, err := http.DefaultTransport.RoundTrip(req)
		must(t, err)
		res.Body.Close()
		if res.StatusCode >= http.StatusInternalServerError {
			t.Errorf("%s %s: %s", ask.method, ask.path, res.Status)
		}
		for _, m := range guard(browser.Response{URL: s.base + ask.path, Kind: "Other", Status: res.StatusCode, Header: res.Header}) {
			t.Errorf("%s %s: %s", ask.method, ask.path, m)
		}
	}
}

// What somebody uploads is saved and never run: neither script of a page nor of a picture acts in our origin, by whatever name it comes.
func TestUploadedScriptDoesNotRun(t *testing.T) {
	s := open(t)
	const script = `fetch("/library?ran=1"); localStorage.setItem("ran", "1"); document.title = "ran"`
	html := `<!doctype html><title>x</title><script>` + script + `</script><img src=x onerror='` + script + `'><a href="javascript:` + `1">x</a>`
	svg := `<svg xmlns="http://www.w3.org/2000/svg" onload='` + script + `'><script>` + script + `</script></svg>`
	tab := s.tab(t, browser.Desktop)
	s.signIn(t, tab, s.Tom)
	for name, content := range map[string]string{
		"kwaad.html": html, "kwaad.svg": svg, "kwaad.xhtml": `<html xmlns="http://www.w3.org/1999/xhtml"><script>` + script + `</script></html>`, "kwaad.txt": html,
		"kwaad.pdf": "%PDF-1.4\n" + html, "kwaad.gif": "GIF89a/*" + html + "*/=0;" + script, "kwaad.xml": `<?xml version="1.0"?>` + svg, "zonder": html,
	} {
		d := s.Upload(t, s.Sanne, name, []byte(content), library.Meta{})
		for _, path := range []string{"/documents/" + d.ID + "/file", "/documents/" + d.ID + "/file?inline=1", "/api/v1/documents/" + d.ID + "/file", "/documents/" + d.ID} {
			if err := tab.Open(s.base + path); err != nil && !strings.Contains(err.Error(), "net::ERR_ABORTED") { // saved instead of shown
				t.Fatal(name, path, err)
			}
			for _, r := range tab.Responses() {
				if strings.Contains(r.URL, "ran=1") {
					t.Errorf("%s at %s ran in our origin", name, path)
				}
			}
		}
	}
	must(t, tab.Open(s.base+"/library"))
	if ran, err := browser.Eval[string](tab, `String(localStorage.getItem("ran"))`); err != nil || ran != "null" {
		t.Errorf("a script ran in our origin: %s, %v", ran, errors.Join(err))
	}
}

// The words of documents and people stand on pages as text.
func TestMarkupOnPagesIsText(t *testing.T) {
	s := open(t)
	title := `<img src=x onerror=alert(1)><script>document.title="ran"</script>`
	d := s.Upload(t, s.Sanne, `"><svg onload=alert(1)>.txt`, []byte(`grondwerk </mark><script>document.title="ran"</script>`), library.Meta{Title: &title, Tags: &[]string{`<b onclick=x>`}})
	tab := s.tab(t, browser.Desktop)
	s.signIn(t, tab, s.Sanne)
	for _, path := range []string{"/", "/library", "/search?q=grondwerk", "/search?q=" + url.QueryEscape(title), "/documents/" + d.ID + "?q=grondwerk", "/documents/" + d.ID + "/edit"} {
		must(t, tab.Open(s.base+path))
		must(t, tab.Settled())
		n, err := browser.Eval[int](tab, `document.querySelectorAll("main [onerror], main [onload], main [onclick], main script:not([src])").length + (document.title === "ran")`)
		if err != nil || n != 0 {
			t.Errorf("%s: %d pieces of markup came alive, %v", path, n, err)
		}
		clean(t, tab, path)
	}
}

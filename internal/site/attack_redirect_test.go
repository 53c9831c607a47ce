package site_test

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/site"
)

// elsewhere are addresses that lead, or that some browser takes to lead, to another host.
var elsewhere = []string{
	"https://evil.example/", "//evil.example/", "///evil.example/", `/\evil.example/`, `\\evil.example/`, `/\/evil.example/`, "/\t/evil.example/", "/\n/evil.example/",
	"\x00//evil.example/", "/\x00/evil.example", "/\x7f/evil.example", "http:evil.example", "javascript:alert(1)//evil.example", "data:text/html,evil.example", "/x\r\nLocation: https://evil.example",
	"@evil.example", "/%09/evil.example/", "https:evil.example", " //evil.example",
}

// leading are the names by which programs take an address to go to.
var leading = []string{"back", "next", "return", "return_to", "returnTo", "url", "to", "redirect", "redirect_uri", "RelayState", "continue", "goto", "dest", "undo", "u", "left", "state", "iss"}

// TestOpenRedirect gives every page and form every address by every name: none leads to another host, by an answer or by a link in it.
func TestOpenRedirect(t *testing.T) {
	sc := attacked(t)
	nobody := sc.browser(t, nil)
	for _, bad := range elsewhere {
		fields := sc.stuffed()
		for _, name := range leading {
			fields.Set(name, bad)
		}
		for _, r := range site.New(site.Options{}).Routes() {
			path, _ := sc.fill(r.Path)
			for who, b := range map[string]*browser{"nobody": nobody, "Sanne": sc.victim} {
				if b == sc.victim && r.Method == http.MethodPost && (r.Path == "/sign-out" || strings.Contains(r.Path, "/settings/") || strings.Contains(r.Path, "purge")) {
					continue // her session and her things are needed for the next
				}
				var a *answer
				if r.Method == http.MethodGet {
					a = b.do(http.MethodGet, path+"?"+fields.Encode(), nil, http.Header{"Referer": {"https://evil.example/"}})
				} else {
					a = b.do(http.MethodPost, path, strings.NewReader(fields.Encode()), http.Header{
						"Content-Type": {simple[0]}, "Sec-Fetch-Site": {"same-origin"}, "Referer": {sc.base + "//evil.example/"},
					})
				}
				a.staysHere(who + ": " + r.Method + " " + r.Path + " with " + bad)
			}
		}
	}
}

// TestOpenRedirectAfterSigningIn is the one that phishers want: the right password, and then elsewhere.
func TestOpenRedirectAfterSigningIn(t *testing.T) {
	sc := attacked(t)
	for _, bad := range elsewhere {
		in := url.Values{"email": {sc.Sanne.Email}, "password": {apptest.Password}, "back": {bad}}
		a := sc.browser(t, nil).post("/sign-in", in)
		if a.status != http.StatusSeeOther {
			t.Fatalf("%q: %d", bad, a.status)
		}
		a.staysHere("signed in with " + bad)
		sc.victim.get("/sign-in?" + url.Values{"back": {bad}}.Encode()).staysHere("signed in already, with " + bad)
		sc.victim.post("/language", url.Values{"back": {bad}, "language": {"nl"}}).staysHere("language with " + bad)
		flash := base64.RawURLEncoding.EncodeToString([]byte(encodedJSON(map[string]any{"k": "toast.saved", "u": bad})))
		sc.victim.do(http.MethodGet, "/settings", nil, http.Header{"Cookie": {"aanpak_flash=" + flash}}).staysHere("a message that was planted, with " + bad)
	}
}

// staysHere fails where an answer, or what can be pressed on its page, leads to another host.
func (a *answer) staysHere(what string) {
	a.t.Helper()
	check := func(to, where string) {
		to = strings.Map(func(r rune) rune {
			switch {
			case r < ' ' || r == 0x7f: // browsers leave these out
				return -1
			case r == '\\':
				return '/'
			}
			return r
		}, strings.TrimSpace(to))
		u, err := url.Parse(to)
		if err != nil || u.Host != "" && strings.Contains(u.Host, "evil") || u.Scheme == "javascript" || u.Scheme == "data" || strings.HasPrefix(to, "//") || u.Opaque != "" && strings.Contains(u.Opaque, "evil") {
			a.t.Errorf("%s: %s leads to %q", what, where, to)
		}
	}
	if a.location != "" {
		check(a.location, "the answer")
	}
	if !strings.HasPrefix(a.header.Get("Content-Type"), "text/html") {
		return
	}
	doc := a.doc()
	for selector, attribute := range map[string]string{"a[href]": "href", "form[action]": "action", "[formaction]": "formaction", "meta[http-equiv]": "content"} {
		for _, n := range doc.Find(selector).EachIter() {
			check(n.AttrOr(attribute, ""), selector)
		}
	}
}

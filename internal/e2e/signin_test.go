package e2e

import (
	"net"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/config"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/directory/directorytest"
	"github.com/aanpak/aanpak/internal/e2e/browser"
	"github.com/aanpak/aanpak/internal/oidc/oidctest"
)

// Somebody signs in at another site, comes back to the page they wanted, signs out here and there; nothing of it meets the content policy.
func TestSignInElsewhere(t *testing.T) {
	chromium(t)
	p := oidctest.Start(t)
	p.Set(oidctest.How{Page: true, Person: oidctest.Claims{"sub": "jan", "name": "Jan Jansen", "email": "jan@voorbeeld.nl", "email_verified": true}})
	cfg := apptest.Config(t, db.SQLite)
	cfg.OIDC = config.OIDC{Issuer: p.Issuer, ClientID: oidctest.ClientID, ClientSecret: oidctest.ClientSecret, Name: "Bouw-login", Rules: "* = branch Zwolle"}
	s := serveSite(t, cfg)
	for _, v := range []browser.View{browser.Desktop, browser.Phone.InDark()} {
		tab := s.tab(t, v)
		must(t, tab.Open(s.base+"/sign-in?back=/people"))
		check(t, tab, "sign-in")
		must(t, tab.Do(chromedp.Click(`a[href^="/sign-in/oidc"]`), chromedp.WaitVisible(`#yes`), chromedp.Click(`#yes`), chromedp.WaitVisible(`#q`)))
		must(t, tab.Until(`location.pathname === "/people"`))
		clean(t, tab, "signed in")
		must(t, tab.Open(s.base+"/settings"))
		must(t, tab.Do(chromedp.Submit(`form[action="/sign-out"]`), chromedp.WaitVisible(`a[href="/sign-out/oidc"]`)))
		check(t, tab, "signed out")
		must(t, tab.Do(chromedp.Click(`a[href="/sign-out/oidc"]`), chromedp.WaitNotPresent(`a[href="/sign-out/oidc"]`), chromedp.WaitVisible(`input[name=password]`)))
		clean(t, tab, "left")
	}
}

// The administrator's page of the directory with a report on it, and the form that takes names of accounts, keep nobody out.
func TestDirectoryPages(t *testing.T) {
	chromium(t)
	d := directorytest.Start(t, directorytest.Person("jan", "Jan Jansen", "Zwolle"), directorytest.Person("kees", "Kees de Lange van Buitenposten", "Nergens"))
	cfg := apptest.Config(t, db.SQLite)
	cfg.LDAP = config.LDAP{URL: "ldaps://" + d.LDAPS, BindDN: directorytest.Reader, BindPassword: directorytest.Password, Base: directorytest.Base, CA: d.CA}
	s := serveSite(t, cfg)
	tab := s.tab(t, browser.Desktop)
	s.signIn(t, tab, s.Admin)
	must(t, tab.Open(s.base+"/admin/directory"))
	must(t, tab.Do(chromedp.Click(`button[value=dry]`)))
	must(t, tab.Until(`document.querySelector("#directory-lines") && !document.querySelector("progress")`))
	clean(t, tab, "a dry run")
	must(t, tab.Do(chromedp.Click(`button[value=real]`)))
	must(t, tab.Until(`document.querySelector("#run-title") && document.querySelector("#run-title").innerText.includes("bijgewerkt") && !document.querySelector("progress")`))
	for name, v := range map[string]browser.View{"desktop": browser.Desktop, "desktop-dark": browser.Desktop.InDark(), "phone": browser.Phone} {
		tab := s.tab(t, v)
		must(t, tab.Open(s.base+"/sign-in"))
		check(t, tab, name+", sign-in")
		s.signIn(t, tab, s.Admin)
		must(t, tab.Open(s.base+"/admin/directory"))
		check(t, tab, name+", directory")
		clean(t, tab, name)
	}
}

// serveSite is a program with settings of the caller's that serves.
func serveSite(t *testing.T, cfg *config.Config) *site {
	t.Helper()
	s := &site{App: apptest.NewWith(t, cfg)}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	web := s.Web()
	go func() { _ = web.Serve(l) }()
	t.Cleanup(func() { _ = web.App.ShutdownWithTimeout(5 * time.Second) })
	s.base = "http://" + l.Addr().String()
	return s
}

package e2e

import (
	"net"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/config"
	"github.com/aanpak/aanpak/internal/db"
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
	s := &site{App: apptest.NewWith(t, cfg)}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	web := s.Web()
	go func() { _ = web.Serve(l) }()
	t.Cleanup(func() { _ = web.App.ShutdownWithTimeout(5 * time.Second) })
	s.base = "http://" + l.Addr().String()
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

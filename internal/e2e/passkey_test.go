package e2e

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/e2e/browser"
	"github.com/aanpak/aanpak/internal/people"
)

// serveNamed is a program at a name, as passkeys need one.
func serveNamed(t *testing.T) *site {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	_, port, err := net.SplitHostPort(l.Addr().String())
	must(t, err)
	cfg := apptest.Config(t, db.SQLite)
	cfg.URL = "http://localhost:" + port
	s := &site{App: apptest.NewWith(t, cfg), base: cfg.URL}
	web := s.Web()
	go func() { _ = web.Serve(l) }()
	t.Cleanup(func() { _ = web.App.ShutdownWithTimeout(5 * time.Second) })
	return s
}

// A new colleague on a building site, with a phone and a letter but no mailbox, makes a passkey, signs out and comes back with it: by
// the button first, then by what the browser offers by itself.
func TestPasskeyOnAPhone(t *testing.T) {
	chromium(t)
	s := serveNamed(t)
	kees, err := s.People.Create(t.Context(), auth.System(), people.NewUser{PersonnelNumber: "4711", Name: "Kees Smit", Branch: "Zwolle", Role: auth.RoleMember})
	must(t, err)
	letters, err := s.People.Letters(t.Context(), s.Admin.Viewer(), []string{kees.ID})
	must(t, err)
	tab := s.tab(t, browser.Phone)
	touch, err := tab.Authenticator()
	must(t, err)
	must(t, tab.Open(s.base+"/code"))
	check(t, tab, "code")
	screenshot(t, tab, "code")
	must(t, tab.Do(chromedp.SendKeys(`#login`, "4711"), chromedp.SendKeys(`#code`, "CDFHJ-KLMNP"), chromedp.Click(`[data-passkey]`)))
	must(t, tab.Until(`document.querySelector("[data-passkey-wrong]").innerText.includes("Deze code hoort niet")`))
	if seen := tab.Errors(); len(seen) != 1 || !strings.Contains(seen[0], "401") {
		t.Errorf("a wrong code: %q", seen)
	}
	must(t, tab.Do(chromedp.SetValue(`#code`, auth.ShowCode(letters[0].Code)), chromedp.Click(`[data-passkey]`), chromedp.WaitVisible(`#q`)))
	clean(t, tab, "a new colleague")
	must(t, tab.Open(s.base+"/settings/passkeys"))
	check(t, tab, "passkeys")
	screenshot(t, tab, "passkeys")
	must(t, touch(false))
	must(t, tab.Do(chromedp.Submit(`form[action="/sign-out"]`), chromedp.WaitVisible(`[data-passkey]`)))
	check(t, tab, "sign-in")
	screenshot(t, tab, "sign-in")
	must(t, tab.Do(chromedp.Click(`[data-passkey]`)))
	must(t, touch(true))
	must(t, tab.Do(chromedp.WaitVisible(`#q`)))
	clean(t, tab, "by the button")
	must(t, tab.Open(s.base+"/settings/passkeys"))
	must(t, tab.Do(chromedp.Submit(`form[action="/sign-out"]`)))
	must(t, tab.Until(`location.pathname === "/" && !!document.querySelector("#q")`))
	clean(t, tab, "by what the browser offers")
	list, err := s.People.MyPasskeys(t.Context(), kees.Viewer())
	must(t, err)
	if len(list) != 1 || list[0].UsedAt.IsZero() {
		t.Errorf("%+v", list)
	}
}

// Who has a password makes a passkey under the settings, gives it a name and takes it away; a browser that has none is told so.
func TestPasskeySettings(t *testing.T) {
	chromium(t)
	s := serveNamed(t)
	for name, v := range map[string]browser.View{"desktop": browser.Desktop, "dark": browser.Desktop.InDark()} {
		tab := s.tab(t, v)
		_, err := tab.Authenticator()
		must(t, err)
		s.signIn(t, tab, s.Tom)
		must(t, tab.Open(s.base+"/settings/passkeys"))
		must(t, tab.Do(chromedp.SendKeys(`#old_password`, apptest.Password), chromedp.Click(`[data-passkey]`), chromedp.WaitVisible(`.list .line`)))
		clean(t, tab, "added")
		check(t, tab, name)
		screenshot(t, tab, "settings-"+name)
		must(t, tab.Do(chromedp.Click(`.list .ask summary`), chromedp.WaitVisible(`dialog[open] input[name=name]`), chromedp.SetValue(`dialog[open] input[name=name]`, "Werklaptop"), chromedp.Click(`dialog[open] .btn-primary`)))
		must(t, tab.Until(`document.querySelector(".list .strong")?.innerText === "Werklaptop"`))
		must(t, tab.Do(chromedp.Click(`.list .ask:last-child summary`), chromedp.WaitVisible(`dialog[open] .btn-danger`), chromedp.Click(`dialog[open] .btn-danger`), chromedp.WaitNotPresent(`.list .line`)))
		clean(t, tab, "removed")
	}
}

// screenshot keeps a picture where PICTURES says, to be looked at.
func screenshot(t *testing.T, tab *browser.Tab, name string) {
	t.Helper()
	if dir := os.Getenv("PICTURES"); dir != "" {
		must(t, tab.Picture(filepath.Join(dir, name+".png")))
	}
}

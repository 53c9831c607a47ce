package e2e

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/directory/directorytest"
	"github.com/aanpak/aanpak/internal/e2e/browser"
	"github.com/aanpak/aanpak/internal/oidc/oidctest"
	"github.com/aanpak/aanpak/internal/testenv"
)

// atHome wants somebody to be at home, greeted by name, with the account of this name, role and branch.
func (s *site) atHome(t *testing.T, tab *browser.Tab, first, name, role, branch string) {
	t.Helper()
	must(t, tab.Until(`location.pathname === "/" && !!document.querySelector("#q")`))
	if got := textOf(t, tab, "h1"); !strings.HasSuffix(got, ", "+first) {
		t.Errorf("home greets %q, want %s", got, first)
	}
	clean(t, tab, name+" at home")
	own, err := browser.Eval[string](tab, `document.querySelector("details.account a[href^='/people/'], a[href^='/people/']:not([href*='?'])").href`)
	must(t, err)
	must(t, tab.Open(own))
	if got := textOf(t, tab, "h1"); got != name {
		t.Errorf("the account is %q's, want %s", got, name)
	}
	if got := textOf(t, tab, ".profile-head"); !strings.Contains(got, branch) {
		t.Errorf("%s is of %q, want %s", name, got, branch)
	}
	u, err := s.People.User(t.Context(), s.Admin.Viewer(), own[strings.LastIndex(own, "/")+1:])
	must(t, err)
	if string(u.Role) != role || u.BranchName != branch {
		t.Errorf("%s is a %s of %s, want a %s of %s", name, u.Role, u.BranchName, role, branch)
	}
	must(t, tab.Open(s.base+"/"))
	must(t, tab.Do(chromedp.WaitVisible(`#q`)))
}

func (s *site) signOut(t *testing.T, tab *browser.Tab) {
	t.Helper()
	must(t, tab.Open(s.base+"/settings"))
	must(t, tab.Do(chromedp.Submit(`form[action="/sign-out"]`), chromedp.WaitVisible(`input[name=password]`)))
}

// arrived waits until a page that a click leads to is whole: what is typed before goes into a page that is about to be another.
func arrived(t *testing.T, tab *browser.Tab, path string) {
	t.Helper()
	must(t, tab.Until(`location.pathname === "`+path+`"`))
	must(t, tab.Settled())
}

// typed is the sign-in form with a name and a password.
func typed(t *testing.T, tab *browser.Tab, name, password string) {
	t.Helper()
	arrived(t, tab, "/sign-in")
	must(t, tab.Do(chromedp.SendKeys(`#email`, name), chromedp.SendKeys(`#password`, password), chromedp.Click(`form[action="/sign-in"] .btn-primary`)))
}

// A new employee of the company's directory. The administrator fills in where it is, tries it, sees her among others and saves; then she signs
// in by her usual name, and has the branch and the role that her groups give.
func TestNewEmployeeFromTheDirectory(t *testing.T) {
	chromium(t)
	d := directorytest.Start(t, directorytest.Person("eva", "Eva Smit", "Goor"), directorytest.Person("tim", "Tim de Boer", "Zwolle"),
		directorytest.Group("managers", directorytest.DN("eva")), directorytest.Group("oost", directorytest.DN("eva")))
	s := serveSite(t, apptest.Config(t, db.SQLite))
	admin := s.tab(t, browser.Desktop)
	s.signIn(t, admin, s.Admin)
	must(t, admin.Open(s.base+"/admin/directory"))
	must(t, admin.Do(chromedp.Click(`a[href="/admin/sign-in/ldap"].btn`)))
	arrived(t, admin, "/admin/sign-in/ldap")
	must(t, admin.Do(
		chromedp.SendKeys(`#url`, "ldaps://"+d.LDAPS), chromedp.SetValue(`#ca`, d.CA), chromedp.SendKeys(`#bind_dn`, directorytest.Reader), chromedp.SendKeys(`#bind_password`, directorytest.Password),
		chromedp.SendKeys(`#base`, directorytest.Base), chromedp.SetValue(`#rules`, directorytest.GroupDN("managers")+" = role manager\n"+directorytest.GroupDN("oost")+" = branch Oldenzaal"),
		chromedp.Click(`button[value=try]`), chromedp.WaitVisible(`#tried`),
	))
	check(t, admin, "a directory that was tried")
	screenshot(t, admin, "directory-tried")
	if got := textOf(t, admin, ".table"); !strings.Contains(got, "Eva Smit") || !strings.Contains(got, "Oldenzaal") {
		t.Errorf("the try shows %q", got)
	}
	must(t, admin.Do(chromedp.Click(`button[value=save]`), chromedp.WaitVisible(`.toast`)))
	clean(t, admin, "saved")
	eva := s.tab(t, browser.Desktop)
	must(t, eva.Open(s.base+"/"))
	typed(t, eva, "eva", directorytest.Password)
	s.atHome(t, eva, "Eva", "Eva Smit", "manager", "Oldenzaal")
	s.signOut(t, eva)
	typed(t, eva, "eva@bouw.nl", directorytest.Password)
	s.atHome(t, eva, "Eva", "Eva Smit", "manager", "Oldenzaal")
}

// A new employee whom a provider vouches for. The administrator fills in the provider, tries it and saves; the button leads there and back.
func TestNewEmployeeFromTheProvider(t *testing.T) {
	chromium(t)
	p := oidctest.Start(t)
	p.Set(oidctest.How{Page: true, Person: oidctest.Claims{"sub": "jan", "name": "Jan Jansen", "email": "jan@voorbeeld.nl", "email_verified": true, "groups": []string{"goor", "hr"}}})
	s := serveSite(t, apptest.Config(t, db.SQLite))
	admin := s.tab(t, browser.Desktop)
	s.signIn(t, admin, s.Admin)
	must(t, admin.Open(s.base+"/admin/sign-in"))
	must(t, admin.Do(chromedp.Click(`a[href="/admin/sign-in/oidc"]`)))
	arrived(t, admin, "/admin/sign-in/oidc")
	must(t, admin.Do(
		chromedp.SendKeys(`#issuer`, p.Issuer), chromedp.SendKeys(`#client_id`, oidctest.ClientID), chromedp.SendKeys(`#client_secret`, oidctest.ClientSecret), chromedp.SendKeys(`#name`, "Bouw-login"),
		chromedp.SetValue(`#rules`, "goor = branch Goor\nhr = role hr\n* = branch Zwolle"), chromedp.Click(`button[value=try]`), chromedp.WaitVisible(`.alert-good`),
	))
	check(t, admin, "a provider that was tried")
	screenshot(t, admin, "provider-tried")
	must(t, admin.Do(chromedp.Click(`button[value=save]`), chromedp.WaitVisible(`.toast`)))
	clean(t, admin, "saved")
	jan := s.tab(t, browser.Phone)
	must(t, jan.Open(s.base+"/"))
	must(t, jan.Do(chromedp.WaitVisible(`a[href^="/sign-in/oidc"]`), chromedp.Click(`a[href^="/sign-in/oidc"]`), chromedp.WaitVisible(`#yes`), chromedp.Click(`#yes`)))
	s.atHome(t, jan, "Jan", "Jan Jansen", "hr", "Goor")
	s.signOut(t, jan)
	must(t, jan.Do(chromedp.Click(`a[href^="/sign-in/oidc"]`), chromedp.WaitVisible(`#yes`), chromedp.Click(`#yes`)))
	s.atHome(t, jan, "Jan", "Jan Jansen", "hr", "Goor")
}

// printed is a letter on paper: what is read of it, and where its picture leads.
type printed struct{ text, number, code, address string }

// letter has an administrator make an account without a mail address and print the letter; it is read from the paper.
func (s *site) letter(t *testing.T, admin *browser.Tab, name, number string) (p printed) {
	t.Helper()
	must(t, admin.Open(s.base+"/admin/people/new"))
	must(t, admin.Do(chromedp.SendKeys(`#name`, name), chromedp.SendKeys(`#personnel_number`, number), chromedp.SetValue(`#branch`, s.Zwolle.ID), chromedp.Click(`form[action="/admin/people"] .btn-primary`)))
	must(t, admin.Do(chromedp.WaitVisible(`.secret [data-copy]`)))
	must(t, admin.Open(s.base+"/admin/people?state=new&name="+number))
	must(t, admin.Do(chromedp.Click(`.table a.btn[href^="/admin/people/"]`), chromedp.WaitVisible(`#personnel_number`)))
	must(t, admin.Settled())
	must(t, admin.Do(chromedp.Click(`.ask summary`), chromedp.WaitVisible(`dialog[open] form[action$="/letter"]`), chromedp.Click(`dialog[open] .btn-primary`), chromedp.WaitVisible(`.letter`)))
	clean(t, admin, "the letter")
	screenshot(t, admin, "letter")
	file := filepath.Join(t.TempDir(), "brief.pdf")
	must(t, admin.Print(file))
	text, err := exec.Command(testenv.Command(t, "poppler", "install poppler-utils", "pdftotext"), "-layout", file, "-").Output()
	must(t, err)
	p.text = string(text)
	p.number, p.code = found(t, p.text, `personeelsnummer\s+(\S+)`), found(t, p.text, `\b([A-Z0-9]{5}-[A-Z0-9]{5})\b`)
	must(t, exec.Command(testenv.Command(t, "poppler", "install poppler-utils", "pdftoppm"), "-r", "200", "-png", file, strings.TrimSuffix(file, ".pdf")).Run())
	pages, err := filepath.Glob(strings.TrimSuffix(file, ".pdf") + "-*.png")
	must(t, err)
	seen, err := exec.Command(testenv.Command(t, "zbar", "install Debian's zbar-tools", "zbarimg"), append([]string{"--quiet", "--raw"}, pages...)...).Output()
	must(t, err)
	p.address = strings.TrimSpace(string(seen))
	return p
}

func found(t *testing.T, text, expression string) string {
	t.Helper()
	m := regexp.MustCompile(expression).FindStringSubmatch(text)
	if m == nil {
		t.Fatalf("the paper has no %s:\n%s", expression, text)
	}
	return m[1]
}

// New employees of a building site, without a mailbox: one types the number and the code of the letter on a phone, the other opens its
// picture. Each chooses a password, is at home, signs out and comes in again by the personnel number.
func TestNewEmployeeWithALetter(t *testing.T) {
	chromium(t)
	s := serveSite(t, apptest.Config(t, db.SQLite))
	admin := s.tab(t, browser.Desktop)
	s.signIn(t, admin, s.Admin)
	const chosen = "steiger en betonmolen"
	t.Run("by the code", func(t *testing.T) {
		p := s.letter(t, admin, "Kees Smit", "4711")
		if p.number != "4711" || !strings.Contains(p.text, "Kees Smit") || !strings.Contains(p.text, s.base+"/code") {
			t.Fatalf("the paper says %s", p.text)
		}
		kees := s.tab(t, browser.Phone)
		must(t, kees.Open(s.base+"/sign-in"))
		must(t, kees.Do(chromedp.Click(`a[href="/code"]`)))
		arrived(t, kees, "/code")
		must(t, kees.Do(chromedp.SendKeys(`#login`, p.number), chromedp.SendKeys(`#code`, strings.ToLower(p.code)), chromedp.SendKeys(`#password`, chosen), chromedp.Click(`form[action="/code"] .btn-primary`)))
		s.atHome(t, kees, "Kees", "Kees Smit", "member", "Zwolle")
		screenshot(t, kees, "kees-at-home")
		s.signOut(t, kees)
		typed(t, kees, p.number, chosen)
		s.atHome(t, kees, "Kees", "Kees Smit", "member", "Zwolle")
		again := s.tab(t, browser.Phone)
		must(t, again.Open(s.base+"/code"))
		must(t, again.Do(chromedp.SendKeys(`#login`, p.number), chromedp.SendKeys(`#code`, p.code), chromedp.SendKeys(`#password`, chosen), chromedp.Click(`form[action="/code"] .btn-primary`), chromedp.WaitVisible(`.alert-bad`)))
	})
	t.Run("by the picture", func(t *testing.T) {
		p := s.letter(t, admin, "Ali Yilmaz", "4712")
		if !strings.HasPrefix(p.address, s.base+"/invite/") {
			t.Fatalf("the picture says %q", p.address)
		}
		ali := s.tab(t, browser.Phone.InDark())
		must(t, ali.Open(p.address))
		must(t, ali.Do(chromedp.SendKeys(`#password`, chosen), chromedp.Click(`form[action^="/invite/"] .btn-primary`)))
		s.atHome(t, ali, "Ali", "Ali Yilmaz", "member", "Zwolle")
		s.signOut(t, ali)
		typed(t, ali, "4712", chosen)
		s.atHome(t, ali, "Ali", "Ali Yilmaz", "member", "Zwolle")
	})
}

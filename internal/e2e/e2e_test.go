// Package e2e walks through the real program in a real browser, as people do.
package e2e

import (
	"context"
	_ "embed"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/e2e/browser"
	"github.com/aanpak/aanpak/internal/groups"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/social"
	"github.com/aanpak/aanpak/internal/spotlight"
	"github.com/aanpak/aanpak/internal/tenders"
	"github.com/aanpak/aanpak/internal/testenv"
)

//go:embed testdata/axe.min.js
var axe string

func TestMain(m *testing.M) { apptest.Main(m) }

var shared struct {
	once sync.Once
	b    *browser.Browser
	err  error
}

// chromium is one browser for all tests of the package; it ends with the process.
func chromium(t *testing.T) *browser.Browser {
	t.Helper()
	testenv.Need(t, "browser", browser.Find() != "", "install Debian's chromium")
	shared.once.Do(func() { shared.b, shared.err = browser.Start(context.Background()) })
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	return shared.b
}

// site is a program that serves, with a few things in it.
type site struct {
	*apptest.App
	base   string
	doc    *library.Document
	sheet  *library.Document
	failed *library.Document
	tender *tenders.Tender
	group  *groups.Group
	post   *social.Post
	piece  *social.Post         // of news
	light  *spotlight.Spotlight // on doc
	remark string               // id of a comment of Tom's
	linked string               // id of a post that shows the page to which it links
}

func open(t *testing.T) *site {
	t.Helper()
	s := &site{App: apptest.New(t, db.SQLite)}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	web := s.Web()
	go func() { _ = web.Serve(l) }()
	t.Cleanup(func() { _ = web.App.ShutdownWithTimeout(5 * time.Second) })
	s.base = "http://" + l.Addr().String()
	s.fill(t)
	return s
}

func (s *site) fill(t *testing.T) {
	t.Helper()
	tender, err := s.Tenders.Create(t.Context(), s.Sanne.Viewer(), tenders.Input{
		Reference: "Z-2026-001", Title: "Renovatie Molenwijk", Client: "Woonstichting De Linde", Place: "Zwolle", BranchID: s.Zwolle.ID, Year: 2026, Work: "renovatie",
		Outcome: tenders.OutcomeOpen, SubmitAt: time.Now().Add(5 * 24 * time.Hour), Summary: "148 woningen in bewoonde staat.",
	})
	if err != nil {
		t.Fatal(err)
	}
	s.tender = tender
	s.doc = s.Upload(t, s.Sanne, "Plan van aanpak Molenwijk.pdf", apptest.PDF(
		"Inleiding. Wij renoveren 148 woningen in de Molenwijk in bewoonde staat.",
		"Iedere bewoner krijgt een vast gezicht: onze bewonersconsulent verzorgt de communicatie van eerste keukentafelgesprek tot nazorg.",
		"Bij de renovatie van 148 woningen kwamen elf klachten binnen over de communicatie.",
	), library.Meta{TenderID: &tender.ID})
	everybody := "company" // a calculation is not, by default
	s.sheet = s.Upload(t, s.Tom, "Calculatie Vestdijk.csv", []byte("post;aantal;prijs\nsteigerwerk;12;450\nbewonersavond;3;275\n"), library.Meta{Audience: &everybody})
	s.failed = s.Upload(t, s.Sanne, "kapot.pdf", []byte("%PDF-1.4 en niet meer"), library.Meta{})
}

func (s *site) tab(t *testing.T, v browser.View) *browser.Tab {
	t.Helper()
	tab, err := chromium(t).Tab(v)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tab.Close)
	return tab
}

// signIn is the form that a person fills in.
func (s *site) signIn(t *testing.T, tab *browser.Tab, u *people.User) {
	t.Helper()
	must(t, tab.Open(s.base+"/sign-in"))
	must(t, tab.Do(
		chromedp.SendKeys(`input[name=email]`, u.Email), chromedp.SendKeys(`input[name=password]`, apptest.Password),
		chromedp.Click(`form[action="/sign-in"] button`), chromedp.WaitVisible(`#q`),
	))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// clean fails for what scripts or the content policy complained of.
func clean(t *testing.T, tab *browser.Tab, where string) {
	t.Helper()
	for _, e := range tab.Errors() {
		t.Errorf("%s: %s", where, e)
	}
}

func textOf(t *testing.T, tab *browser.Tab, selector string) string {
	t.Helper()
	s, err := browser.Eval[string](tab, `(document.querySelector(`+"`"+selector+"`"+`)||{}).innerText || ""`)
	must(t, err)
	return s
}

// The main job in a browser: sign in, upload, see it read, type, open at the page with the words marked.
func TestFromUploadToTheMarkedPage(t *testing.T) {
	s := open(t)
	tab := s.tab(t, browser.Desktop)
	s.signIn(t, tab, s.Sanne)
	file := filepath.Join(t.TempDir(), "PvA Kade Oldenzaal.pdf")
	must(t, os.WriteFile(file, apptest.PDF("Eerste bladzijde.", "De kademuur krijgt een damwand met ankers; de scheepvaart blijft varen."), 0o644))
	must(t, tab.Open(s.base+"/upload"))
	must(t, tab.Do(chromedp.SetUploadFiles(`main input[type=file][data-files]`, []string{file})))
	s.until(t, "the file arrives", func() bool {
		_, n, err := s.Library.List(t.Context(), s.Sanne.Viewer(), library.Filter{})
		return err == nil && n == 4
	})
	s.Settle(t)
	must(t, tab.Until(`document.body.innerText.includes("PvA Kade Oldenzaal")`))
	must(t, tab.Open(s.base+"/"))
	must(t, tab.Do(chromedp.SendKeys(`#q`, "damwand sch")))
	must(t, tab.Until(`!document.querySelector("#quick").hidden && document.querySelector("#quick").innerText.includes("PvA Kade")`))
	must(t, tab.Do(chromedp.SendKeys(`#q`, "eepvaart\r")))
	must(t, tab.Until(`location.pathname === "/search" && document.querySelector("[data-hit]")`))
	if got := textOf(t, tab, ".hit .snippet"); !strings.Contains(got, "scheepvaart") {
		t.Errorf("snippet %q", got)
	}
	must(t, tab.Do(chromedp.Click(`[data-hit-link]`)))
	must(t, tab.Until(`location.pathname.startsWith("/documents/") && location.href.includes("2")`))
	must(t, tab.Until(`[...document.querySelectorAll(".textLayer span, .textLayer mark, .paper mark")].some(e => e.textContent.includes("damwand"))`))
	clean(t, tab, "the journey")
}

func (s *site) until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !ok(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("not in 20 s: " + what)
		}
	}
}

// Reading and searching need no script.
func TestWithoutScript(t *testing.T) {
	s := open(t)
	v := browser.Phone
	v.NoScript = true
	tab := s.tab(t, v)
	must(t, tab.Open(s.base+"/sign-in"))
	must(t, tab.Do(chromedp.SendKeys(`input[name=email]`, s.Tom.Email), chromedp.SendKeys(`input[name=password]`, apptest.Password),
		chromedp.Click(`form[action="/sign-in"] button`), chromedp.WaitVisible(`#q`)))
	must(t, tab.Do(chromedp.SendKeys(`#q`, "communicatie\r"), chromedp.WaitVisible(`[data-hit]`), chromedp.Click(`[data-hit-link]`), chromedp.WaitVisible(`.paper .marks`)))
}

// pages is every kind of page with something on it.
func (s *site) pages() map[string]string {
	return map[string]string{
		"home": "/", "library": "/library", "search": "/search?q=communicatie", "nothing found": "/search?q=qqqqzzzz", "document": "/documents/" + s.doc.ID + "?page=2&q=communicatie",
		"talk on a document": "/documents/" + s.doc.ID + "?page=2&tab=talk", "sheet": "/documents/" + s.sheet.ID, "failed document": "/documents/" + s.failed.ID, "edit document": "/documents/" + s.doc.ID + "/edit", "upload": "/upload", "share in": "/share-in", "trash": "/trash",
		"spotlights": "/spotlights", "no spotlights": "/spotlights?month=2001-01", "new spotlight": "/documents/" + s.sheet.ID + "/spotlight", "edit spotlight": "/spotlights/" + s.light.ID + "/edit",
		"tenders": "/tenders", "tender": "/tenders/" + s.tender.ID, "new tender": "/tenders/new", "people": "/people", "groups": "/groups", "group": "/groups/" + s.group.ID, "invite": "/groups/" + s.group.ID + "?find=e", "new group": "/groups/new",
		"edit group": "/groups/" + s.group.ID + "/edit", "groups found": "/search?q=hinder&type=group", "upload to a group": "/upload?group=" + s.group.ID, "team": "/tenders/" + s.tender.ID + "?find=e",
		"profile": "/people/" + s.Sanne.ID, "own profile": "/people/" + s.Admin.ID, "people found": "/people?name=sanne", "nobody found": "/people?name=qqqqzzzz",
		"post": "/posts/" + s.post.ID, "new post": "/posts/new", "report": "/comments/" + s.remark + "/report", "moderation": "/moderation", "participation": "/participation", "director": "/director", "ambassador": "/ambassador", "moderated": "/moderation?show=closed", "suspended": "/moderation?show=suspended", "admin words": "/admin/words", "admin links": "/admin/links", "post with link": "/posts/" + s.linked, "tour": "/welcome", "admin opening": "/admin/opening", "post before": "/posts/" + s.post.ID + "/history", "reactions": "/reactions?target=post:" + s.post.ID, "drafts": "/drafts", "topics": "/topics", "topic": "/topics/hinder", "posts found": "/search?q=hinder&type=post",
		"news": "/news", "news item": "/posts/" + s.piece.ID, "new news": "/posts/new?kind=news", "news channels": "/news/channels",
		"organisation": "/people/organisation", "admin expertise": "/admin/expertise",
		"notifications": "/notifications?show=all", "settings-notifications": "/settings/notifications",
		"settings": "/settings", "password": "/settings/password", "sessions": "/settings/sessions", "tokens": "/settings/tokens",
		"admin people": "/admin/people?state=new", "admin person": "/admin/people/" + s.Tom.ID, "admin list": "/admin/people/import",
		"admin merge": "/admin/people/" + s.Tom.ID + "/merge", "admin merge plan": "/admin/people/" + s.Tom.ID + "/merge?into=" + s.Sanne.ID, "admin branches": "/admin/branches", "admin directory": "/admin/directory", "admin scim": "/admin/scim", "admin synonyms": "/admin/synonyms", "admin processing": "/admin/processing", "admin system": "/admin/system",
		"code": "/code", "forgot": "/forgot", "second factor": "/settings/second-factor", "passkeys": "/settings/passkeys", "admin security": "/admin/security", "admin sign-in": "/admin/sign-in", "admin directory settings": "/admin/sign-in/ldap", "admin provider settings": "/admin/sign-in/oidc", "admin audit": "/admin/audit", "admin access": "/admin/access", "looked at": "/settings/access", "shares": "/settings/shares", "privacy": "/settings/privacy", "admin privacy": "/admin/privacy", "admin shares": "/admin/shares", "not found": "/documents/none",
	}
}

// Every kind of page, on a desktop and a phone, light and dark, keeps nobody out.
func TestAccessibility(t *testing.T) {
	s := open(t)
	s.group = s.circle(t)
	s.knowledge(t)
	s.post, s.piece, s.linked = s.conversation(t), s.tidings(t), s.link(t)
	s.credit(t)
	for name, v := range map[string]browser.View{"desktop": browser.Desktop, "desktop dark": browser.Desktop.InDark(), "phone": browser.Phone} {
		tab := s.tab(t, v)
		must(t, tab.Open(s.base+"/sign-in"))
		check(t, tab, name+", sign-in")
		s.signIn(t, tab, s.Admin)
		pages := s.pages()
		pages["edit post"] = "/posts/" + s.post.ID + "/edit" // its author's alone
		for page, path := range pages {
			must(t, tab.Open(s.base+path))
			must(t, tab.Settled())
			if page != "not found" {
				clean(t, tab, name+", "+page)
			}
			tab.Errors()
			check(t, tab, name+", "+page)
		}
	}
}

func check(t *testing.T, tab *browser.Tab, where string) {
	t.Helper()
	reachable(t, tab, where)
	found, err := tab.Accessibility(axe)
	must(t, err)
	for _, v := range found {
		t.Errorf("%s: %s", where, v)
	}
	wide, err := browser.Eval[bool](tab, `document.documentElement.scrollWidth > visualViewport.width * visualViewport.scale + 1`)
	must(t, err)
	if wide {
		t.Errorf("%s: the page is wider than the screen", where)
	}
}

package e2e

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/e2e/browser"
	"github.com/aanpak/aanpak/internal/groups"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/social"
)

// selectText selects words in the drawn text of a page, as somebody does with the mouse.
func selectText(from, to string) string {
	return fmt.Sprintf(`(() => {
		const spans = [...document.querySelectorAll(".textLayer span, .paper-prose .prose, .grid td")].filter(s => s.textContent.includes(%[1]q));
		if (!spans.length) return false;
		const text = spans[0].firstChild, end = [...document.querySelectorAll(".textLayer span, .paper-prose .prose, .grid td")].find(s => s.textContent.includes(%[2]q)).firstChild;
		const r = new Range();
		r.setStart(text, text.data.indexOf(%[1]q));
		r.setEnd(end, end.data.indexOf(%[2]q) + %[2]q.length);
		getSelection().removeAllRanges();
		getSelection().addRange(r);
		return true;
	})()`, from, to)
}

// barShown is true once the bar stands beside the selection.
const barShown = `!document.querySelector("[data-select-bar]").hidden`

// Tom asks about a passage of a plan, on the page; Sanne meets the question beside the page and answers, on her phone; Tom makes it the
// answer. Of a new version without the passage the question tells where it was.
func TestMargin(t *testing.T) {
	s := open(t)
	tom := s.tab(t, browser.Desktop)
	s.signIn(t, tom, s.Tom)
	must(t, tom.Open(s.base+"/documents/"+s.doc.ID+"?page=2"))
	must(t, tom.Until(selectText("keukentafelgesprek", "nazorg")))
	must(t, tom.Until(barShown))
	must(t, tom.Do(chromedp.Click(`[data-say=question]`)))
	must(t, tom.Until(`document.activeElement.id === "speak-body" && document.querySelector(".speak-quote .quote").innerText.includes("nazorg")`))
	must(t, tom.Do(chromedp.SendKeys(`#speak-body`, "Ook na een jaar?"), chromedp.Click(`.speak .btn-primary`)))
	must(t, tom.Until(`document.querySelector(".margin-list .remark .quote")?.innerText.includes("keukentafelgesprek") && !document.querySelector("#speak-body").value`))
	must(t, tom.Until(`document.querySelector(".said-line") && document.querySelector(".said-pin")`))

	phone := s.tab(t, browser.Phone)
	s.signIn(t, phone, s.Sanne)
	must(t, phone.Open(s.base+"/"))
	must(t, phone.Press(`.post-place a[href*="#talk-"]`))
	must(t, phone.Until(`document.activeElement.matches(".remark.is-on") && document.querySelector(".view.panel-open")`))
	field, send := `.remark > .talk > .say textarea`, `.remark > .talk > .say > button`
	must(t, phone.Until(`document.querySelector(".panel").getAnimations({subtree: true}).length === 0`)) // it slides in
	must(t, phone.Do(chromedp.Click(field), chromedp.SendKeys(field, "Zolang de garantie loopt.")))
	must(t, phone.Until(`document.querySelector("`+send+`").getClientRects().length && document.querySelector(".panel").getAnimations({subtree: true}).length === 0`))
	must(t, phone.Do(chromedp.Click(send)))
	must(t, phone.Until(`document.querySelector(".remark .comment .rich")?.innerText.includes("garantie")`))
	clean(t, phone, "the phone")

	must(t, tom.Until(`document.querySelector(".remark .comment .rich")?.innerText.includes("garantie")`)) // live
	must(t, tom.Do(chromedp.Click(`.said-pin`)))
	must(t, tom.Until(`document.querySelector(".remark.is-on")`))
	must(t, tom.Press(`form[action$="/answer"] button`))
	must(t, tom.Until(`document.querySelector(".remark .comment-answer .pill-won")`))
	clean(t, tom, "the desktop")

	content := apptest.PDF("Een nieuw plan.", "Iedere bewoner krijgt een vast gezicht.")
	_, err := s.Library.AddVersion(t.Context(), s.Sanne.Viewer(), s.doc.ID, library.File{Name: "plan.pdf", Size: int64(len(content)), Body: bytes.NewReader(content)})
	must(t, err)
	s.Settle(t)
	must(t, tom.Open(s.base+"/documents/"+s.doc.ID))
	must(t, tom.Until(`document.querySelector(".margin-list")?.innerText.includes("staat niet meer in dit document") && document.querySelector(".remark .facts").innerText.includes("stond op p. 2")`))
}

// By keys alone: the selection's bar is reached by Tab and left by Escape. A text that is copied takes its source along.
func TestSelectionByKeys(t *testing.T) {
	s := open(t)
	tab := s.tab(t, browser.Desktop)
	s.signIn(t, tab, s.Tom)
	must(t, tab.Open(s.base+"/documents/"+s.doc.ID+"?page=2"))
	must(t, tab.Until(selectText("keukentafelgesprek", "nazorg")))
	must(t, tab.Until(barShown))
	must(t, tab.Do(chromedp.KeyEvent("\t")))
	must(t, tab.Until(`document.activeElement.dataset.say === "text"`))
	must(t, tab.Do(chromedp.KeyEvent(kb.Escape)))
	must(t, tab.Until(`document.querySelector("[data-select-bar]").hidden && getSelection().isCollapsed`))
	clean(t, tab, "the keys")
}

// A cell of a calculation is asked about, and marked without a change of the sheet.
func TestMarginOfSheet(t *testing.T) {
	s := open(t)
	tab := s.tab(t, browser.Desktop)
	s.signIn(t, tab, s.Sanne)
	must(t, tab.Open(s.base+"/documents/"+s.sheet.ID))
	must(t, tab.Until(selectText("steigerwerk", "steigerwerk")))
	must(t, tab.Until(barShown))
	must(t, tab.Do(chromedp.Click(`[data-say=text]`)))
	must(t, tab.Until(`document.activeElement.id === "speak-body"`))
	must(t, tab.Do(chromedp.SendKeys(`#speak-body`, "Per week?"), chromedp.Click(`.speak .btn-primary`)))
	must(t, tab.Until(`document.querySelector(".remark .quote")?.innerText === "steigerwerk" && CSS.highlights.get("said")?.size === 1`))
	clean(t, tab, "the sheet")
}

// presses counts what somebody presses; typing and selecting are not counted.
type presses struct {
	t   *testing.T
	tab *browser.Tab
	n   int
}

func (p *presses) on(selector string) {
	p.t.Helper()
	must(p.t, p.tab.Do(chromedp.Click(selector)))
	p.n++
}

func (p *presses) took(what string, most int) {
	p.t.Helper()
	if p.n > most {
		p.t.Errorf("%s takes %d presses from the home page, want at most %d", what, p.n, most)
	}
	p.n = 0
}

// TestThreshold counts what taking part takes from the home page: a like, a comment on what one reads, a question in the margin, and a
// document shared with a group.
func TestThreshold(t *testing.T) {
	s := open(t)
	_, err := s.Social.Create(t.Context(), s.Sanne.Viewer(), social.Input{Body: "De steiger staat."})
	must(t, err)
	_, err = s.Groups.Create(t.Context(), s.Manager.Viewer(), groups.Input{Name: "Kring hout", Kind: groups.KindOpen})
	must(t, err)
	for _, v := range []browser.View{browser.Desktop, browser.Phone} {
		tab := s.tab(t, v)
		s.signIn(t, tab, s.Manager)
		p := &presses{t: t, tab: tab}
		home := func() { must(t, tab.Open(s.base+"/")) }
		card := `main a.cover[href^="/documents/` + s.doc.ID + `"]`

		home()
		p.on(`.post-foot .react button[name=kind]`)
		must(t, tab.Until(`document.querySelector(".post-foot .react-on")`))
		p.took("a like", 1)
		must(t, s.Social.React(t.Context(), s.Manager.Viewer(), s.latest(t).Target(), ""))

		home()
		p.on(`.post .say textarea`)
		must(t, tab.Do(chromedp.SendKeys(`.post .say textarea`, "Mooi.")))
		p.on(`.post:focus-within .say button`)
		must(t, tab.Until(`document.querySelector(".comment .rich")?.innerText.includes("Mooi")`))
		p.took("a comment", 2)

		home()
		p.on(card)
		must(t, tab.Until(selectText("woningen", "woningen")))
		must(t, tab.Until(barShown))
		p.on(`[data-say=question]`)
		must(t, tab.Until(`document.activeElement.id === "speak-body"`))
		must(t, tab.Do(chromedp.SendKeys(`#speak-body`, "Hoeveel?")))
		p.on(`.speak .btn-primary`)
		must(t, tab.Until(`document.querySelector(".remark .quote")`))
		p.took("a question in the margin", 3)

		home()
		p.on(card)
		p.on(`.share-do`)
		must(t, tab.Until(`document.querySelector("#composer .post-card") && document.querySelector("#composer select[name=audience]").value.startsWith("group:")`))
		must(t, tab.Do(chromedp.SendKeys(`#composer-body`, "Goed voorbeeld.")))
		p.on(`#composer button[value=publish]`)
		must(t, tab.Until(`document.querySelector(".post .post-card")`))
		p.took("sharing a document with a group", 3)
		clean(t, tab, "taking part")
	}
}

func (s *site) latest(t *testing.T) *social.Post {
	t.Helper()
	page, err := s.Social.Feed(t.Context(), s.Manager.Viewer(), social.Feed{Kind: social.FeedCompany, Limit: 1})
	must(t, err)
	return page.Items[0].Post
}

// A notification of what is said in the margin opens the document at its page with that in sight, also on a phone; of a file that has no pages,
// its page with the talk.
func TestNotificationOpensMargin(t *testing.T) {
	s := open(t)
	ctx := t.Context()
	asked, err := s.Social.Create(ctx, s.Tom.Viewer(), social.Input{
		Kind: social.KindQuestion, Body: "Ook na een jaar?", About: social.About{Target: social.DocumentTarget(s.doc.ID), Page: 2, Quote: "een vast gezicht"},
	})
	must(t, err)
	c, err := s.Social.AddComment(ctx, s.Manager.Viewer(), asked.ID, "", "Dat vraag ik me ook af.")
	must(t, err)
	_, err = s.Social.AddComment(ctx, s.Sanne.Viewer(), asked.ID, c.ID, "Zolang de garantie loopt.")
	must(t, err)
	phone := s.tab(t, browser.Phone)
	s.signIn(t, phone, s.Tom)
	must(t, phone.Open(s.base+"/notifications"))
	must(t, phone.Press(`main a[href*="#comment-`+c.ID+`"]`)) // the oldest unread
	must(t, phone.Until(`document.activeElement.id === "comment-`+c.ID+`" && document.activeElement.matches(".remark.is-on *") && document.querySelector(".view.panel-open")`))
	must(t, phone.Until(`new URL(location).searchParams.get("page") === "2"`))
	clean(t, phone, "the phone")

	broken := s.Upload(t, s.Sanne, "kapot.pdf", []byte("%PDF-1.7 en verder niets"), library.Meta{})
	s.Settle(t)
	_, err = s.Social.Create(ctx, s.Tom.Viewer(), social.Input{Body: "Dit bestand is kapot.", About: social.About{Target: social.DocumentTarget(broken.ID)}})
	must(t, err)
	tab := s.tab(t, browser.Desktop)
	s.signIn(t, tab, s.Sanne)
	must(t, tab.Open(s.base+"/notifications"))
	must(t, tab.Press(`main a[href*="/documents/`+broken.ID+`"]`))
	must(t, tab.Until(`document.querySelector(".remark:has(:target) .rich, .remark.is-on .rich")?.innerText.includes("kapot")`))
	clean(t, tab, "the desktop")
}

package e2e

import (
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/aanpak/aanpak/internal/e2e/browser"
	"github.com/aanpak/aanpak/internal/reuse"
	"github.com/aanpak/aanpak/internal/spotlight"
	"github.com/aanpak/aanpak/internal/tenders"
)

// credit has colleagues use the plan, hold it up and call it outdated.
func (s *site) credit(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	other, err := s.Tenders.Create(ctx, s.Tom.Viewer(), tenders.Input{Reference: "E-1", Title: "Groot onderhoud Vestdijk", Client: "Wonen Zuid", Year: 2025, Outcome: tenders.OutcomeWon, Score: 9})
	must(t, err)
	must(t, s.Reuse.Use(ctx, s.Tom.Viewer(), s.doc.ID, reuse.Input{TenderID: other.ID, Page: 2}))
	must(t, s.Reuse.MarkOutdated(ctx, s.Tom.Viewer(), s.doc.ID, "Het telefoonnummer klopt niet meer"))
	s.light, err = s.Spotlight.Create(ctx, s.Manager.Viewer(), s.doc.ID, spotlight.Input{Why: "Eén vast gezicht was het verschil", Page: 2})
	must(t, err)
}

// The manager holds a page up; a colleague meets it at home, says it was seen, and with one press that they used the document, and takes that
// back: without the page being loaded again.
func TestSpotlightAndUse(t *testing.T) {
	s := open(t)
	_, err := s.Tenders.Create(t.Context(), s.Tom.Viewer(), tenders.Input{Reference: "E-1", Title: "Groot onderhoud Vestdijk", Client: "Wonen Zuid", Year: 2026})
	must(t, err)
	manager, tab := s.tab(t, browser.Desktop), s.tab(t, browser.Desktop)
	s.signIn(t, manager, s.Manager)
	must(t, manager.Open(s.base+"/documents/"+s.doc.ID))
	must(t, manager.Press(`.panel-actions a[href$="/spotlight"]`))
	must(t, manager.Do(chromedp.WaitVisible(`#why`), chromedp.SendKeys(`#why`, "Eén vast gezicht was het verschil"), chromedp.Click(`.form-card .btn-primary`)))
	must(t, manager.Until(`document.querySelector(".note-lit")?.innerText.includes("Eén vast gezicht")`))
	clean(t, manager, "holding up")

	s.signIn(t, tab, s.Tom)
	must(t, tab.Until(`document.querySelector("#lit .light-why")?.innerText.includes("Eén vast gezicht")`))
	stay(t, tab)
	must(t, tab.Do(chromedp.Click(`#lit form button`)))
	must(t, tab.Until(`document.querySelector("#lit").hidden && window.same`))

	must(t, tab.Open(s.base+"/documents/"+s.doc.ID+"#panel"))
	stay(t, tab)
	must(t, tab.Do(chromedp.Click(`#reuse .btn-wide`)))
	must(t, tab.Until(`document.querySelector("#reuse").innerText.includes("Gebruikt in 1 selectie") && document.querySelector("#toasts").innerText.includes("Vestdijk") && window.same`))
	must(t, tab.Do(chromedp.Click(`#reuse .mine button`)))
	must(t, tab.Until(`document.querySelector("#reuse").innerText.includes("Nog nergens gebruikt") && window.same`))
	must(t, tab.Do(chromedp.Click(`#reuse details:last-of-type summary`)))
	must(t, tab.Do(chromedp.SendKeys(`#why`, "Het nummer klopt niet"), chromedp.Click(`#reuse details:last-of-type .btn`)))
	must(t, tab.Until(`document.querySelector("#outdated").innerText.includes("Het nummer klopt niet") && window.same`))
	clean(t, tab, "using")
}

// stay marks the page, so that one that was loaded again is known.
func stay(t *testing.T, tab *browser.Tab) {
	t.Helper()
	_, err := browser.Eval[bool](tab, `window.same = true`)
	must(t, err)
}

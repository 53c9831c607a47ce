package e2e

import (
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/e2e/browser"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/share"
)

// An outsider gets a link to one document, reads it on a phone behind a password, gets nothing else, and is out when the link is taken back.
func TestOutsider(t *testing.T) {
	s := open(t)
	must(t, s.Share.SetRule(t.Context(), s.Admin.Viewer(), share.Rule{BranchID: s.Zwolle.ID, MostDays: 30}))
	sanne := s.tab(t, browser.Desktop)
	s.signIn(t, sanne, s.Sanne)
	must(t, sanne.Open(s.base+"/documents/"+s.doc.ID+"/share"))
	must(t, sanne.Do(chromedp.SendKeys(`#recipient`, "Jan Buiten"), chromedp.SendKeys(`#password`, "schaftkeet 12")))
	must(t, sanne.Press(`form[action$="/share"] .btn-primary`))
	check(t, sanne, "the link that was made")
	screenshot(t, sanne, "share")
	link, err := browser.Eval[string](sanne, `document.querySelector(".secret code").innerText`)
	must(t, err)

	jan := s.tab(t, browser.Phone)
	must(t, jan.Open(link))
	check(t, jan, "the password")
	screenshot(t, jan, "share-locked")
	must(t, jan.Do(chromedp.SendKeys(`#password`, "niet dit")))
	must(t, jan.Press(`.sign-in .btn-primary`))
	must(t, jan.Until(`document.querySelector(".sign-in").innerText.includes("Dit is het wachtwoord niet")`))
	must(t, jan.Do(chromedp.SendKeys(`#password`, "schaftkeet 12")))
	must(t, jan.Press(`.sign-in .btn-primary`))
	must(t, jan.Until(`document.querySelector(".share-paper img").naturalWidth > 100`))
	check(t, jan, "the document")
	screenshot(t, jan, "share-shown")
	must(t, jan.Press(`[rel=next]`))
	must(t, jan.Until(`document.querySelector(".pager .tab").innerText.startsWith("2 /")`))
	must(t, jan.Open(s.base+"/documents/"+s.doc.ID))
	must(t, jan.Until(`location.pathname === "/sign-in"`))

	must(t, sanne.Open(s.base+"/settings/shares"))
	check(t, sanne, "what was shared")
	screenshot(t, sanne, "shares")
	must(t, sanne.Press(`form[action$="/revoke"] button`))
	must(t, jan.Open(link))
	must(t, jan.Until(`document.querySelector(".empty") && !document.body.innerText.includes("schaftkeet")`))
	check(t, jan, "the link that was taken back")
	screenshot(t, jan, "share-gone")
	s.signIn(t, jan, s.Tom)
	must(t, jan.Open(s.base+"/settings/shares")) // the tab that is shown is the last but one
	must(t, jan.Until(`(box => box.left >= 0 && box.right <= innerWidth)(document.querySelector(".tabs [aria-current]").getBoundingClientRect())`))
	clean(t, sanne, "the sharer")
}

// An administrator looks at what is private, with a reason, under a banner, and the owner reads who did.
func TestLookingIn(t *testing.T) {
	s := open(t)
	audience := "people:" + s.Sanne.ID
	d := s.Upload(t, s.Sanne, "Ontslagbrief.pdf", apptest.PDF("Een brief."), library.Meta{Audience: &audience})
	admin := s.tab(t, browser.Phone)
	s.signIn(t, admin, s.Admin)
	must(t, admin.Open(s.base+"/documents/"+d.ID))
	must(t, admin.Until(`document.body.innerText.includes("of je mag het niet zien")`))
	must(t, admin.Open(s.base+"/admin/access"))
	must(t, admin.Do(chromedp.SendKeys(`#what`, s.base+"/documents/"+d.ID), chromedp.SendKeys(`#reason`, "De eigenaar is ziek en de klant wacht.")))
	must(t, admin.Press(`form[action="/admin/access"] .btn-primary`))
	must(t, admin.Open(s.base+"/documents/"+d.ID))
	must(t, admin.Until(`document.querySelector(".looking")?.innerText.includes("De eigenaar is ziek")`))
	check(t, admin, "under the banner")
	screenshot(t, admin, "looking-in")

	sanne := s.tab(t, browser.Desktop)
	s.signIn(t, sanne, s.Sanne)
	must(t, sanne.Open(s.base+"/documents/"+d.ID))
	must(t, sanne.Until(`document.body.innerText.includes("De eigenaar is ziek")`))
	screenshot(t, sanne, "looked-at")
	must(t, admin.Press(`.looking button`))
	must(t, admin.Open(s.base+"/documents/"+d.ID))
	must(t, admin.Until(`document.body.innerText.includes("of je mag het niet zien")`))
}

package e2e

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/e2e/browser"
	"github.com/aanpak/aanpak/internal/groups"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/people"
)

// A closed group in a browser: begun by one person, asked for by another, who is let in, reads what is shared, and sees it no more with
// the first request after leaving.
func TestGroup(t *testing.T) {
	s := open(t)
	sanne := s.tab(t, browser.Desktop)
	s.signIn(t, sanne, s.Sanne)
	must(t, sanne.Open(s.base+"/groups/new"))
	must(t, sanne.Do(
		chromedp.SendKeys(`#name`, "Hinderkring"), chromedp.SendKeys(`#about`, "Over hinder en omwonenden."), chromedp.Click(`input[name=kind][value=closed]`),
		chromedp.Click(`form[action="/groups"] button.btn-primary`), chromedp.WaitVisible(`.toast`),
	))
	group, err := browser.Eval[string](sanne, `location.pathname`)
	must(t, err)

	phone := s.tab(t, browser.Phone)
	s.signIn(t, phone, s.Tom)
	must(t, phone.Do(chromedp.Click(`.bottom a[href="/groups"]`), chromedp.WaitVisible(`.group-card`)))
	must(t, phone.Do(chromedp.SendKeys(`#name`, "hinder")))
	must(t, phone.Until(`location.search.includes("hinder") && document.querySelectorAll(".group-card").length === 1`))
	must(t, phone.Do(chromedp.Click(`.group-card a`), chromedp.WaitVisible(`.page-tools .btn-primary`), chromedp.Click(`.page-tools .btn-primary`)))
	must(t, phone.Until(`document.querySelector(".pills")?.innerText.includes("Aangevraagd")`))

	must(t, sanne.Open(s.base+group))
	must(t, sanne.Do(chromedp.WaitVisible(`#asking`), chromedp.Click(`#asking button.btn-primary`)))
	must(t, sanne.Until(`[...document.querySelectorAll("#members h3")].some(e => e.innerText.includes("Tom Bakker"))`))
	must(t, sanne.Do(chromedp.SendKeys(`#invite-find`, "henk")))
	must(t, sanne.Until(`document.querySelector("#invite-found").innerText.includes("Henk Driessen")`))
	file := filepath.Join(t.TempDir(), "Hinderkaart.pdf")
	must(t, os.WriteFile(file, apptest.PDF("De hinderkaart van de binnenstad."), 0o644))
	must(t, sanne.Open(s.base+group))
	must(t, sanne.Do(chromedp.Click(`[data-upload-group]`)))
	must(t, sanne.Until(`document.querySelector("#upload").open`))
	must(t, sanne.Do(chromedp.SetUploadFiles(`#files-sheet`, []string{file})))
	var shared *library.Document
	s.until(t, "the file is shared", func() bool {
		list, _, err := s.Library.List(t.Context(), s.again(t, s.Sanne).Viewer(), library.Filter{Group: filepath.Base(group)})
		if err == nil && len(list) == 1 {
			shared = list[0]
		}
		return shared != nil
	})
	s.Settle(t)

	must(t, phone.Open(s.base+group))
	must(t, phone.Do(chromedp.Click(`#documents .doc-card h2 a`)))
	must(t, phone.Until(`location.pathname === "/documents/`+shared.ID+`" && document.querySelector(".panel-title")`))
	must(t, phone.Open(s.base+group))
	must(t, phone.Do(chromedp.Click(`.ask summary`), chromedp.WaitVisible(`form[action$="/leave"] .btn-danger`), chromedp.Click(`form[action$="/leave"] .btn-danger`)))
	must(t, phone.Until(`document.querySelector(".toast")?.innerText.includes("niet meer in")`))
	clean(t, phone, "the phone")
	status, err := browser.Eval[int](phone, `fetch("/documents/`+shared.ID+`").then(a => a.status)`)
	must(t, err)
	if status != http.StatusNotFound {
		t.Errorf("who left is answered with %d", status)
	}
	clean(t, sanne, "the desktop")
}

// again is somebody as the next request knows them.
func (s *site) again(t *testing.T, u *people.User) *people.User {
	t.Helper()
	u, err := s.People.UserByEmail(t.Context(), u.Email)
	must(t, err)
	return u
}

// circle begins a group whose owner sees everything that its page can have.
func (s *site) circle(t *testing.T) *groups.Group {
	t.Helper()
	ctx, admin := t.Context(), s.Admin.Viewer()
	g, err := s.Groups.Create(ctx, admin, groups.Input{Name: "Hinderkring", About: "Over hinder en omwonenden.", Kind: groups.KindClosed, Official: true})
	must(t, err)
	_, err = s.Groups.Join(ctx, s.Tom.Viewer(), g.ID)
	must(t, err)
	must(t, s.Groups.Add(ctx, admin, g.ID, s.Sanne.ID))
	_, err = s.Groups.Join(ctx, s.Sanne.Viewer(), g.ID)
	must(t, err)
	must(t, s.Groups.Add(ctx, admin, g.ID, s.Manager.ID))
	audience := "group:" + g.ID
	s.Upload(t, s.again(t, s.Admin), "Hinderkaart.pdf", apptest.PDF("De hinderkaart."), library.Meta{Audience: &audience})
	other, err := s.Groups.Create(ctx, s.Sanne.Viewer(), groups.Input{Name: "LEAN-planning", About: "Trein en takt.", Kind: groups.KindOpen})
	must(t, err)
	must(t, s.Groups.Add(ctx, s.Sanne.Viewer(), other.ID, s.Admin.ID))
	return g
}

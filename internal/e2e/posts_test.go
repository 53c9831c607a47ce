package e2e

import (
	"bytes"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/aanpak/aanpak/internal/e2e/browser"
	"github.com/aanpak/aanpak/internal/social"
)

// Two people talk in a browser: Sanne asks with a name in it that completes itself, Tom likes it in one tap on the home page of his phone,
// and answers there; she makes it the answer.
func TestTalk(t *testing.T) {
	s := open(t)
	sanne := s.tab(t, browser.Desktop)
	s.signIn(t, sanne, s.Sanne)
	must(t, sanne.Open(s.base+"/"))
	must(t, sanne.Do(chromedp.Click(`#composer-body`), chromedp.WaitVisible(`.composer-kinds`), chromedp.Click(`.composer-kind:nth-child(2)`), chromedp.SendKeys(`#composer-body`, "Hoe meten we dat, @tom")))
	must(t, sanne.Until(`document.querySelector("#names:not([hidden]) [aria-selected=true]")?.innerText.includes("Tom Bakker")`))
	must(t, sanne.Do(chromedp.Click(`#names li`), chromedp.SendKeys(`#composer-body`, "?")))
	must(t, sanne.Until(`document.querySelector("[data-kept]").innerText === "Concept bewaard"`))
	must(t, sanne.Press(`#composer button[value=publish]`))
	must(t, sanne.Until(`document.querySelector(".post .mention")?.innerText === "@Tom Bakker" && document.querySelectorAll(".post").length === 1`))

	phone := s.tab(t, browser.Phone)
	s.signIn(t, phone, s.Tom)
	must(t, phone.Open(s.base+"/"))
	must(t, phone.Do(chromedp.Click(`.post-foot .react button[name=kind]`)))
	must(t, phone.Until(`document.querySelector(".post-foot .react-on") && document.querySelector(".post-foot .react-who")?.innerText.includes("1")`))
	must(t, phone.Do(chromedp.Click(`.post .say textarea`), chromedp.SendKeys(`.post .say textarea`, "Met een vraag aan de deur.")))
	must(t, phone.Do(chromedp.Click(`.post .say button`)))
	must(t, phone.Until(`document.querySelector(".comment .rich")?.innerText.includes("aan de deur")`))

	must(t, sanne.Do(chromedp.Click(`.post-foot a[href*="#talk-"]`), chromedp.WaitVisible(`.talk-alone .comment`)))
	must(t, sanne.Press(`form[action$="/answer"] button`))
	must(t, sanne.Until(`document.querySelector(".comment-answer .pill-won") && document.querySelector(".post-pills .pill-won")`))
	clean(t, sanne, "the desktop")
	clean(t, phone, "the phone")
}

// A picture goes into a post from a phone, and what is typed but not posted is kept.
func TestPostWithPhoto(t *testing.T) {
	s := open(t)
	var b bytes.Buffer
	must(t, png.Encode(&b, image.NewGray(image.Rect(0, 0, 40, 30))))
	file := filepath.Join(t.TempDir(), "bouwplaats.png")
	must(t, os.WriteFile(file, b.Bytes(), 0o644))
	phone := s.tab(t, browser.Phone)
	s.signIn(t, phone, s.Tom)
	must(t, phone.Open(s.base+"/"))
	must(t, phone.Do(chromedp.Click(`#composer-body`), chromedp.SendKeys(`#composer-body`, "De kraan staat."), chromedp.SetUploadFiles(`[data-photo-input]`, []string{file})))
	must(t, phone.Until(`document.querySelector("#composer .gallery img")?.complete`))
	list, err := s.Social.Drafts(t.Context(), s.Tom.Viewer())
	must(t, err)
	if len(list) != 1 || list[0].Body != "De kraan staat." {
		t.Fatalf("drafts: %v", list)
	}
	must(t, phone.Open(s.base+"/drafts")) // leaving loses nothing
	must(t, phone.Do(chromedp.Click(`main .line a`), chromedp.WaitVisible(`#composer .gallery img`)))
	must(t, phone.Press(`#composer button[value=publish]`))
	must(t, phone.Until(`location.pathname.startsWith("/posts/") && document.querySelector(".post .gallery img")?.naturalWidth === 40`))
	clean(t, phone, "the phone")
}

// conversation gives the pages of the social layer something to show.
func (s *site) conversation(t *testing.T) *social.Post {
	t.Helper()
	ctx, admin := t.Context(), s.Admin.Viewer()
	p, err := s.Social.Create(ctx, admin, social.Input{
		Kind: social.KindQuestion, Title: "Hinder", Body: "Wie weet hoe we **hinder** meten, @Tom Bakker? #hinder\n\n> Elke week\n\n- een\n- twee",
		Cards: []social.Card{{Target: social.DocumentTarget(s.doc.ID), Page: 1}, {Target: social.TenderTarget(s.tender.ID)}},
	})
	must(t, err)
	c, err := s.Social.AddComment(ctx, s.Tom.Viewer(), p.ID, "", "Met een meter.")
	must(t, err)
	_, err = s.Social.AddComment(ctx, admin, p.ID, c.ID, "Welke?")
	must(t, err)
	_, err = s.Social.EditComment(ctx, s.Tom.Viewer(), c.ID, "Met een geluidsmeter.")
	must(t, err)
	s.remark = c.ID
	x, err := s.Social.AddComment(ctx, s.Tom.Viewer(), p.ID, "", "Wat een domme vraag.")
	must(t, err)
	for _, id := range []string{c.ID, x.ID} {
		must(t, s.Social.ReportComment(ctx, s.Manager.Viewer(), id, social.Complaint{Reason: social.ReasonUnkind, Note: "Zo praten we niet"}))
	}
	cases, err := s.Social.Cases(ctx, admin, true)
	must(t, err)
	for _, d := range []social.Decision{{Act: social.ActSuspend, Until: time.Now().Add(24 * time.Hour)}, {Act: social.ActHide}} {
		d.Why = "Op de man"
		must(t, s.Social.Decide(ctx, admin, cases[1].ID, d))
	}
	must(t, s.Social.Lift(ctx, admin, s.Tom.ID))
	must(t, s.Social.React(ctx, s.Tom.Viewer(), p.Target(), social.ReactionInsight))
	must(t, s.Social.Accept(ctx, admin, p.ID, c.ID))
	_, err = s.Social.Create(ctx, s.Tom.Viewer(), social.Input{Kind: social.KindPoll, Body: "Wanneer?", Poll: social.Poll{Options: []string{"Maandag", "Dinsdag"}}})
	must(t, err)
	_, err = s.Social.Create(ctx, s.Tom.Viewer(), social.Input{Kind: social.KindPraise, Body: "Dank aan @Ada Min"})
	must(t, err)
	_, err = s.Social.Create(ctx, s.Tom.Viewer(), social.Input{Body: "Klopt dit nog?", About: social.About{Target: social.DocumentTarget(s.doc.ID), Page: 1}})
	must(t, err)
	asked, err := s.Social.Create(ctx, s.Tom.Viewer(), social.Input{
		Kind: social.KindQuestion, Body: "Ook na een jaar?", About: social.About{Target: social.DocumentTarget(s.doc.ID), Page: 2, Quote: "een vast gezicht"},
	})
	must(t, err)
	_, err = s.Social.AddComment(ctx, s.Sanne.Viewer(), asked.ID, "", "Zolang de garantie loopt.")
	must(t, err)
	_, err = s.Social.Create(ctx, s.Tom.Viewer(), social.Input{Body: "Wie rekent dit?", About: social.About{Target: social.TenderTarget(s.tender.ID)}})
	must(t, err)
	_, err = s.Social.Create(ctx, admin, social.Input{Body: "Nog niet af", Draft: true})
	must(t, err)
	_, err = s.Social.Update(ctx, admin, p.ID, social.Input{Kind: social.KindQuestion, Title: "Hinder", Body: "Wie weet hoe we **hinder** meten, @Tom Bakker? #hinder", Cards: []social.Card{{Target: social.DocumentTarget(s.doc.ID), Page: 1}}})
	must(t, err)
	return p
}

// A page that is open is told of a post, and does not move under who reads it: a button brings what is new.
func TestNewPostIsAnnounced(t *testing.T) {
	s := open(t)
	tom := s.tab(t, browser.Desktop)
	s.signIn(t, tom, s.Tom)
	must(t, tom.Until(`location.pathname === "/" && document.querySelector(".feed-new")`))
	s.until(t, "the page listens", func() bool { return s.Live.Open() > 0 })
	_, err := s.Social.Create(t.Context(), s.Sanne.Viewer(), social.Input{Body: "Voor Zwolle", Audience: "branch:" + s.Zwolle.ID})
	must(t, err)
	_, err = s.Social.Create(t.Context(), s.Sanne.Viewer(), social.Input{Body: "Voor allen"})
	must(t, err)
	must(t, tom.Until(`document.querySelector(".feed-new a")?.innerText === "1 nieuw bericht"`))
	if n, err := browser.Eval[int](tom, `document.querySelectorAll(".post").length`); err != nil || n != 0 {
		t.Errorf("%d posts pushed themselves in, %v", n, err)
	}
	must(t, tom.Press(`.feed-new a`))
	must(t, tom.Until(`document.querySelectorAll(".post").length === 1 && document.querySelector(".post .rich").innerText.includes("Voor allen")`))
	clean(t, tom, "the page")
}

// What is not taken is said, and stays where it was typed; a photo is taken out of a draft without anything being published.
func TestNotTaken(t *testing.T) {
	s := open(t)
	s.conversation(t)
	tab := s.tab(t, browser.Desktop)
	s.signIn(t, tab, s.Tom)
	file := filepath.Join(t.TempDir(), "kraan.png")
	must(t, os.WriteFile(file, drawing(t), 0o644))
	must(t, tab.Open(s.base+"/posts/new"))
	must(t, tab.Do(chromedp.SendKeys(`#composer-body`, "Half"), chromedp.SetUploadFiles(`[data-photo-input]`, []string{file})))
	must(t, tab.Until(`document.querySelector("#composer .gallery img")?.complete`))
	must(t, tab.Open(s.base+"/drafts"))
	must(t, tab.Press(`main .line a`))
	must(t, tab.Do(chromedp.SendKeys(`#composer-body`, " af"), chromedp.Click(`#composer .gallery button`)))
	must(t, tab.Until(`!document.querySelector("#composer .gallery") && /Half.*af|af.*Half/.test(document.querySelector("#composer-body").value) && location.pathname.endsWith("/edit")`))

	must(t, tab.Open(s.base+"/"))
	must(t, tab.Do(chromedp.Click(`.post .say textarea`), chromedp.SendKeys(`.post .say textarea`, "Met een vraag aan de deur.")))
	must(t, s.People.EndSessionsOf(t.Context(), s.Admin.Viewer(), s.Tom.ID))
	must(t, tab.Do(chromedp.Click(`.post:focus-within .say button`)))
	must(t, tab.Until(`document.querySelector(".toast-bad a[target=_blank]")?.innerText.includes("niet meer ingelogd") && document.querySelector(".post .say textarea").value.includes("aan de deur")`))
}

// Two people have a post open. What one says comes to the other at the end of the thread; who reads above it, or types, is told that there is
// something, and nothing moves until they ask for it.
func TestTalkIsLive(t *testing.T) {
	s := open(t)
	ctx := t.Context()
	p, err := s.Social.Create(ctx, s.Sanne.Viewer(), social.Input{Body: "Hoe gaan we om met de bewoners?"})
	must(t, err)
	first, err := s.Social.AddComment(ctx, s.Tom.Viewer(), p.ID, "", "Langsgaan.")
	must(t, err)
	sanne, tom := s.tab(t, browser.Desktop), s.tab(t, browser.Phone)
	s.signIn(t, sanne, s.Sanne)
	s.signIn(t, tom, s.Tom)
	for _, tab := range []*browser.Tab{sanne, tom} {
		must(t, tab.Open(s.base+"/posts/"+p.ID))
	}
	listens(t, sanne)
	listens(t, tom)

	field := `.talk > .say textarea`
	must(t, tom.Do(chromedp.Click(field), chromedp.SendKeys(field, "En bellen."), chromedp.Click(`.talk > .say button`)))
	must(t, sanne.Until(`document.querySelectorAll(".comment").length === 2 && document.querySelector(".comment:nth-of-type(2) .rich").innerText.includes("En bellen")`))
	must(t, sanne.Until(`document.querySelector(".post-foot > [id^=count-]").innerText.includes("2 reacties") && document.querySelector(".talk-new").innerText.includes("En bellen")`))
	must(t, tom.Do(chromedp.Click(`.post-foot > .react button[name=kind]`)))
	must(t, sanne.Until(`document.querySelector(".post-foot > .react .react-who")`))

	must(t, sanne.Do(chromedp.Click(field), chromedp.SendKeys(field, "Ik denk nog")))
	at, err := browser.Eval[float64](sanne, `document.querySelector("`+field+`").getBoundingClientRect().top`)
	must(t, err)
	_, err = s.Social.AddComment(ctx, s.Tom.Viewer(), p.ID, first.ID, "Aan de deur dus.")
	must(t, err)
	_, err = s.Social.AddComment(ctx, s.Tom.Viewer(), p.ID, "", "Met een brief vooraf.")
	must(t, err)
	must(t, sanne.Until(`document.querySelector(".talk-new button")?.innerText === "2 nieuwe reacties – tonen"`))
	check(t, sanne, "what is announced")
	now, err := browser.Eval[float64](sanne, `document.activeElement.matches("`+field+`") ? document.activeElement.getBoundingClientRect().top : -1`)
	if err != nil || now != at {
		t.Errorf("the field is at %v, was at %v: %v", now, at, err)
	}
	must(t, sanne.Do(chromedp.Click(`.talk-new button`)))
	must(t, sanne.Until(`[...document.querySelectorAll(".comment .rich")].map(x => x.innerText.trim()).join() === "Langsgaan.,Aan de deur dus.,En bellen.,Met een brief vooraf."`))
	must(t, sanne.Until(`document.activeElement.matches(".comment-under") && document.querySelector("`+field+`").value === "Ik denk nog" && !document.querySelector(".talk-new button")`))

	for range 6 {
		_, err = s.Social.AddComment(ctx, s.Sanne.Viewer(), p.ID, "", "Er is altijd nog iets te zeggen.")
		must(t, err)
	}
	must(t, tom.Open(s.base+"/posts/"+p.ID))
	listens(t, tom)
	last, err := s.Social.AddComment(ctx, s.Sanne.Viewer(), p.ID, "", "En dit.")
	must(t, err)
	must(t, tom.Until(`document.querySelector(".talk-new button")?.innerText === "1 nieuwe reactie – tonen" && document.querySelectorAll(".comment").length === 10 && scrollY === 0`))
	must(t, tom.Do(chromedp.Click(`.talk-new button`)))
	must(t, tom.Until(`document.activeElement.id === "comment-`+last.ID+`" && scrollY > 0`))

	must(t, s.Social.DeleteComment(ctx, s.Tom.Viewer(), first.ID)) // answered, so that its place stays
	must(t, sanne.Until(`document.querySelector(".comment .muted")?.innerText.includes("verwijderd")`))
	clean(t, sanne, "the desktop")
	clean(t, tom, "the phone")
}

// listens waits until a page has opened its stream.
func listens(t *testing.T, tab *browser.Tab) {
	t.Helper()
	must(t, tab.Until(`document.documentElement.dataset.hears === ""`))
}

// Who reads what is said about a tender or in the margin of a document is told of more.
func TestRemarksAreLive(t *testing.T) {
	s := open(t)
	ctx := t.Context()
	about := map[string]social.About{
		"/documents/" + s.doc.ID + "?page=2": {Target: social.DocumentTarget(s.doc.ID), Page: 2},
		"/tenders/" + s.tender.ID:            {Target: social.TenderTarget(s.tender.ID)},
	}
	tab := s.tab(t, browser.Desktop)
	s.signIn(t, tab, s.Tom)
	for page, a := range about {
		_, err := s.Social.Create(ctx, s.Sanne.Viewer(), social.Input{Body: "De eerste", About: a})
		must(t, err)
		must(t, tab.Open(s.base+page))
		must(t, tab.Until(`document.querySelectorAll(".remark").length === 1`))
		listens(t, tab)
		p, err := s.Social.Create(ctx, s.Sanne.Viewer(), social.Input{Body: "De tweede", About: a})
		must(t, err)
		must(t, tab.Until(`[...document.querySelectorAll(".talk-new button")].some(b => b.innerText === "1 nieuwe opmerking – tonen") && document.querySelectorAll(".remark").length === 1`))
		must(t, tab.Do(chromedp.Click(`.talk-new button`)))
		must(t, tab.Until(`document.activeElement.id === "post-`+p.ID+`" && document.querySelectorAll(".remark").length === 2 && !document.querySelector(".talk-new button")`))
	}
	clean(t, tab, "the page")
}

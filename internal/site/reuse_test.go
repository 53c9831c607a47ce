package site_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/tenders"
)

// ribbons counts the ribbons of a page.
func (a *answer) ribbons() int { a.t.Helper(); return a.doc().Find("main .ribbon").Length() }

// TestSpotlightPages: a manager holds a page up from the document, everybody it is for meets it at home, on every card, on the document and on
// the wall, until it ends; who does not see the document meets nothing.
func TestSpotlightPages(t *testing.T) {
	s := serve(t)
	d := s.Upload(t, s.Sanne, "plan.pdf", plan, library.Meta{})
	narrow := "people:" + s.Manager.ID
	secret := s.Upload(t, s.Sanne, "geheim.pdf", plan, library.Meta{Audience: &narrow})
	manager, tom := s.browser(t, s.Manager), s.browser(t, s.Tom)
	path := "/documents/" + d.ID
	tom.get(path+"/spotlight").want(http.StatusForbidden, "main", "Leidinggevenden")
	if tom.get(path).doc().Find(`a[href$="/spotlight"]`).Length() != 0 {
		t.Error("a member is offered to hold a document up")
	}
	manager.get(path).want(200, `a[href$="/spotlight"]`, "Uitlichten")
	manager.get(path+"/spotlight").want(200, "h1", "Document uitlichten")
	again := manager.post(path+"/spotlight", url.Values{"why": {""}, "until": {"geen dag"}, "audience": {"company"}, "page": {"1"}})
	again.want(422, "#why-error", "in").want(422, "#until-error", "jaar")
	if again.doc().Find(`select[name=page] option[value="1"][selected]`).Length() != 1 {
		t.Error("the page that was chosen is lost")
	}
	if v := again.doc().Find("#until").AttrOr("value", ""); v != "" {
		t.Errorf("what is no day comes back as %s", v)
	}
	until := time.Now().AddDate(0, 0, 7).Format(time.DateOnly)
	if a := manager.post(path+"/spotlight", url.Values{"why": {"Eén vast gezicht"}, "until": {until}, "audience": {"company"}, "page": {"1"}}); a.location != path+"?page=1" {
		t.Fatalf("%d %s", a.status, a.location)
	}
	manager.post("/documents/"+secret.ID+"/spotlight", url.Values{"why": {"Geheime reden"}, "until": {until}, "audience": {"company"}})
	s.Settle(t)

	home := tom.get("/").want(200, "#lit .light-why", "Eén vast gezicht").want(200, "#lit h3", "Henk Driessen lichtte een document uit")
	if n := home.doc().Find("#lit .light").Length(); n != 1 {
		t.Errorf("%d at home", n)
	}
	for _, page := range []string{"/library", "/library?view=list", "/search?q=bewoner", "/search?q=is:uitgelicht", "/people/" + s.Sanne.ID, "/spotlights"} {
		a := tom.get(page)
		if n := a.ribbons(); n != 1 || strings.Contains(string(a.body), "Geheime reden") {
			t.Errorf("%s has %d ribbons", page, n)
		}
	}
	tom.get("/search?q=is:spotlight").want(200, "h1", "1 document")
	tom.get("/spotlights").want(200, ".light-foot", "tot").want(200, `select[name=month] option:nth-child(2)`, "20")
	tom.get("/spotlights?branch="+s.Eindhoven.ID).want(200, ".empty h2", "Hier is niets uitgelicht")
	id := home.doc().Find("#lit .light").AttrOr("id", "")
	id = strings.TrimPrefix(id, "light-")
	tom.get("/spotlights/"+id+"/edit").want(http.StatusForbidden, "main", "Wie dit uitlichtte")
	if a := tom.post("/spotlights/"+id+"/seen", url.Values{}); a.location != "/" {
		t.Errorf("seen: %d", a.status)
	}
	if !tom.get("/").doc().Find("#lit").Is("[hidden]") {
		t.Error("what was seen is still at home")
	}
	sanne := s.browser(t, s.Sanne)
	sanne.get("/").want(200, "#lit .light-why", "Eén vast gezicht")
	sanne.get(path).want(200, ".note-lit", "Uitgelicht door Henk Driessen").want(200, ".note-lit a", "Lees pagina 1")
	if n := sanne.get("/").doc().Find("#lit .light").Length(); n != 1 { // that of the secret one, which is hers
		t.Errorf("%d are at home after one was opened", n)
	}
	manager.get("/spotlights/"+id+"/edit").want(200, "#why", "")
	if a := manager.post("/spotlights/"+id, url.Values{"why": {"Anders"}, "until": {until}, "audience": {"branch"}, "page": {"0"}}); a.status != http.StatusSeeOther {
		t.Errorf("change: %d %.200s", a.status, a.body)
	}
	if n := tom.get("/library").ribbons(); n != 0 {
		t.Errorf("for Zwolle alone, Tom sees %d", n)
	}
	manager.post("/spotlights/"+id+"/end", url.Values{})
	sanne.get("/spotlights").want(200, ".light-over", "voorbij")
}

// TestUsePages: one press for the tender of one's team, another by choice, undone; the document, its author and the tender show it.
func TestUsePages(t *testing.T) {
	s := serve(t)
	d := s.Upload(t, s.Sanne, "plan.pdf", plan, library.Meta{})
	v := s.Tom.Viewer()
	var ids []string
	for _, ref := range []string{"E-1", "E-2"} {
		x, err := s.Tenders.Create(t.Context(), v, tenders.Input{Reference: ref, Title: "Selectie " + ref, Client: "Wonen Zuid", Year: 2026})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, x.ID)
	}
	path, tom, sanne := "/documents/"+d.ID, s.browser(t, s.Tom), s.browser(t, s.Sanne)
	tom.get(path).want(200, "#reuse", "Nog nergens gebruikt").want(200, "#reuse .btn-wide", "Gebruikt voor Selectie E-1")
	if a := tom.post(path+"/use", url.Values{"tender": {ids[0]}, "at": {"1"}}); a.location != path+"?page=1&tab=about#panel" {
		t.Errorf("%d %s", a.status, a.location)
	}
	tom.get(path).want(200, "#toasts", "Gebruikt voor Selectie E-1")
	tom.post(path+"/use", url.Values{"tender": {ids[1]}, "page": {"1"}})
	tom.post(path+"/use", url.Values{"tender": {""}})
	won, err := s.Tenders.Get(t.Context(), v, ids[1])
	if err != nil {
		t.Fatal(err)
	}
	n := won.Input()
	n.Outcome, n.Score = tenders.OutcomeWon, 9
	if _, err := s.Tenders.Update(t.Context(), v, won.ID, n); err != nil {
		t.Fatal(err)
	}
	sanne.get(path).want(200, "#reuse", "Gebruikt in 2 selecties, één scoorde een 9, 1 collega gebruikte het daarbuiten.").want(200, "#reuse", "p. 1")
	sanne.get("/library").want(200, ".doc-numbers", "3 × hergebruikt")
	sanne.get("/tenders/"+ids[1]).want(200, ".made", "plan")
	sanne.get("/people/"+s.Sanne.ID).want(200, "#reused h2", "1 document gebruikt door anderen")
	undo := tom.get(path).doc().Find("#reuse form.mine").First().AttrOr("action", "")
	if a := tom.post(undo, url.Values{"at": {"1"}}); a.status != http.StatusSeeOther {
		t.Errorf("undo: %d", a.status)
	}
	if n := tom.get(path).doc().Find("#reuse form.mine").Length(); n != 2 {
		t.Errorf("%d uses are left", n)
	}
	sanne.post(path+"/use", url.Values{"tender": {ids[0]}}) // another branch's
	list, err := s.Reuse.Of(t.Context(), auth.System(), d.ID)
	if err != nil || len(list) != 2 {
		t.Errorf("%d uses, %v", len(list), err)
	}
}

// TestOutdatedPages: a colleague says so with a line, the owner sees it and answers.
func TestOutdatedPages(t *testing.T) {
	s := serve(t)
	d := s.Upload(t, s.Sanne, "plan.pdf", plan, library.Meta{})
	path, tom, sanne := "/documents/"+d.ID, s.browser(t, s.Tom), s.browser(t, s.Sanne)
	tom.post(path+"/outdated", url.Values{"why": {"Het bestek is vernieuwd"}})
	sanne.get(path).want(200, "#outdated", "1 collega zegt dat dit verouderd is").want(200, "#outdated", "Het bestek is vernieuwd").want(200, "#outdated button", "Klopt nog")
	if tom.get(path).doc().Find("#outdated button").Length() != 0 {
		t.Error("who said so may answer")
	}
	if a := tom.post(path+"/outdated/answer", url.Values{}); a.status != http.StatusForbidden {
		t.Errorf("Tom answers: %d", a.status)
	}
	sanne.post(path+"/outdated/answer", url.Values{})
	tom.get(path).want(200, "#outdated", "Sanne Visser keek ernaar")
	tom.post(path+"/outdated", url.Values{"why": {""}})
	tom.get(path).want(200, "#reuse", "Jij zegt dat dit verouderd is")
	tom.post(path+"/outdated/undo", url.Values{})
	if a := tom.get(path).doc().Find("#outdated"); strings.Contains(a.Text(), "verouderd") {
		t.Errorf("taken back: %s", a.Text())
	}
}

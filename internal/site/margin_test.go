package site_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/tenders"
)

// TestTalkBesideTheDocument speaks of a passage without a script and comes back to it there; what is not taken stands in its field again.
func TestTalkBesideTheDocument(t *testing.T) {
	s := serve(t)
	d := s.Upload(t, s.Sanne, "plan.pdf", plan, library.Meta{})
	path, tom, sanne := "/documents/"+d.ID, s.browser(t, s.Tom), s.browser(t, s.Sanne)
	tom.get(path).want(200, ".segments [aria-current]", "Over") // nothing is said yet
	fields := url.Values{"about": {"document:" + d.ID + "/1"}, "kind": {"question"}, "body": {"Klopt dit?"}, "quote": {"staat hier niet"}}
	bad := tom.post("/posts", fields).want(422, "#speak-wrong", "").want(422, ".speak-quote .quote", "staat hier niet")
	if got := bad.doc().Find("#speak-body").Text(); got != "Klopt dit?" || bad.doc().Find(".speak [value=question][checked]").Length() != 1 {
		t.Errorf("what was typed: %q", got)
	}
	fields.Set("quote", "renovatie   Molenwijk")
	at := tom.post("/posts", fields).moved()
	if !strings.HasPrefix(at, path+"?page=1&tab=talk#talk-") {
		t.Fatalf("comes back to %s", at)
	}
	id := at[strings.LastIndex(at, "-")+1:]
	sanne.get(path).want(200, ".segments [aria-current]", "Gesprek 1").want(200, ".remark .quote", "renovatie Molenwijk").want(200, ".remark .pill-open", "open")
	sanne.get(path+"?page=2").want(200, ".margin-other summary", "Nog 1 reactie op een andere pagina")
	sanne.get(path+"/pages/1/talk").want(200, "", "")
	sanne.get("/library").want(200, ".doc-numbers", "1 reactie")
	if body := string(sanne.get(path + "/pages/1/talk").body); !strings.Contains(body, id) || !strings.Contains(body, `"lines":[{"x":`) {
		t.Errorf("passages: %s", body)
	}
	sanne.post("/posts/"+id+"/comments", url.Values{"body": {"Ja"}}).moved()
	part := sanne.do(http.MethodGet, path+"/talk?page=1", nil, http.Header{"HX-Request": {"true"}}).want(200, ".remark .comment", "Ja")
	if part.doc().Find("#margin").Length() != 1 || part.doc().Find(".rail").Length() != 0 {
		t.Error("a script gets more than the talk")
	}
	tom.get("/posts/"+id).want(200, ".post-place", "pagina 1")
}

// TestTalkOnTender: the same on a tender.
func TestTalkOnTender(t *testing.T) {
	s := serve(t)
	x, err := s.Tenders.Create(t.Context(), s.Sanne.Viewer(), tenders.Input{Reference: "Z-1", Title: "Kade", Client: "Gemeente", Year: 2026})
	if err != nil {
		t.Fatal(err)
	}
	path, tom := "/tenders/"+x.ID, s.browser(t, s.Tom)
	about := url.Values{"about": {"tender:" + x.ID}, "kind": {"question"}, "body": {" "}}
	tom.post("/posts", about).want(422, "#speak-wrong", "Vul dit in")
	about.Set("body", "Wie rekent dit?")
	if at := tom.post("/posts", about).moved(); !strings.HasPrefix(at, path+"#talk-") {
		t.Errorf("comes back to %s", at)
	}
	tom.get(path).want(200, ".tender-talk .remark", "Wie rekent dit?")
	tom.post(path+"/follow", url.Values{"on": {"true"}}).moved()
	tom.get(path).want(200, "#follow-tender", "Je volgt dit")
}

// TestShareInGroup offers the document at its page, and the group that one told something last.
func TestShareInGroup(t *testing.T) {
	s := serve(t)
	d := s.Upload(t, s.Sanne, "plan.pdf", plan, library.Meta{})
	g := s.hiddenGroup(t)
	sanne := s.browser(t, s.Sanne)
	href := sanne.get("/documents/"+d.ID+"?page=2").doc().Find(".share-do").AttrOr("href", "")
	page := sanne.get(href).want(200, ".post-card", "p. 2 van")
	if got := page.doc().Find("[name=audience] [selected]").AttrOr("value", ""); got != "group:"+g.ID {
		t.Errorf("for %q", got)
	}
}

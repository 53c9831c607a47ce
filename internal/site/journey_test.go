package site_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/library"
)

var plan = apptest.PDF(
	"Plan van aanpak renovatie Molenwijk. De planning van de uitvoering staat in hoofdstuk vier.",
	"Iedere bewoner krijgt een vast gezicht. De bewonerscommunicatie verzorgt onze consulent tijdens de renovatie.",
	"Nazorg en oplevering van de woningen in de Molenwijk.",
)

// TestJourney walks from the sign-in to a document that is uploaded, found, read, changed, thrown away and restored,
// all without a script.
func TestJourney(t *testing.T) {
	s := serve(t)
	b := s.browser(t, s.Sanne)
	b.get("/").want(200, "h1", "Sanne")
	b.get("/library").want(200, ".empty h2", "Hier komt wat jullie al schreven")

	a := b.upload("/upload", map[string][]byte{"PvA Molenwijk.pdf": plan}, url.Values{"tags": {"bewoners, renovatie"}, "audience": {"company"}}, nil)
	if a.status != http.StatusSeeOther || !strings.HasPrefix(a.location, "/upload/details?ids=") {
		t.Fatalf("upload: %d to %q: %.300s", a.status, a.location, a.body)
	}
	id := strings.TrimPrefix(a.location, "/upload/details?ids=")
	b.get(a.location).want(200, "h1", "Vul de gegevens van 1 document in")
	a = b.post("/upload/details", url.Values{"id": {id}, "title-" + id: {"Plan <b>Molenwijk</b>"}, "kind-" + id: {"approach"}, "audience": {"company"}})
	if a.status != http.StatusSeeOther {
		t.Fatalf("details: %d %.300s", a.status, a.body)
	}
	s.Settle(t)

	page := b.get("/library").want(200, ".doc-card h2", "Plan <b>Molenwijk</b>")
	if page.doc().Find(".doc-card b b, .doc-card h2 b").Length() != 0 {
		t.Error("a title became markup")
	}
	page.want(200, ".toast", "1 document zijn opgeslagen")
	b.get("/library?kind=calculation").want(200, ".empty h2", "Geen documenten met deze filters")
	b.get("/library?kind=approach&view=list").want(200, ".doc-row h2", "Plan")

	found := b.get("/search?q=communicatie+bewoner").want(200, "h1", "1 document")
	found.want(200, ".hit .snippet", "bewonerscommunicatie").want(200, ".hit .pg", "p. 2 van 3")
	if found.doc().Find(".hit mark").Length() == 0 || found.doc().Find(".hit .thumb img.marks").Length() != 1 {
		t.Error("the hit has no marks")
	}
	b.get("/search/quick?q=molenw").want(200, ".quick-name", "Molenwijk")
	b.get("/search?q=sanne").want(200, ".tabs a[href*='type=person'] .tab-count", "1")  // no document has it
	b.get("/search?q=sannne").want(200, ".tabs a[href*='type=person'] .tab-count", "1") // nor is it written so
	b.get("/search?q=communicatie+bewoner").want(200, ".tabs a[href*='type=person'] .tab-count", "0")
	b.get("/search?q=zzzqqqxxx").want(200, ".empty h2", "Niets gevonden")

	href := found.doc().Find("[data-hit-link]").AttrOr("href", "")
	view := b.get(href).want(200, ".panel-title", "Plan").want(200, ".pills, [data-hit-label]", "treffer 1 van")
	if n := view.doc().Find(".view").AttrOr("data-page", ""); n != "2" {
		t.Errorf("opened at page %s", n)
	}
	view.want(200, ".paper-text mark", "bewonerscommunicatie")
	b.get("/").want(200, "#continue-title", "Verder lezen")

	b.get("/documents/"+id+"/edit").want(200, "h1", "Gegevens bewerken")
	bad := b.post("/documents/"+id, url.Values{"title": {" "}, "kind": {"approach"}, "branch": {s.Zwolle.ID}, "audience": {"people"}, "tags": {"een, twee"}})
	bad.want(422, "#title-error", "Vul dit in").want(422, "#audience-group, .choices .error", "Kies voor wie")
	if bad.doc().Find("#tags").AttrOr("value", "") != "een, twee" {
		t.Error("what was typed is gone")
	}

	if a = b.post("/documents/"+id+"/trash", nil); a.location != "/library" {
		t.Fatalf("trash: %d %q", a.status, a.location)
	}
	b.get("/library").want(200, ".toast", "prullenbak").want(200, ".toast .btn", "Ongedaan maken")
	b.get("/documents/"+id).want(404, "h1", "Niet gevonden")
	b.get("/trash").want(200, ".doc-trashed h2", "Plan")
	if a = b.post("/documents/"+id+"/restore", nil); a.location != "/documents/"+id {
		t.Fatalf("restore: %d", a.status)
	}
}

// TestUploadSheet is what the upload sheet's script relies on.
func TestUploadSheet(t *testing.T) {
	s := serve(t)
	b := s.browser(t, s.Sanne)
	asJSON := func() http.Header { return http.Header{"Accept": {"application/json"}} }
	var first, second struct {
		ID, URL, Status string
		Copies          []struct{ Title, URL string }
	}
	a := b.upload("/upload/file", map[string][]byte{"een.pdf": plan}, nil, asJSON()).want(201, "", "")
	if err := json.Unmarshal(a.body, &first); err != nil || first.URL != "/documents/"+first.ID {
		t.Fatalf("%v %s", err, a.body)
	}
	a = b.upload("/upload/file", map[string][]byte{"twee.pdf": plan}, nil, asJSON()).want(201, "", "")
	if err := json.Unmarshal(a.body, &second); err != nil || len(second.Copies) != 1 || second.Copies[0].URL != first.URL {
		t.Fatalf("the copy is not told: %v %s", err, a.body)
	}
	s.Settle(t)
	a = b.do(http.MethodGet, "/upload/status?ids="+first.ID+","+second.ID, nil, asJSON()).want(200, "", "")
	if n := strings.Count(string(a.body), `"status":"ready"`); n != 2 {
		t.Errorf("%d ready: %s", n, a.body)
	}
	a = b.upload("/upload/file", map[string][]byte{"leeg.pdf": {}}, nil, asJSON()).want(201, "", "")
	if err := json.Unmarshal(a.body, &second); err != nil {
		t.Fatal(err)
	}
	s.Settle(t)
	a = b.do(http.MethodGet, "/upload/status?ids="+second.ID, nil, asJSON()).want(200, "", "")
	if !strings.Contains(string(a.body), `"status":"failed","failure":"Het bestand is leeg.`) {
		t.Errorf("an empty file: %s", a.body)
	}
	a = b.upload("/upload/file", nil, nil, asJSON()).want(422, "", "")
	if got := a.header.Get("Content-Type"); got != "application/problem+json" || !strings.Contains(string(a.body), "Kies een bestand.") {
		t.Errorf("no file: %s %s", got, a.body)
	}
}

// TestFilesOfAPage fetches what the viewer loads.
func TestFilesOfAPage(t *testing.T) {
	s := serve(t)
	d := s.Upload(t, s.Sanne, "plan.pdf", plan, library.Meta{})
	b := s.browser(t, s.Sanne)
	base := "/documents/" + d.ID
	a := b.do(http.MethodGet, base+"/file?inline=1", nil, http.Header{"Range": {"bytes=0-4"}})
	if a.status != http.StatusPartialContent || string(a.body) != "%PDF-" || !strings.HasPrefix(a.header.Get("Content-Disposition"), "inline") {
		t.Errorf("file: %d %q %v", a.status, a.body, a.header)
	}
	a = b.get(base + "/pages/1/image?width=320&version=1")
	if a.status != 200 || !strings.HasPrefix(a.header.Get("Content-Type"), "image/") {
		t.Errorf("image: %d %s", a.status, a.header.Get("Content-Type"))
	}
	a = b.get(base+"/pages/2/marks?q=bewonerscommunicatie").want(200, "", "")
	var m struct {
		Marks []struct{ X, Y, W, H float64 }
	}
	if err := json.Unmarshal(a.body, &m); err != nil || len(m.Marks) == 0 || m.Marks[0].W <= 0 {
		t.Errorf("marks: %v %s", err, a.body)
	}
	b.get(base+"/pages/2/marks.svg?q=bewonerscommunicatie").want(200, "svg rect", "")
	b.get(base+"/pages/9/image").want(404, "h1", "Niet gevonden")
	b.get(base+"?page=99").want(200, ".panel-title", "plan")
	b.get(base+"?tab=versions").want(200, ".versions", "Versie 1")
	b.get(base+"?version=7").want(404, "h1", "Niet gevonden")
}

func TestTenders(t *testing.T) {
	s := serve(t)
	b := s.browser(t, s.Sanne)
	b.get("/tenders").want(200, ".empty h2", "Hier komen jullie selecties")
	typed := url.Values{
		"title": {"Molenwijk fase 2"}, "reference": {"2026-114"}, "client": {"De Linde"}, "place": {"Zwolle"}, "branch": {s.Zwolle.ID},
		"year": {"2026"}, "work": {"Renovatie"}, "outcome": {"open"}, "score": {"acht"}, "deadline": {"2026-11-27"}, "summary": {"212 woningen"},
	}
	bad := b.post("/tenders", typed).want(422, "#score-error", "Vul een getal in")
	if bad.doc().Find("#title").AttrOr("value", "") != "Molenwijk fase 2" {
		t.Error("what was typed is gone")
	}
	typed.Set("score", "8,5")
	a := b.post("/tenders", typed)
	if a.status != http.StatusSeeOther {
		t.Fatalf("create: %d %.400s", a.status, a.body)
	}
	b.get(a.location).want(200, "h1", "Molenwijk fase 2").want(200, ".about", "27 nov. 2026").want(200, ".pill-open", "8,5")
	b.post("/tenders", typed).want(409, "#reference-error", "kenmerk")
	b.get("/tenders?outcome=won").want(200, ".empty h2", "Geen selecties")
	b.get("/tenders?outcome=open").want(200, ".tender-row h2", "Molenwijk")
	b.get(a.location+"/edit").want(200, "h1", "Selectie bewerken")
	other := s.browser(t, s.Tom)
	other.get(a.location+"/edit").want(403, "h1", "Dat mag je niet")
}

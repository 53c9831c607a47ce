package site_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/auth"
)

// News is written, read, confirmed and counted by the pages alone.
func TestNewsPages(t *testing.T) {
	s := serve(t)
	editor := s.browser(t, s.Person(t, "Eva Redactie", "Zwolle", auth.RoleEditor))
	sanne, tom, henk := s.browser(t, s.Sanne), s.browser(t, s.Tom), s.browser(t, s.Manager)

	sanne.get("/news").want(200, ".empty h2", "Nog geen nieuws")
	if sanne.get("/news").doc().Find(`a[href="/posts/new?kind=news"]`).Length() != 0 {
		t.Error("a member is offered to write news")
	}
	if a := sanne.get("/posts/new?kind=news"); a.status != http.StatusForbidden {
		t.Errorf("a member gets the form: %d", a.status)
	}
	if a := sanne.post("/posts", url.Values{"kind": {"news"}, "title": {"Nep"}, "body": {"x"}, "do": {"publish"}}); a.status != http.StatusForbidden {
		t.Errorf("a member writes news: %d", a.status)
	}
	form := editor.get("/posts/new?kind=news").want(200, "h1", "Nieuws schrijven").want(200, `select[name="audience"]`, "Heel het bedrijf").want(200, `select[name="audience"]`, "Vestiging Zwolle").doc()
	if form.Find(`input[name="options"], input[type="radio"]`).Length() != 0 {
		t.Error("the form of news asks what only polls do")
	}
	if n := henk.get("/posts/new?kind=news").doc().Find(`select[name="audience"] option`).Length(); n != 1 {
		t.Errorf("a manager has %d channels", n)
	}
	wrong := url.Values{"kind": {"news"}, "audience": {"company"}, "title": {""}, "body": {"Lees dit."}, "must_read": {"true"}, "read_by": {"2001-01-01"}, "do": {"publish"}}
	editor.post("/posts", wrong).want(422, "#title-error", "Vul dit in").want(422, `textarea[name="body"]`, "Lees dit.")
	wrong.Set("title", "Veilig werken")
	editor.post("/posts", wrong).want(422, "#read_by-error", "Kies een dag die nog komt")
	wrong.Set("read_by", "morgen")
	editor.post("/posts", wrong).want(422, "#read_by-error", "datum")
	wrong.Set("read_by", time.Now().AddDate(0, 0, 7).Format(time.DateOnly))
	item := editor.post("/posts", wrong).moved()

	sanne.get("/").want(200, "#to-read h3", "Veilig werken").want(200, "#to-read button", "Gelezen")
	sanne.get("/news").want(200, ".news-card h2", "Veilig werken").want(200, ".news-card .pill", "Lezen vóór of op")
	sanne.get("/news?channel=branch:"+s.Zwolle.ID).want(200, ".empty h2", "Nog geen nieuws")
	sanne.get(item).want(200, ".must-read button", "Gelezen").want(200, `.rail a[aria-current="page"]`, "Nieuws")
	if sanne.get(item).doc().Find("#reach").Length() != 0 {
		t.Error("a reader sees the reach")
	}
	if a := sanne.post(item+"/remind", url.Values{}); a.status != http.StatusForbidden {
		t.Errorf("a reader reminds: %d", a.status)
	}
	part := sanne.do(http.MethodPost, item+"/read", strings.NewReader(""), http.Header{"HX-Request": {"true"}, "Content-Type": {"application/x-www-form-urlencoded"}})
	part.want(200, ".must-read-done", "Je bevestigde op")
	if strings.Contains(string(part.body), "<html") {
		t.Error("a script gets a whole page")
	}
	if doc := sanne.get("/").doc(); doc.Find("#to-read h3").Length() != 0 {
		t.Error("what was confirmed still waits on the home page")
	} else if got := doc.Find(".home-news h3").Text(); got != "Veilig werken" {
		t.Errorf("the latest news is %q", got)
	}
	sanne.get("/news").want(200, ".news-card .pill-won", "Gelezen")
	tom.post(item+"/read", url.Values{}).moved()
	for i := range 4 {
		s.Person(t, "Lezer "+string(rune('A'+i)), "Zwolle", auth.RoleMember)
	}
	reach := editor.get(item).want(200, "#reach h2", "Bereik").want(200, "#reach tbody tr", "Iedereen").doc().Find("#reach tbody tr").First().Text()
	if got := strings.Join(strings.Fields(reach), " "); got != "Iedereen82 (25 %) 2 (25 %)" {
		t.Errorf("the reach is %q", got)
	}
	editor.post(item+"/remind", url.Values{}).moved()
	editor.get(item).want(200, "#reach", "Vandaag is er herinnerd")

	sanne.get("/news/channels").want(403, "h1", "")
	henk.get("/news/channels").want(200, "form h2", "Vestiging Zwolle")
	henk.post("/news/channels", url.Values{"channel": {"branch:" + s.Zwolle.ID}}).moved()
	if henk.get("/news/channels").doc().Find("input[checked]").Length() != 0 {
		t.Error("the channel was not set")
	}
	if a := henk.post("/news/channels", url.Values{"channel": {"company"}}); a.status != http.StatusForbidden {
		t.Errorf("a manager sets the company's channel: %d", a.status)
	}
	quiet := henk.post("/posts", url.Values{"kind": {"news"}, "audience": {"branch:" + s.Zwolle.ID}, "title": {"Stil"}, "body": {"x"}, "do": {"publish"}}).moved()
	if sanne.get(quiet).want(200, ".post-title", "Stil").doc().Find(".say").Length() != 0 {
		t.Error("news takes comments where its channel takes none")
	}
	if a := tom.get(quiet); a.status != http.StatusNotFound {
		t.Errorf("another branch reads it: %d", a.status)
	}
}

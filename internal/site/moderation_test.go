package site_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/social"
)

// Somebody reports, a manager decides, and the author reads it: all by forms, without scripts.
func TestModerationByForms(t *testing.T) {
	s := serve(t)
	p, err := s.Social.Create(t.Context(), s.Sanne.Viewer(), social.Input{Audience: "branch:" + s.Zwolle.ID, Body: "Wat een sukkels"})
	if err != nil {
		t.Fatal(err)
	}
	here := "/posts/" + p.ID
	sanne, henk, tom := s.browser(t, s.Sanne), s.browser(t, s.Manager), s.browser(t, s.Tom)
	if strings.Contains(string(sanne.get(here).body), here+"/report") {
		t.Error("one can report what one wrote")
	}
	henk.get(here).want(200, `.post-menu a[href="`+here+`/report"]`, "Melden")
	henk.post(here+"/report", url.Values{"note": {"zo niet"}}).want(422, ".alert", "Kies")
	if a := henk.post(here+"/report", url.Values{"reason": {"unkind"}, "note": {"zo niet"}}); a.location != here {
		t.Errorf("reported: %d %s", a.status, a.location)
	}
	henk.get(here).want(200, `.post-menu a[href="`+here+`/report"]`, "Gemeld")
	henk.get(here+"/report").want(200, ".lead", "Je hebt dit gemeld")
	tom.get("/moderation").want(403, "h1", "")
	henk.get("/moderation").want(200, ".case .evidence", "Wat een sukkels")
	henk.get("/").want(200, `.rail-foot a[href="/moderation"] .badge`, "1")

	list, err := s.Social.Cases(t.Context(), s.Manager.Viewer(), true)
	if err != nil {
		t.Fatal(err)
	}
	decide := "/moderation/" + list[0].ID
	henk.post(decide, url.Values{"act": {"hide"}}).want(422, ".case .error", "Schrijf op waarom")
	henk.post(decide, url.Values{"act": {"suspend"}, "why": {"Te vaak"}, "until": {"2001-01-01"}}).want(422, ".case textarea", "Te vaak")
	tom.post(decide, url.Values{"act": {"leave"}}).want(404, "h1", "")
	henk.post(decide, url.Values{"act": {"suspend"}, "why": {"Te vaak"}, "until": {time.Now().AddDate(0, 0, 3).Format("2006-01-02")}})
	henk.post(decide, url.Values{"act": {"hide"}, "why": {"Op de man"}})
	sanne.get(here).want(200, ".post .notice", "Op de man")
	sanne.post("/posts", url.Values{"body": {"Toch"}}).want(403, ".alert", "Lezen kan wel")
	henk.get(here).want(404, "h1", "")
	henk.get("/moderation?show=closed").want(200, ".case .notice", "verborg het")
	henk.get("/moderation?show=suspended").want(200, ".line", "Te vaak")
	henk.post("/moderation/people/"+s.Sanne.ID+"/lift", nil)
	henk.get("/moderation?show=suspended").want(200, ".empty", "Niemand is geschorst")

	admin := s.browser(t, s.Admin)
	admin.post("/admin/words", url.Values{"words": {"sukkel\r\nsufferd"}})
	admin.get("/admin/words").want(200, "textarea", "sufferd")
	sanne.post("/posts", url.Values{"body": {"Sukkel!"}})
	admin.get("/moderation").want(200, ".case", "Woordenlijst")
}

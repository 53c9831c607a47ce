package site_test

import (
	"net/url"
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/opening"
)

// Who waits is led to the page that says until when, and reaches nothing else but their own settings; who prepares goes in.
func TestOpeningGate(t *testing.T) {
	s := serve(t)
	admin, manager, sanne := s.browser(t, s.Admin), s.browser(t, s.Manager), s.browser(t, s.Sanne)
	at := time.Now().AddDate(0, 0, 3).Format("2006-01-02T15:04")
	if a := admin.post("/admin/opening", url.Values{"at": {"gisteren"}, "text": {"Tot dan!"}}); a.status != 422 || a.doc().Find("textarea[name=text]").Text() != "Tot dan!" {
		t.Errorf("no moment: %d", a.status)
	}
	if a := admin.post("/admin/opening", url.Values{"at": {at}, "text": {"**Tot dan!**"}}); a.status != 303 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	for _, path := range []string{"/", "/library", "/search?q=x", "/documents/x", "/people/" + s.Tom.ID, "/welcome", "/notifications"} {
		if a := sanne.get(path); a.status != 303 || a.location != "/opening" {
			t.Errorf("%s: %d %s", path, a.status, a.location)
		}
		if a := manager.get(path); a.location == "/opening" {
			t.Errorf("who prepares is led away from %s", path)
		}
	}
	if a := sanne.post("/posts", url.Values{"body": {"Al binnen"}, "audience": {"company"}}); a.status != 403 {
		t.Errorf("a post of who waits: %d", a.status)
	}
	sanne.get("/opening").want(200, "h1", "We openen op ").want(200, ".rich strong", "Tot dan!")
	sanne.get("/settings").want(200, "h1", "")
	for path, status := range map[string]int{"/people/" + s.Sanne.ID + "/photo": 404, "/people/" + s.Tom.ID + "/photo": 303, "/settingsx": 303, "/api/v1/opening": 200, "/api/v1/me": 403} {
		if a := sanne.get(path); a.status != status { // of her own there is none yet
			t.Errorf("%s: %d, want %d", path, a.status, status)
		}
	}
	if v := manager.get("/posts/new").doc().Find("input[name=at]").AttrOr("value", ""); v != at {
		t.Errorf("a post waits until %q, want %q", v, at)
	}
	if err := s.Opening.Set(t.Context(), s.Admin.Viewer(), opening.Plan{Text: "Fijn dat je er bent"}); err != nil {
		t.Fatal(err)
	}
	sanne.get("/").want(200, ".tour-invite h2", "Nieuw hier?")
	sanne.get("/welcome").want(200, ".rich", "Fijn dat je er bent").want(200, ".tour-steps h2", "Zoek tot op de pagina")
	if a := sanne.get("/opening"); a.location != "/" {
		t.Errorf("when it is open: %d %s", a.status, a.location)
	}
	if a := sanne.post("/welcome", nil); a.status != 303 {
		t.Errorf("%d %s", a.status, a.body)
	}
	if sanne.get("/").doc().Find(".tour-invite").Length() != 0 {
		t.Error("the tour is offered again")
	}
}

package site_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/aanpak/aanpak/internal/library"
)

// TestTrail: signing in and out, failing to, and taking files along are written down, for administrators only.
func TestTrail(t *testing.T) {
	s := serve(t)
	d := s.Upload(t, s.Sanne, "plan.pdf", plan, library.Meta{})
	b := s.browser(t, nil)
	b.post("/sign-in", url.Values{"email": {s.Sanne.Email}, "password": {"per ongeluk iets geheims"}})
	b.post("/sign-in", url.Values{"email": {"een wachtwoord in het verkeerde veld"}, "password": {"x"}})
	b = s.browser(t, s.Sanne)
	b.get("/documents/"+d.ID+"/file").want(200, "", "")
	b.do(http.MethodGet, "/documents/"+d.ID+"/file", nil, http.Header{"Range": {"bytes=10-20"}})
	b.get("/documents/" + d.ID + "/file?inline=1")
	token := s.Token(t, s.Sanne)
	s.browser(t, nil).do(http.MethodGet, "/api/v1/documents/"+d.ID+"/file", nil, http.Header{"Authorization": {"Bearer " + token}}).want(200, "", "")
	b.post("/sign-out", nil)

	admin := s.browser(t, s.Admin)
	count := func(action, want string) {
		t.Helper()
		a := admin.get("/admin/audit?person=sanne&action="+action).want(200, "h1", "Beheer")
		if got := a.doc().Find("tbody tr").Length(); strings.Repeat("x", got) != want {
			t.Errorf("%d entries of %s", got, action)
		}
	}
	count("session.open", "x")
	count("session.end", "x")
	count("document.download", "xx")
	page := admin.get("/admin/audit?object=document:"+d.ID).want(200, "tbody", "Origineel gedownload").want(200, "tbody", "Sanne Visser").
		want(200, "tbody", "127.0.0.1").want(200, "tbody", "API-token").want(200, "tbody", "plan.pdf")
	if n := page.doc().Find("tbody tr").Length(); n != 2 {
		t.Errorf("%d entries of the document", n)
	}
	refused := admin.get("/admin/audit?action=session.refused").want(200, "tbody", "Inloggen mislukt").want(200, "tbody", "Sanne Visser")
	if strings.Contains(string(refused.body), "geheims") || strings.Contains(string(refused.body), "verkeerde veld") {
		t.Error("the trail has what was typed")
	}
	if a := admin.get("/admin/audit/export?action=document.download"); a.status != 200 || strings.Count(string(a.body), "document.download") != 2 || !strings.HasPrefix(a.header.Get("Content-Type"), "text/csv") {
		t.Errorf("export: %d %.300s", a.status, a.body)
	}
	admin.get("/admin/audit?action=audit.export").want(200, "tbody", "Logboek geëxporteerd")
	admin.post("/admin/audit/keep", url.Values{"days": {"3"}}).want(422, "#days-error", "90").want(422, "#days[value='3']", "")
	if a := admin.post("/admin/audit/keep", url.Values{"days": {"365"}}); a.status != http.StatusSeeOther {
		t.Errorf("keep: %d", a.status)
	}
	admin.get("/admin/audit").want(200, "#days[value='365']", "")
	if a := s.browser(t, s.Manager).get("/admin/audit"); a.status != http.StatusForbidden {
		t.Errorf("a manager sees the trail: %d", a.status)
	}
}

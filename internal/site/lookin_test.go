package site_test

import (
	"net/url"
	"testing"

	"github.com/aanpak/aanpak/internal/library"
)

// TestBannerOfTemporaryAccess: asked for, it stands on every page, kept ones too, until it is given back; the owner reads who looked and why.
func TestBannerOfTemporaryAccess(t *testing.T) {
	s := serve(t)
	audience := "people:" + s.Sanne.ID
	d := s.Upload(t, s.Sanne, "geheim.pdf", plan, library.Meta{Audience: &audience})
	admin, owner := s.browser(t, s.Admin), s.browser(t, s.Sanne)
	admin.get("/documents/"+d.ID).want(404, "h1", "")
	admin.get("/library").want(200, ".head-count", "0 documenten")
	ask := url.Values{"kind": {"document"}, "what": {"/documents/" + d.ID}, "minutes": {"15"}}
	admin.post("/admin/access", ask).want(422, "#reason-error", "Zeg waarom")
	ask.Set("reason", "Vraag van de vertrouwenspersoon.")
	admin.post("/admin/access", ask).want(303, "", "")
	admin.get("/documents/"+d.ID).want(200, ".looking", "Vraag van de vertrouwenspersoon.")
	if a := admin.get("/documents/" + d.ID); a.header.Get("Aanpak-Keep") != "no" || a.header.Get("Aanpak-Person") != s.Admin.ID {
		t.Errorf("the browser may keep what is lent: %v", a.header)
	}
	for range 2 { // drawn, and kept
		admin.get("/library").want(200, ".looking", "geheim")
	}
	owner.get("/documents/"+d.ID).want(200, ".panel .note", "Vraag van de vertrouwenspersoon.")
	page := owner.get("/settings/access")
	page.want(200, ".line-main", "Ada Min")
	page.want(200, ".line-main", "geheim")
	end := admin.get("/admin/access").doc().Find(".looking form").AttrOr("action", "")
	admin.post(end, nil).want(303, "", "")
	admin.get("/documents/"+d.ID).want(404, "h1", "")
	if n := admin.get("/library").doc().Find(".looking").Length(); n > 0 {
		t.Error("the banner stays")
	}
}

package site_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/aanpak/aanpak/internal/social"
	"github.com/aanpak/aanpak/internal/unfurl"
	"github.com/aanpak/aanpak/internal/unfurl/unfurltest"
)

// An administrator switches previews on for some sites, an author leaves one out and takes it back, and only who sees the post gets its
// picture: all by forms, without scripts.
func TestLinksByForms(t *testing.T) {
	s := serve(t)
	const address = "https://www.bouw.example/artikel"
	p, err := s.Social.Create(t.Context(), s.Sanne.Viewer(), social.Input{Audience: "branch:" + s.Zwolle.ID, Body: "Lees " + address})
	if err == nil {
		err = s.Links.Bring(t.Context(), address, unfurl.Page{Title: "<b>Vet</b> artikel", Description: `Met "haken"`, Site: "Bouw", Picture: unfurltest.Picture(480, 270)})
	}
	if err != nil {
		t.Fatal(err)
	}
	here := "/posts/" + p.ID
	sanne, henk, tom, admin := s.browser(t, s.Sanne), s.browser(t, s.Manager), s.browser(t, s.Tom), s.browser(t, s.Admin)
	henk.get(here).want(200, ".post", "Lees").without(".link-card")
	henk.get(here+"/preview").want(404, "", "")
	sanne.get(here+"/edit").want(200, "form", "").without("#no_preview")

	admin.get("/admin/links").want(200, ".lead", "opent de server zelf").without("#on[checked]")
	admin.post("/admin/links", url.Values{"on": {"true"}, "hosts": {"https://bouw.example/nieuws"}}).want(422, ".field-wrong", "geen naam van een site")
	admin.post("/admin/links", url.Values{"on": {"true"}, "hosts": {"bouw.example\r\n"}}).moved()
	admin.get("/admin/links").want(200, "textarea", "bouw.example").want(200, "#on[checked]", "")
	admin.get("/admin/audit").want(200, "table", "Voorbeelden van links")
	henk.post("/admin/links", url.Values{"on": {"true"}}).want(403, "", "")

	a := henk.get(here).want(200, ".link-card .link-host", "www.bouw.example").want(200, `.link-card a[rel="noopener noreferrer nofollow"][href="`+address+`"]`, "<b>Vet</b> artikel")
	if strings.Contains(string(a.body), "<b>Vet") {
		t.Error("a stranger's text is not escaped")
	}
	picture, _ := a.doc().Find(".link-card img").Attr("src")
	if got := henk.get(picture); got.status != 200 || got.header.Get("Content-Type") != "image/jpeg" || !strings.Contains(got.header.Get("Cache-Control"), "no-cache") {
		t.Errorf("the picture %s: %d %v", picture, got.status, got.header)
	}
	tom.get(picture).want(404, "", "")
	tom.get("/api/v1"+here+"/link-preview/image").want(404, "", "")
	if got := henk.get("/api/v1" + here + "/link-preview/image"); got.status != 200 {
		t.Errorf("the picture by the API: %d", got.status)
	}
	if got := string(henk.get("/api/v1" + here).body); !strings.Contains(got, `"link_preview":{"url":"`+address+`"`) {
		t.Errorf("the API answers %s", got)
	}

	edit := url.Values{"kind": {"text"}, "body": {"Lees " + address}, "do": {"publish"}}
	edit.Set("no_preview", "true")
	sanne.post(here, edit).moved()
	henk.get(here).want(200, ".post", "Lees").without(".link-card")
	sanne.get(here+"/edit").want(200, "#no_preview[checked]", "")
	edit.Del("no_preview")
	sanne.post(here, edit).moved()
	henk.get(here).want(200, ".link-card", "Bouw")
	admin.post("/admin/links", url.Values{"hosts": {"bouw.example"}}).moved()
	henk.get(here).want(200, ".post", "Lees").without(".link-card")
}

package site_test

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/share"
)

// madeLink shares a document by the page and returns the path of the link.
func madeLink(t *testing.T, b *browser, d *library.Document, fields url.Values) string {
	t.Helper()
	fields.Set("recipient", "Jan de Vries")
	fields.Set("days", "7")
	_, path, ok := strings.Cut(b.post("/documents/"+d.ID+"/share", fields).want(200, ".alert-good code", "/s/").doc().Find(".alert-good code").Text(), "/s/")
	if !ok {
		t.Fatal("no link")
	}
	return "/s/" + path
}

// TestOutsiderSees one document by a link, and nothing of the company; it is counted, told, and ended.
func TestOutsiderSees(t *testing.T) {
	s := serve(t)
	if err := s.Share.SetRule(t.Context(), s.Admin.Viewer(), share.Rule{BranchID: s.Zwolle.ID, MostDays: 30}); err != nil {
		t.Fatal(err)
	}
	d := s.Upload(t, s.Sanne, "plan.pdf", plan, library.Meta{})
	owner, outsider := s.browser(t, s.Sanne), s.browser(t, nil)
	link := madeLink(t, owner, d, url.Values{"download": {"true"}})
	page := outsider.get(link)
	page.want(200, "h1", d.Title)
	for name, want := range map[string]string{"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow, noarchive", "Cache-Control": "no-store"} {
		if got := page.header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	for _, secret := range []string{s.Sanne.Name, "Zwolle", d.ID, "/documents/", "/sign-in"} {
		if bytes.Contains(page.body, []byte(secret)) {
			t.Errorf("an outsider is told %q", secret)
		}
	}
	outsider.get(link+"/pages/1/image").want(200, "", "")
	if got := outsider.get(link + "/file"); got.status != 200 || !bytes.Equal(got.body, plan) {
		t.Errorf("the file: %d, %d bytes of %d", got.status, len(got.body), len(plan))
	}
	part := outsider.do(http.MethodGet, link+"/file", nil, http.Header{"Range": {"bytes=5-9"}})
	if part.status != http.StatusPartialContent || !bytes.Equal(part.body, plan[5:10]) {
		t.Errorf("a range: %d, %q", part.status, part.body)
	}
	owner.get("/documents/"+d.ID).want(200, ".panel", "één keer geopend, één keer gedownload")
	owner.get("/settings/shares").want(200, ".line-main", "Jan de Vries")
	s.browser(t, s.Admin).get("/admin/shares").want(200, ".line-main", "Jan de Vries")
	revoke := owner.get("/settings/shares").doc().Find(".line form").AttrOr("action", "")
	owner.post(revoke, nil).want(303, "", "")
	for _, path := range []string{link, link + "/file", link + "/pages/1/image"} {
		outsider.get(path).want(404, "h1", "Deze link werkt niet")
	}
}

// TestOutsiderTakesAlong what the link allows: nothing, or a PDF with the recipient on every page.
func TestOutsiderTakesAlong(t *testing.T) {
	s := serve(t)
	if err := s.Share.SetRule(t.Context(), s.Admin.Viewer(), share.Rule{BranchID: s.Zwolle.ID, MostDays: 30}); err != nil {
		t.Fatal(err)
	}
	d, text := s.Upload(t, s.Sanne, "plan.pdf", plan, library.Meta{}), s.Upload(t, s.Sanne, "plan.txt", []byte("Een plan."), library.Meta{})
	owner, outsider := s.browser(t, s.Sanne), s.browser(t, nil)
	outsider.get(madeLink(t, owner, d, url.Values{})+"/file").want(403, "p", "niet te downloaden")
	outsider.get(madeLink(t, owner, text, url.Values{"download": {"true"}, "watermark": {"true"}})).want(200, ".actions", "kan geen watermerk")
	marked := madeLink(t, owner, d, url.Values{"download": {"true"}, "watermark": {"true"}})
	got := outsider.get(marked + "/file")
	again := outsider.do(http.MethodGet, marked+"/file", nil, http.Header{"Range": {"bytes=100-199"}})
	if got.status != 200 || bytes.Equal(got.body, plan) || !bytes.Equal(again.body, got.body[100:200]) {
		t.Fatalf("%d; a part is of the same copy: %v", got.status, bytes.Equal(again.body, got.body[100:200]))
	}
	copied := s.Upload(t, s.Sanne, "kopie.pdf", got.body, library.Meta{})
	_, page, err := s.Library.Page(t.Context(), s.Sanne.Viewer(), copied.ID, 0, 1)
	if err != nil || !strings.Contains(strings.Join(strings.Fields(page.Text), " "), "Voor Jan de Vries") {
		t.Errorf("the copy says %.200q, %v", page.Text, err)
	}
}

// TestOutsiderWithPassword is asked for it once in a browser.
func TestOutsiderWithPassword(t *testing.T) {
	s := serve(t)
	if err := s.Share.SetRule(t.Context(), s.Admin.Viewer(), share.Rule{BranchID: s.Zwolle.ID, MostDays: 30, Password: true}); err != nil {
		t.Fatal(err)
	}
	d := s.Upload(t, s.Sanne, "plan.pdf", plan, library.Meta{})
	outsider := s.browser(t, nil)
	link := madeLink(t, s.browser(t, s.Sanne), d, url.Values{"password": {"hekwerk9"}})
	if page := outsider.get(link); page.status != 401 || bytes.Contains(page.body, []byte(d.Title)) {
		t.Errorf("before the password: %d", page.status)
	}
	outsider.get(link+"/pages/1/image").want(401, "", "")
	outsider.post(link, url.Values{"password": {"gokken"}}).want(401, "[role=alert]", "niet")
	outsider.post(link, url.Values{"password": {"hekwerk9"}}).want(303, "", "")
	outsider.get(link).want(200, "h1", d.Title)
	s.browser(t, nil).get(link).want(401, "h1", "wachtwoord")
}

package site_test

import (
	"testing"

	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/people"
)

// TestOpeningIsTraced: who opens what is for a few is in the trail, once; what everybody may read, and one's own, is read unseen.
func TestOpeningIsTraced(t *testing.T) {
	s := serve(t)
	audience := "people:" + s.Tom.ID
	few := s.Upload(t, s.Sanne, "voor tom.pdf", plan, library.Meta{Audience: &audience})
	all := s.Upload(t, s.Sanne, "voor allen.pdf", plan, library.Meta{})
	noted := func(u *people.User, d *library.Document) int64 {
		t.Helper()
		n, err := s.DB.Reader().NewSelect().TableExpr("audit").Where("action = 'document.open'").Where("user_id = ?", u.ID).
			Where("object = ?", "document:"+d.ID).Count(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	sanne, tom := s.browser(t, s.Sanne), s.browser(t, s.Tom)
	for range 2 {
		for _, d := range []*library.Document{few, all} {
			tom.get("/documents/"+d.ID).want(200, ".panel-title", "voor")
			sanne.get("/documents/"+d.ID).want(200, ".panel-title", "voor")
		}
	}
	if n := noted(s.Tom, few); n != 1 {
		t.Errorf("opening what is for a few is noted %d times", n)
	}
	if n := noted(s.Tom, all) + noted(s.Sanne, few) + noted(s.Sanne, all); n != 0 {
		t.Errorf("opening what is for all, or one's own, is noted %d times", n)
	}
	s.browser(t, s.Admin).get("/admin/audit").want(200, "table", "Besloten document geopend")
}

package site_test

import (
	"net/url"
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/library"
)

// TestPrivacyPages: what is kept is told; an erasure wants the name, waits, can be taken back, and then leaves a former colleague in the
// language of who looks.
func TestPrivacyPages(t *testing.T) {
	s := serve(t)
	d := s.Upload(t, s.Sanne, "plan.pdf", plan, library.Meta{})
	own, admin := s.browser(t, s.Sanne), s.browser(t, s.Admin)
	own.get("/settings/privacy").want(200, ".list", "Je account: naam")
	own.post("/settings/privacy/export", nil).want(303, "", "")
	own.post("/settings/privacy/erase", url.Values{"name": {"ja"}}).want(422, "#name-error", s.Sanne.Name)
	own.post("/settings/privacy/erase", url.Values{"name": {s.Sanne.Name}}).want(303, "", "")
	own.get("/settings/privacy").want(200, ".strong", "wordt gewist op")
	admin.get("/admin/privacy").want(200, ".line-main", s.Sanne.Name)
	own.post("/settings/privacy/erase/cancel", nil).want(303, "", "")
	admin.get("/admin/privacy").want(200, "main", "Geen.")
	admin.post("/admin/privacy", url.Values{"trash": {"90"}, "audit": {"1"}}).want(422, "#audit-error", "90")
	admin.post("/admin/privacy", url.Values{"trash": {"90"}}).want(303, "", "")
	admin.post("/admin/people/"+s.Sanne.ID+"/erase", url.Values{"name": {s.Sanne.Name}}).want(303, "", "")
	s.Privacy.UseClock(func() time.Time { return db.Now().AddDate(0, 0, 15) })
	if err := s.Privacy.Retain(t.Context()); err != nil {
		t.Fatal(err)
	}
	admin = s.browser(t, s.Admin) // the sessions of before are over too
	admin.get("/documents/"+d.ID).want(200, ".panel-body", "Oud-collega")
	ann := s.Person(t, "Ann Smith", "Zwolle", auth.RoleMember)
	english := s.browser(t, ann)
	english.post("/settings", url.Values{"name": {ann.Name}, "language": {"en"}}).want(303, "", "")
	english.get("/documents/"+d.ID).want(200, ".panel-body", "Former colleague")
	own.get("/").want(303, "", "")
	admin.get("/admin/people/"+s.Sanne.ID+"/erase").want(404, "", "")
	admin.get("/admin/audit/export?format=jsonl").want(200, "", "")
}

package site_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/site"
)

// forAll are the routes under which things of others are meant to be seen or touched by any colleague.
var forAll = []string{
	"GET /tenders/:id", "POST /tenders/:id/follow", "GET /topics/:id", "POST /topics/:id/follow", "POST /people/:id/follow", "GET /people/:id", "GET /api/v1/tenders/{id}/made-with", "GET /api/v1/users/{id}/reused", "GET /people/:id/photo", "GET /people/:id/card.vcf",
	"POST /people/:id/expertise/:skill/endorse", "POST /people/:id/expertise/:skill/unendorse",
	"DELETE /api/v1/notifications/mutes/{key}", // of one's own mutes, of which there is none
	"GET /api/v1/tenders/{id}", "GET /api/v1/tenders/{id}/team", "GET /api/v1/users/{id}", "GET /api/v1/users/{id}/photo",
	"PUT /api/v1/users/{id}/expertise/{expertise}/endorsement", "DELETE /api/v1/users/{id}/expertise/{expertise}/endorsement",
}

// notOwners are pages of things that their owner does not have: nobody reports or judges what they said, and what is said about a document has no
// page of its own to show.
var notOwners = []string{
	"/documents/:id/card", "/documents/:id/spotlight", "/spotlights/:id/edit", "/posts/:id/preview", "/posts/:id/report", "/comments/:id/report", "/moderation/:id", "/people/:id/photo",
}

// TestIDOR asks every page and operation that takes an id for things of Sanne's, as people of another branch: none is told, none changes.
// Sanne herself gets them all, so that no refusal is for another reason.
func TestIDOR(t *testing.T) {
	sc := attacked(t)
	attackers := map[string]*browser{"a member": sc.attacker}
	for _, role := range []auth.Role{auth.RoleAmbassador, auth.RoleEditor, auth.RoleManager, auth.RoleHR} {
		attackers[string(role)] = sc.browser(t, sc.Person(t, "Boze "+string(role), "Eindhoven", role))
	}
	before := sc.state(t)
	for who, b := range attackers {
		sc.pagesOf(t, who, b, before)
		sc.operationsOf(t, who, b, before)
	}
	sc.owned(t)
}

func (sc *scene) pagesOf(t *testing.T, who string, b *browser, before map[string]string) {
	t.Helper()
	for _, r := range site.New(site.Options{}).Routes() {
		route := r.Method + " " + r.Path
		path, takes := sc.fill(r.Path)
		if !takes || slices.Contains(forAll, route) || r.Access == httpd.Public {
			continue
		}
		var a *answer
		switch {
		case r.Method == http.MethodGet:
			a = b.get(path + "?q=plan")
		case strings.HasSuffix(r.Path, "/versions"), strings.HasSuffix(r.Path, "/photos"):
			a = b.upload(path, map[string][]byte{"later.txt": []byte("Later.")}, nil, nil)
		default:
			a = b.post(path, sc.stuffed())
		}
		own := route == "POST /settings/expertise/:skill/remove" // of the person's own, of which there is none: nothing happens
		if !own && a.status != http.StatusNotFound && a.status != http.StatusForbidden {
			t.Errorf("%s: %s answers %d %s", who, route, a.status, a.location)
		}
		sc.silent(t, who+": "+route, a)
	}
	sc.unchanged(t, who+" by pages", before)
}

func (sc *scene) operationsOf(t *testing.T, who string, b *browser, before map[string]string) {
	t.Helper()
	for _, op := range sc.operations(t) {
		route := op.method + " " + op.path
		path, takes := sc.fill(op.path)
		if !takes || slices.Contains(forAll, route) {
			continue
		}
		a := b.sends(op, path, encodedJSON(sc.body(op)), nil)
		if a.status != http.StatusNotFound && a.status != http.StatusForbidden {
			t.Errorf("%s: %s answers %d %.300s", who, route, a.status, a.body)
		}
		sc.silent(t, who+": "+route, a)
	}
	sc.unchanged(t, who+" by the API", before)
}

// silent fails where an answer tells something that is not for who asked.
func (sc *scene) silent(t *testing.T, what string, a *answer) {
	t.Helper()
	for _, s := range sc.secrets {
		if strings.Contains(string(a.body), s) {
			t.Errorf("%s tells %q", what, s)
		}
	}
}

// owned asks for the same as the owner.
func (sc *scene) owned(t *testing.T) {
	t.Helper()
	for _, r := range site.New(site.Options{}).Routes() {
		path, takes := sc.fill(r.Path)
		if !takes || r.Access != httpd.SignedIn || r.Method != http.MethodGet || slices.Contains(notOwners, r.Path) {
			continue
		}
		if a := sc.victim.get(path + "?q=plan"); a.status != http.StatusOK {
			t.Errorf("the owner gets %s with %d", path, a.status)
		}
	}
	other := sc.browser(t, sc.Sanne) // whose session is not the one that is ended
	for _, path := range []string{
		"/shares/" + sc.ids["/shares/"] + "/revoke", "/settings/tokens/" + sc.ids["/settings/tokens/"] + "/revoke",
		"/settings/expertise/" + sc.ids["/settings/expertise/"] + "/remove", "/settings/passkeys/" + sc.ids["/settings/passkeys/"] + "/remove",
		"/documents/" + sc.ids["/documents/"], "/documents/" + sc.ids["/documents/"] + "/trash", "/groups/" + sc.ids["/groups/"] + "/members",
	} {
		fields := sc.stuffed()
		fields.Set("kind", "other")
		if a := other.post(path, fields); a.status != http.StatusSeeOther {
			t.Errorf("the owner posts %s: %d %.300s", path, a.status, a.doc().Find("[role=alert]").Text())
		}
	}
}

// TestIDORInFields puts ids of others into forms and bodies instead of paths: a document into a group or tender's team that its owner is not
// in, a move of work to somebody, a search within what is hidden.
func TestIDORInFields(t *testing.T) {
	sc := attacked(t)
	b := sc.attacker
	own := sc.Upload(t, sc.Tom, "eigen.txt", []byte("van Tom"), libraryMeta())
	before := sc.state(t)
	for name, a := range map[string]*answer{
		"shared with a hidden group":      b.sends(operation{method: "PATCH"}, "/api/v1/documents/"+own.ID, encodedJSON(map[string]any{"audience": "group:" + sc.ids["/groups/"]}), nil),
		"uploaded for a hidden group":     b.upload("/api/v1/documents", map[string][]byte{"x.txt": []byte("x")}, url.Values{"audience": {"group:" + sc.ids["/groups/"]}}, nil),
		"uploaded for another's team":     b.upload("/api/v1/documents", map[string][]byte{"x.txt": []byte("x")}, url.Values{"audience": {"branch"}, "branch": {sc.Zwolle.ID}, "tender_id": {"x"}}, nil),
		"given to another branch":         b.sends(operation{method: "PATCH"}, "/api/v1/documents/"+own.ID, encodedJSON(map[string]any{"owner_id": sc.Sanne.ID}), nil),
		"a page that is not there":        b.get("/api/v1/documents/" + own.ID + "/pages/999"),
		"a version that is not there":     b.get("/api/v1/documents/" + own.ID + "/file?version=99"),
		"an id that is no id":             b.get("/api/v1/documents/..%2f" + sc.ids["/documents/"]),
		"an id in other letters":          b.get("/api/v1/documents/" + strings.ToUpper(sc.ids["/documents/"])),
		"an id with something behind it":  b.get("/api/v1/documents/" + sc.ids["/documents/"] + "%00"),
		"an id as one of several":         b.get("/api/v1/documents/" + own.ID + "?id=" + sc.ids["/documents/"]),
		"search within a hidden group":    b.get("/api/v1/search?q=renovatie&audience=group:" + sc.ids["/groups/"]),
		"details of an upload of another": b.get("/upload/details?id=" + sc.ids["/documents/"]),
		"state of an upload of another":   b.get("/upload/status?id=" + sc.ids["/documents/"]),
	} {
		sc.silent(t, name, a)
		if a.status >= 500 || a.status == http.StatusCreated {
			t.Errorf("%s: %d %.200s", name, a.status, a.body)
		}
	}
	sc.unchanged(t, "ids in fields", before)
}

package site_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/groups"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/tenders"
)

// moved wants a form that was taken, and returns where it leads.
func (a *answer) moved() string {
	a.t.Helper()
	if a.status != http.StatusSeeOther {
		a.t.Fatalf("status %d, want a redirect: %.400s", a.status, a.body)
	}
	return a.location
}

// On a narrow screen the parts of a group stand below a long feed: each can be jumped to.
func TestGroupParts(t *testing.T) {
	s := serve(t)
	sanne := s.browser(t, s.Sanne)
	page := sanne.get(sanne.post("/groups", url.Values{"name": {"Hinder"}, "about": {"Over hinder."}, "kind": {"open"}}).moved())
	links := page.doc().Find(".jump a")
	if links.Length() != 3 {
		t.Fatalf("%d parts", links.Length())
	}
	for _, a := range links.EachIter() {
		if to, _ := a.Attr("href"); page.doc().Find(to).Length() != 1 {
			t.Errorf("%s leads nowhere", to)
		}
	}
}

// A member mutes a group on its page, and hears of it again.
func TestGroupMuted(t *testing.T) {
	s := serve(t)
	sanne, tom := s.browser(t, s.Sanne), s.browser(t, s.Tom)
	group := sanne.post("/groups", url.Values{"name": {"Hinder"}, "about": {"Over hinder."}, "kind": {"open"}}).moved()
	if n := tom.get(group).doc().Find("form[action^='/notifications/']").Length(); n != 0 {
		t.Errorf("%d ways to mute for who is no member", n)
	}
	for _, way := range []string{"/notifications/mute", "/notifications/unmute", "/notifications/mute"} {
		form := sanne.get(group).doc().Find(".page-tools form[action='" + way + "']")
		value := func(name string) string { return form.Find("[name="+name+"]").AttrOr("value", "") }
		if back := sanne.post(way, url.Values{"key": {value("key")}, "back": {value("back")}}).moved(); back != group {
			t.Errorf("%s leads to %q", way, back)
		}
	}
	sanne.get("/settings/notifications").want(200, "main", "Hinder")
}

// TestGroupJourney walks from a group that is begun to a member who leaves it, all without a script.
func TestGroupJourney(t *testing.T) {
	s := serve(t)
	sanne, tom := s.browser(t, s.Sanne), s.browser(t, s.Tom)
	sanne.get("/groups").want(200, ".empty h2", "Hier komen groepen")
	bad := sanne.post("/groups", url.Values{"name": {" "}, "about": {"Over hinder."}, "kind": {"closed"}}).want(422, "#name-error", "Vul dit in")
	if bad.doc().Find("#about").Text() != "Over hinder." || bad.doc().Find(`[name=kind][value=closed][checked]`).Length() != 1 || bad.doc().Find(`[name=official]`).Length() != 0 {
		t.Error("what was typed is gone, or a member may make a group official")
	}
	group := sanne.post("/groups", url.Values{"name": {"BLVC <kring>"}, "about": {"Over hinder."}, "kind": {"closed"}, "official": {"true"}}).moved()
	sanne.get(group).want(200, "h1", "BLVC <kring>").want(200, ".toast", "begonnen").want(200, ".rail-group", "BLVC <kring>")
	sanne.post("/groups", url.Values{"name": {"blvc <KRING>"}, "kind": {"open"}}).want(409, "#name-error", "Er is al een groep")

	upload := sanne.get(group).doc().Find("[data-upload-group]").AttrOr("href", "")
	sanne.get(upload).want(200, ".upload-into", "De groep BLVC <kring>")
	id := strings.TrimPrefix(group, "/groups/")
	details := sanne.upload("/upload", map[string][]byte{"hinderkaart.pdf": plan}, url.Values{"audience": {"group"}, "audience_group": {id}}, nil).moved()
	sanne.get(details).want(200, "#audience_group option[selected]", "BLVC")
	s.Settle(t)
	document := "/documents/" + strings.TrimPrefix(details, "/upload/details?ids=")
	sanne.get(group).want(200, "#documents .doc-card h2", "hinderkaart")
	sanne.get("/library?group="+id).want(200, ".chip", "De groep BLVC")
	sanne.get(document).want(200, "dl.about", "De groep BLVC <kring>")

	tom.get("/groups?name=blvc").want(200, ".group-card h3", "BLVC").want(200, ".group-card .pill", "Besloten")
	tom.get("/groups?name=zzz").want(200, ".empty h2", "Geen groep met die naam")
	tom.get("/search?q=hinder&type=group").want(200, "h1", "1 groep").want(200, ".hit h2", "BLVC <kring>")
	tom.get("/search/quick?q=blvc").want(200, ".quick-name", "BLVC")
	tom.get(group).want(200, ".page-tools .btn-primary", "Vraag om mee te doen").want(200, "#documents", "alleen de leden")
	tom.get(document).want(404, "", "")
	tom.post(group+"/join", nil).moved()
	tom.get(group).want(200, ".pill", "Aangevraagd").want(200, ".page-tools", "Vraag intrekken")
	tom.get(document).want(404, "", "")
	tom.get(group+"/edit").want(403, "h1", "Dat mag je niet")

	admin := s.browser(t, s.Admin)
	admin.post(group+"/join", nil).moved()
	admin.post(group+"/members", url.Values{"user": {s.Admin.ID}}).want(403, "", "Je kunt jezelf niet toelaten")
	admin.post(group+"/leave", nil).moved()
	sanne.get("/").want(200, ".rail .badge", "1")
	asking := sanne.get(group).want(200, "#asking h3", "Tom Bakker")
	form := asking.doc().Find("#asking form").First()
	sanne.post(form.AttrOr("action", ""), url.Values{"user": {form.Find("button").AttrOr("value", "")}}).moved()
	sanne.get(group).want(200, ".toast", "Tom Bakker doet nu mee").want(200, "#members h3", "Tom Bakker")
	tom.get(document).want(200, ".panel-title", "hinderkaart")
	tom.get(group).want(200, "#documents .doc-card h2", "hinderkaart").want(200, ".ask summary", "Groep verlaten")

	sanne.get(group+"?find=henk").want(200, "#invite-found .pick-list", "Henk Driessen")
	sanne.post(group+"/members", url.Values{"user": {"niemand"}}).want(422, "#invite-error", "niet (meer)")
	sanne.post(group+"/members", url.Values{"user": {s.Manager.ID}}).moved()
	henk := s.browser(t, s.Manager)
	henk.get("/groups").want(200, "#invited-title", "Je bent uitgenodigd")
	henk.get(group).want(200, ".note", "uitgenodigd").want(200, ".page-tools .btn-primary", "Doe mee")
	if to := henk.post(group+"/leave", nil).moved(); to != "/groups" {
		t.Errorf("declining leads to %s", to)
	}
	sanne.post(group+"/leave", nil).want(409, "h1", "Dat kan nu niet")
	sanne.post(group+"/members/"+s.Tom.ID+"/owner", url.Values{"owner": {"true"}}).moved()
	sanne.get(group).want(200, ".toast", "Tom Bakker is nu eigenaar")
	tom.post(group+"/members/"+s.Tom.ID+"/owner", url.Values{"owner": {"false"}}).moved()
	tom.post(group+"/leave", nil).moved()
	tom.get(document).want(404, "", "")
	tom.get("/library").want(200, ".head-count", "0 documenten")

	edit := url.Values{"name": {"BLVC"}, "kind": {"hidden"}}
	sanne.get(group+"/edit").want(200, "h1", "Groep bewerken")
	sanne.post(group, edit).moved()
	s.Settle(t)
	for who, b := range map[string]*browser{"who left": tom, "an administrator": s.browser(t, s.Admin)} {
		if a := b.get(group); a.status != http.StatusNotFound {
			t.Errorf("a hidden group answers %s with %d", who, a.status)
		}
		b.get("/search?q=blvc&type=group").want(200, "h1", "0 groepen")
	}
}

// TestTeam shows who works on a tender, and lets its branch change that.
func TestTeam(t *testing.T) {
	s := serve(t)
	tender, err := s.Tenders.Create(t.Context(), s.Sanne.Viewer(), tenders.Input{Reference: "Z-1", Title: "Kade", Client: "Gemeente", Year: 2026})
	if err != nil {
		t.Fatal(err)
	}
	s.Upload(t, s.Manager, "plan.pdf", plan, library.Meta{TenderID: &tender.ID})
	path := "/tenders/" + tender.ID
	sanne, tom := s.browser(t, s.Sanne), s.browser(t, s.Tom)
	sanne.get(path).want(200, "#team", "Sanne Visser").want(200, "#team .side-sub + ul", "Henk Driessen")
	sanne.get(path+"?find=tom").want(200, "#team-add-found", "Tom Bakker")
	if tom.get(path).doc().Find("#team-add, #team form").Length() != 0 {
		t.Error("somebody of another branch is offered to change the team")
	}
	tom.post(path+"/team", url.Values{"user": {s.Tom.ID}}).want(403, "h1", "Dat mag je niet")
	near := s.Person(t, "Bas Bouw", "Zwolle", auth.RoleMember)
	s.browser(t, near).post(path+"/team", url.Values{"user": {near.ID}}).want(403, "h1", "Dat mag je niet")
	s.browser(t, s.Admin).post(path+"/team", url.Values{"user": {s.Admin.ID}}).want(403, "", "Je kunt jezelf niet toelaten")
	sanne.post(path+"/team", url.Values{"user": {"niemand"}}).want(422, "#team-add-error", "niet (meer)")
	sanne.post(path+"/team", url.Values{"user": {s.Tom.ID}}).moved()
	sanne.get(path).want(200, ".toast", "Tom Bakker zit nu in het team").want(200, "#team", "Tom Bakker")
	tom.get("/people/"+s.Tom.ID).want(200, ".tender-mini", "Kade")

	a := sanne.upload("/upload", map[string][]byte{"team.pdf": plan}, url.Values{"audience": {"tender"}}, nil).want(422, ".choices .error", "Kies eerst een selectie")
	id := a.doc().Find("[name=id]").AttrOr("value", "")
	sanne.post("/upload/details", url.Values{"id": {id}, "audience": {"tender"}, "tender_id": {tender.ID}}).moved()
	tom.get("/documents/"+id).want(200, "dl.about", "Het team van Kade")
	sanne.post(path+"/team/"+s.Tom.ID+"/remove", nil).moved()
	tom.get("/documents/"+id).want(404, "", "")
}

// TestCalculatorMark is given in the form of a person; a calculation is for the branch's calculators unless somebody says otherwise.
func TestCalculatorMark(t *testing.T) {
	s := serve(t)
	admin, sanne, henk := s.browser(t, s.Admin), s.browser(t, s.Sanne), s.browser(t, s.Manager)
	details := sanne.upload("/upload", map[string][]byte{"Calculatie kade.csv": []byte("post;prijs\ndamwand;100\n"), "aantekening.txt": []byte("Een notitie.")}, nil, nil).moved()
	sanne.get(details).want(200, ".choice:has([name=audience][checked])", "past bij de soort")
	ids := strings.Split(strings.TrimPrefix(details, "/upload/details?ids="), "%2C")
	s.Settle(t)
	seen := func() (n int) {
		for _, id := range ids {
			if henk.get("/documents/"+id).status == http.StatusOK {
				n++
			}
		}
		return n
	}
	if n := seen(); n != 1 {
		t.Errorf("who does not calculate sees %d of a calculation and a note", n)
	}
	u := s.Manager
	admin.get("/admin/people/"+u.ID).want(200, ".choice", "Calculator")
	admin.post("/admin/people/"+u.ID, url.Values{"name": {u.Name}, "email": {u.Email}, "branch": {u.BranchID}, "role": {string(auth.RoleManager)}, "calculator": {"true"}}).moved()
	if admin.get("/admin/people/"+u.ID).doc().Find("#calculator[checked]").Length() != 1 || seen() != 2 {
		t.Error("the mark is not kept, or does not count")
	}
	for _, id := range ids { // the kind of the note is corrected: it is for calculators, too
		sanne.post("/upload/details", url.Values{"id": {id}, "kind-" + id: {string(library.KindCalculation)}, "audience": {""}}).moved()
	}
	if tom := s.browser(t, s.Tom); tom.get("/documents/"+ids[0]).status != 404 || tom.get("/documents/"+ids[1]).status != 404 {
		t.Error("what became a calculation stayed for everybody")
	}
}

// hiddenGroup is a group that only its owner knows of.
func (s *served) hiddenGroup(t *testing.T) *groups.Group {
	t.Helper()
	g, err := s.Groups.Create(t.Context(), s.Sanne.Viewer(), groups.Input{Name: "Geheime kring", About: "Over bewoners.", Kind: groups.KindHidden})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

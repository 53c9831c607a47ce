package site_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/people"
)

// TestInvitingAList: what would happen is shown first, then everybody is added at once, each with an own link.
func TestInvitingAList(t *testing.T) {
	s := serve(t)
	admin := s.browser(t, s.Admin)
	excel := []byte("Naam;E-mail;Personeelsnummer;Vestiging;Rol\r\nAndr\xe9 Berg;andre@voorbeeld.nl;;Zwolle;Beheerder\r\nKees Smit;;4711;Eindhoven;\r\nSanne;" + s.Sanne.Email + ";;Zwolle;\r\nFout;geen adres;;Elders;Baas\r\n")
	admin.get("/admin/people/import").want(200, "h2", "Lijst uitnodigen")
	look := admin.upload("/admin/people/import", map[string][]byte{"lijst.csv": excel}, nil, nil)
	look.want(200, ".lead", "2 collega’s krijgen een account").want(200, "tbody", "André Berg").want(200, "tbody", "Vestiging “Elders” bestaat niet").want(200, "tbody", "E-mailadres: Dit is geen").
		want(200, "tbody", "Account van Sanne Visser").want(200, "tbody tr:nth-child(1)", "Beheerder")
	if users, err := s.People.Users(t.Context(), s.Admin.Viewer(), people.UserFilter{Inactive: true}); err != nil || len(users) != 4 {
		t.Fatalf("looking at a list made %d accounts, %v", len(users), err)
	}
	list := look.doc().Find("input[name=list]").AttrOr("value", "")
	done := admin.upload("/admin/people/import/add", nil, url.Values{"list": {list}}, nil).want(200, "h2", "2 collega’s zijn toegevoegd")
	path := strings.TrimPrefix(done.doc().Find("tbody tr:nth-child(2) .way-in").Text(), s.base)
	b := s.browser(t, nil)
	b.get(path).want(200, "h1", "Kees Smit")
	if a := b.post(path, url.Values{"password": {apptest.Password}}); a.location != "/" {
		t.Fatalf("accept: %d %.300s", a.status, a.body)
	}
	if a := s.browser(t, nil).post("/sign-in", url.Values{"email": {"4711"}, "password": {apptest.Password}, "back": {"/"}}); a.location != "/" {
		t.Errorf("sign-in by personnel number: %d", a.status)
	}
	admin.get("/admin/people?state=new").want(200, "tbody", "André Berg").want(200, "tbody", "Opnieuw uitnodigen")
	if never := admin.get("/admin/people?state=new"); strings.Contains(never.doc().Find("tbody").Text(), "Kees Smit") {
		t.Error("who signed in is among those who did not")
	}
	admin.upload("/admin/people/import", nil, url.Values{"list": {"geen kolommen"}}, nil).want(422, "#list-error", "kolommen").want(422, "#list", "geen kolommen")
	s.browser(t, s.Tom).upload("/admin/people/import/add", nil, url.Values{"list": {list}}, nil).want(403, "h1", "Dat mag je niet")
}

// TestWorkStays: documents keep branch, owner and name when their owner changes branch, and when the owner leaves.
func TestWorkStays(t *testing.T) {
	s := serve(t)
	branch := "branch"
	d := s.Upload(t, s.Sanne, "plan.pdf", plan, library.Meta{Audience: &branch})
	move := people.Account{Name: s.Sanne.Name, Email: s.Sanne.Email, Role: s.Sanne.Role, BranchID: s.Eindhoven.ID}
	if err := s.People.SetAccount(t.Context(), s.Admin.Viewer(), s.Sanne.ID, move); err != nil {
		t.Fatal(err)
	}
	now, err := s.People.UserByEmail(t.Context(), s.Sanne.Email)
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.Library.Get(t.Context(), now.Viewer(), d.ID)
	if err != nil || got.BranchID != s.Zwolle.ID || got.OwnerID != s.Sanne.ID {
		t.Fatalf("after a change of branch: %+v, %v", got, err)
	}
	if a := s.browser(t, s.Tom).get("/documents/" + d.ID); a.status != http.StatusNotFound {
		t.Errorf("the new branch sees what is for the old one: %d", a.status)
	}
	if err := s.People.SetActive(t.Context(), s.Admin.Viewer(), s.Sanne.ID, false); err != nil {
		t.Fatal(err)
	}
	s.browser(t, s.Manager).get("/documents/"+d.ID).want(200, "main", s.Sanne.Name)
}

// TestMergingAccounts: the administrator finds the account that stays, sees what moves, and merges.
func TestMergingAccounts(t *testing.T) {
	s := serve(t)
	d := s.Upload(t, s.Sanne, "plan.pdf", plan, library.Meta{})
	twice := s.Person(t, "Sanne Bos", "Zwolle", "member")
	b := s.browser(t, s.Admin)
	page := "/admin/people/" + s.Sanne.ID + "/merge"
	choose := b.get(page).want(200, ".list", "Sanne Bos").doc().Find(".list a.btn").AttrOr("href", "")
	b.get(choose).want(200, ".about", "Sanne Visser").want(200, "ul", "1 document").want(200, ".btn-danger", "Samenvoegen")
	b.post(page, url.Values{"into": {s.Sanne.ID}}).want(422, "[role=alert]", "ander account")
	if a := b.post(page, url.Values{"into": {twice.ID}}); a.status != http.StatusSeeOther {
		t.Fatalf("merge: %d %.200s", a.status, a.body)
	}
	b.get("/admin/people").want(200, ".toast", "samengevoegd")
	if got, err := s.Library.Get(t.Context(), twice.Viewer(), d.ID); err != nil || got.OwnerID != twice.ID {
		t.Errorf("the document: %+v, %v", got, err)
	}
	if a := s.browser(t, nil).post("/sign-in", url.Values{"email": {s.Sanne.Email}, "password": {apptest.Password}}); a.status != http.StatusUnauthorized {
		t.Errorf("the account that went still signs in: %d", a.status)
	}
}

// TestLetters: a letter has all that is needed to sign in without a mail address, on paper and by its picture.
func TestLetters(t *testing.T) {
	s := serve(t)
	kees, err := s.People.Create(t.Context(), s.Admin.Viewer(), people.NewUser{Name: "Kees Smit", PersonnelNumber: "4711", Branch: "Zwolle", Role: "member"})
	if err != nil {
		t.Fatal(err)
	}
	admin := s.browser(t, s.Admin)
	admin.get("/admin/people?state=new").want(200, ".ask", "Brieven voor")
	all := admin.post("/admin/people/letters", url.Values{"name": {"4711"}}).want(200, ".letter", "Kees Smit").want(200, ".letter-facts", s.base+"/code")
	if n := all.doc().Find(".letter").Length(); n != 1 {
		t.Errorf("%d letters for one person", n)
	}
	one := admin.post("/admin/people/"+kees.ID+"/letter", nil).want(200, ".letter-facts", "4711")
	if one.doc().Find("svg.qr path.qr-ink").AttrOr("d", "") == "" {
		t.Error("there is no QR code")
	}
	old, code := all.doc().Find(".letter-code").Text(), one.doc().Find(".letter-code").Text()
	b := s.browser(t, nil)
	b.get("/sign-in").want(200, "a[href='/code']", "brief")
	b.get("/code").want(200, "h1", "De eerste keer")
	in := url.Values{"login": {"4711"}, "code": {old}, "password": {apptest.Password}}
	b.post("/code", in).want(401, "[role=alert]", "is al gebruikt").want(401, "input[name=login][value='4711']", "")
	in.Set("code", code)
	if a := b.post("/code", in); a.location != "/" {
		t.Fatalf("code: %d %.300s", a.status, a.body)
	}
	b.get("/").want(200, "h1", "Kees")
	b.get("/settings/password").want(200, "input[name=username][value='4711']", "")
	b.get("/people/"+kees.ID).want(200, "h1", "Kees Smit")
}

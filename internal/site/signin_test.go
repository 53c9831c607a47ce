package site_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/audit"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/config"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/directory/directorytest"
	"github.com/aanpak/aanpak/internal/oidc/oidctest"
	"github.com/aanpak/aanpak/internal/people"
)

// ldapForm is the form of the directory as an administrator fills it in.
func ldapForm(d *directorytest.Server, do string) url.Values {
	return url.Values{
		"do": {do}, "url": {"ldaps://" + d.LDAPS}, "ca": {d.CA}, "bind_dn": {directorytest.Reader}, "bind_password": {directorytest.Password}, "base": {directorytest.Base},
		"rules": {directorytest.GroupDN("managers") + " = role manager\r\n" + directorytest.GroupDN("oost") + " = branch Oldenzaal"},
	}
}

func oidcForm(p *oidctest.Provider, do string) url.Values {
	return url.Values{
		"do": {do}, "issuer": {p.Issuer}, "client_id": {oidctest.ClientID}, "client_secret": {oidctest.ClientSecret}, "name": {"Bouw-login"}, "mail": {"verified"},
		"rules": {"* = branch Zwolle"},
	}
}

// says wants all texts in what a selector finds.
func (a *answer) says(selector string, texts ...string) {
	a.t.Helper()
	for _, text := range texts {
		a.want(a.status, selector, text)
	}
}

// kept is what the form of a try holds of the secret.
func (a *answer) kept() string {
	a.t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(string(a.body)))
	if err != nil {
		a.t.Fatal(err)
	}
	v, _ := doc.Find("input[name=kept]").Attr("value")
	return v
}

func company(t *testing.T) *directorytest.Server {
	t.Helper()
	return directorytest.Start(t, directorytest.Person("eva", "Eva Smit", "Goor"), directorytest.Person("tim", "Tim de Boer", "Zwolle"), directorytest.Person("kees", "Kees Nergens", "Nergens"),
		directorytest.Group("managers", directorytest.DN("eva")), directorytest.Group("oost", directorytest.DN("eva")))
}

// An administrator tries a directory, sees whom it would take in, saves it without typing the password again, and people sign in. Trying
// writes nothing, and no page and no line of the trail ever has the password.
func TestDirectoryFromThePage(t *testing.T) {
	d, s := company(t), serve(t)
	b := s.browser(t, s.Admin)
	b.get("/admin/directory").want(200, `a[href="/admin/sign-in/ldap"]`, "Directory instellen")
	tried := b.post("/admin/sign-in/ldap", ldapForm(d, "try"))
	tried.want(200, ".alert-good", "Het werkt").says("table.table", "Eva Smit · eva@bouw.nlLeidinggevendeOldenzaalNieuw", "Tim de Boer · tim@bouw.nlMedewerkerZwolleNieuw", "Kees Nergens · kees@bouw.nlOvergeslagen: geen regel")
	if _, err := s.People.UserByEmail(t.Context(), "eva@bouw.nl"); err == nil {
		t.Error("a try made an account")
	}
	b.get("/sign-in").want(303, "body", "")
	s.browser(t, nil).get("/sign-in").want(200, "label[for=email]", "personeelsnummer")
	form := ldapForm(d, "save")
	form.Set("bind_password", "")
	form.Set("kept", tried.kept())
	if a := b.post("/admin/sign-in/ldap", form); a.status != http.StatusSeeOther {
		t.Fatalf("saving answers %d: %s", a.status, a.body)
	}
	page := b.get("/admin/sign-in/ldap").want(200, "#bind_password-hint", "Laat dit leeg")
	if a := s.browser(t, nil).post("/sign-in", url.Values{"email": {"eva"}, "password": {directorytest.Password}}); a.status != http.StatusSeeOther {
		t.Fatalf("Eva answers %d", a.status)
	}
	if eva, err := s.People.UserByEmail(t.Context(), "eva@bouw.nl"); err != nil || eva.Role != auth.RoleManager || eva.BranchName != "Oldenzaal" || eva.Source != people.SourceLDAP {
		t.Errorf("Eva: %+v, %v", eva, err)
	}
	for _, a := range []*answer{tried, page, b.get("/admin/sign-in"), b.get("/admin/audit")} {
		if strings.Contains(string(a.body), directorytest.Password) {
			t.Error("a page shows the password")
		}
	}
	b.get("/admin/audit").want(200, "main", "Instellingen van de directory gewijzigd").says("main", "url, ca, bind_dn, bind_password, base, rules")
	b.get("/admin/sign-in").want(200, ".list", "127.0.0.1 · "+directorytest.Base)
	form.Set("kept", "")
	form.Set("filter", "(uid=eva)")
	if a := b.post("/admin/sign-in/ldap", form); a.status != http.StatusSeeOther {
		t.Fatalf("another filter answers %d", a.status)
	}
	lines, _, err := s.Trail.List(t.Context(), s.Admin.Viewer(), audit.Filter{Action: "settings.sign_in.ldap", Limit: 1})
	if err != nil || len(lines) != 1 || lines[0].Detail != "filter" {
		t.Errorf("the trail tells %+v, %v", lines, err)
	}
	if a := b.post("/admin/sign-in/ldap/off", nil); a.status != http.StatusSeeOther {
		t.Fatalf("turning off answers %d", a.status)
	}
	s.browser(t, nil).post("/sign-in", url.Values{"email": {"eva"}, "password": {directorytest.Password}}).want(401, ".alert", "horen niet bij elkaar")
}

// What is wrong stands beside its field, in the language of who typed it; a server that is away or says no is told as it says it; and the
// secret goes to no other address than it was typed for.
func TestWrongSettingsOnThePage(t *testing.T) {
	d, s := company(t), serve(t)
	b := s.browser(t, s.Admin)
	b.post("/admin/sign-in/ldap", url.Values{"do": {"try"}}).want(422, "#url-error", "Dit ontbreekt")
	bad := url.Values{"do": {"save"}, "url": {"ldap://dc"}, "base": {"Medewerkers"}, "filter": {"(x"}, "bind_dn": {"cn=x"}, "attributes": {"maat=x"}, "rules": {"a = baas\nb = role manager"}, "ca": {"x"}}
	a := b.post("/admin/sign-in/ldap", bad)
	for field, text := range map[string]string{"url": "ldaps://dc.b.nl", "base": "distinguished name", "filter": "geen filter", "bind_password": "ontbreekt", "attributes": "maat=x", "rules": "a = baas"} {
		a.want(422, "#"+field+"-error", text)
	}
	a.want(422, "#rules-error", "“b” moet een distinguished name zijn")
	wrong := ldapForm(d, "try")
	wrong.Set("bind_password", "verkeerd")
	b.post("/admin/sign-in/ldap", wrong).want(200, ".alert-bad", "Het werkt nog niet").says(".alert-bad", "Invalid Credentials")
	if a := b.post("/admin/sign-in/ldap", ldapForm(d, "save")); a.status != http.StatusSeeOther {
		t.Fatalf("saving answers %d", a.status)
	}
	kept := b.post("/admin/sign-in/ldap", ldapForm(d, "try")).kept()
	for name, elsewhere := range map[string]string{"url": "ldap://127.0.0.1:1?starttls=false", "bind_dn": "cn=ander,dc=bouw,dc=nl", "ca": ""} {
		moved := ldapForm(d, "try")
		moved.Set("bind_password", "")
		moved.Set("kept", kept)
		moved.Set(name, elsewhere)
		b.post("/admin/sign-in/ldap", moved).want(422, "#bind_password-error", "Typ dit opnieuw")
	}
	d.Kill()
	b.post("/admin/sign-in/ldap", ldapForm(d, "try")).want(200, ".alert-bad", "connect")
	b.post("/admin/sign-in/oidc", url.Values{"do": {"save"}, "issuer": {"http://login.b.nl"}, "claims": {"maat=x"}}).want(422, "#issuer-error", "adres").
		want(422, "#client_secret-error", "Dit ontbreekt").want(422, "#claims-error", "maat=x")
}

// A provider is tried by its discovery document, saved, and offered; the address to register stands there.
func TestProviderFromThePage(t *testing.T) {
	p, s := oidctest.Start(t), serve(t)
	p.Set(oidctest.How{Person: claims("jan", "Jan Jansen")})
	b := s.browser(t, s.Admin)
	b.get("/admin/sign-in/oidc").want(200, "form code", s.base+"/sign-in/oidc/callback")
	b.post("/admin/sign-in/oidc", oidcForm(p, "try")).want(200, ".alert-good", "De aanbieder antwoordt").says(".alert-good", p.Issuer+"/authorize")
	elsewhere := oidcForm(p, "try")
	elsewhere.Set("issuer", strings.Replace(p.Issuer, "127.0.0.1", "localhost", 1))
	b.post("/admin/sign-in/oidc", elsewhere).want(200, ".alert-bad", "did not match")
	p.Set(oidctest.How{Away: true})
	b.post("/admin/sign-in/oidc", oidcForm(p, "try")).want(200, ".alert-bad", "503")
	p.Set(oidctest.How{Person: claims("jan", "Jan Jansen")})
	other := s.browser(t, nil)
	other.get("/sign-in/oidc").want(404, "h1", "")
	if a := b.post("/admin/sign-in/oidc", oidcForm(p, "save")); a.status != http.StatusSeeOther {
		t.Fatalf("saving answers %d", a.status)
	}
	other.get("/sign-in").want(200, `a[href="/sign-in/oidc"]`, "Inloggen met Bouw-login")
	begun := other.toProvider("/sign-in/oidc")
	change := oidcForm(p, "save")
	change.Set("client_id", "een ander")
	if a := b.post("/admin/sign-in/oidc", change); a.status != http.StatusSeeOther {
		t.Fatalf("another client answers %d", a.status)
	}
	other.get(begun).want(401, ".alert", "Begin hier opnieuw") // an attempt that was begun before
	if a := b.post("/admin/sign-in/oidc", oidcForm(p, "save")); a.status != http.StatusSeeOther {
		t.Fatalf("back again answers %d", a.status)
	}
	if a := other.through("/sign-in/oidc"); a.status != http.StatusSeeOther {
		t.Fatalf("Jan answers %d", a.status)
	}
}

// Only administrators' passwords: others are told what to do, and choose none; the directory's are left to the provider.
func TestWhoMayUseAPassword(t *testing.T) {
	d, s := company(t), serve(t)
	b := s.browser(t, s.Admin)
	if a := b.post("/admin/sign-in/ldap", ldapForm(d, "save")); a.status != http.StatusSeeOther {
		t.Fatalf("saving answers %d", a.status)
	}
	b.post("/admin/sign-in", url.Values{"own": {"niemand"}}).want(422, "#own-error", "all of admins")
	if a := b.post("/admin/sign-in", url.Values{"own": {"admins"}, "directory": {"none"}}); a.status != http.StatusSeeOther {
		t.Fatalf("saving answers %d: %s", a.status, a.body)
	}
	anybody := s.browser(t, nil)
	anybody.get("/sign-in").want(200, "main", "Wachtwoorden zijn alleen voor beheerders")
	anybody.post("/sign-in", url.Values{"email": {s.Tom.Email}, "password": {"verkeerd"}}).want(401, ".alert", "horen niet bij elkaar")
	anybody.post("/sign-in", url.Values{"email": {s.Tom.Email}, "password": {apptest.Password}}).want(403, ".alert", "niet voor dit account")
	anybody.post("/sign-in", url.Values{"email": {"eva"}, "password": {directorytest.Password}}).want(401, ".alert", "horen niet bij elkaar")
	kees, err := s.People.Create(t.Context(), auth.System(), people.NewUser{PersonnelNumber: "4711", Name: "Kees", Branch: "Zwolle", Role: auth.RoleMember})
	if err != nil {
		t.Fatal(err)
	}
	letters, err := s.People.Letters(t.Context(), s.Admin.Viewer(), []string{kees.ID})
	if err != nil {
		t.Fatal(err)
	}
	anybody.post("/code", url.Values{"login": {"4711"}, "code": {letters[0].Code}, "password": {apptest.Password}}).want(403, ".alert", "niet voor dit account")
	s.browser(t, s.Admin) // signs in
	if a := b.post("/admin/sign-in", url.Values{"own": {"all"}, "directory": {"all"}}); a.status != http.StatusSeeOther {
		t.Fatalf("saving answers %d", a.status)
	}
	s.browser(t, s.Tom)
}

// With administrators from the directory alone, nothing that would keep the last of them out is taken: not switching it off, not its
// passwords, not another base, not a directory that does not answer.
func TestNobodyIsLockedOut(t *testing.T) {
	d, s := company(t), serve(t)
	b := s.browser(t, s.Admin)
	form := ldapForm(d, "save")
	form.Set("rules", directorytest.GroupDN("managers")+" = role admin\n* = branch Zwolle")
	if a := b.post("/admin/sign-in/ldap", form); a.status != http.StatusSeeOther {
		t.Fatalf("saving answers %d", a.status)
	}
	eva := s.browser(t, nil)
	if a := eva.post("/sign-in", url.Values{"email": {"eva"}, "password": {directorytest.Password}}); a.status != http.StatusSeeOther {
		t.Fatalf("Eva answers %d", a.status)
	}
	if err := s.People.SetActive(t.Context(), auth.System(), s.Admin.ID, false); err != nil {
		t.Fatal(err)
	}
	eva.post("/admin/sign-in/ldap/off", nil).want(409, ".alert", "geen beheerder meer")
	eva.post("/admin/sign-in", url.Values{"own": {"all"}, "directory": {"none"}}).want(409, ".alert", "geen beheerder meer")
	for name, value := range map[string]string{"base": directorytest.Groups, "filter": "(uid=tim)", "url": "ldap://127.0.0.1:1?starttls=false", "bind_password": "verkeerd"} {
		other := ldapForm(d, "save")
		other.Set(name, value)
		eva.post("/admin/sign-in/ldap", other).want(409, ".alert", "geen beheerder meer")
	}
	form.Set("filter", "(uid=*)")
	if a := eva.post("/admin/sign-in/ldap", form); a.status != http.StatusSeeOther {
		t.Errorf("a filter that lets her in answers %d", a.status)
	}
	if a := eva.post("/admin/sign-in", url.Values{"own": {"admins"}, "directory": {"all"}}); a.status != http.StatusSeeOther {
		t.Errorf("passwords for administrators only answers %d", a.status)
	}
}

// What the environment says is shown, without its secrets, and cannot be changed.
func TestSettingsOfTheEnvironment(t *testing.T) {
	p, cfg := oidctest.Start(t), apptest.Config(t, db.SQLite)
	cfg.OIDC = config.OIDC{Issuer: p.Issuer, ClientID: oidctest.ClientID, ClientSecret: oidctest.ClientSecret, Name: "Bouw-login"}
	cfg.Passwords = config.Passwords{Own: config.PasswordsAdmins}
	s := serveApp(t, apptest.NewWith(t, cfg))
	b := s.browser(t, s.Admin)
	a := b.get("/admin/sign-in/oidc").want(200, "main", "AANPAK_OIDC_")
	a.says("main", p.Issuer, "nooit te zien")
	if strings.Contains(string(a.body), oidctest.ClientSecret) || strings.Contains(string(a.body), `action="/admin/sign-in/oidc"`) {
		t.Error("the page shows the secret, or a form")
	}
	b.get("/admin/sign-in").want(200, "main", "AANPAK_PASSWORD_").says("main", "Alleen beheerders")
	b.post("/admin/sign-in/oidc", oidcForm(p, "save")).want(409, "main", "AANPAK_OIDC_")
	b.post("/admin/sign-in/oidc", oidcForm(p, "try")).want(409, "main", "AANPAK_OIDC_")
	b.post("/admin/sign-in/oidc/off", nil).want(409, "main", "AANPAK_OIDC_")
	b.post("/admin/sign-in", url.Values{"own": {"all"}}).want(409, "main", "AANPAK_PASSWORD_")
}

package scim_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/scim"
)

func TestMain(m *testing.M) { apptest.Main(m) }

var from = people.Client{Address: "192.0.2.7"}

// service is an identity service with a token, beside the program that it writes to.
type service struct {
	*apptest.App
	t     *testing.T
	web   *httpd.Server
	token string
}

func each(t *testing.T, f func(t *testing.T, s *service)) {
	t.Helper()
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		s := &service{App: a, t: t, web: a.Web()}
		var err error
		if s.token, err = a.People.CreateProvisionToken(t.Context(), a.Admin.Viewer(), "Entra ID"); err != nil {
			t.Fatal(err)
		}
		s.rules("* = branch Zwolle")
		f(t, s)
	})
}

func (s *service) rules(lines ...string) {
	s.t.Helper()
	if err := s.People.SetProvisionRules(s.t.Context(), s.Admin.Viewer(), strings.Join(lines, "\n")); err != nil {
		s.t.Fatal(err)
	}
}

// answer is what came back.
type answer struct {
	t      *testing.T
	status int
	body   map[string]any
	header http.Header
}

func (s *service) ask(method, path, body string) answer {
	s.t.Helper()
	r := httptest.NewRequest(method, "/scim/v2"+path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/scim+json")
	if s.token != "" {
		r.Header.Set("Authorization", "Bearer "+s.token)
	}
	res, err := s.web.App.Test(r, -1)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	a := answer{t: s.t, status: res.StatusCode, header: res.Header}
	if len(raw) > 0 {
		if err := json.Unmarshal(raw, &a.body); err != nil || res.Header.Get("Content-Type") != "application/scim+json" {
			s.t.Fatalf("%s %s: %v, %s: %s", method, path, err, res.Header.Get("Content-Type"), raw)
		}
	}
	return a
}

// want fails for another status.
func (s *service) want(status int, method, path, body string) answer {
	s.t.Helper()
	a := s.ask(method, path, body)
	if a.status != status {
		s.t.Fatalf("%s %s: %d, want %d: %v", method, path, a.status, status, a.body)
	}
	return a
}

func (a answer) text(path ...string) string {
	a.t.Helper()
	var v any = a.body
	for _, p := range path {
		switch at := v.(type) {
		case map[string]any:
			v = at[p]
		case []any:
			if len(at) == 0 {
				return ""
			}
			v = at[0].(map[string]any)[p]
		}
	}
	b, _ := json.Marshal(v)
	return strings.Trim(string(b), `"`)
}

func (a answer) is(want string, path ...string) {
	a.t.Helper()
	if got := a.text(path...); got != want {
		a.t.Errorf("%v is %s, want %s in %v", path, got, want, a.body)
	}
}

func (s *service) user(email string) *people.User {
	s.t.Helper()
	u, err := s.People.UserByEmail(s.t.Context(), email)
	if err != nil {
		s.t.Fatal(err)
	}
	return u
}

func filter(f string) string { return "filter=" + url.QueryEscape(f) }

// add makes somebody and returns the id.
func (s *service) add(name string) string {
	s.t.Helper()
	body, _ := json.Marshal(map[string]any{"schemas": []string{"urn:ietf:params:scim:schemas:core:2.0:User"}, "userName": name + "@bouw.nl", "displayName": name, "active": true})
	return s.want(201, "POST", "/Users", string(body)).text("id")
}

// How Okta sets up an integration, adds somebody, changes them, and lets them go and come back.
func TestOkta(t *testing.T) {
	each(t, func(t *testing.T, s *service) {
		a := s.want(200, "GET", "/Users?startIndex=1&count=2", "")
		a.is("0", "totalResults")
		a.is("[]", "Resources")
		a.is("1", "startIndex")
		a.is("0", "itemsPerPage")
		s.want(200, "GET", "/Users?"+filter(`userName eq "eva.smit@bouw.nl"`)+"&startIndex=1&count=100", "").is("0", "totalResults")
		made := s.want(201, "POST", "/Users", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"eva.smit@bouw.nl",
			"name":{"givenName":"Eva","familyName":"Smit"},"emails":[{"primary":true,"value":"eva.smit@bouw.nl","type":"work"}],
			"displayName":"Eva Smit","locale":"nl-NL","externalId":"00ujl29u0le5T6Aj10h7","groups":[],"password":"1mz050nq","active":true}`)
		id := made.text("id")
		made.is("true", "active")
		made.is("00ujl29u0le5T6Aj10h7", "externalId")
		made.is("User", "meta", "resourceType")
		if l := made.header.Get("Location"); !strings.HasSuffix(l, "/scim/v2/Users/"+id) || l != made.text("meta", "location") {
			t.Errorf("Location %q", l)
		}
		if strings.Contains(made.text(), "1mz050nq") {
			t.Error("a password is shown")
		}
		s.want(200, "GET", "/Users/"+id, "").is("Eva Smit", "displayName")
		s.want(409, "POST", "/Users", `{"userName":"EVA.smit@bouw.nl","displayName":"Nog een"}`).is("uniqueness", "scimType")

		s.want(200, "PUT", "/Users/"+id, `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"`+id+`","userName":"eva.smit@bouw.nl",
			"name":{"givenName":"Eva","familyName":"Smit-de Wit"},"emails":[{"primary":true,"value":"eva.smit@bouw.nl","type":"work"}],"title":"Calculator",
			"displayName":"Eva Smit-de Wit","externalId":"00ujl29u0le5T6Aj10h7","active":true,"groups":[],"meta":{"resourceType":"User"}}`)
		eva := s.user("eva.smit@bouw.nl")
		if eva.Name != "Eva Smit-de Wit" || eva.Function != "Calculator" || eva.Source != people.SourceSCIM || eva.Role != auth.RoleMember || eva.BranchID != s.Zwolle.ID {
			t.Errorf("account %+v", eva)
		}

		link, err := s.People.Invite(t.Context(), s.Admin.Viewer(), eva.ID)
		if err != nil {
			t.Fatalf("an invitation to choose a password: %v", err)
		}
		session, err := s.People.Accept(t.Context(), link, apptest.Password, from)
		if err != nil {
			t.Fatal(err)
		}
		token := s.Token(t, eva)
		s.want(200, "PATCH", "/Users/"+id, `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","value":{"active":false}}]}`).is("false", "active")
		if _, _, err := s.People.Session(t.Context(), session); !errs.Is(err, errs.KindUnauthorized) {
			t.Errorf("session of who left: %v", err)
		}
		if _, err := s.People.TokenUser(t.Context(), token); !errs.Is(err, errs.KindUnauthorized) {
			t.Errorf("token of who left: %v", err)
		}
		if _, _, err := s.People.SignIn(t.Context(), eva.Email, apptest.Password, from); !errs.Is(err, errs.KindUnauthorized) {
			t.Errorf("sign-in of who left: %v", err)
		}
		s.want(200, "GET", "/Users?"+filter(`active eq false`), "").is("1", "totalResults")
		s.want(200, "PUT", "/Users/"+id, `{"userName":"eva.smit@bouw.nl","displayName":"Eva Smit","externalId":"00ujl29u0le5T6Aj10h7","active":true}`).is("true", "active")
		if eva := s.user("eva.smit@bouw.nl"); eva.Function != "" {
			t.Errorf("a function that was taken back is still %q", eva.Function)
		}
		if _, _, err := s.People.SignIn(t.Context(), eva.Email, apptest.Password, from); err != nil {
			t.Errorf("sign-in of who came back: %v", err)
		}
	})
}

// How Okta pushes groups.
func TestOktaGroups(t *testing.T) {
	each(t, func(t *testing.T, s *service) {
		s.rules("Tendermanagers = role manager", "Goor = branch Goor", "* = branch Zwolle")
		eva, jan := s.add("eva"), s.add("jan")
		id := s.want(201, "POST", "/Groups", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Tenders","members":[]}`).text("id")
		s.want(200, "PATCH", "/Groups/"+id, `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[
			{"op":"replace","value":{"id":"`+id+`","displayName":"Tendermanagers"}},
			{"op":"remove","path":"members[value eq \"`+jan+`\"]"},
			{"op":"add","path":"members","value":[{"value":"`+eva+`","display":"eva@bouw.nl"},{"value":"`+jan+`","display":"jan@bouw.nl"}]}]}`).is("Tendermanagers", "displayName")
		if s.user("eva@bouw.nl").Role != auth.RoleManager || s.user("jan@bouw.nl").Role != auth.RoleManager {
			t.Error("the group gives no role")
		}
		s.want(200, "GET", "/Users/"+eva, "").is("Tendermanagers", "groups", "display")
		s.want(200, "PATCH", "/Groups/"+id, `{"Operations":[{"op":"remove","path":"members[value eq \"`+jan+`\"]"}]}`).is(eva, "members", "value")
		if s.user("jan@bouw.nl").Role != auth.RoleMember {
			t.Error("who left the group kept the role")
		}
		goor := s.want(201, "POST", "/Groups", `{"displayName":"Goor","members":[{"value":"`+eva+`"}]}`).text("id")
		if b, err := s.People.Branch(t.Context(), "Goor"); err != nil || s.user("eva@bouw.nl").BranchID != b.ID {
			t.Errorf("the group gives no branch: %v", err)
		}
		list := s.want(200, "GET", "/Groups?startIndex=1&count=100", "")
		list.is("2", "totalResults")
		list.is(eva, "Resources", "members", "value")
		s.want(200, "PUT", "/Groups/"+id, `{"displayName":"Managers","members":[{"value":"`+eva+`"}]}`)
		if s.user("eva@bouw.nl").Role != auth.RoleMember {
			t.Error("a group with another name still gives the role")
		}
		s.rules("Managers = role hr", "* = branch Zwolle")
		if u := s.user("eva@bouw.nl"); u.Role != auth.RoleHR || u.BranchID != s.Zwolle.ID {
			t.Errorf("new rules: %+v", u)
		}
		s.want(204, "DELETE", "/Groups/"+id, "")
		s.want(404, "GET", "/Groups/"+id, "").is("404", "status")
		if s.user("eva@bouw.nl").Role != auth.RoleMember {
			t.Error("a group that is gone still gives the role")
		}
		s.want(409, "POST", "/Groups", `{"displayName":"GOOR"}`).is("uniqueness", "scimType")
		s.want(400, "PATCH", "/Groups/"+goor, `{"Operations":[{"op":"add","path":"members","value":[{"value":"niemand"}]}]}`).is("invalidValue", "scimType")
	})
}

// How Entra ID tests, adds, changes and lets go.
func TestEntra(t *testing.T) {
	each(t, func(t *testing.T, s *service) {
		s.rules("Calculatie = role editor", "* = branch Eindhoven")
		s.want(200, "GET", "/Users?"+filter(`userName eq "5dad7a38-9b1c-4d6d-9f2a-0c1b2d3e4f50"`), "").is("0", "totalResults")
		made := s.want(201, "POST", "/Users", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
			"externalId":"0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef","userName":"jan.jansen@bouw.onmicrosoft.com","active":true,
			"emails":[{"primary":true,"type":"work","value":"jan.jansen@bouw.nl"}],"meta":{"resourceType":"User"},
			"name":{"formatted":"Jan Jansen","familyName":"Jansen","givenName":"Jan"},"roles":[],
			"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"Zwolle","employeeNumber":"17"}}`)
		id := made.text("id")
		made.is("Zwolle", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", "department")
		if jan := s.user("jan.jansen@bouw.nl"); jan.Name != "Jan Jansen" || jan.BranchID != s.Eindhoven.ID {
			t.Errorf("account %+v", jan)
		}
		s.want(200, "GET", "/Users?"+filter(`externalId eq "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef"`), "").is(id, "Resources", "id")
		s.want(200, "GET", "/Users?"+filter(`emails[type eq "work"].value eq "JAN.jansen@bouw.nl"`), "").is("1", "totalResults")
		s.want(200, "GET", "/Users?"+filter(`emails.value eq "JAN.jansen@bouw.nl"`), "").is(id, "Resources", "id")
		s.want(200, "GET", "/Users?"+filter(`emails[type eq "work" and value co "jansen"]`), "").is(id, "Resources", "id")

		got := s.want(200, "PATCH", "/Users/"+id, `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[
			{"op":"Replace","path":"emails[type eq \"work\"].value","value":"j.jansen@bouw.nl"},
			{"op":"Replace","path":"name.familyName","value":"Jansen-Bos"},
			{"op":"Add","path":"phoneNumbers[type eq \"work\"].value","value":"038 123 45 67"},
			{"op":"Add","path":"title","value":"Calculator"},
			{"op":"Replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department","value":"Calculatie"},
			{"op":"Add","value":{"displayName":"Jan Jansen-Bos","name.givenName":"Johan"}}]}`)
		got.is("Jansen-Bos", "name", "familyName")
		got.is("Johan", "name", "givenName")
		got.is("Calculatie", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", "department")
		jan := s.user("j.jansen@bouw.nl")
		if jan.Name != "Jan Jansen-Bos" || jan.Phone != "038 123 45 67" || jan.Function != "Calculator" {
			t.Errorf("account %+v", jan)
		}

		group := s.want(201, "POST", "/Groups", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group","http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],
			"externalId":"8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159","displayName":"Calculatie","meta":{"resourceType":"Group"}}`).text("id")
		found := s.want(200, "GET", "/Groups?excludedAttributes=members&"+filter(`displayName eq "Calculatie"`), "")
		found.is(group, "Resources", "id")
		found.is("null", "Resources", "members")
		s.want(200, "PATCH", "/Groups/"+group, `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"Add","path":"members","value":[{"$ref":null,"value":"`+id+`"}]}]}`)
		s.want(200, "GET", "/Groups?"+filter(`id eq "`+group+`" and members eq "`+id+`"`), "").is("1", "totalResults")
		if s.user(jan.Email).Role != auth.RoleEditor {
			t.Error("the group gives no role")
		}
		s.want(200, "PATCH", "/Groups/"+group, `{"Operations":[{"op":"Remove","path":"members","value":[{"$ref":null,"value":"`+id+`"}]}]}`).is("null", "members")
		if s.user(jan.Email).Role != auth.RoleMember {
			t.Error("who left the group kept the role")
		}
		s.want(200, "PATCH", "/Groups/"+group, `{"Operations":[{"op":"Replace","path":"displayName","value":"Rekenaars"}]}`).is("Rekenaars", "displayName")

		s.want(200, "PATCH", "/Users/"+id, `{"Operations":[{"op":"Replace","path":"active","value":"False"}]}`).is("false", "active")
		if s.user(jan.Email).Active() {
			t.Error("who was let go is still active")
		}
		s.want(204, "DELETE", "/Users/"+id, "")
		s.want(404, "GET", "/Users/"+id, "")
		s.want(404, "DELETE", "/Users/"+id, "")
		again := s.want(201, "POST", "/Users", `{"userName":"jan.jansen@bouw.onmicrosoft.com","displayName":"Jan Jansen","emails":[{"type":"work","value":"j.jansen@bouw.nl"}],"active":true}`)
		if back := s.user(jan.Email); !back.Active() || back.ID != jan.ID {
			t.Errorf("who came back has another account: %+v", back)
		}
		again.is("true", "active")
	})
}

// Nothing opens without a token of its own kind, and such a token opens nothing else.
func TestTokens(t *testing.T) {
	each(t, func(t *testing.T, s *service) {
		good := s.token
		for name, token := range map[string]string{"none": "", "made up": "aanpakscim_" + strings.Repeat("a", 40), "an administrator's": s.Token(t, s.Admin)} {
			s.token = token
			for _, r := range scim.Routes(scim.Options{}) {
				a := s.want(401, r.Method, strings.TrimPrefix(strings.NewReplacer(":id", "x", ":name", "User").Replace(r.Path), "/scim/v2"), "{}")
				a.is("401", "status")
				if a.header.Get("WWW-Authenticate") == "" {
					t.Errorf("%s: %s %s does not say what it wants", name, r.Method, r.Path)
				}
			}
		}
		s.token = good
		r := httptest.NewRequest("GET", "/api/v1/me", nil)
		r.Header.Set("Authorization", "Bearer "+good)
		if res, err := s.web.App.Test(r, -1); err != nil || res.StatusCode != 401 {
			t.Errorf("the API by a token of SCIM: %v, %v", res.StatusCode, err)
		}
		list, err := s.People.ProvisionTokens(t.Context(), s.Admin.Viewer())
		if err != nil || len(list) != 1 {
			t.Fatalf("%v, %v", list, err)
		}
		s.want(200, "GET", "/Users", "")
		if list, _ = s.People.ProvisionTokens(t.Context(), s.Admin.Viewer()); list[0].UsedAt.IsZero() || strings.Contains(list[0].SecretHash, good) {
			t.Errorf("token %+v", list[0])
		}
		for _, v := range []auth.Viewer{{}, s.Sanne.Viewer(), s.Manager.Viewer()} {
			if _, err := s.People.CreateProvisionToken(t.Context(), v, "x"); err == nil {
				t.Errorf("%s makes a token", v.Role)
			}
			if err := s.People.DeleteProvisionToken(t.Context(), v, list[0].ID); err == nil {
				t.Errorf("%s revokes a token", v.Role)
			}
		}
		if err := s.People.DeleteProvisionToken(t.Context(), s.Admin.Viewer(), list[0].ID); err != nil {
			t.Fatal(err)
		}
		s.want(401, "GET", "/Users", "")
	})
}

// Whose account may be taken over, and whose not.
func TestWhoIsTakenOver(t *testing.T) {
	each(t, func(t *testing.T, s *service) {
		post := func(email string) string { return `{"userName":"` + email + `","displayName":"Iemand"}` }
		s.want(201, "POST", "/Users", post(s.Sanne.Email))
		if u := s.user(s.Sanne.Email); u.ID != s.Sanne.ID || u.Source != people.SourceSCIM || u.Name != "Iemand" || u.Role != auth.RoleMember {
			t.Errorf("an account of ours: %+v", u)
		}
		if _, _, err := s.People.SignIn(t.Context(), s.Sanne.Email, apptest.Password, from); err != nil {
			t.Errorf("the password that she has: %v", err)
		}
		s.want(409, "POST", "/Users", post(s.Admin.Email))
		if err := s.People.SetActive(t.Context(), s.Admin.Viewer(), s.Tom.ID, false); err != nil {
			t.Fatal(err)
		}
		s.want(409, "POST", "/Users", post(s.Tom.Email))
		s.want(200, "GET", "/Users", "").is("1", "totalResults") // what was refused left nothing behind

		x := &people.External{Source: people.SourceOIDC, ID: "sub-1", Email: "kim@bouw.nl", Name: "Kim", Branch: "Zwolle"}
		_, kim, err := s.People.Enter(t.Context(), x, from)
		if err != nil {
			t.Fatal(err)
		}
		s.want(201, "POST", "/Users", post("kim@bouw.nl"))
		if _, u, err := s.People.Enter(t.Context(), x, from); err != nil || u.ID != kim.ID || u.Source != people.SourceSCIM {
			t.Errorf("who signs in elsewhere and is known by SCIM: %+v, %v", u, err)
		}
	})
}

// The last administrator stays, whatever the service says; and whom an administrator blocked stays blocked.
func TestAdministratorsDecide(t *testing.T) {
	each(t, func(t *testing.T, s *service) {
		s.rules("Beheer = role admin", "* = branch Zwolle")
		eva := s.add("eva")
		group := s.want(201, "POST", "/Groups", `{"displayName":"Beheer","members":[{"value":"`+eva+`"}]}`).text("id")
		u := s.user("eva@bouw.nl")
		if u.Role != auth.RoleAdmin {
			t.Fatalf("%+v", u)
		}
		if err := s.People.SetActive(t.Context(), u.Viewer(), s.Admin.ID, false); err != nil {
			t.Fatal(err)
		}
		off := `{"Operations":[{"op":"replace","path":"active","value":false}]}`
		s.want(409, "PATCH", "/Users/"+eva, off)
		s.want(409, "DELETE", "/Users/"+eva, "")
		s.want(200, "GET", "/Users/"+eva, "").is("true", "active")
		s.want(200, "PUT", "/Groups/"+group, `{"displayName":"Beheer"}`)
		if u := s.user("eva@bouw.nl"); u.Role != auth.RoleAdmin || !u.Active() {
			t.Errorf("the last administrator: %+v", u)
		}

		jan := s.add("jan")
		if err := s.People.SetActive(t.Context(), u.Viewer(), s.user("jan@bouw.nl").ID, false); err != nil {
			t.Fatal(err)
		}
		s.want(200, "PATCH", "/Users/"+jan, `{"Operations":[{"op":"replace","value":{"active":true,"title":"Werkvoorbereider"}}]}`).is("false", "active")
		if s.user("jan@bouw.nl").Active() {
			t.Error("the service lets in whom an administrator blocked")
		}
	})
}

// An account that was merged into another goes on to be known by the same id.
func TestMergedAccountIsStillKnown(t *testing.T) {
	each(t, func(t *testing.T, s *service) {
		id := s.add("eva")
		if err := s.People.Merge(t.Context(), s.Admin.Viewer(), s.user("eva@bouw.nl").ID, s.Sanne.ID); err != nil {
			t.Fatal(err)
		}
		s.want(200, "PATCH", "/Users/"+id, `{"Operations":[{"op":"replace","path":"title","value":"Calculator"}]}`).is("true", "active")
		if u, err := s.People.User(t.Context(), s.Admin.Viewer(), s.Sanne.ID); err != nil || u.Function != "Calculator" || u.Source != people.SourceSCIM {
			t.Errorf("%+v, %v", u, err)
		}
	})
}

// What is wrong is said as the standard has it.
func TestRefusals(t *testing.T) {
	each(t, func(t *testing.T, s *service) {
		id := s.add("eva")
		s.add("jan")
		for _, c := range []struct{ method, path, body, kind string }{
			{"POST", "/Users", `[]`, "invalidSyntax"},
			{"POST", "/Users", `{"displayName":"Zonder"}`, "invalidValue"},
			{"POST", "/Users", `{"userName":"geen adres"}`, "invalidValue"},
			{"POST", "/Users", `{"userName":"kim@bouw.nl","active":"misschien"}`, "invalidValue"},
			{"POST", "/Users", `{"userName":"kim@bouw.nl","emails":[7]}`, "invalidValue"},
			{"POST", "/Users", `{"userName":"` + strings.Repeat("a", 3000) + `@bouw.nl"}`, "invalidValue"},
			{"GET", "/Users?" + filter(`userName is "x"`), "", "invalidFilter"},
			{"GET", "/Users?" + filter(strings.Repeat("(", 900)), "", "invalidFilter"},
			{"GET", "/Users?count=veel", "", "invalidValue"},
			{"PATCH", "/Users/" + id, `{}`, "invalidValue"},
			{"PATCH", "/Users/" + id, `{"Operations":[{"op":"move","path":"title"}]}`, "invalidSyntax"},
			{"PATCH", "/Users/" + id, `{"Operations":[{"op":"remove"}]}`, "noTarget"},
			{"PATCH", "/Users/" + id, `{"Operations":[{"op":"remove","path":"userName"}]}`, "invalidValue"},
			{"PATCH", "/Users/" + id, `{"Operations":[{"op":"replace","path":"emails[","value":"x"}]}`, "invalidPath"},
			{"PATCH", "/Users/" + id, `{"Operations":[{"op":"replace","path":"emails[type ne \"work\"].value","value":"x"}]}`, "noTarget"},
		} {
			s.want(400, c.method, c.path, c.body).is(c.kind, "scimType")
		}
		s.want(409, "PATCH", "/Users/"+id, `{"Operations":[{"op":"replace","path":"emails","value":[{"value":"jan@bouw.nl"}]}]}`).is("uniqueness", "scimType")
		s.want(200, "GET", "/Users/"+id, "").is("null", "emails")
		s.want(404, "GET", "/Users/niemand", "").is(`["urn:ietf:params:scim:api:messages:2.0:Error"]`, "schemas")
		s.want(404, "GET", "/Niets", "")
		s.rules("Calculatie = branch Zwolle")
		a := s.want(400, "POST", "/Users", `{"userName":"kim@bouw.nl"}`)
		if !strings.Contains(a.text("detail"), "* = branch") {
			t.Errorf("who has no branch: %v", a.body)
		}
	})
}

// What we can do is told by the same table that does it.
func TestDiscovery(t *testing.T) {
	each(t, func(t *testing.T, s *service) {
		c := s.want(200, "GET", "/ServiceProviderConfig", "")
		c.is("true", "patch", "supported")
		c.is("false", "bulk", "supported")
		s.want(200, "GET", "/ResourceTypes", "").is("2", "totalResults")
		s.want(200, "GET", "/ResourceTypes/User", "").is("/Users", "endpoint")
		s.want(200, "GET", "/Schemas", "").is("3", "totalResults")
		s.want(200, "GET", "/Schemas/urn:ietf:params:scim:schemas:core:2.0:Group", "").is("externalId", "attributes", "name")
		s.want(404, "GET", "/Schemas/urn:x", "")
	})
}

// Pages of a list follow each other, without one left out.
func TestPaging(t *testing.T) {
	each(t, func(t *testing.T, s *service) {
		seen := map[string]bool{}
		for _, n := range []string{"ans", "bea", "cor", "dik", "eef"} {
			s.add(n)
		}
		for start := range 5 {
			a := s.want(200, "GET", "/Users?count=1&attributes=userName&startIndex="+string(rune('1'+start)), "")
			a.is("5", "totalResults")
			a.is("null", "Resources", "displayName")
			seen[a.text("Resources", "userName")] = true
		}
		if len(seen) != 5 {
			t.Errorf("seen %v", seen)
		}
		s.want(200, "GET", "/Users?count=0", "").is("0", "itemsPerPage")
		s.want(200, "GET", "/Users?startIndex=9", "").is("[]", "Resources")
		s.want(200, "GET", "/Users?startIndex=-3&count=2", "").is("1", "startIndex")
	})
}

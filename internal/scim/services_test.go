package scim_test

import (
	"strings"
	"testing"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/people"
)

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

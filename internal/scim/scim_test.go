package scim_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

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

// Nothing opens without a token of its own kind, and such a token opens nothing else.
func TestTokens(t *testing.T) {
	each(t, func(t *testing.T, s *service) {
		good := s.token
		wrong := map[string]string{"none": "", "made up": "aanpakscim_" + strings.Repeat("a", 40)}
		for _, role := range auth.Roles {
			wrong["the token of a person who is "+string(role)] = s.Token(t, s.Person(t, "Een "+string(role), "Zwolle", role))
		}
		for name, token := range wrong {
			s.token = token
			for _, r := range scim.Routes(scim.Options{}) {
				if r.Access != httpd.Service {
					t.Errorf("%s %s is for %s", r.Method, r.Path, r.Access)
				}
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

// What the service said of somebody goes with their account, and comes with the export of their data.
func TestWhatWasSaidIsExportedAndErased(t *testing.T) {
	each(t, func(t *testing.T, s *service) {
		id := s.add("noor")
		u := s.user("noor@bouw.nl")
		said := func() int64 {
			n, err := s.DB.Reader().NewSelect().TableExpr("scim_users").Where("id = ?", id).Count(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		if !contains(t, s.export(u), "data/scim_users.id.json", "noor@bouw.nl") {
			t.Error("the export lacks what the service said")
		}
		if said() != 1 {
			t.Error("nothing was said")
		}
		if err := s.People.Erase(t.Context(), u.ID); err != nil || said() != 0 {
			t.Errorf("what was said stays: %v", err)
		}
	})
}

// export has somebody's data exported, and returns the archive.
func (s *service) export(u *people.User) []byte {
	s.t.Helper()
	e, err := s.Privacy.AskExport(s.t.Context(), u.Viewer())
	if err != nil {
		s.t.Fatal(err)
	}
	for end := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		_, b, err := s.Privacy.OpenExport(s.t.Context(), u.Viewer(), e.ID)
		if err == nil {
			defer b.Close()
			data, err := io.ReadAll(b)
			if err != nil {
				s.t.Fatal(err)
			}
			return data
		}
		if !errs.Is(err, errs.KindNotFound) || time.Now().After(end) {
			s.t.Fatal(err)
		}
	}
}

// contains tells whether a file of an archive has a text.
func contains(t *testing.T, archive []byte, name, text string) bool {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	b, err := fs.ReadFile(z, name)
	return err == nil && strings.Contains(string(b), text)
}

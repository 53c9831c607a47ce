package site_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/people"
)

// secret is what the browser keeps of its session.
func (b *browser) secret() string {
	b.t.Helper()
	u, err := url.Parse(b.base)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, c := range b.http.Jar.Cookies(u) {
		if c.Name == "aanpak_session" {
			return c.Value
		}
	}
	return ""
}

// holding is a browser into which somebody put a session.
func (s *served) holding(t *testing.T, secret string) *browser {
	t.Helper()
	b := s.browser(t, nil)
	u, err := url.Parse(s.base)
	if err != nil {
		t.Fatal(err)
	}
	b.http.Jar.SetCookies(u, []*http.Cookie{{Name: "aanpak_session", Value: secret, Path: "/"}})
	return b
}

// in tells whether a browser is signed in.
func (b *browser) in() bool { b.t.Helper(); return b.get("/settings").status == http.StatusOK }

// TestFixation puts a session into somebody's browser before they sign in: one that is made up, and the attacker's own. Neither becomes theirs.
func TestFixation(t *testing.T) {
	s := serve(t)
	eve := s.browser(t, s.Tom)
	for what, planted := range map[string]string{"made up": auth.NewSecret(""), "the attacker's own": eve.secret()} {
		victim := s.holding(t, planted)
		if a := victim.post("/sign-in", url.Values{"email": {s.Sanne.Email}, "password": {apptest.Password}}); a.status != http.StatusSeeOther {
			t.Fatalf("%s: %d", what, a.status)
		}
		if victim.secret() == planted {
			t.Errorf("%s: it is the session of who signed in", what)
		}
		if s.holding(t, planted).in() {
			t.Errorf("%s: it still opens something", what)
		}
	}
	if _, err := s.browser(t, nil).http.Get(s.base + "/settings?aanpak_session=" + eve.secret()); err != nil {
		t.Fatal(err)
	}
	if s.browser(t, nil).get("/settings?aanpak_session="+s.browser(t, s.Tom).secret()).status == http.StatusOK {
		t.Error("a session is taken from the address")
	}
}

// TestStolenSession ends with whatever its owner does about it, and is of no use for changing their ways in.
func TestStolenSession(t *testing.T) {
	for what, act := range map[string]func(t *testing.T, s *served, owner *browser){
		"signing out":      func(_ *testing.T, _ *served, owner *browser) { owner.post("/sign-out", nil) },
		"another password": changesPassword,
		"blocking the account": func(t *testing.T, s *served, _ *browser) {
			wantNo(t, s.People.SetActive(t.Context(), s.Admin.Viewer(), s.Sanne.ID, false))
		},
		"an administrator": func(t *testing.T, s *served, _ *browser) {
			admin := s.browser(t, s.Admin)
			admin.get("/admin/people/"+s.Sanne.ID).want(200, "form[action$='/sessions/end']", "uitloggen")
			admin.post("/admin/people/"+s.Sanne.ID+"/sessions/end", nil).want(303, "", "")
		},
		"a second factor": func(t *testing.T, s *served, owner *browser) {
			owner.post("/settings/second-factor/begin", nil)
			secret := owner.get("/settings/second-factor").doc().Find("#factor-secret").Text()
			owner.post("/settings/second-factor/confirm", url.Values{"code": {codeOf(t, secret, 0)}}).want(200, ".codes", "")
		},
		"resetting the factor": func(t *testing.T, s *served, _ *browser) {
			wantNo(t, s.People.ResetFactor(t.Context(), s.Admin.Viewer(), s.Sanne.ID))
		},
	} {
		t.Run(what, func(t *testing.T) {
			s := serve(t)
			owner := s.browser(t, s.Sanne)
			stolen := s.holding(t, owner.secret())
			if what == "a second factor" { // which the browser that sets it up survives
				stolen = s.browser(t, s.Sanne)
			}
			if !stolen.in() {
				t.Fatal("the stolen session opens nothing, so nothing is tried")
			}
			act(t, s, owner)
			if stolen.in() {
				t.Error("the stolen session still works")
			}
			if api := stolen.get("/api/v1/me"); api.status != http.StatusUnauthorized {
				t.Errorf("the API: %d", api.status)
			}
		})
	}
	t.Run("ended from another browser", func(t *testing.T) {
		s := serve(t)
		lost, owner := s.browser(t, s.Sanne), s.browser(t, s.Sanne)
		owner.post("/settings/sessions/revoke-others", nil)
		if lost.in() || !owner.in() {
			t.Error("the other session goes on, or the own ended")
		}
	})
}

func changesPassword(t *testing.T, _ *served, owner *browser) {
	t.Helper()
	fields := url.Values{"old_password": {apptest.Password}, "password": {"paars fietst naar Deventer"}}
	if a := owner.post("/settings/password", fields); a.status != http.StatusSeeOther {
		t.Fatalf("%d", a.status)
	}
	if !owner.in() {
		t.Error("who changed the password is signed out")
	}
}

func wantNo(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestSessionLeftOpen cannot be made into a way in that stays: a token of a person or for the identity service, a second factor of the thief, another password, a passkey. That wants
// a password, or to have just signed in.
func TestSessionLeftOpen(t *testing.T) {
	s := serve(t)
	wantNo(t, s.People.UsePasskeys("https://aanpak.example"))
	b, admin := s.browser(t, s.Sanne), s.browser(t, s.Admin)
	s.exec(t, "UPDATE sessions SET created_at = ?", db.Now().AddDate(0, 0, -1))
	for _, password := range []string{"", "gok"} {
		b.post("/settings/tokens", url.Values{"name": {"x"}, "old_password": {password}}).want(422, "#old_password-error", "huidige")
		b.post("/settings/second-factor/begin", url.Values{"old_password": {password}}).want(422, "#old_password-error", "huidige")
		b.post("/settings/passkeys/begin", url.Values{"old_password": {password}}).want(422, "", "")
		b.post("/settings/password", url.Values{"old_password": {password}, "password": {"paars fietst naar Deventer"}}).want(422, "#old_password-error", "huidige")
	}
	b.post("/settings/tokens", url.Values{"name": {"x"}, "old_password": {apptest.Password}}).want(200, ".secret code", "aanpak_")
	admin.post("/admin/scim/tokens", url.Values{"name": {"x"}, "old_password": {"gok"}}).want(422, "#old_password-error", "huidige")
	admin.post("/admin/scim/tokens", url.Values{"name": {"x"}, "old_password": {apptest.Password}}).want(200, ".secret code", "aanpakscim_")
	b.post("/settings/second-factor/begin", url.Values{"old_password": {apptest.Password}}).want(303, "", "")
}

// TestPasswordFields hide what is typed, let password managers fill them in, and keep nobody from pasting.
func TestPasswordFields(t *testing.T) {
	s := serve(t)
	link, err := s.People.Invite(t.Context(), s.Admin.Viewer(), s.Tom.ID)
	wantNo(t, err)
	b := s.browser(t, s.Sanne)
	seen := 0
	for path, b := range map[string]*browser{"/sign-in": s.browser(t, nil), "/code": s.browser(t, nil), "/invite/" + link: s.browser(t, nil), "/settings/password": b} {
		for _, n := range b.get(path).want(200, "", "").doc().Find("input[name*=password]").EachIter() {
			seen++
			_, pasting := n.Attr("onpaste")
			_, most := n.Attr("maxlength")
			if n.AttrOr("type", "") != "password" || !strings.HasSuffix(n.AttrOr("autocomplete", ""), "-password") || pasting || most {
				t.Errorf("%s: %s", path, n.AttrOr("name", ""))
			}
		}
	}
	if seen < 5 {
		t.Errorf("%d fields", seen)
	}
}

// TestRightsFollow: a session opened with more rights has them no more with the next request after they were taken, and the reverse.
func TestRightsFollow(t *testing.T) {
	s := serve(t)
	eve := s.Person(t, "Eve Admin", "Zwolle", auth.RoleAdmin)
	b := s.browser(t, eve)
	b.get("/admin/people").want(200, "", "")
	set := func(role auth.Role) {
		t.Helper()
		wantNo(t, s.People.SetAccount(t.Context(), s.Admin.Viewer(), eve.ID, people.Account{Name: eve.Name, Email: eve.Email, Role: role, BranchID: eve.BranchID}))
	}
	set(auth.RoleMember)
	b.get("/admin/people").want(403, "", "")
	set(auth.RoleAdmin)
	b.get("/admin/people").want(200, "", "")
}

// TestCookies are out of reach of scripts, of other sites and of plain HTTP, bound to this host by https, and told nowhere else.
func TestCookies(t *testing.T) {
	cfg := apptest.Config(t, db.SQLite)
	cfg.URL = "https://aanpak.example"
	s := serveApp(t, apptest.NewWith(t, cfg))
	b := s.browser(t, nil)
	a := b.post("/sign-in", url.Values{"email": {s.Sanne.Email}, "password": {apptest.Password}})
	secret := ""
	for _, line := range a.header.Values("Set-Cookie") {
		name, rest, _ := strings.Cut(line, "=")
		value, attributes, _ := strings.Cut(rest, ";")
		if name == "__Host-aanpak_session" {
			secret = value
		}
		low := strings.ToLower(attributes)
		for _, want := range []string{"secure", "httponly", "samesite=lax", "path=/"} {
			if !strings.Contains(low, want) {
				t.Errorf("%s has no %s: %s", name, want, attributes)
			}
		}
		if !strings.HasPrefix(name, "__Host-") || strings.Contains(low, "domain=") {
			t.Errorf("%s is not bound to the host: %s", name, attributes)
		}
	}
	if len(secret) < 43 {
		t.Fatalf("no session, or a short one: %v", a.header.Values("Set-Cookie"))
	}
	with := func(name string) *answer {
		return s.browser(t, nil).do(http.MethodGet, "/settings", nil, http.Header{"Cookie": {name + "=" + secret}})
	}
	if page := with("__Host-aanpak_session"); page.status != http.StatusOK || strings.Contains(string(page.body), secret) {
		t.Errorf("%d, or the page tells the secret", page.status)
	}
	if with("aanpak_session").status == http.StatusOK {
		t.Error("by https the name that a sister host can set counts too")
	}
	out := b.do(http.MethodPost, "/sign-out", nil, http.Header{"Cookie": {"__Host-aanpak_session=" + secret}, "Sec-Fetch-Site": {"same-origin"}})
	if got := out.header.Get("Clear-Site-Data"); !strings.Contains(got, `"cache"`) || !strings.Contains(got, `"storage"`) {
		t.Errorf("signing out clears %q", got)
	}
}

package site_test

import (
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/share"
)

// mostTries is how many wrong tries anybody gets in a window.
const mostTries = 10

// door is something that takes a secret: try answers a wrong one and right the right one.
type door struct {
	try   func() *answer
	right func() *answer
}

// doors are all that take what people can guess. Each has a program of its own, as wrong tries count by client too.
var doors = map[string]func(t *testing.T, s *served) door{
	"password": func(t *testing.T, s *served) door {
		in := func(password string) *answer {
			return s.browser(t, nil).post("/sign-in", url.Values{"email": {s.Sanne.Email}, "password": {password}})
		}
		return door{func() *answer { return in("gok") }, func() *answer { return in(apptest.Password) }}
	},
	"code of an app": func(t *testing.T, s *served) door {
		secret := factorOf(t, s, s.Sanne)
		half := func() *browser {
			b := s.browser(t, nil)
			b.post("/sign-in", url.Values{"email": {s.Sanne.Email}, "password": {apptest.Password}})
			return b
		}
		waiting := half()
		return door{func() *answer { return half().post("/sign-in/code", url.Values{"code": {wrongCode(t, secret)}}) }, func() *answer {
			return waiting.post("/sign-in/code", url.Values{"code": {codeOf(t, secret, 1)}})
		}}
	},
	"recovery code": func(t *testing.T, s *served) door {
		secret := factorOf(t, s, s.Sanne)
		b := s.browser(t, nil)
		b.post("/sign-in", url.Values{"email": {s.Sanne.Email}, "password": {apptest.Password}})
		return door{func() *answer {
			again := s.browser(t, nil)
			again.post("/sign-in", url.Values{"email": {s.Sanne.Email}, "password": {apptest.Password}})
			return again.post("/sign-in/code", url.Values{"code": {"ABCD-EFGH-JKLM"}})
		}, func() *answer { return b.post("/sign-in/code", url.Values{"code": {codeOf(t, secret, 1)}}) }}
	},
	"code of a letter": func(t *testing.T, s *served) door {
		kees, err := s.People.Create(t.Context(), auth.System(), people.NewUser{PersonnelNumber: "4711", Name: "Kees Smit", Branch: "Zwolle", Role: auth.RoleMember})
		wantNo(t, err)
		list, err := s.People.Letters(t.Context(), s.Admin.Viewer(), []string{kees.ID})
		wantNo(t, err)
		in := func(code string) *answer {
			return s.browser(t, nil).post("/code", url.Values{"login": {"4711"}, "code": {code}, "password": {"paars fietst naar Deventer"}})
		}
		return door{func() *answer { return in("ABCDEFGH") }, func() *answer { return in(list[0].Code) }}
	},
	"password of a share link": func(t *testing.T, s *served) door {
		wantNo(t, s.Share.SetRule(t.Context(), s.Admin.Viewer(), share.Rule{BranchID: s.Zwolle.ID, MostDays: 30}))
		d := s.Upload(t, s.Sanne, "plan.pdf", plan, library.Meta{})
		secret, _, err := s.Share.Create(t.Context(), s.Sanne.Viewer(), d.ID, share.Input{Recipient: "Jan", Days: 7, Password: "hekwerk9"})
		wantNo(t, err)
		in := func(password string) *answer {
			return s.browser(t, nil).post("/s/"+secret, url.Values{"password": {password}})
		}
		return door{func() *answer { return in("gok") }, func() *answer { return in("hekwerk9") }}
	},
	"password of who is signed in": func(t *testing.T, s *served) door {
		b := s.browser(t, s.Sanne)
		in := func(old string) *answer {
			return b.post("/settings/password", url.Values{"old_password": {old}, "password": {"paars fietst naar Deventer"}})
		}
		return door{func() *answer { return in("gok") }, func() *answer { return in(apptest.Password) }}
	},
}

// factorOf gives somebody a second factor.
func factorOf(t *testing.T, s *served, u *people.User) string {
	t.Helper()
	wantNo(t, s.People.BeginFactor(t.Context(), u.Viewer()))
	secret, _, err := s.People.PendingFactor(t.Context(), u.Viewer())
	wantNo(t, err)
	_, err = s.People.ConfirmFactor(t.Context(), u.Viewer(), codeOf(t, secret, 0), people.Client{})
	wantNo(t, err)
	return secret
}

// wrongCode is six figures that are none of the codes that count now.
func wrongCode(t *testing.T, secret string) string {
	t.Helper()
	for _, code := range []string{"000000", "111111", "222222", "333333"} {
		ok := true
		for later := -2; later <= 2; later++ {
			ok = ok && codeOf(t, secret, later) != code
		}
		if ok {
			return code
		}
	}
	t.Fatal("every code counts")
	return ""
}

// verdict tells whether an answer says of a secret that it is wrong, rather than that nothing is asked any more.
func (a *answer) verdict() bool {
	a.t.Helper()
	if a.status < 300 || a.status < 400 && a.location != "/sign-in" {
		a.t.Errorf("a wrong one opens: %d %s", a.status, a.location)
	}
	return a.status == http.StatusUnauthorized || a.status == http.StatusUnprocessableEntity
}

// TestBruteForce tries each door until it stays shut, and then the right secret: that does not open it either before the window ends.
func TestBruteForce(t *testing.T) {
	for name, build := range doors {
		t.Run(name, func(t *testing.T) {
			s := serve(t)
			d := build(t, s)
			n := 0
			for d.try().verdict() {
				if n++; n > mostTries {
					t.Fatalf("try %d is answered", n)
				}
			}
			if n == 0 {
				t.Error("nothing was tried")
			}
			if a := d.right(); a.status != http.StatusTooManyRequests {
				t.Errorf("the right one after too many: %d %s", a.status, a.location)
			}
		})
	}
}

// TestBruteForceAtOnce sends the guesses side by side: no more of them are checked than one after the other.
func TestBruteForceAtOnce(t *testing.T) {
	for name, build := range doors {
		t.Run(name, func(t *testing.T) {
			s := serve(t)
			d := build(t, s)
			var answered atomic.Int64
			var all sync.WaitGroup
			for range 4 * mostTries {
				all.Go(func() {
					if d.try().verdict() {
						answered.Add(1)
					}
				})
			}
			all.Wait()
			if n := answered.Load(); n > mostTries {
				t.Errorf("%d guesses were checked, want %d at most", n, mostTries)
			}
		})
	}
}

// TestSprayingOneClient: one client that tries one password on many accounts is refused as well, and the accounts are not locked by it.
func TestSprayingOneClient(t *testing.T) {
	s := serve(t)
	b := s.browser(t, nil)
	for i := range mostTries {
		b.post("/sign-in", url.Values{"email": {string(rune('a'+i)) + "@voorbeeld.nl"}, "password": {"Welkom2026!"}}).want(401, "", "")
	}
	b.post("/sign-in", url.Values{"email": {s.Sanne.Email}, "password": {"Welkom2026!"}}).want(429, "", "")
	_, _, err := s.People.SignIn(t.Context(), s.Sanne.Email, apptest.Password, people.Client{Address: "192.0.2.9"})
	wantNo(t, err)
}

// TestTokensAreNotGuessed: a token with one letter changed, cut or lengthened, of another kind, or sent in another way opens nothing.
func TestTokensAreNotGuessed(t *testing.T) {
	s := serve(t)
	token, b := s.Token(t, s.Sanne), s.browser(t, nil)
	me := func(header http.Header, path string) int { return b.do(http.MethodGet, path, nil, header).status }
	if got := me(http.Header{"Authorization": {"Bearer " + token}}, "/api/v1/me"); got != http.StatusOK {
		t.Fatalf("the token itself: %d", got)
	}
	swapped := "A"
	if strings.HasSuffix(token, swapped) {
		swapped = "E"
	}
	for what, wrong := range map[string]string{
		"one letter": token[:len(token)-1] + swapped, "cut": token[:len(token)-1], "longer": token + "A", "no prefix": strings.TrimPrefix(token, "aanpak_"), "only the prefix": "aanpak_",
		"a session": s.browser(t, s.Sanne).secret(), "its hash": auth.HashSecret(token), "capitals": strings.ToUpper(token), "a joker": "aanpak_%", "SQL": "aanpak_' OR '1'='1",
	} {
		if got := me(http.Header{"Authorization": {"Bearer " + wrong}}, "/api/v1/me"); got != http.StatusUnauthorized {
			t.Errorf("%s: %d", what, got)
		}
	}
	for what, got := range map[string]int{
		"in the address": me(nil, "/api/v1/me?token="+token+"&access_token="+token), "as basic": me(http.Header{"Authorization": {"Basic " + token}}, "/api/v1/me"),
		"as a cookie": me(http.Header{"Cookie": {"aanpak_session=" + token}}, "/api/v1/me"),
	} {
		if got != http.StatusUnauthorized {
			t.Errorf("%s: %d", what, got)
		}
	}
}

// TestEnumeration asks each door about people who are, who are not, who left and who come from elsewhere: the answers are the same, letter by
// letter, and cost the same work, so that neither tells who has an account.
func TestEnumeration(t *testing.T) {
	s := serve(t)
	left := s.Person(t, "Eva Weg", "Zwolle", auth.RoleMember)
	wantNo(t, s.People.SetActive(t.Context(), s.Admin.Viewer(), left.ID, false))
	invited, err := s.People.Create(t.Context(), auth.System(), people.NewUser{Email: "nieuw@voorbeeld.nl", PersonnelNumber: "4711", Name: "Kees Smit", Branch: "Zwolle", Role: auth.RoleMember})
	wantNo(t, err)
	logins := map[string]string{"known": s.Sanne.Email, "unknown": "bestaat.niet@voorbeeld.nl", "left": left.Email, "invited": invited.Email, "a number": "4711", "an unknown number": "4712"}
	asks := map[string]func(b *browser, login string) *answer{
		"sign-in": func(b *browser, login string) *answer {
			return b.post("/sign-in", url.Values{"email": {login}, "password": {"gok"}})
		},
		"code": func(b *browser, login string) *answer {
			return b.post("/code", url.Values{"login": {login}, "code": {"ABCDEFGH"}, "password": {"paars fietst naar Deventer"}})
		},
	}
	for name, ask := range asks {
		first := ""
		for who, login := range logins {
			clearTries(t, s)
			a := ask(s.browser(t, nil), login)
			text := strings.ReplaceAll(string(a.body), login, "…")
			if first == "" {
				first = text
			}
			if a.status != http.StatusUnauthorized || text != first || len(a.header.Values("Set-Cookie")) > 0 {
				t.Errorf("%s of who is %s: %d, the same page: %v", name, who, a.status, text == first)
			}
		}
	}
	for who, login := range logins {
		clearTries(t, s)
		if n := argonRuns(func() { asks["sign-in"](s.browser(t, nil), login) }); n != 1 {
			t.Errorf("signing in as who is %s hashes %d passwords, want one as for everybody", who, n)
		}
	}
}

func clearTries(t *testing.T, s *served) {
	t.Helper()
	s.exec(t, "DELETE FROM sign_in_attempts")
}

// argonRuns counts how often f makes argon2id work, by the memory that each run takes: the one measure of work that no busy machine changes.
func argonRuns(f func()) int {
	const run = 19 << 20
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return int((after.TotalAlloc - before.TotalAlloc) / run)
}

// TestWhoIsThereIsNotTold by links either: of an invitation that was used, that ended and that never was, and of one's own name.
func TestWhoIsThereIsNotTold(t *testing.T) {
	s := serve(t)
	u := s.Person(t, "Iris Nieuw", "Zwolle", auth.RoleMember)
	link, err := s.People.Invite(t.Context(), s.Admin.Viewer(), u.ID)
	wantNo(t, err)
	_, err = s.People.Accept(t.Context(), link, "paars fietst naar Deventer", people.Client{})
	wantNo(t, err)
	b := s.browser(t, nil)
	never := auth.NewSecret("")
	for _, at := range []string{"/invite/", "/setup/"} {
		used, none := b.get(at+link), b.get(at+never)
		clean := func(a *answer, secret string) string { return strings.ReplaceAll(string(a.body), secret, "") }
		if used.status != none.status || clean(used, link) != clean(none, never) {
			t.Errorf("%s tells a used link from none: %d, %d", at, used.status, none.status)
		}
	}
	_, err = s.People.UserByEmail(t.Context(), "")
	if !errs.Is(err, errs.KindNotFound) {
		t.Errorf("no address is somebody's: %v", err)
	}
}

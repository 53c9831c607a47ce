package oidc_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/aanpak/aanpak/internal/oidc"
	"github.com/aanpak/aanpak/internal/oidc/oidctest"
)

const redirect = "https://aanpak.b.nl/sign-in/oidc/callback"

func open(t *testing.T, p *oidctest.Provider, change func(*oidc.Settings)) *oidc.Provider {
	t.Helper()
	s := oidc.Settings{Issuer: p.Issuer, ClientID: oidctest.ClientID, ClientSecret: oidctest.ClientSecret}
	if change != nil {
		change(&s)
	}
	out, err := oidc.New(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// visit goes to the provider as a browser does, and returns what that sends back to us.
func visit(t *testing.T, address string) url.Values {
	t.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	to, err := res.Location()
	if err != nil || !strings.HasPrefix(to.String(), redirect) {
		t.Fatalf("the provider sends to %v, %v", to, err)
	}
	return to.Query()
}

func signIn(t *testing.T, p *oidc.Provider) (*oidc.Identity, string, error) {
	t.Helper()
	address, kept, err := p.Begin(t.Context(), redirect, "/tenders?x=1")
	if err != nil {
		t.Fatal(err)
	}
	return p.Finish(t.Context(), redirect, kept, visit(t, address))
}

var tom = oidctest.Claims{"sub": "tom-1", "name": "Tom Bakker", "email": "tom@b.nl", "email_verified": true, "groups": []string{"managers"}}

func TestSignIn(t *testing.T) {
	server := oidctest.Start(t)
	for name, row := range map[string]struct {
		how    oidctest.How
		change func(*oidc.Settings)
		want   oidc.Identity
	}{
		"all in the token": {oidctest.How{Person: tom}, nil, oidc.Identity{Mail: "tom@b.nl", Name: "Tom Bakker", Groups: []string{"managers"}}},
		"as Authelia does, elsewhere": {
			oidctest.How{Person: oidctest.Claims{"sub": "tom-1"}, Elsewhere: oidctest.Claims{"email": "tom@b.nl", "email_verified": true, "preferred_username": "tom", "groups": []string{"a", "b"}}},
			nil,
			oidc.Identity{Mail: "tom@b.nl", Name: "tom", Groups: []string{"a", "b"}},
		},
		"as Keycloak does, roles inside": {
			oidctest.How{Person: with(tom, "groups", nil, "realm_access", map[string]any{"roles": []string{"manager"}}, "locatie", "Zwolle")},
			func(s *oidc.Settings) { s.Claims = "groups=realm_access.roles; branch=locatie" },
			oidc.Identity{Mail: "tom@b.nl", Name: "Tom Bakker", Groups: []string{"manager"}, Branches: []string{"Zwolle"}},
		},
		"as Entra ID does, trusted": {
			oidctest.How{Person: oidctest.Claims{"sub": "tom-1", "name": "Tom Bakker", "preferred_username": "tom@b.nl", "groups": []string{"0b1c"}, "roles": []string{"Manager"}}},
			func(s *oidc.Settings) { s.Mail = oidc.MailTrusted },
			oidc.Identity{Mail: "tom@b.nl", Name: "Tom Bakker", Groups: []string{"0b1c", "Manager"}},
		},
		"an address that is not verified":     {oidctest.How{Person: with(tom, "email_verified", false)}, nil, oidc.Identity{Name: "Tom Bakker", Groups: []string{"managers"}}},
		"an address of which nothing is said": {oidctest.How{Person: with(tom, "email_verified", nil)}, nil, oidc.Identity{Name: "Tom Bakker", Groups: []string{"managers"}}},
	} {
		server.Set(row.how)
		id, back, err := signIn(t, open(t, server, row.change))
		if err != nil || back != "/tenders?x=1" {
			t.Errorf("%s: back %q, %v", name, back, err)
			continue
		}
		row.want.ID = server.Issuer + "|tom-1"
		if d := cmp.Diff(&row.want, id); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}

func with(c oidctest.Claims, pairs ...any) oidctest.Claims {
	out := oidctest.Claims{}
	for k, v := range c {
		out[k] = v
	}
	for i := 0; i < len(pairs); i += 2 {
		name, _ := pairs[i].(string)
		if out[name] = pairs[i+1]; pairs[i+1] == nil {
			delete(out, name)
		}
	}
	return out
}

// Every token that is not ours, not now, or not signed by the provider is refused.
func TestWrongTokens(t *testing.T) {
	server := oidctest.Start(t)
	p := open(t, server, nil)
	spoil := func(name string, value any) func(oidctest.Claims) {
		return func(c oidctest.Claims) { c[name] = value }
	}
	for name, how := range map[string]oidctest.How{
		"nonce of another attempt": {Person: tom, Spoil: spoil("nonce", "x")},
		"no nonce":                 {Person: tom, Spoil: func(c oidctest.Claims) { delete(c, "nonce") }},
		"for another audience":     {Person: tom, Spoil: spoil("aud", "elders")},
		"of another issuer":        {Person: tom, Spoil: spoil("iss", "https://elders.nl")},
		"expired":                  {Person: tom, Spoil: spoil("exp", time.Now().Add(-time.Hour).Unix())},
		"not yet":                  {Person: tom, Spoil: spoil("nbf", time.Now().Add(time.Hour).Unix())},
		"signed by another":        {Person: tom, Key: oidctest.Key(t)},
		"somebody else elsewhere":  {Person: with(tom, "email", nil), Elsewhere: oidctest.Claims{"sub": "eva-1", "email": "eva@b.nl", "email_verified": true}},
		"too many groups":          {Person: with(tom, "_claim_names", map[string]any{"groups": "src1"})},
		"refused by the provider":  {Person: tom, Refuse: "access_denied"},
	} {
		server.Set(how)
		if id, _, err := signIn(t, p); err == nil || id != nil || errors.Is(err, oidc.ErrAway) {
			t.Errorf("%s: %+v, %v", name, id, err)
		}
	}
}

// What a browser brings back counts for the attempt that it began, once, and by the same browser.
func TestWrongAttempts(t *testing.T) {
	server := oidctest.Start(t)
	server.Set(oidctest.How{Person: tom})
	p := open(t, server, nil)
	begin := func() (string, url.Values) {
		address, kept, err := p.Begin(t.Context(), redirect, "/")
		if err != nil {
			t.Fatal(err)
		}
		return kept, visit(t, address)
	}
	kept, answer := begin()
	otherKept, otherAnswer := begin()
	stranger, err := oidc.New(oidc.Settings{Issuer: server.Issuer, ClientID: oidctest.ClientID, ClientSecret: "een ander geheim"})
	if err != nil {
		t.Fatal(err)
	}
	_, forged, err := stranger.Begin(t.Context(), redirect, "/")
	if err != nil {
		t.Fatal(err)
	}
	for name, row := range map[string]struct {
		kept   string
		answer url.Values
	}{
		"nothing kept":            {"", answer},
		"rubbish kept":            {"AAAA", answer},
		"changed":                 {kept[:len(kept)-2] + "AA", answer},
		"kept by another's key":   {forged, answer},
		"state of another":        {kept, otherAnswer},
		"answer for another":      {otherKept, answer},
		"no state":                {kept, url.Values{"code": answer["code"]}},
		"another redirect":        {kept, answer},
		"a code that nobody gave": {otherKept, url.Values{"state": otherAnswer["state"], "code": {"x"}}},
	} {
		to := redirect
		if name == "another redirect" {
			to, row.kept = "https://elders.nl/", otherKept
			row.answer = otherAnswer
		}
		if id, _, err := p.Finish(t.Context(), to, row.kept, row.answer); err == nil || id != nil {
			t.Errorf("%s: %+v, %v", name, id, err)
		}
	}
	if _, _, err := p.Finish(t.Context(), redirect, kept, answer); err != nil {
		t.Fatalf("the right one: %v", err)
	}
	if id, _, err := p.Finish(t.Context(), redirect, kept, answer); err == nil {
		t.Errorf("the same once more: %+v", id)
	}
}

// A provider that is away when the program starts is found when it is back.
func TestProviderThatIsAway(t *testing.T) {
	server := oidctest.Start(t)
	server.Set(oidctest.How{Away: true})
	p := open(t, server, nil)
	if _, _, err := p.Begin(t.Context(), redirect, "/"); !errors.Is(err, oidc.ErrAway) {
		t.Errorf("away: %v", err)
	}
	if err := p.Ping(t.Context()); !errors.Is(err, oidc.ErrAway) {
		t.Errorf("ping: %v", err)
	}
	server.Set(oidctest.How{Person: tom})
	if _, _, err := signIn(t, p); err != nil {
		t.Errorf("back: %v", err)
	}
	address, kept, err := p.Begin(t.Context(), redirect, "/")
	if err != nil {
		t.Fatal(err)
	}
	answer := visit(t, address)
	server.Set(oidctest.How{Away: true})
	if _, _, err := p.Finish(t.Context(), redirect, kept, answer); !errors.Is(err, oidc.ErrAway) {
		t.Errorf("away half-way: %v", err)
	}
	if to := p.EndSession(t.Context(), "https://aanpak.b.nl/sign-in"); !strings.HasPrefix(to, server.Issuer+"/end?") {
		t.Errorf("signing out leads to %q", to)
	}
}

func TestEveryWrongSettingIsTold(t *testing.T) {
	t.Parallel()
	_, err := oidc.New(oidc.Settings{Issuer: "http://login.b.nl", Scopes: "email", Claims: "schoenmaat=x", Mail: "alle"})
	if err == nil {
		t.Fatal("no error")
	}
	for _, name := range []string{"issuer", "client_id", "client_secret", "scopes", "claims", "mail"} {
		if !strings.Contains(err.Error(), "["+name+": error.setting.") {
			t.Errorf("%s is not told of: %v", name, err)
		}
	}
	s := oidc.Settings{Issuer: "https://login.microsoftonline.com/common/v2.0", ClientID: "a", ClientSecret: "b", Mail: oidc.MailTrusted}
	if _, err := oidc.New(s); err == nil {
		t.Error("addresses of anybody in the world are trusted")
	}
	if s.Issuer = "https://login.microsoftonline.com/6f1d/v2.0"; true {
		if _, err := oidc.New(s); err != nil {
			t.Error(err)
		}
	}
}

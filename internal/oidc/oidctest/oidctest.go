// Package oidctest gives tests a provider of OpenID Connect that signs real tokens, and can be told to do it wrong.
package oidctest

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"html/template"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"
)

// The client that the provider knows.
const (
	ClientID     = "aanpak"
	ClientSecret = "een geheim van de client"
)

// Claims are what a token says of somebody.
type Claims map[string]any

// Provider is a running provider. Its fields say how it behaves, and may be changed under Set.
type Provider struct {
	Issuer string

	tb     testing.TB
	key    *rsa.PrivateKey
	server *httptest.Server

	mu    sync.Mutex
	how   How
	codes map[string]url.Values // what was asked for, by the code that was given for it
}

// How is how the provider behaves.
type How struct {
	Person    Claims          // who signs in; "sub" is needed
	Elsewhere Claims          // what only the userinfo endpoint says
	Spoil     func(Claims)    // changes a token before it is signed
	Key       *rsa.PrivateKey // signs instead of the provider's own
	Away      bool            // answers everything with 503
	Refuse    string          // an error instead of a code
	Page      bool            // shows a page with a button rather than signing in at once
}

// Start runs a provider until the test ends.
func Start(tb testing.TB) *Provider {
	tb.Helper()
	p := &Provider{tb: tb, key: Key(tb), codes: map[string]url.Values{}}
	mux := http.NewServeMux()
	for path, h := range map[string]http.HandlerFunc{
		"GET /.well-known/openid-configuration": p.configuration, "GET /keys": p.keys, "GET /authorize": p.authorize, "POST /authorize": p.authorize,
		"POST /token": p.token, "GET /userinfo": p.userinfo, "GET /end": p.end,
		"GET /favicon.ico": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }, // browsers ask
	} {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			if p.now().Away {
				w.WriteHeader(http.StatusServiceUnavailable)
				return
			}
			h(w, r)
		})
	}
	p.server = httptest.NewServer(mux)
	p.Issuer = p.server.URL
	tb.Cleanup(p.server.Close)
	return p
}

// Key makes a key to sign with.
func Key(tb testing.TB) *rsa.PrivateKey {
	tb.Helper()
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		tb.Fatal(err)
	}
	return k
}

// Set says how the provider behaves from now on.
func (p *Provider) Set(how How) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.how = how
}

func (p *Provider) now() How {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.how
}

func (p *Provider) configuration(w http.ResponseWriter, _ *http.Request) {
	answer(w, map[string]any{
		"issuer": p.Issuer, "authorization_endpoint": p.Issuer + "/authorize", "token_endpoint": p.Issuer + "/token", "jwks_uri": p.Issuer + "/keys",
		"userinfo_endpoint": p.Issuer + "/userinfo", "end_session_endpoint": p.Issuer + "/end", "id_token_signing_alg_values_supported": []string{"RS256"},
	})
}

func (p *Provider) keys(w http.ResponseWriter, _ *http.Request) {
	e := big.NewInt(int64(p.key.E)).Bytes()
	answer(w, map[string]any{"keys": []any{map[string]any{"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "1", "n": enc(p.key.N.Bytes()), "e": enc(e)}}})
}

var page = template.Must(template.New("").Parse(`<!doctype html><title>Provider</title><form method="post" action="/authorize?{{.}}"><button id="yes">Ja, ik ben het</button></form>`))

// authorize signs in whoever is to sign in, and sends the browser back with a code.
func (p *Provider) authorize(w http.ResponseWriter, r *http.Request) {
	q, how := r.URL.Query(), p.now()
	if how.Page && r.Method == http.MethodGet {
		_ = page.Execute(w, template.URL(r.URL.RawQuery)) //nolint:gosec // a test's own query
		return
	}
	back, err := url.Parse(q.Get("redirect_uri"))
	if err != nil || q.Get("client_id") != ClientID || q.Get("response_type") != "code" || q.Get("code_challenge_method") != "S256" || q.Get("code_challenge") == "" || q.Get("nonce") == "" {
		http.Error(w, "this is no request as it should be", http.StatusBadRequest)
		return
	}
	out := url.Values{"state": {q.Get("state")}}
	if how.Refuse != "" {
		out.Set("error", how.Refuse)
	} else {
		code := rand.Text()
		p.mu.Lock()
		p.codes[code] = q
		p.mu.Unlock()
		out.Set("code", code)
	}
	back.RawQuery = out.Encode()
	http.Redirect(w, r, back.String(), http.StatusSeeOther)
}

// token gives a token for a code, once, to who has the verifier and the secret.
func (p *Provider) token(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	asked, ok := p.codes[r.FormValue("code")]
	delete(p.codes, r.FormValue("code"))
	p.mu.Unlock()
	id, secret, basic := r.BasicAuth()
	if !basic {
		id, secret = r.FormValue("client_id"), r.FormValue("client_secret")
	} else {
		secret, _ = url.QueryUnescape(secret)
	}
	challenge := sha256.Sum256([]byte(r.FormValue("code_verifier")))
	if !ok || id != ClientID || secret != ClientSecret || r.FormValue("redirect_uri") != asked.Get("redirect_uri") || enc(challenge[:]) != asked.Get("code_challenge") {
		w.WriteHeader(http.StatusBadRequest)
		answer(w, map[string]any{"error": "invalid_grant"})
		return
	}
	how, now := p.now(), time.Now()
	claims := Claims{"iss": p.Issuer, "aud": ClientID, "iat": now.Unix(), "exp": now.Add(5 * time.Minute).Unix(), "nonce": asked.Get("nonce")}
	maps.Copy(claims, how.Person)
	if how.Spoil != nil {
		how.Spoil(claims)
	}
	key := p.key
	if how.Key != nil {
		key = how.Key
	}
	answer(w, map[string]any{"access_token": "toegang", "token_type": "Bearer", "expires_in": 300, "id_token": p.sign(key, claims)})
}

func (p *Provider) sign(key *rsa.PrivateKey, c Claims) string {
	head, body := enc([]byte(`{"alg":"RS256","kid":"1","typ":"JWT"}`)), enc(marshal(c))
	sum := sha256.Sum256([]byte(head + "." + body))
	sig, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	if err != nil {
		p.tb.Error(err)
	}
	return head + "." + body + "." + enc(sig)
}

func (p *Provider) userinfo(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != "Bearer toegang" {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	how := p.now()
	claims := Claims{"sub": how.Person["sub"]}
	maps.Copy(claims, how.Elsewhere)
	answer(w, claims)
}

func (p *Provider) end(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, r.URL.Query().Get("post_logout_redirect_uri"), http.StatusSeeOther)
}

func enc(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func marshal(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // maps of words never fail
	}
	return b
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(marshal(v))
}

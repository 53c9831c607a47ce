// Package oidc lets people sign in at another site by OpenID Connect: Entra ID, Keycloak, Authelia and the like.
//
// It goes the one way that is still advised: an authorization code with PKCE, a state and a nonce, which travel in a sealed cookie that
// lasts minutes and belongs to one browser. The provider's addresses and keys are asked for when they are first needed and until they are
// had, so that a provider that is away keeps nothing from starting. It says who somebody is, never what they may do here: package people
// decides that.
package oidc

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/aanpak/aanpak/internal/errs"
)

// Errors that callers tell apart. All others are refusals: somebody or something is not as it should be.
var (
	ErrAway          = errors.New("oidc: the provider does not answer as it should")
	ErrNotBegun      = errors.New("oidc: this browser began no sign-in, or too long ago")
	ErrTooManyGroups = errors.New("oidc: the provider leaves out the groups because there are too many; let it send only those that are assigned to the application")
)

// Identity is somebody as the provider vouches for them.
type Identity struct {
	ID       string // issuer and subject: never changes, and is nobody else's
	Mail     string // only where it may be believed, see Settings.Mail
	Name     string
	Function string
	Phone    string
	Branches []string // what may name the branch
	Groups   []string
}

// Provider is a site to sign in at, or one that may come back. It is safe for use by many.
type Provider struct {
	settings Settings
	claims   claims
	seal     seal
	client   *http.Client

	mu    sync.Mutex
	found *oidc.Provider // nil until it answered
}

// answerTime is how long the provider may take to answer one question.
const answerTime = 10 * time.Second

// New returns the provider that the settings name. It does not ask whether that is there. Every setting that cannot be is told at once.
func New(s Settings) (*Provider, error) {
	e := errs.Invalid("error.invalid")
	s.check(e)
	list := parseClaims(e, s.Claims)
	if err := e.OrNil(); err != nil {
		return nil, err
	}
	if s.Name == "" {
		s.Name = "OpenID Connect"
	}
	sealer, err := newSeal(s)
	return &Provider{settings: s, claims: list, seal: sealer, client: &http.Client{Timeout: answerTime, CheckRedirect: stay}}, err
}

// Name is what people call the provider.
func (p *Provider) Name() string { return p.settings.Name }

// Issuer is the provider's address.
func (p *Provider) Issuer() string { return p.settings.Issuer }

// discover returns the provider's addresses and keys, asking until it has them once.
func (p *Provider) discover(ctx context.Context) (*oidc.Provider, error) {
	if found := p.known(); found != nil {
		return found, nil
	}
	found, err := oidc.NewProvider(p.with(ctx), p.settings.Issuer)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrAway, err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.found = found
	return found, nil
}

// known is what was found before. Nobody waits for another's asking: a provider that is away would hold all up, one after the other.
func (p *Provider) known() *oidc.Provider {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.found
}

// Ping tells whether the provider answers.
func (p *Provider) Ping(ctx context.Context) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.settings.Issuer+"/.well-known/openid-configuration", nil)
	if err != nil {
		return err
	}
	res, err := p.client.Do(req)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrAway, err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%w: it answers %s", ErrAway, res.Status)
	}
	return nil
}

// Found is what a provider says of itself in its discovery document.
type Found struct {
	Authorization string `json:"authorization_endpoint"`
	Token         string `json:"token_endpoint"`
	UserInfo      string `json:"userinfo_endpoint"`
	End           string `json:"end_session_endpoint"`
}

// Look reads the discovery document: whether it is there, is this issuer's, and what stands in it. What a site that is no provider answers is
// in no error.
func (p *Provider) Look(ctx context.Context) (f Found, err error) {
	if err := p.Ping(ctx); err != nil {
		return f, err
	}
	found, err := p.discover(ctx)
	if err != nil {
		return f, err
	}
	return f, found.Claims(&f)
}

func (p *Provider) with(ctx context.Context) context.Context {
	return oidc.ClientContext(ctx, p.client)
}

func (p *Provider) config(found *oidc.Provider, redirect string) *oauth2.Config {
	return &oauth2.Config{
		ClientID: p.settings.ClientID, ClientSecret: p.settings.ClientSecret, Endpoint: found.Endpoint(), RedirectURL: redirect, Scopes: p.settings.scopes(),
	}
}

// Begin returns the address at which somebody signs in, and what the browser has to keep until it comes back to the address redirect. Back
// is where the person wanted to go.
func (p *Provider) Begin(ctx context.Context, redirect, back string) (address, kept string, err error) {
	found, err := p.discover(ctx)
	if err != nil {
		return "", "", err
	}
	a := newAttempt(back)
	if kept, err = p.seal.close(a); err != nil {
		return "", "", err
	}
	return p.config(found, redirect).AuthCodeURL(a.State, oidc.Nonce(a.Nonce), oauth2.S256ChallengeOption(a.Verifier)), kept, nil
}

// Finish checks what a browser brought back, and returns who signed in and where they wanted to go. The caller takes back what the browser
// kept, whatever comes of it.
func (p *Provider) Finish(ctx context.Context, redirect, kept string, answer url.Values) (*Identity, string, error) {
	a, err := p.seal.open(kept, time.Now())
	if err != nil {
		return nil, "", err
	}
	if !same(answer.Get("state"), a.State) {
		return nil, a.Back, fmt.Errorf("%w: the state is another's", ErrNotBegun)
	}
	if e := answer.Get("error"); e != "" {
		return nil, a.Back, fmt.Errorf("oidc: the provider refuses: %.100q", e)
	}
	found, err := p.discover(ctx)
	if err != nil {
		return nil, a.Back, err
	}
	token, err := p.config(found, redirect).Exchange(p.with(ctx), answer.Get("code"), oauth2.VerifierOption(a.Verifier))
	if err != nil {
		var refused *oauth2.RetrieveError
		if !errors.As(err, &refused) || refused.Response.StatusCode >= http.StatusInternalServerError {
			err = fmt.Errorf("%w: %w", ErrAway, err)
		}
		return nil, a.Back, fmt.Errorf("oidc: exchange the code: %w", err)
	}
	id, err := p.identify(ctx, found, token, a.Nonce)
	return id, a.Back, err
}

// identify checks the signed token, that it is for us, for this attempt and for now, and reads who it speaks of.
func (p *Provider) identify(ctx context.Context, found *oidc.Provider, token *oauth2.Token, nonce string) (*Identity, error) {
	raw, ok := token.Extra("id_token").(string)
	if !ok {
		return nil, errors.New("oidc: the provider gives no id_token; is the scope openid asked for?")
	}
	signed, err := found.Verifier(&oidc.Config{ClientID: p.settings.ClientID}).Verify(p.with(ctx), raw)
	if err != nil {
		return nil, fmt.Errorf("oidc: %w", err)
	}
	if !same(signed.Nonce, nonce) {
		return nil, errors.New("oidc: the token is of another attempt")
	}
	said := document{}
	if err := signed.Claims(&said); err != nil {
		return nil, fmt.Errorf("oidc: %w", err)
	}
	if p.claims.lacking(said) && found.UserInfoEndpoint() != "" {
		if err := p.ask(ctx, found, token, signed.Subject, said); err != nil {
			return nil, err
		}
	}
	return p.identity(signed.Issuer+"|"+signed.Subject, said)
}

// ask adds what the provider says elsewhere than in the token, where some keep groups and addresses.
func (p *Provider) ask(ctx context.Context, found *oidc.Provider, token *oauth2.Token, subject string, said document) error {
	info, err := found.UserInfo(p.with(ctx), oauth2.StaticTokenSource(token))
	if err != nil {
		return fmt.Errorf("%w: %w", ErrAway, err)
	}
	if info.Subject != subject {
		return errors.New("oidc: the provider speaks of somebody else")
	}
	more := document{}
	if err := info.Claims(&more); err != nil {
		return fmt.Errorf("oidc: %w", err)
	}
	for name, value := range more {
		if _, ok := said[name]; !ok {
			said[name] = value
		}
	}
	return nil
}

// EndSession is the address at which somebody signs out of the provider too and comes back; "" where there is none.
func (p *Provider) EndSession(ctx context.Context, back string) string {
	found, err := p.discover(ctx)
	if err != nil {
		return ""
	}
	var more struct {
		End string `json:"end_session_endpoint"`
	}
	if err := found.Claims(&more); err != nil || more.End == "" {
		return ""
	}
	u, err := url.Parse(more.End)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" {
		return ""
	}
	q := u.Query()
	q.Set("client_id", p.settings.ClientID)
	q.Set("post_logout_redirect_uri", back)
	u.RawQuery = q.Encode()
	return u.String()
}

// stay follows no redirect: the address is the operator's, and nobody else says where this machine goes.
func stay(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

package site

import (
	"errors"
	"net/url"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/oidc"
	"github.com/aanpak/aanpak/internal/signin"
	"github.com/aanpak/aanpak/templates/account"
)

// attemptCookie keeps a sign-in at the provider, sealed, until the browser comes back.
const attemptCookie = "aanpak_oidc"

func (s *Site) callback(c *fiber.Ctx) string { return s.base(c) + "/sign-in/oidc/callback" }

// offerProvider puts the way to the provider on the page to sign in. It is a link and no form: the content policy lets no form leave us.
func offerProvider(c *fiber.Ctx, w *signin.Ways, p *account.SignIn) {
	if w.Provider == nil {
		return
	}
	p.Provider = account.Provider{Name: w.Provider.Name(), URL: "/sign-in/oidc"}
	if p.Back != "" && p.Back != "/" {
		p.Provider.URL += "?back=" + url.QueryEscape(p.Back)
	}
	if c.Query("left") != "" {
		p.Provider.LeaveURL = "/sign-out/oidc"
	}
}

// provider is the site to sign in at, which there need not be.
func (s *Site) provider(c *fiber.Ctx) (*signin.Provider, error) {
	w, err := s.SignIn.Now(c.UserContext())
	if err == nil && w.Provider == nil {
		err = errs.NotFound("page")
	}
	if err != nil {
		return nil, err
	}
	return w.Provider, nil
}

// providerBegin sends the browser to the provider.
func (s *Site) providerBegin(c *fiber.Ctx) error {
	p, err := s.provider(c)
	if err != nil {
		return err
	}
	back := localPath(c.Query("back", "/"))
	address, kept, err := p.Begin(c.UserContext(), s.callback(c), back)
	if err != nil {
		return s.providerFails(c, back, err)
	}
	s.cookie(c, attemptCookie, kept, oidc.Within)
	return c.Redirect(address, fiber.StatusSeeOther)
}

// providerFinish is where the browser comes back. What it kept is good for this one time.
func (s *Site) providerFinish(c *fiber.Ctx) error {
	p, err := s.provider(c)
	if err != nil {
		return err
	}
	kept := s.Server.Cookie(c, attemptCookie)
	s.cookie(c, attemptCookie, "", -time.Hour)
	x, back, err := p.Finish(c.UserContext(), s.callback(c), kept, query(c))
	back = localPath(back)
	if err != nil {
		return s.providerFails(c, back, err)
	}
	secret, _, err := s.People.Enter(c.UserContext(), x, s.Server.Client(c))
	if in, answer := s.entered(c, secret, back, err); in {
		return answer
	}
	return s.providerFails(c, back, err)
}

// providerEnd leaves the provider too.
func (s *Site) providerEnd(c *fiber.Ctx) error {
	p, err := s.provider(c)
	if err != nil {
		return err
	}
	to := p.EndSession(c.UserContext(), s.base(c)+"/sign-in")
	if to == "" {
		to = "/sign-in"
	}
	return c.Redirect(to, fiber.StatusSeeOther)
}

// providerFails says beside the form why somebody could not sign in elsewhere. The cause is for the log.
func (s *Site) providerFails(c *fiber.Ctx, back string, err error) error {
	var known *errs.Error
	switch {
	case errors.As(err, &known):
	case errors.Is(err, oidc.ErrAway):
		err = errs.Unavailable("provider", err)
	case errors.Is(err, oidc.ErrNotBegun):
		err = errs.New(errs.KindUnauthorized, "error.provider.not_begun").Because(err)
	case errors.Is(err, oidc.ErrTooManyGroups):
		err = errs.New(errs.KindUnauthorized, "error.provider.groups").Because(err)
	default:
		err = errs.New(errs.KindUnauthorized, "error.provider.refused").Because(err)
	}
	text, ok := s.refusedSignIn(c, err)
	if !ok {
		return err
	}
	return s.showSignIn(c, account.SignIn{Back: back, Error: text})
}

package httpd

import (
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/people"
)

// CookieName is the cookie that holds the secret of a session.
const CookieName = "aanpak_session"

// MetricsPath is where scrapers ask. They have a token of their own.
const MetricsPath = "/metrics"

// authenticate finds out who asks, by token or session cookie. A wrong token is refused at once; a session that has ended
// leaves nobody, and the route decides.
func (s *Server) authenticate(c *fiber.Ctx) error {
	if c.Path() == MetricsPath || IsSCIM(c.Path()) {
		return c.Next() // their tokens are none of a person, and a session opens neither
	}
	if secret := Bearer(c); secret != "" {
		u, err := s.opts.People.TokenUser(c.UserContext(), secret)
		if err != nil {
			return err
		}
		c.Locals(keyUser, u)
		c.Locals(keyViewer, s.viewer(c, u, auth.ViaToken))
		return c.Next()
	}
	secret := c.Cookies(CookieName)
	if secret == "" || strings.HasPrefix(c.Path(), "/assets/") {
		return c.Next()
	}
	u, session, err := s.opts.People.Session(c.UserContext(), secret)
	switch {
	case err == nil:
		c.Locals(keyUser, u)
		c.Locals(keySession, session)
		c.Locals(keyViewer, s.viewer(c, u, auth.ViaBrowser))
		if u.FactorDue && !beforeFactor(c.Path()) {
			return factorFirst(c)
		}
	case !errs.Is(err, errs.KindUnauthorized):
		return err
	}
	return c.Next()
}

// viewer is the person, with where and how they ask.
func (s *Server) viewer(c *fiber.Ctx, u *people.User, via string) auth.Viewer {
	v := u.Viewer()
	v.Address, v.Via = s.address(c), via
	return v
}

// FactorPath is where somebody sets up a second factor.
const FactorPath = "/settings/second-factor"

// beforeFactor tells whether a path is for those too who must set up a second factor before anything else.
func beforeFactor(path string) bool {
	for _, p := range []string{FactorPath, "/sign-out", "/language", "/theme", "/sw.js", "/manifest.webmanifest", "/offline", "/healthz", "/readyz"} {
		if path == p || strings.HasPrefix(path, p+"/") {
			return true
		}
	}
	return false
}

// factorFirst leads there.
func factorFirst(c *fiber.Ctx) error {
	if c.Method() == fiber.MethodGet && !IsAPI(c.Path()) {
		return c.Redirect(FactorPath, fiber.StatusSeeOther)
	}
	return errs.Forbidden("error.second_factor_first")
}

// Bearer is the token that came with a request; "" where none did.
func Bearer(c *fiber.Ctx) string {
	scheme, secret, _ := strings.Cut(c.Get(fiber.HeaderAuthorization), " ")
	if !strings.EqualFold(scheme, "bearer") {
		return ""
	}
	return strings.TrimSpace(secret)
}

// SetSession gives the browser the secret of its session.
func (s *Server) SetSession(c *fiber.Ctx, secret string) {
	c.Cookie(&fiber.Cookie{
		Name: CookieName, Value: secret, Path: "/", HTTPOnly: true, Secure: s.secure(c), SameSite: fiber.CookieSameSiteLaxMode,
		Expires: time.Now().Add(90 * 24 * time.Hour),
	})
}

// ClearSession takes the cookie back.
func (s *Server) ClearSession(c *fiber.Ctx) {
	c.Cookie(&fiber.Cookie{
		Name: CookieName, Path: "/", HTTPOnly: true, Secure: s.secure(c), SameSite: fiber.CookieSameSiteLaxMode,
		Expires: time.Unix(1, 0),
	})
}

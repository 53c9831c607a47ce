package httpd

import (
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/people"
)

// CookieName is the cookie that holds the secret of a session where the browser comes by plain HTTP.
const CookieName = "aanpak_session"

// CookieName returns the name under which the browser keeps a cookie of ours. By https it has the prefix that keeps sisters of our host,
// and who reads along by plain HTTP, from planting one.
func (s *Server) CookieName(c *fiber.Ctx, name string) string {
	if s.secure(c) {
		return "__Host-" + name
	}
	return name
}

// Cookie returns the value of a cookie of ours.
func (s *Server) Cookie(c *fiber.Ctx, name string) string { return c.Cookies(s.CookieName(c, name)) }

// SetCookie sets a cookie for the whole site that no script reads; one that is over is taken back.
func (s *Server) SetCookie(c *fiber.Ctx, name, value string, until time.Time) {
	c.Cookie(&fiber.Cookie{
		Name: s.CookieName(c, name), Value: value, Path: "/", HTTPOnly: true, Secure: s.secure(c), SameSite: fiber.CookieSameSiteLaxMode, Expires: until,
	})
}

// MetricsPath is where scrapers ask. They have a token of their own.
const MetricsPath = "/metrics"

// authenticate finds out who asks, by token or session cookie. A wrong token is refused at once; a session that has ended
// leaves nobody, and the route decides.
func (s *Server) authenticate(c *fiber.Ctx) error {
	switch {
	case c.Path() == MetricsPath:
		return c.Next() // its token is none of a person, and a session does not open it
	case IsSCIM(c.Path()):
		return s.authenticateService(c)
	}
	if secret := Bearer(c); secret != "" {
		u, err := s.opts.People.TokenUser(c.UserContext(), secret)
		if err != nil {
			return err
		}
		c.Locals(keyUser, u)
		v := s.viewer(c, u, auth.ViaToken)
		c.Locals(keyViewer, v)
		if err := s.closed(c, v); err != nil {
			return err
		}
		return c.Next()
	}
	secret := s.Cookie(c, CookieName)
	if secret == "" || strings.HasPrefix(c.Path(), "/assets/") {
		return c.Next()
	}
	u, session, err := s.opts.People.Session(c.UserContext(), secret)
	switch {
	case err == nil:
		c.Locals(keyUser, u)
		c.Locals(keySession, session)
		v := s.viewer(c, u, auth.ViaBrowser)
		c.Locals(keyViewer, v)
		tellWorker(c, v)
		if u.FactorDue && !beforeFactor(c.Path()) {
			return factorFirst(c)
		}
		if err := s.closed(c, v); err != nil {
			if c.Method() == fiber.MethodGet && !IsAPI(c.Path()) && errs.Is(err, errs.KindForbidden) {
				return c.Redirect(OpeningPath, fiber.StatusSeeOther)
			}
			return err
		}
	case !errs.Is(err, errs.KindUnauthorized):
		return err
	}
	return c.Next()
}

// tellWorker says for whom an answer is made, so that the browser's worker (web/js/sw.js) keeps pages for nobody else, and nothing of what is
// seen by temporary access.
func tellWorker(c *fiber.Ctx, v auth.Viewer) {
	c.Set("Aanpak-Person", v.UserID)
	if len(v.Grants) > 0 {
		c.Set("Aanpak-Keep", "no")
	}
}

// authenticateService lets the company's identity service in by its token; a person's token or session opens nothing there. What it does is
// done by the system, and the trail says from where.
func (s *Server) authenticateService(c *fiber.Ctx) error {
	err := s.opts.People.CheckProvisionToken(c.UserContext(), Bearer(c))
	switch {
	case err == nil:
		v := auth.System()
		v.Address = s.address(c)
		c.Locals(keyViewer, v)
		c.Locals(keyService, true)
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

// always are the paths for whoever is held up: by a second factor to be set up, or by a company that has not opened.
var always = []string{"/sign-out", "/language", "/theme", "/sw.js", "/manifest.webmanifest", "/offline", "/healthz", "/readyz"}

// under tells whether a path is one of some, or below it.
func under(path string, roots ...string) bool {
	return slices.ContainsFunc(roots, func(p string) bool { return path == p || strings.HasPrefix(path, p+"/") })
}

// beforeFactor tells whether a path is for those too who must set up a second factor before anything else.
func beforeFactor(path string) bool { return under(path, FactorPath) || under(path, always...) }

// factorFirst leads there.
func factorFirst(c *fiber.Ctx) error {
	if c.Method() == fiber.MethodGet && !IsAPI(c.Path()) {
		return c.Redirect(FactorPath, fiber.StatusSeeOther)
	}
	return errs.Forbidden("error.second_factor_first")
}

// OpeningPath is where somebody reads when the company opens.
const OpeningPath = "/opening"

const apiOpeningPath = "/api/v1" + OpeningPath

// beforeOpening tells whether a path is for those too who wait until the company opens: when that is, and their own settings and face.
func beforeOpening(path, userID string) bool {
	return under(path, OpeningPath, apiOpeningPath, "/settings", "/people/"+userID+"/photo") || under(path, always...)
}

// closed refuses who waits until the company opens.
func (s *Server) closed(c *fiber.Ctx, v auth.Viewer) error {
	if s.opts.Waits == nil || beforeOpening(c.Path(), v.UserID) {
		return nil
	}
	at, err := s.opts.Waits(c.UserContext(), v)
	if err != nil || at.IsZero() {
		return err
	}
	return errs.Forbidden("error.not_open")
}

// Bearer is the token that came with a request; "" where none did.
func Bearer(c *fiber.Ctx) string {
	scheme, secret, _ := strings.Cut(c.Get(fiber.HeaderAuthorization), " ")
	if !strings.EqualFold(scheme, "bearer") {
		return ""
	}
	return strings.TrimSpace(secret)
}

// deviceCookie holds by whom the browser was signed in before, so that they need not be told of a new device.
const deviceCookie = "aanpak_device"

// deviceKept is how long browsers keep it: the most they do.
const deviceKept = 400 * 24 * time.Hour

// SetSession gives the browser the secret of its session, and has it remember whose that is.
func (s *Server) SetSession(c *fiber.Ctx, secret string) {
	if known, err := s.opts.People.KnownDevice(c.UserContext(), s.Cookie(c, deviceCookie), secret); err == nil { // else they are told once more
		s.SetCookie(c, deviceCookie, known, time.Now().Add(deviceKept))
	}
	s.SetCookie(c, CookieName, secret, time.Now().Add(90*24*time.Hour))
}

// ClearSession takes the cookie back, and has the browser forget what it kept of the pages.
func (s *Server) ClearSession(c *fiber.Ctx) {
	s.SetCookie(c, CookieName, "", time.Unix(1, 0))
	c.Set("Clear-Site-Data", `"cache", "storage"`)
}

package httpd

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/errs"
)

// Access is who may call a route at all; what may be seen there is the domain's to say. The zero value is a mistake.
type Access int

// The accesses.
const (
	Undeclared Access = iota
	Public            // anybody
	SignedIn          // anybody with an account
	Admin             // administrators
	Service           // the company's identity service, by a token of its own
)

func (a Access) String() string {
	return [...]string{"undeclared", "public", "signed in", "admin", "service"}[a]
}

// Check returns the error of a viewer who may not call a route of this access.
func (a Access) Check(c *fiber.Ctx) error {
	v := Viewer(c)
	switch {
	case a == Public, a == Service && c.Locals(keyService) != nil:
		return nil
	case v.UserID == "", a == Service:
		return errs.Unauthorized()
	case a == Admin && !v.IsAdmin():
		return errs.Forbidden("error.admin_only")
	case a == SignedIn, a == Admin:
		return nil
	}
	return fmt.Errorf("route %s declares no access", c.Route().Path)
}

// Route is a row of a route table. What stands in the place of ":secret" in a path is never logged.
type Route struct {
	Method, Path string
	Access       Access
	Handler      fiber.Handler
}

// loggedPath is the path of a request as the log may have it. It goes by the path and not by the route: one-time links are asked for by
// wrong methods too.
func (s *Server) loggedPath(path string) string {
	for _, prefix := range s.hidden {
		if strings.HasPrefix(path, prefix) {
			return prefix + ":secret"
		}
	}
	return path
}

// Mount adds the routes. A row without access or handler, or twice the same, is a mistake that panics at start.
func (s *Server) Mount(routes []Route) {
	seen := map[string]bool{}
	for _, r := range routes {
		name := r.Method + " " + r.Path
		if r.Access == Undeclared || r.Handler == nil || seen[name] {
			panic("httpd: route " + name + " has no access, no handler, or stands twice")
		}
		seen[name] = true
		if prefix, _, ok := strings.Cut(r.Path, ":secret"); ok && !slices.Contains(s.hidden, prefix) {
			s.hidden = append(s.hidden, prefix)
		}
		access := r.Access
		s.App.Add(r.Method, r.Path, func(c *fiber.Ctx) error {
			if err := access.Check(c); err != nil {
				return err
			}
			return c.Next()
		}, r.Handler)
	}
}

package site

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/groups"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/templates/layout"
)

// railGroups is how many of the viewer's groups the rail shows; the page of groups has them all.
const railGroups = 8

// keptRails is for how many people the rail is kept until something changes.
const keptRails = 2000

// rail is what the frame shows of the viewer's groups.
type rail struct {
	groups []layout.Group
	calls  int
}

// ownGroups fills the rail. No page fails for it.
func (s *Site) ownGroups(c *fiber.Ctx, p *layout.Page) {
	v := httpd.Viewer(c)
	r, err := s.rails.Get(c.UserContext(), v.UserID, func(ctx context.Context) (r rail, err error) {
		list, err := s.Groups.List(ctx, v, groups.Filter{Mine: true})
		for _, g := range list {
			r.calls += g.Asking
			if g.State == groups.StateInvited {
				r.calls++
			} else if len(r.groups) < railGroups {
				r.groups = append(r.groups, layout.Group{Name: g.Name, URL: groupURL(g.ID)})
			}
		}
		return r, err
	})
	if err == nil {
		p.Groups, p.Calls = r.groups, r.calls
	}
}

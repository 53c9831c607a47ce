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
	// moderates and reports are what the viewer may decide on, and how much of that waits
	moderates bool
	reports   int
}

// ownGroups fills the rail. No page fails for it.
func (s *Site) ownGroups(c *fiber.Ctx, p *layout.Page) {
	v := httpd.Viewer(c)
	r, err := s.rails.Get(c.UserContext(), v.UserID, func(ctx context.Context) (r rail, err error) {
		list, err := s.Groups.List(ctx, v, groups.Filter{Mine: true})
		for _, g := range list {
			r.calls += g.Asking
			r.moderates = r.moderates || g.Owner && g.State == groups.StateMember
			if g.State == groups.StateInvited {
				r.calls++
			} else if len(r.groups) < railGroups {
				r.groups = append(r.groups, layout.Group{Name: g.Name, URL: groupURL(g.ID)})
			}
		}
		if r.moderates = r.moderates || v.Manages(v.BranchID); err == nil && r.moderates {
			r.reports, err = s.Social.OpenCases(ctx, v)
		}
		return r, err
	})
	if err == nil {
		p.Groups, p.Calls, p.Moderates, p.Reports = r.groups, r.calls, r.moderates, r.reports
	}
}

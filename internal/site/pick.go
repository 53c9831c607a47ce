package site

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/templates/part"
)

// picked is how many colleagues a name offers; more letters offer fewer.
const picked = 8

// pick fills the colleagues whose name or function is being typed, but for those who are in already.
func (s *Site) pick(c *fiber.Ctx, p *part.Pick, in map[string]bool) error {
	p.Text = strings.TrimSpace(c.Query("find"))
	if p.Text == "" {
		return nil
	}
	users, err := s.People.Users(c.UserContext(), httpd.Viewer(c), people.UserFilter{Query: p.Text, Limit: picked + len(in)})
	for _, u := range users {
		if !in[u.ID] && len(p.People) < picked {
			p.People = append(p.People, person(u))
		}
	}
	return err
}

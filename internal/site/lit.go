package site

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/i18n"
	domain "github.com/aanpak/aanpak/internal/spotlight"
	"github.com/aanpak/aanpak/templates/part"
)

// homeLit is how many documents in the spotlight the home page shows at once.
const homeLit = 3

type litKey struct{}

// lit tells whether a document is in the spotlight for the viewer: what all cards of a page ask, and the database is asked for once.
func (s *Site) lit(c *fiber.Ctx, id string) bool {
	ids, ok := c.Locals(litKey{}).([]string)
	if !ok {
		var err error
		if ids, err = s.Spotlight.Documents(c.UserContext(), httpd.Viewer(c)); err != nil {
			s.Log.Warn("cards go without ribbons", "err", err)
		}
		c.Locals(litKey{}, ids)
	}
	return slices.Contains(ids, id)
}

// light is a spotlight as cards show it.
func (s *Site) light(c *fiber.Ctx, l *i18n.Localizer, x *domain.Spotlight) part.Spotlight {
	v := httpd.Viewer(c)
	out := part.Spotlight{
		ID: x.ID, By: face(x.UserID, x.UserName, x.UserPhoto), For: l.T("spotlight.for_company"), Why: x.Why, Began: x.CreatedAt, Page: x.Page,
		Until: l.T("spotlight.until", "Until", l.Date(x.Until)), Over: !x.On(s.Now()), Document: s.card(c, l, x.Document),
	}
	out.By.Function = x.UserFunction
	if !x.ForCompany() {
		out.For = l.T("spotlight.for_branch", "Branch", x.BranchName)
	}
	if out.Over {
		out.Until = l.T("spotlight.ended", "Until", l.Date(x.Until))
	}
	if x.Page > 0 {
		version := x.Version
		if version == x.Document.Number {
			version = 0
		}
		out.Document.URL = pageURL(x.DocumentID, version, x.Page, "")
		if x.Document.ReadableID != "" {
			out.Document.Thumb = imageURL(x.DocumentID, x.Version, x.Page, smallWidth)
		}
	}
	out.Document.Lit = !out.Over
	if domain.CanChange(v, x) == nil {
		out.EditURL = "/spotlights/" + x.ID + "/edit"
	}
	return out
}

func (s *Site) lights(c *fiber.Ctx, l *i18n.Localizer, list []*domain.Spotlight) (out []part.Spotlight) {
	for _, x := range list {
		out = append(out, s.light(c, l, x))
	}
	return out
}

// unseen is what the home page shows until the person has seen it.
func (s *Site) unseen(c *fiber.Ctx, l *i18n.Localizer) ([]part.Spotlight, error) {
	list, err := s.Spotlight.Unseen(c.UserContext(), httpd.Viewer(c), homeLit)
	out := s.lights(c, l, list)
	for i := range out {
		out[i].SeenURL = "/spotlights/" + out[i].ID + "/seen"
	}
	return out, err
}

// documentLights is what is said of a document that somebody opens, who has then seen it.
func (s *Site) documentLights(c *fiber.Ctx, l *i18n.Localizer, id string) ([]part.Spotlight, error) {
	ctx, v := c.UserContext(), httpd.Viewer(c)
	list, err := s.Spotlight.List(ctx, v, domain.Filter{DocumentID: id, On: true})
	if err != nil {
		return nil, err
	}
	return s.lights(c, l, list), s.Spotlight.Opened(ctx, v, list)
}

// mayLight tells whether the viewer may hold documents up at all.
func mayLight(v auth.Viewer) bool { return len(domain.Audiences(v)) > 0 }

package site

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/i18n"
	"github.com/aanpak/aanpak/internal/links"
	domain "github.com/aanpak/aanpak/internal/social"
	"github.com/aanpak/aanpak/templates/admin"
	"github.com/aanpak/aanpak/templates/part"
)

// shownPreview is what a page says of itself to which a post links; nil = nothing.
func shownPreview(it *domain.Item) *part.LinkCard {
	p := it.Preview
	if p == nil {
		return nil
	}
	out := &part.LinkCard{URL: p.Address, Host: p.Host(), Site: p.Site, Title: p.Title, Text: p.Description}
	if p.Picture != "" {
		out.Picture = part.Photo{URL: fmt.Sprintf("%s/preview?of=%.16s", postURL(it.ID), p.Picture), Width: p.Width, Height: p.Height}
	}
	return out
}

// postPreview answers with the picture of the preview under a post. It is asked for anew each time: it goes when previews are switched off.
func (s *Site) postPreview(c *fiber.Ctx) error {
	b, p, err := s.Social.OpenPreview(c.UserContext(), httpd.Viewer(c), c.Params("id"))
	if err != nil {
		return err
	}
	return httpd.SendPhoto(c, b, p.Picture[:32], false)
}

// previewChoice lets an author leave the preview out, where there are any, or this post has none.
func (s *Site) previewChoice(c *fiber.Ctx, l *i18n.Localizer, p *part.Composer, w writing) error {
	on, err := s.Links.On(c.UserContext())
	if err != nil {
		return err
	}
	if on || w.noPreview {
		p.NoPreview = &part.Field{Name: "no_preview", Label: l.T("links.without"), Hint: l.T("links.without_hint"), Value: strconv.FormatBool(w.noPreview)}
	}
	return nil
}

func (s *Site) linksForm(c *fiber.Ctx) error {
	set, err := s.Links.Settings(c.UserContext(), httpd.Viewer(c))
	if err != nil {
		return err
	}
	return s.showLinks(c, set.On, strings.Join(set.Hosts, "\n"), refusal{})
}

func (s *Site) linksSave(c *fiber.Ctx) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	on, hosts := typed.Get("on") == "true", typed.Get("hosts")
	err = s.Links.Set(c.UserContext(), httpd.Viewer(c), links.Settings{On: on, Hosts: strings.Split(hosts, "\n")})
	if r, ok := s.refused(s.localizer(c), err); ok {
		c.Status(status(err))
		return s.showLinks(c, on, hosts, r)
	}
	if err != nil {
		return err
	}
	return s.done(c, "/admin/links", flash{Key: "toast.saved"})
}

func (s *Site) showLinks(c *fiber.Ctx, on bool, hosts string, r refusal) error {
	l := s.localizer(c)
	return render(c, l, admin.LinksPage(admin.Links{
		Page:  s.page(c, l, "admin", l.T("admin.tab.links")),
		On:    part.Field{Name: "on", Label: l.T("field.links_on"), Hint: l.T("field.links_on_hint"), Value: strconv.FormatBool(on), Error: r.fields["on"]},
		Hosts: part.Field{Name: "hosts", Label: l.T("field.links_hosts"), Hint: l.T("field.links_hosts_hint"), Value: hosts, Error: r.fields["hosts"], Rows: 6},
	}))
}

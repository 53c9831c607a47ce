package site

import (
	"math"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/i18n"
	libdomain "github.com/aanpak/aanpak/internal/library"
	domain "github.com/aanpak/aanpak/internal/social"
	"github.com/aanpak/aanpak/templates/document"
)

// panelTabs are the tabs beside the paper, by their names in addresses.
var panelTabs = []string{"talk", "about", "versions", "copies"}

// panel fills what stands beside the paper.
func (s *Site) panel(c *fiber.Ctx, l *i18n.Localizer, v *document.View, o shown) error {
	ctx, viewer := c.UserContext(), httpd.Viewer(c)
	p := &v.Panel
	p.Tab, p.SHA = c.Query("tab"), o.version.SHA256
	p.Facts = facts(l, o)
	if err := s.talking(c, l, v, o); err != nil {
		return err
	}
	if !slices.Contains(panelTabs, p.Tab) { // where nothing is said, what is known comes first
		if p.Tab = "about"; p.Talk.Said > 0 {
			p.Tab = "talk"
		}
	}
	var err error
	if p.Audience, err = s.audienceWords(c, l, o.doc); err != nil {
		return err
	}
	if p.Lit, err = s.documentLights(c, l, o.doc.ID); err != nil {
		return err
	}
	if p.Reuse, err = s.reuse(c, l, o); err != nil {
		return err
	}
	if mayLight(viewer) && !o.doc.Lent {
		v.Address.Spotlight = documentURL(o.doc.ID) + "/spotlight"
	}
	if err := s.sharing(c, l, v, o.doc); err != nil {
		return err
	}
	if p.Looks, err = s.looks(c, l, o.doc); err != nil {
		return err
	}
	versions, err := s.Library.VersionsOf(ctx, o.doc.ID)
	if err != nil {
		return err
	}
	for _, x := range versions {
		p.Versions = append(p.Versions, s.version(o, x))
	}
	copies, err := s.Library.Copies(ctx, viewer, o.doc)
	if err != nil {
		return err
	}
	for _, x := range copies {
		if e := s.copyOf(c, l, x); x.Exact {
			p.Copies = append(p.Copies, e)
		} else {
			p.Near = append(p.Near, e)
		}
	}
	return nil
}

// talking fills what people say and think of the document.
func (s *Site) talking(c *fiber.Ctx, l *i18n.Localizer, v *document.View, o shown) (err error) {
	p, t, base := &v.Panel, domain.DocumentTarget(o.doc.ID), documentURL(o.doc.ID)
	if p.Talk, err = s.margin(c, l, o, writing{}, refusal{}); err != nil {
		return err
	}
	if p.Think, err = s.thinkOf(c, l, t, base, !o.doc.Lent); err != nil {
		return err
	}
	p.Follow, err = s.followOf(c, t, base)
	return err
}

func facts(l *i18n.Localizer, o shown) []document.Fact {
	d := o.doc
	var list []document.Fact
	add := func(key, value, url string) {
		if value != "" {
			list = append(list, document.Fact{Name: l.T("document." + key), Value: value, URL: url})
		}
	}
	if d.TenderID != "" {
		add("tender", d.TenderTitle, "/tenders/"+d.TenderID)
	}
	if d.Language != "" {
		add("language", label(l, "language", value{value: d.Language}), "")
	}
	add("size", l.Bytes(o.version.Size), "")
	add("filename", o.version.Filename, "")
	add("created", l.Date(d.CreatedAt), "")
	return list
}

func (s *Site) version(o shown, x *libdomain.Version) document.Version {
	out := document.Version{
		Number: x.Number, Filename: x.Filename, Size: x.Size, By: face(x.CreatedBy, x.CreatorName, x.CreatorPhoto), At: x.CreatedAt, Note: x.Filename,
		URL:     pageURL(o.doc.ID, x.Number, 0, o.text) + "&tab=versions",
		Current: x.ID == o.doc.VersionID, Shown: x.ID == o.version.ID,
	}
	if s.Library.Openable(x) == nil {
		out.Download = documentURL(o.doc.ID) + "/file?version=" + num(x.Number)
	}
	return out
}

func (s *Site) copyOf(c *fiber.Ctx, l *i18n.Localizer, x libdomain.Copy) document.Copy {
	e := document.Copy{Document: s.card(c, l, x.Document), Percent: int(math.Round(x.Overlap * 100))}
	var pages []string
	for _, p := range x.Pages[:min(8, len(x.Pages))] {
		pages = append(pages, num(p.Here))
	}
	if len(pages) > 0 {
		e.Pages = l.T("copies.pages", "Pages", strings.Join(pages, ", "))
	}
	return e
}

func (s *Site) branchNames(c *fiber.Ctx, ids []string) (names []string, err error) {
	list, err := s.People.Branches(c.UserContext(), auth.System())
	for _, b := range list {
		for _, id := range ids {
			if b.ID == id {
				names = append(names, b.Name)
			}
		}
	}
	return names, err
}

package site

import (
	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/templates/admin"
	"github.com/aanpak/aanpak/templates/part"
)

func (s *Site) expertise(c *fiber.Ctx) error { return s.showExpertise(c, "", "", refusal{}) }

func (s *Site) expertiseRename(c *fiber.Ctx) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	id, name := c.Params("skill"), f.Get("name")
	err = s.People.RenameExpertise(c.UserContext(), httpd.Viewer(c), id, name)
	if r, ok := s.refused(s.localizer(c), err); ok {
		c.Status(status(err))
		return s.showExpertise(c, id, name, r)
	}
	if err != nil {
		return err
	}
	return s.done(c, "/admin/expertise", flash{Key: "toast.saved"})
}

func (s *Site) expertiseMerge(c *fiber.Ctx) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	err = s.People.MergeExpertise(c.UserContext(), httpd.Viewer(c), c.Params("skill"), f.Get("into"))
	if r, ok := s.refused(s.localizer(c), err); ok {
		c.Status(status(err))
		return s.showExpertise(c, "", "", r)
	}
	if err != nil {
		return err
	}
	return s.done(c, "/admin/expertise", flash{Key: "toast.expertise_merged"})
}

// showExpertise shows the shared list; a refused name stands with the subject of the id, as it was typed.
func (s *Site) showExpertise(c *fiber.Ctx, id, typed string, r refusal) error {
	l := s.localizer(c)
	list, err := s.People.ExpertiseList(c.UserContext(), httpd.Viewer(c))
	if err != nil {
		return err
	}
	p := admin.Expertise{Page: s.page(c, l, "admin", l.T("admin.tab.expertise")), Message: r.message}
	if id == "" && p.Message == "" {
		p.Message = firstOf(r)
	}
	for _, e := range list {
		p.All = append(p.All, part.Option{Value: e.ID, Label: e.Name})
		row := admin.Subject{ID: e.ID, Name: e.Name, People: e.People, RenameURL: "/admin/expertise/" + e.ID, MergeURL: "/admin/expertise/" + e.ID + "/merge"}
		if e.ID == id {
			row.Name, row.Error = typed, firstOf(r)
		}
		p.Subjects = append(p.Subjects, row)
	}
	return render(c, l, admin.ExpertisePage(p))
}

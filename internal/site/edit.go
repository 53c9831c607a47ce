package site

import (
	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/httpd"
	libdomain "github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/templates/document"
)

func (s *Site) documentForm(c *fiber.Ctx) error {
	v := httpd.Viewer(c)
	d, err := s.Library.Get(c.UserContext(), v, c.Params("id"))
	if err != nil {
		return err
	}
	if err := libdomain.CanEdit(v, d); err != nil {
		return err
	}
	return s.showForm(c, d, describedBy(d), refusal{})
}

func (s *Site) documentSave(c *fiber.Ctx) error {
	v, id := httpd.Viewer(c), c.Params("id")
	values, err := form(c)
	if err != nil {
		return err
	}
	d, err := s.Library.Get(c.UserContext(), v, id)
	if err != nil {
		return err
	}
	if err := libdomain.CanEdit(v, d); err != nil {
		return err
	}
	f := describedIn(values)
	_, err = s.Library.Update(c.UserContext(), v, id, f.meta())
	if r, ok := s.refused(s.localizer(c), err); ok {
		c.Status(status(err))
		return s.showForm(c, d, f, r)
	}
	if err != nil {
		return err
	}
	return s.done(c, documentURL(id), flash{Key: "toast.saved"})
}

func (s *Site) showForm(c *fiber.Ctx, d *libdomain.Document, f described, r refusal) error {
	l := s.localizer(c)
	fields, err := s.fields(c, l, f, r, false)
	if err != nil {
		return err
	}
	return render(c, l, document.FormPage(document.Form{
		Page: s.page(c, l, "library", l.T("document.edit")), Fields: fields, Document: s.card(c, l, d), Action: documentURL(d.ID),
		Message: r.message, Errors: r.list,
	}))
}

package site

import (
	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/httpd"
	libdomain "github.com/aanpak/aanpak/internal/library"
)

// documentRead remembers the page that somebody reached.
func (s *Site) documentRead(c *fiber.Ctx) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	ctx, v := c.UserContext(), httpd.Viewer(c)
	d, err := s.Library.Get(ctx, v, c.Params("id"))
	if err != nil {
		return err
	}
	if err := s.Library.RecordRead(ctx, v, d.ID, max(1, number(f.Get("page"), 1))); err != nil {
		return err
	}
	return c.SendStatus(fiber.StatusNoContent)
}

func (s *Site) documentTrash(c *fiber.Ctx) error {
	ctx, v, id := c.UserContext(), httpd.Viewer(c), c.Params("id")
	d, err := s.Library.Get(ctx, v, id)
	if err != nil {
		return err
	}
	if err := s.Library.Delete(ctx, v, id); err != nil {
		return err
	}
	if wantsJSON(c) {
		return c.SendStatus(fiber.StatusNoContent)
	}
	return s.done(c, "/library", flash{Key: "toast.trashed", Name: d.Title, Undo: documentURL(id) + "/restore"})
}

func (s *Site) documentRestore(c *fiber.Ctx) error {
	d, err := s.Library.Restore(c.UserContext(), httpd.Viewer(c), c.Params("id"))
	if err != nil {
		return err
	}
	return s.done(c, documentURL(d.ID), flash{Key: "toast.restored", Name: d.Title})
}

func (s *Site) documentPurge(c *fiber.Ctx) error {
	ctx, v, id := c.UserContext(), httpd.Viewer(c), c.Params("id")
	d, err := s.Library.GetAny(ctx, v, id)
	if err != nil {
		return err
	}
	if err := s.Library.Purge(ctx, v, id); err != nil {
		return err
	}
	return s.done(c, "/trash", flash{Key: "toast.purged", Name: d.Title})
}

func (s *Site) documentRetry(c *fiber.Ctx) error {
	if err := s.Library.TryAgain(c.UserContext(), httpd.Viewer(c), c.Params("id")); err != nil {
		return err
	}
	return s.done(c, documentURL(c.Params("id")), flash{Key: "toast.retry"})
}

// versionAdd takes the first file of the form as a new version.
func (s *Site) versionAdd(c *fiber.Ctx) error {
	_, name, body, err := oneFile(c)
	if err != nil {
		return err
	}
	id := c.Params("id")
	if _, err := s.Library.AddVersion(s.Server.Unbounded(c), httpd.Viewer(c), id, libdomain.File{Name: name, Size: -1, Body: body}); err != nil {
		return err
	}
	return s.done(c, documentURL(id)+"?tab=versions", flash{Key: "toast.version"})
}

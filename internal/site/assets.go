package site

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/templates/problem"
	"github.com/aanpak/aanpak/web"
)

// assetPolicy is what a script of ours that runs by itself, the worker of pdf.js, may do. Some images in PDFs are
// decoded in WebAssembly.
const assetPolicy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; frame-ancestors 'none'; sandbox allow-scripts allow-same-origin"

// asset sends a file of package web. Its address changes with its content, so it may be kept for ever.
func (s *Site) asset(c *fiber.Ctx) error {
	f, ok := web.Open(c.Params("*"))
	if !ok {
		return errs.NotFound("file")
	}
	c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	return sendAsset(c, f)
}

// serviceWorker has a fixed address, because its address decides what it serves; browsers ask for it again each time.
func (s *Site) serviceWorker(c *fiber.Ctx) error {
	f, _ := web.Named("js/sw.js")
	c.Set(fiber.HeaderCacheControl, "no-cache")
	return sendAsset(c, f)
}

func sendAsset(c *fiber.Ctx, f web.File) error {
	c.Set(fiber.HeaderETag, f.ETag)
	c.Set(fiber.HeaderContentType, f.Type)
	if strings.HasPrefix(f.Type, "text/javascript") {
		c.Set("Content-Security-Policy", assetPolicy)
	}
	if c.Get(fiber.HeaderIfNoneMatch) == f.ETag {
		return c.SendStatus(fiber.StatusNotModified)
	}
	return c.Send(f.Body)
}

// manifest lets a phone keep Aanpak as an app.
func (s *Site) manifest(c *fiber.Ctx) error {
	icon := fiber.Map{"src": web.URL("icons/aanpak.svg"), "sizes": "any", "type": "image/svg+xml"}
	err := c.JSON(fiber.Map{
		"name": "Aanpak", "short_name": "Aanpak", "start_url": "/", "scope": "/", "display": "standalone",
		"background_color": "#faf8f4", "theme_color": "#faf8f4", "icons": []fiber.Map{icon},
		"share_target": fiber.Map{
			"action": "/share-in", "method": "POST", "enctype": "multipart/form-data",
			"params": fiber.Map{
				"title": "title", "text": "text", "url": "url",
				"files": []fiber.Map{{"name": "files", "accept": []string{"image/*", "application/pdf", ".pdf"}}},
			},
		},
	})
	c.Set(fiber.HeaderContentType, "application/manifest+json")
	c.Set(fiber.HeaderCacheControl, "public, max-age=3600")
	return err
}

// offline is kept by the service worker.
func (s *Site) offline(c *fiber.Ctx) error {
	l := s.localizer(c)
	return render(c, l, problem.OfflinePage(s.page(c, l, "", l.T("offline.title"))))
}

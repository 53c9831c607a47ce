package site

import (
	"context"
	"fmt"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/reader"
)

// documentFile sends the original, in ranges where the browser asks for them. Only a PDF that the viewer asks for is
// shown in place: what people upload must never act as a page of ours.
func (s *Site) documentFile(c *fiber.Ctx) error {
	_, ver, err := s.Library.Version(c.UserContext(), httpd.Viewer(c), c.Params("id"), max(0, number(c.Query("version"), 0)))
	if err != nil {
		return err
	}
	inline := c.Query("inline") == "1" && ver.MediaType == "application/pdf"
	if !inline && httpd.FromStart(c) {
		if err := s.Library.RecordDownload(c.UserContext(), httpd.Viewer(c), ver); err != nil {
			return err
		}
	}
	if !inline { // the viewer asks for ranges, which the content policy lets come from us only
		link, err := s.Library.Link(c.UserContext(), ver)
		if err != nil {
			return err
		}
		if link != "" {
			return c.Redirect(link)
		}
	}
	b, err := s.Library.Open(s.Server.Unbounded(c), ver)
	if err != nil {
		return err
	}
	return httpd.Send(c, httpd.Content{
		ReadSeekCloser: b, Size: ver.Size, MediaType: ver.MediaType, Filename: ver.Filename, ETag: `"` + ver.SHA256 + `"`,
		Modified: ver.CreatedAt, Inline: inline,
	})
}

// pageImage sends the picture of a page. The address names the version, which never changes.
func (s *Site) pageImage(c *fiber.Ctx) error {
	_, ver, err := s.Library.Version(c.UserContext(), httpd.Viewer(c), c.Params("id"), versionOf(c))
	if err != nil {
		return err
	}
	n := number(c.Params("n"), 0)
	img, err := s.Library.PageImage(c.UserContext(), ver, n, number(c.Query("width"), thumbWidth))
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, "private, max-age=86400")
	c.Set(fiber.HeaderContentType, img.MediaType)
	return c.Send(img.Data)
}

// versionOf is the version that an address names, else the newest that can be read.
func versionOf(c *fiber.Ctx) int {
	if n := number(c.Query("version"), 0); n > 0 {
		return n
	}
	return newestReadable
}

// rect is a marked place as the viewer reads it.
type rect struct {
	X float64 `json:"x"`
	Y float64 `json:"y"`
	W float64 `json:"w"`
	H float64 `json:"h"`
}

// pageMarks tells the viewer where the words of a search stand on a page.
func (s *Site) pageMarks(c *fiber.Ctx) error {
	boxes, err := s.boxes(c.UserContext(), c)
	if err != nil {
		return err
	}
	list := make([]rect, len(boxes))
	for i, b := range boxes {
		list[i] = rect{b.X, b.Y, b.W, b.H}
	}
	return c.JSON(fiber.Map{"marks": list})
}

// pageMarksImage draws the marked places as an image of the page's shape, to be laid over its picture.
func (s *Site) pageMarksImage(c *fiber.Ctx) error {
	_, page, err := s.Library.Page(c.UserContext(), httpd.Viewer(c), c.Params("id"), versionOf(c), number(c.Params("n"), 0))
	if err != nil {
		return err
	}
	boxes, err := s.boxes(c.UserContext(), c)
	if err != nil {
		return err
	}
	w, h := page.Width, page.Height
	if w <= 0 || h <= 0 {
		w, h = 595, 842 // A4
	}
	c.Set(fiber.HeaderContentType, "image/svg+xml")
	c.Set(fiber.HeaderCacheControl, "private, max-age=3600")
	return c.SendString(drawMarks(w, h, boxes))
}

// drawMarks is an image in points. A box is drawn at least a hundredth of the page high, or it would not be seen on a
// small picture.
func drawMarks(w, h float64, boxes []reader.Rect) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%.0f" viewBox="0 0 %.1f %.1f"><g fill="#ff9d2e" fill-opacity=".5">`, w, h, w, h)
	for _, r := range boxes {
		fmt.Fprintf(&b, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f"/>`, r.X*w, r.Y*h, r.W*w, max(r.H, .01)*h)
	}
	b.WriteString(`</g></svg>`)
	return b.String()
}

func (s *Site) boxes(ctx context.Context, c *fiber.Ctx) ([]reader.Rect, error) {
	text := strings.TrimSpace(c.Query("q"))
	if text == "" {
		return nil, errs.Invalid("error.bad_request")
	}
	boxes, _, err := s.Find.Marks(ctx, httpd.Viewer(c), c.Params("id"), versionOf(c), number(c.Params("n"), 0), text)
	return boxes, err
}

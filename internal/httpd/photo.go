package httpd

import (
	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/blob"
)

// keptLong is how long a browser may keep what never changes under its address: a year.
const keptLong = "private, max-age=31536000, immutable"

// SendPhoto answers with the photo of a person, a JPEG of ours, and closes it. tag names its bytes; fixed tells that its address does too. Ranges are of no use for some kilobytes.
func SendPhoto(c *fiber.Ctx, b blob.Blob, tag string, fixed bool) error {
	defer b.Close()
	c.Set(fiber.HeaderETag, `"`+tag+`"`)
	c.Set(fiber.HeaderCacheControl, "private, no-cache")
	if fixed {
		c.Set(fiber.HeaderCacheControl, keptLong)
	}
	c.Set(fiber.HeaderVary, "Cookie, Authorization")
	if m := c.Get(fiber.HeaderIfNoneMatch); m != "" && etagIn(m, `"`+tag+`"`, true) {
		return c.SendStatus(fiber.StatusNotModified)
	}
	data := make([]byte, b.Info().Size)
	if _, err := b.ReadAt(data, 0); err != nil && !IsEnd(err) {
		return err
	}
	c.Set(fiber.HeaderContentType, "image/jpeg")
	return c.Send(data)
}

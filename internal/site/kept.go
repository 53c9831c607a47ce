package site

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/httpd"
)

// keptBytes is how much memory kept pages take together: some hundred of them.
const keptBytes = 8 << 20

// errNotKept says that an answer is for once only: a redirect, or a page with a message or a cookie.
var errNotKept = errors.New("not a page to be kept")

// kept answers with the page as it was drawn before for the same person at the same address, while nothing has changed in the
// database. For pages that are made of nothing else, but for the clock: what they say of times is true to the minute.
func (s *Site) kept(draw fiber.Handler) fiber.Handler {
	return func(c *fiber.Ctx) error {
		if s.Server.Cookie(c, flashCookie) != "" {
			return draw(c)
		}
		page, err := s.pages.Get(c.UserContext(), s.pageKey(c), func(ctx context.Context) ([]byte, error) {
			c.SetUserContext(ctx)
			if err := draw(c); err != nil {
				return nil, err
			}
			if c.Response().StatusCode() != fiber.StatusOK || len(c.Response().Header.Peek(fiber.HeaderSetCookie)) > 0 {
				return nil, errNotKept
			}
			return c.Response().Body(), nil
		})
		if errors.Is(err, errNotKept) {
			return nil
		}
		if err != nil {
			return err
		}
		return sendPage(c, page)
	}
}

// pageKey is all that a page depends on beside the database.
func (s *Site) pageKey(c *fiber.Ctx) string {
	v := httpd.Viewer(c)
	seen := ""
	for _, g := range v.Grants { // they end without a change of the data
		seen += g.ID + " "
	}
	return strings.Join([]string{
		v.UserID, seen, c.OriginalURL(), s.localizer(c).Lang(), s.Now().Truncate(time.Minute).Format(time.RFC3339),
	}, "\n")
}

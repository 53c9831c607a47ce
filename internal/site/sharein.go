package site

import (
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/templates/document"
)

// shareIn asks where something goes that was shared from the phone. The browser's worker keeps it meanwhile (web/js/sw.js).
func (s *Site) shareIn(c *fiber.Ctx) error {
	l := s.localizer(c)
	p := s.page(c, l, "home", l.T("share_in.title"))
	p.Narrow = true
	return render(c, l, document.ShareInPage(p))
}

// shareInSent takes what was shared where the browser's worker did not run: the files wait, for their owner alone, with a new post.
func (s *Site) shareInSent(c *fiber.Ctx) error {
	t, end, err := s.typed(c)
	if err != nil {
		return err
	}
	defer end()
	var said []string
	for _, name := range []string{"title", "text", "url"} {
		if x := strings.TrimSpace(t.values.Get(name)); x != "" {
			said = append(said, x)
		}
	}
	if t.refused != nil && len(t.values["card"]) == 0 {
		return t.refused
	}
	to := url.Values{"body": {strings.Join(said, "\n")}, "card": t.values["card"]}
	return s.done(c, "/posts/new?"+to.Encode(), flash{})
}

package site

import (
	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/i18n"
	"github.com/aanpak/aanpak/templates/layout"
	"github.com/aanpak/aanpak/templates/notify"
)

// unsubscribeForm asks whether somebody wants no more mail of a kind. Opening a link changes nothing: programs that look after mail open
// them all.
func (s *Site) unsubscribeForm(c *fiber.Ctx) error { return s.showUnsubscribe(c, false) }

// unsubscribe does it. It is asked by a person, or by their mail program with one press (RFC 8058), neither of whom need be signed in.
func (s *Site) unsubscribe(c *fiber.Ctx) error {
	if err := s.Notify.Unsubscribe(c.UserContext(), c.Params("secret")); err != nil {
		return err
	}
	return s.showUnsubscribe(c, true)
}

func (s *Site) showUnsubscribe(c *fiber.Ctx, done bool) error {
	kind, language, err := s.Notify.Unsubscribable(c.UserContext(), c.Params("secret"))
	if err != nil {
		return err
	}
	l := s.localizer(c)
	if language != "" {
		l = i18n.For(language).At(s.Now, s.Zone)
	}
	p := notify.Unsubscribe{Page: layout.Page{Title: l.T("unsubscribe.title"), Lang: l.Lang(), Outside: true}, Kind: l.T("notify.kind." + string(kind)), URL: c.Path(), Done: done}
	return render(c, l, notify.UnsubscribePage(p))
}

package site

import (
	"encoding/json"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/i18n"
	domain "github.com/aanpak/aanpak/internal/notify"
	"github.com/aanpak/aanpak/templates/settings"
)

// devices fills who shows push notifications, and the key with which a browser asks to be one of them.
func (s *Site) devices(c *fiber.Ctx, l *i18n.Localizer, p *settings.Notify) (err error) {
	if p.PushKey, err = s.Notify.PushKey(c.UserContext()); err != nil {
		return err
	}
	list, err := s.Notify.Devices(c.UserContext(), httpd.Viewer(c))
	for _, d := range list {
		p.Devices = append(p.Devices, settings.NotifyDevice{
			Name: device(l, d.Name), Since: l.T("notify.since", "At", l.DateTime(d.CreatedAt)), RemoveURL: "/settings/notifications/devices/" + d.ID + "/remove",
		})
	}
	return err
}

// deviceAdd takes what the browser gave to be reached by. A script sends it, in the browser's own form.
func (s *Site) deviceAdd(c *fiber.Ctx) error {
	session := httpd.Session(c)
	if session == nil {
		return errs.Forbidden("error.live_only")
	}
	var n domain.Subscription
	if err := json.Unmarshal(c.Body(), &n); err != nil {
		return errs.Invalid("error.push_subscription").Because(err)
	}
	if err := s.Notify.AddDevice(c.UserContext(), httpd.Viewer(c), session.ID, c.Get(fiber.HeaderUserAgent), n); err != nil {
		return err
	}
	return c.SendStatus(fiber.StatusNoContent)
}

func (s *Site) deviceRemove(c *fiber.Ctx) error {
	if err := s.Notify.RemoveDevice(c.UserContext(), httpd.Viewer(c), c.Params("id")); err != nil {
		return err
	}
	return s.done(c, "/settings/notifications", flash{Key: "toast.push_off"})
}

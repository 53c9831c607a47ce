package site

import (
	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/templates/account"
)

func (s *Site) forgotForm(c *fiber.Ctx) error {
	return s.showForgot(c, account.Forgot{}, "", refusal{})
}

// forgotSend has a link sent. The page says the same to everybody, whether there is such an account or not.
func (s *Site) forgotSend(c *fiber.Ctx) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	err = s.People.ForgotPassword(c.UserContext(), f.Get("email"), s.Server.Client(c))
	if r, ok := s.refused(s.localizer(c), err); ok {
		c.Status(status(err))
		return s.showForgot(c, account.Forgot{Message: r.message, Errors: r.list}, f.Get("email"), r)
	}
	if err != nil {
		return err
	}
	return s.showForgot(c, account.Forgot{Sent: true}, "", refusal{})
}

func (s *Site) showForgot(c *fiber.Ctx, p account.Forgot, typed string, r refusal) error {
	l := s.localizer(c)
	p.Page, p.Off = s.page(c, l, "", l.T("forgot.title")), !s.People.HasMail()
	p.Email = email(l, typed, r)
	return render(c, l, account.ForgotPage(p))
}

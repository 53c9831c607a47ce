package site

import (
	"errors"
	"net/url"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/templates/account"
	"github.com/aanpak/aanpak/templates/part"
)

// stepCookie holds the secret of a sign-in that waits for its second step.
const stepCookie = "aanpak_step"

// entered ends the first step of any way in: with a session, or with the question for the second factor. It is false for other errors.
func (s *Site) entered(c *fiber.Ctx, session, back string, err error) (bool, error) {
	var step *people.SecondStep
	switch {
	case errors.As(err, &step):
		s.cookie(c, stepCookie, step.Secret, 10*time.Minute)
		return true, c.Redirect("/sign-in/code?back="+url.QueryEscape(back), fiber.StatusSeeOther)
	case err != nil:
		return false, nil
	}
	s.Server.SetSession(c, session)
	return true, c.Redirect(back, fiber.StatusSeeOther)
}

func (s *Site) stepForm(c *fiber.Ctx) error {
	if err := s.People.Waiting(c.UserContext(), s.Server.Cookie(c, stepCookie)); err != nil {
		return s.stepEnded(c, err)
	}
	return s.showStep(c, localPath(c.Query("back", "/")), refusal{})
}

// stepEnded begins anew where nothing waits any more.
func (s *Site) stepEnded(c *fiber.Ctx, err error) error {
	if !errs.Is(err, errs.KindUnauthorized) {
		return err
	}
	s.cookie(c, stepCookie, "", -time.Hour)
	return s.done(c, "/sign-in", flash{Key: "toast.step_ended"})
}

func (s *Site) stepFinish(c *fiber.Ctx) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	back := localPath(f.Get("back"))
	session, err := s.People.FinishSignIn(c.UserContext(), s.Server.Cookie(c, stepCookie), f.Get("code"), s.Server.Client(c))
	if errs.Is(err, errs.KindUnauthorized) {
		return s.stepEnded(c, err)
	}
	if r, ok := s.refused(s.localizer(c), err); ok {
		c.Status(status(err))
		return s.showStep(c, back, r)
	}
	if err != nil {
		return err
	}
	s.cookie(c, stepCookie, "", -time.Hour)
	s.Server.SetSession(c, session)
	return c.Redirect(back, fiber.StatusSeeOther)
}

func (s *Site) showStep(c *fiber.Ctx, back string, r refusal) error {
	l := s.localizer(c)
	return render(c, l, account.SecondStepPage(account.SecondStep{
		Page: s.page(c, l, "", l.T("second_step.title")), Back: back, Message: r.message, Errors: r.list,
		Code: part.Field{Name: "code", Label: l.T("field.factor_code"), Autocomplete: "one-time-code", Required: true, Autofocus: true, Error: r.fields["code"]},
	}))
}

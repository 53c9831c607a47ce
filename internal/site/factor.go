package site

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/templates/admin"
	"github.com/aanpak/aanpak/templates/part"
	"github.com/aanpak/aanpak/templates/settings"
)

func (s *Site) factorForm(c *fiber.Ctx) error { return s.showFactor(c, nil, refusal{}) }

// factorBegin makes a secret; the page then shows it until a code of it is given.
func (s *Site) factorBegin(c *fiber.Ctx) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	if err = s.People.Confirm(c.UserContext(), httpd.Viewer(c), f.Get("old_password"), s.Server.Client(c)); err == nil {
		err = s.People.BeginFactor(c.UserContext(), httpd.Viewer(c))
	}
	return s.factorDone(c, nil, err, "")
}

func (s *Site) factorConfirm(c *fiber.Ctx) error {
	return s.factorCode(c, func(code string) ([]string, string, error) {
		codes, err := s.People.ConfirmFactor(c.UserContext(), httpd.Viewer(c), code, s.Server.Client(c))
		return codes, "", err
	})
}

func (s *Site) factorCodes(c *fiber.Ctx) error {
	return s.factorCode(c, func(code string) ([]string, string, error) {
		codes, err := s.People.RenewRecovery(c.UserContext(), httpd.Viewer(c), code, s.Server.Client(c))
		return codes, "", err
	})
}

func (s *Site) factorRemove(c *fiber.Ctx) error {
	return s.factorCode(c, func(code string) ([]string, string, error) {
		return nil, "toast.factor_off", s.People.DropFactor(c.UserContext(), httpd.Viewer(c), code, s.Server.Client(c))
	})
}

// factorCode does something for the code of a form.
func (s *Site) factorCode(c *fiber.Ctx, do func(code string) (codes []string, toast string, err error)) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	codes, toast, err := do(f.Get("code"))
	return s.factorDone(c, codes, err, toast)
}

// factorDone shows recovery codes in the answer itself, the only time they are ever seen.
func (s *Site) factorDone(c *fiber.Ctx, codes []string, err error, toast string) error {
	if r, ok := s.refused(s.localizer(c), err); ok {
		c.Status(status(err))
		return s.showFactor(c, nil, r)
	}
	if err != nil {
		return err
	}
	if len(codes) > 0 {
		return s.showFactor(c, codes, refusal{})
	}
	return s.done(c, httpd.FactorPath, flash{Key: toast})
}

func (s *Site) showFactor(c *fiber.Ctx, codes []string, r refusal) error {
	l, v, ctx := s.localizer(c), httpd.Viewer(c), c.UserContext()
	f, err := s.People.MyFactor(ctx, v)
	if err != nil {
		return err
	}
	must, err := s.People.MustHaveFactor(ctx, v)
	if err != nil {
		return err
	}
	p := settings.Factor{
		Page: s.page(c, l, "settings", l.T("settings.tab.factor")), On: f.On, Due: httpd.User(c).FactorDue && !f.On, Must: must, Since: f.Since, Recovery: f.Recovery, Message: r.message, Errors: r.list,
		Code:    part.Field{Name: "code", Label: l.T("field.factor_code"), Autocomplete: "one-time-code", Required: true, Narrow: true, Error: r.fields["code"]},
		Current: s.confirmField(c, l, r),
	}
	for _, x := range codes {
		p.Codes = append(p.Codes, auth.ShowCode(x))
	}
	if !f.On {
		if p.Setup, err = s.factorSetup(c); err != nil {
			return err
		}
	}
	return render(c, l, settings.FactorPage(p))
}

func (s *Site) factorSetup(c *fiber.Ctx) (*settings.Setup, error) {
	secret, uri, err := s.People.PendingFactor(c.UserContext(), httpd.Viewer(c))
	if err != nil || secret == "" {
		return nil, err
	}
	q, err := qrOf(uri)
	return &settings.Setup{QR: q, Secret: groupsOfFour(secret)}, err
}

// groupsOfFour makes a long secret easier to type.
func groupsOfFour(s string) string {
	var b strings.Builder
	for i, r := range s {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

func (s *Site) security(c *fiber.Ctx) error {
	l, ctx := s.localizer(c), c.UserContext()
	must, err := s.People.FactorRoles(ctx)
	if err != nil {
		return err
	}
	numbers, err := s.People.FactorNumbers(ctx, httpd.Viewer(c))
	if err != nil {
		return err
	}
	p := admin.Security{Page: s.page(c, l, "admin", l.T("admin.tab.security")), Roles: part.Field{Name: "role", Label: l.T("admin.security.roles")}}
	for _, r := range auth.Roles {
		o := part.Option{Value: string(r), Label: l.T("role." + string(r)), Hint: l.T("admin.security.have", "Have", numbers[r][0], "All", numbers[r][1])}
		for _, m := range must {
			o.Selected = o.Selected || m == r
		}
		p.Roles.Options = append(p.Roles.Options, o)
	}
	return render(c, l, admin.SecurityPage(p))
}

func (s *Site) securitySave(c *fiber.Ctx) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	var roles []auth.Role
	for _, r := range f["role"] {
		roles = append(roles, auth.Role(r))
	}
	if err := s.People.SetFactorRoles(c.UserContext(), httpd.Viewer(c), roles); err != nil {
		return err
	}
	return s.done(c, "/admin/security", flash{Key: "toast.saved"})
}

// factorReset takes a second factor away from somebody who has lost it.
func (s *Site) factorReset(c *fiber.Ctx) error {
	v := httpd.Viewer(c)
	u, err := s.People.User(c.UserContext(), v, c.Params("id"))
	if err != nil {
		return err
	}
	if err := s.People.ResetFactor(c.UserContext(), v, u.ID); err != nil {
		return err
	}
	return s.done(c, "/admin/people", flash{Key: "toast.factor_reset", Name: u.Name})
}

package site

import (
	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/templates/part"
	"github.com/aanpak/aanpak/templates/settings"
)

func (s *Site) settingsForm(c *fiber.Ctx) error {
	return s.showSettings(c, profileOf(httpd.User(c)), refusal{})
}

func profileOf(u *people.User) people.Profile {
	return people.Profile{Name: u.Name, Function: u.Function, Phone: u.Phone, About: u.About, Language: u.Language, Theme: u.Theme}
}

func (s *Site) settingsSave(c *fiber.Ctx) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	p := people.Profile{
		Name: f.Get("name"), Function: f.Get("function"), Phone: f.Get("phone"), About: f.Get("about"), Language: f.Get("language"), Theme: f.Get("theme"),
	}
	err = s.People.UpdateProfile(c.UserContext(), httpd.Viewer(c), p)
	if r, ok := s.refused(s.localizer(c), err); ok {
		c.Status(status(err))
		return s.showSettings(c, p, r)
	}
	if err != nil {
		return err
	}
	return s.done(c, "/settings", flash{Key: "toast.saved"})
}

func (s *Site) showSettings(c *fiber.Ctx, v people.Profile, r refusal) error {
	l, u := s.localizer(c), httpd.User(c)
	phone := optional(l, "phone", v.Phone, r)
	phone.Type, phone.Autocomplete = "tel", "tel"
	return render(c, l, settings.ProfilePage(settings.Profile{
		Page: s.page(c, l, "settings", l.T("settings.title")), Branch: u.BranchName, Email: u.Email, Message: r.message, Errors: r.list,
		Name: line(l, "name", v.Name, r, "name"), Function: optional(l, "function", v.Function, r), Phone: phone,
		About: part.Field{Name: "about", Label: l.T("field.about_me"), Hint: l.T("field.about_me_hint"), Value: v.About, Error: r.fields["about"], Rows: 4},
		Language: part.Field{Name: "language", Label: l.T("field.language"), Options: options(v.Language,
			[2]string{"", l.T("language.browser")}, [2]string{"nl", l.T("language.nl")}, [2]string{"en", l.T("language.en")})},
		Theme: part.Field{Name: "theme", Label: l.T("field.theme"), Options: options(v.Theme,
			[2]string{"", l.T("theme.system")}, [2]string{"light", l.T("theme.light")}, [2]string{"dark", l.T("theme.dark")})},
	}))
}

// setTheme changes only the theme, from the menu.
func (s *Site) setTheme(c *fiber.Ctx) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	p := profileOf(httpd.User(c))
	p.Theme = f.Get("theme")
	if err := s.People.UpdateProfile(c.UserContext(), httpd.Viewer(c), p); err != nil {
		return err
	}
	if wantsJSON(c) {
		return c.SendStatus(fiber.StatusNoContent)
	}
	return c.Redirect(localPath(f.Get("back")), fiber.StatusSeeOther)
}

func (s *Site) passwordForm(c *fiber.Ctx) error { return s.showPassword(c, refusal{}) }

func (s *Site) passwordSave(c *fiber.Ctx) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	keep := ""
	if session := httpd.Session(c); session != nil {
		keep = session.ID
	}
	err = s.People.ChangePassword(c.UserContext(), httpd.Viewer(c), f.Get("old_password"), f.Get("password"), keep)
	if r, ok := s.refused(s.localizer(c), err); ok {
		c.Status(status(err))
		return s.showPassword(c, r)
	}
	if err != nil {
		return err
	}
	return s.done(c, "/settings/password", flash{Key: "toast.password"})
}

func (s *Site) showPassword(c *fiber.Ctx, r refusal) error {
	l := s.localizer(c)
	return render(c, l, settings.PasswordPage(settings.Password{
		Page: s.page(c, l, "settings", l.T("settings.tab.password")), Email: httpd.User(c).Login(), Message: r.message, Errors: r.list,
		Current: part.Field{Name: "old_password", Label: l.T("field.current_password"), Type: "password", Autocomplete: "current-password", Required: true, Error: r.fields["old_password"]},
		Secret:  part.Field{Name: "password", Label: l.T("field.new_password"), Hint: l.T("field.password_hint"), Type: "password", Autocomplete: "new-password", Required: true, Error: r.fields["password"]},
	}))
}

package site

import (
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/templates/part"
	"github.com/aanpak/aanpak/templates/settings"
)

func (s *Site) settingsForm(c *fiber.Ctx) error { return s.showOwn(c, own{}, refusal{}) }

func (s *Site) settingsSave(c *fiber.Ctx) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	u, err := s.People.User(c.UserContext(), httpd.Viewer(c), httpd.Viewer(c).UserID)
	if err != nil {
		return err
	}
	p := people.Profile{
		Name: f.Get("name"), Function: f.Get("function"), Phone: f.Get("phone"), About: f.Get("about"), Language: f.Get("language"), Theme: f.Get("theme"),
		Mobile: f.Get("mobile"), MobileHidden: f.Get("mobile_hidden") == "true", Languages: f["languages"], WorkingOn: f.Get("working_on"),
	}
	for field, to := range map[string]*string{"name": &p.Name, "function": &p.Function, "phone": &p.Phone} {
		if u.Fixed(field) { // it has no field in the form
			*to = map[string]string{"name": u.Name, "function": u.Function, "phone": u.Phone}[field]
		}
	}
	err = s.People.UpdateProfile(c.UserContext(), httpd.Viewer(c), p)
	if r, ok := s.refused(s.localizer(c), err); ok {
		c.Status(status(err))
		return s.showOwn(c, own{profile: &p}, r)
	}
	if err != nil {
		return err
	}
	return s.done(c, "/settings", flash{Key: "toast.saved"})
}

// showOwn shows the forms about oneself, with what was typed into one of them.
func (s *Site) showOwn(c *fiber.Ctx, o own, r refusal) error {
	u, err := s.People.User(c.UserContext(), httpd.Viewer(c), httpd.Viewer(c).UserID)
	if err != nil {
		return err
	}
	p := u.Profile()
	if o.profile != nil {
		p = *o.profile
	}
	page := s.profileForm(c, u, p, r)
	page.Photo, page.ProfileURL = photoPart(u, r), personURL(u.ID)
	if page.Expertise, err = s.expertisePart(c, u, o, r); err != nil {
		return err
	}
	return render(c, s.localizer(c), settings.ProfilePage(page))
}

// profileForm is the form with the fields of text. What the directory says is told, not asked.
func (s *Site) profileForm(c *fiber.Ctx, u *people.User, v people.Profile, r refusal) settings.Profile {
	l := s.localizer(c)
	p := settings.Profile{
		Page: s.page(c, l, "settings", l.T("settings.title")), Branch: u.BranchName, Email: u.Email, Message: r.message, Errors: r.list,
		Mobile: optional(l, "mobile", v.Mobile, r), WorkingOn: optional(l, "working_on", v.WorkingOn, r),
		MobileHidden: part.Field{Name: "mobile_hidden", Label: l.T("field.mobile_hidden"), Value: strconv.FormatBool(v.MobileHidden)},
		Languages:    part.Field{Name: "languages", Label: l.T("field.languages"), Error: r.fields["languages"]},
		About:        part.Field{Name: "about", Label: l.T("field.about_me"), Hint: l.T("field.about_me_hint"), Value: v.About, Error: r.fields["about"], Rows: 4},
		Language: part.Field{Name: "language", Label: l.T("field.language"), Options: options(v.Language,
			[2]string{"", l.T("language.browser")}, [2]string{"nl", l.T("language.nl")}, [2]string{"en", l.T("language.en")})},
		Theme: part.Field{Name: "theme", Label: l.T("field.theme"), Options: options(v.Theme,
			[2]string{"", l.T("theme.system")}, [2]string{"light", l.T("theme.light")}, [2]string{"dark", l.T("theme.dark")})},
	}
	p.Modules = []string{"js/crop.js"}
	p.Mobile.Type, p.Mobile.Autocomplete = "tel", "tel"
	p.WorkingOn.Hint = l.T("field.working_on_hint")
	for _, tag := range people.Tongues {
		p.Languages.Options = append(p.Languages.Options, part.Option{Value: tag, Label: l.LanguageName(tag), Selected: slices.Contains(v.Languages, tag)})
	}
	ask := func(f part.Field, to *part.Field) {
		if u.Fixed(f.Name) {
			p.Fixed = append(p.Fixed, settings.Fixed{Label: f.Label, Value: f.Value})
			return
		}
		*to = f
	}
	phone := optional(l, "phone", v.Phone, r)
	phone.Type, phone.Autocomplete = "tel", "work tel"
	ask(line(l, "name", v.Name, r, "name"), &p.Name)
	ask(optional(l, "function", v.Function, r), &p.Function)
	ask(phone, &p.Phone)
	return p
}

// setTheme changes only the theme, from the menu.
func (s *Site) setTheme(c *fiber.Ctx) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	if err := s.People.SetTheme(c.UserContext(), httpd.Viewer(c), f.Get("theme")); err != nil {
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
	session, err := s.People.ChangePassword(c.UserContext(), httpd.Viewer(c), f.Get("old_password"), f.Get("password"), s.Server.Client(c))
	if r, ok := s.refused(s.localizer(c), err); ok {
		c.Status(status(err))
		return s.showPassword(c, r)
	}
	if err != nil {
		return err
	}
	s.Server.SetSession(c, session)
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

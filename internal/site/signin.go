package site

import (
	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/config"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/i18n"
	"github.com/aanpak/aanpak/internal/signin"
	"github.com/aanpak/aanpak/templates/admin"
	"github.com/aanpak/aanpak/templates/part"
)

const signInPath = "/admin/sign-in"

// waysIn shows the ways of signing in, and who may use a password.
func (s *Site) waysIn(c *fiber.Ctx) error { return s.showWaysIn(c, nil, refusal{}) }

// waysInSave says who may use a password.
func (s *Site) waysInSave(c *fiber.Ctx) error {
	typed := new(config.Passwords)
	if err := fillWay(c, typed); err != nil {
		return err
	}
	err := s.SignIn.Save(c.UserContext(), httpd.Viewer(c), signin.Passwords, signin.Typed{Way: typed})
	if r, ok := s.refused(s.localizer(c), err); ok {
		c.Status(status(err))
		return s.showWaysIn(c, typed, r)
	}
	if err != nil {
		return err
	}
	return s.done(c, signInPath, flash{Key: "toast.saved"})
}

// fillWay reads the settings of a way from a form.
func fillWay(c *fiber.Ctx, w config.Way) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	for _, field := range w.Fields() {
		field.Set(trimmed(f.Get(field.Name), field.Secret != nil))
	}
	return nil
}

func (s *Site) showWaysIn(c *fiber.Ctx, typed *config.Passwords, r refusal) error {
	l := s.localizer(c)
	w, err := s.SignIn.Now(c.UserContext())
	if err != nil {
		return err
	}
	if typed == nil {
		typed = &w.Settings.Passwords
	}
	p := admin.SignIn{Page: s.page(c, l, "admin", l.T("admin.tab.signin")), Ways: s.ways(l, w), Message: r.message, Errors: r.list}
	p.Own = choice(l, "own", typed.Own, r, config.PasswordsAll, config.PasswordsAdmins)
	p.Directory = choice(l, "directory", typed.Directory, r, config.PasswordsAll, config.PasswordsNone)
	if w.Sources[signin.Passwords] == signin.FromEnvironment {
		p.Fixed = l.T("admin.signin.fixed", "Prefix", w.Prefix(signin.Passwords))
		for _, f := range []part.Field{p.Own, p.Directory} {
			p.Facts = append(p.Facts, admin.SignInFact{Name: f.Label, Value: chosen(f)})
		}
	}
	return render(c, l, admin.SignInPage(p))
}

// choice is a field with the first value where none is chosen yet.
func choice(l *i18n.Localizer, name, value string, r refusal, values ...string) part.Field {
	f := part.Field{Name: name, Label: l.T("field.signin." + name), Error: r.fields[name]}
	for i, v := range values {
		f.Options = append(f.Options, part.Option{
			Value: v, Label: l.T("field.signin." + name + "." + v), Hint: l.T("field.signin." + name + "." + v + "_hint"), Selected: v == value || value == "" && i == 0,
		})
	}
	return f
}

// chosen is the label of what is chosen.
func chosen(f part.Field) string {
	for _, o := range f.Options {
		if o.Selected {
			return o.Label
		}
	}
	return ""
}

// ways words how each way stands, with those that have no settings of their own.
func (s *Site) ways(l *i18n.Localizer, w *signin.Ways) []admin.SignInWay {
	passwords := "all"
	if w.AdminsOnly() {
		passwords = "admins"
	}
	list := []admin.SignInWay{
		wayLine(l, "key", "password", true, l.T("admin.signin.password."+passwords)),
		s.settingsLine(l, w, signin.LDAP, w.Directory != nil), s.settingsLine(l, w, signin.OIDC, w.Provider != nil),
		wayLine(l, "key", "passkey", s.People.HasPasskeys(), l.T("admin.signin.passkey.text")),
		wayLine(l, "mail", "letter", true, l.T("admin.signin.letter.text")),
		wayLine(l, "shield", "factor", true, l.T("admin.signin.factor.text")),
	}
	if !s.People.HasPasskeys() {
		list[3].Text = l.T("admin.signin.passkey.none")
	}
	list[4].URL, list[4].Change = "/admin/people?state=new", l.T("admin.signin.go")
	list[5].URL, list[5].Change = "/admin/security", l.T("admin.signin.go")
	return list
}

func wayLine(l *i18n.Localizer, icon, name string, on bool, text string) admin.SignInWay {
	out := admin.SignInWay{Icon: icon, Name: l.T("admin.signin." + name), State: admin.SignInOff, StateName: l.T("admin.signin.is_off"), Text: text}
	if on {
		out.State, out.StateName = admin.SignInOn, l.T("admin.signin.is_on")
	}
	return out
}

// settingsLine is a way with a page of settings.
func (s *Site) settingsLine(l *i18n.Localizer, w *signin.Ways, k signin.Kind, on bool) admin.SignInWay {
	out := wayLine(l, map[signin.Kind]string{signin.LDAP: "people", signin.OIDC: "link"}[k], string(k), on, l.T("admin.signin."+string(k)+".off"))
	switch {
	case w.Broken[k] != nil:
		out.State, out.StateName, out.Text = admin.SignInBad, l.T("admin.signin.is_broken"), l.T("admin.signin.broken")
	case on && k == signin.LDAP:
		out.Text = w.Directory.Host() + " · " + w.Directory.Base()
	case on:
		out.Text = w.Provider.Name() + " · " + w.Provider.Issuer()
	}
	out.URL, out.Change = signInPath+"/"+string(k), l.T("admin.signin.change")
	if w.Sources[k] == signin.FromEnvironment {
		out.Change = l.T("admin.signin.look")
	}
	return out
}

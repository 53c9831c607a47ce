package site

import (
	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/templates/account"
	"github.com/aanpak/aanpak/templates/part"
	"github.com/aanpak/aanpak/templates/settings"
)

// passkeyModules is the script of pages that ask for a passkey.
func (s *Site) passkeyModules() []string {
	if !s.People.HasPasskeys() {
		return nil
	}
	return []string{"js/passkey.js"}
}

// passkeyQuestion answers a script with what the device is to be asked.
func passkeyQuestion[T any](c *fiber.Ctx, options T, err error) error {
	if err != nil {
		return err
	}
	return c.JSON(options)
}

func (s *Site) passkeyAsk(c *fiber.Ctx) error {
	options, err := s.People.BeginPasskeySignIn(c.UserContext(), s.Server.Client(c))
	return passkeyQuestion(c, options, err)
}

func (s *Site) passkeySignIn(c *fiber.Ctx) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	back := localPath(f.Get("back"))
	session, err := s.People.SignInByPasskey(c.UserContext(), []byte(f.Get("passkey")), s.Server.Client(c))
	if in, answer := s.entered(c, session, back, err); in {
		return answer
	}
	if r, ok := s.refusedSignIn(c, err); ok {
		return s.showSignIn(c, account.SignIn{Back: back, Error: r})
	}
	return err
}

// invited is how somebody says to be invited: by the link that they came by, or by what a letter says.
func invited(c *fiber.Ctx) (in people.Invited, answer []byte, err error) {
	f, err := form(c)
	return people.Invited{Secret: c.Params("secret"), Login: f.Get("login"), Code: f.Get("code")}, []byte(f.Get("passkey")), err
}

func (s *Site) passkeyInvited(c *fiber.Ctx) error {
	in, _, err := invited(c)
	if err != nil {
		return err
	}
	options, err := s.People.BeginInvitedPasskey(c.UserContext(), in, s.Server.Client(c))
	return passkeyQuestion(c, options, err)
}

// passkeyAccept lets somebody in who chose a passkey instead of a password.
func (s *Site) passkeyAccept(c *fiber.Ctx) error {
	in, answer, err := invited(c)
	if err != nil {
		return err
	}
	l, client := s.localizer(c), s.Server.Client(c)
	session, err := s.People.AcceptByPasskey(c.UserContext(), in, device(l, client.UserAgent), answer, client)
	if in, answer := s.entered(c, session, "/", err); in {
		return answer
	}
	r, ok := s.refused(l, err)
	if !ok {
		return err
	}
	c.Status(status(err))
	if in.Secret == "" {
		return s.showCode(c, in.Login, in.Code, r)
	}
	u, err := s.People.Invitation(c.UserContext(), in.Secret)
	if err != nil {
		return err
	}
	return s.showInvite(c, u, people.NewUser{}, r)
}

func (s *Site) passkeys(c *fiber.Ctx) error { return s.showPasskeys(c, "", refusal{}) }

func (s *Site) passkeyBegin(c *fiber.Ctx) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	options, err := s.People.BeginPasskey(c.UserContext(), httpd.Viewer(c), f.Get("old_password"), s.Server.Client(c))
	return passkeyQuestion(c, options, err)
}

func (s *Site) passkeyAdd(c *fiber.Ctx) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	err = s.People.AddPasskey(c.UserContext(), httpd.Viewer(c), f.Get("name"), []byte(f.Get("passkey")))
	return s.passkeyDone(c, f.Get("name"), "toast.passkey_added", err)
}

func (s *Site) passkeyRename(c *fiber.Ctx) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	return s.passkeyDone(c, "", "toast.saved", s.People.RenamePasskey(c.UserContext(), httpd.Viewer(c), c.Params("id"), f.Get("name")))
}

func (s *Site) passkeyRemove(c *fiber.Ctx) error {
	keep := ""
	if own := httpd.Session(c); own != nil {
		keep = own.ID
	}
	return s.passkeyDone(c, "", "toast.passkey_removed", s.People.RemovePasskey(c.UserContext(), httpd.Viewer(c), c.Params("id"), keep))
}

func (s *Site) passkeyDone(c *fiber.Ctx, typed, toast string, err error) error {
	if r, ok := s.refused(s.localizer(c), err); ok {
		c.Status(status(err))
		return s.showPasskeys(c, typed, r)
	}
	if err != nil {
		return err
	}
	return s.done(c, "/settings/passkeys", flash{Key: toast})
}

func (s *Site) showPasskeys(c *fiber.Ctx, typed string, r refusal) error {
	l, u := s.localizer(c), httpd.User(c)
	list, err := s.People.MyPasskeys(c.UserContext(), httpd.Viewer(c))
	if err != nil {
		return err
	}
	if typed == "" {
		typed = device(l, c.Get(fiber.HeaderUserAgent))
	}
	p := settings.Passkeys{
		Page: s.page(c, l, "settings", l.T("settings.tab.passkeys")), Message: r.message, Errors: r.list, Name: line(l, "name", typed, r, "off"),
		Button: part.PasskeyButton{Label: l.T("passkeys.add"), Begin: "/settings/passkeys/begin", Send: "/settings/passkeys", Make: true, Main: true},
	}
	p.Modules = s.passkeyModules()
	p.Name.Label, p.Name.Hint = l.T("field.passkey_name"), l.T("field.passkey_name_hint")
	switch {
	case !u.Source.SignsInHere():
		p.Why = l.T("error.passkey_elsewhere")
	case !s.People.HasPasskeys():
		p.Why = l.T("error.passkeys_off")
	}
	if u.PasswordHash != "" {
		p.Current = part.Field{Name: "old_password", Label: l.T("field.current_password"), Type: "password", Autocomplete: "current-password", Required: true, Error: r.fields["old_password"]}
	}
	for _, k := range list {
		p.List = append(p.List, settings.Passkey{ID: k.ID, Name: k.Name, Created: k.CreatedAt, Used: k.UsedAt.Time, URL: "/settings/passkeys/" + k.ID})
	}
	return render(c, l, settings.PasskeysPage(p))
}

// passkeysReset takes all passkeys of somebody away who has lost the phone.
func (s *Site) passkeysReset(c *fiber.Ctx) error {
	v := httpd.Viewer(c)
	u, err := s.People.User(c.UserContext(), v, c.Params("id"))
	if err != nil {
		return err
	}
	if err := s.People.ResetPasskeys(c.UserContext(), v, u.ID); err != nil {
		return err
	}
	return s.done(c, "/admin/people/"+u.ID, flash{Key: "toast.passkeys_reset", Name: u.Name})
}

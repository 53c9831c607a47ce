package site

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/i18n"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/templates/account"
	"github.com/aanpak/aanpak/templates/part"
)

func (s *Site) signInForm(c *fiber.Ctx) error {
	back := localPath(c.Query("back", "/"))
	if httpd.User(c) != nil {
		return c.Redirect(back, fiber.StatusSeeOther)
	}
	return s.showSignIn(c, account.SignIn{Back: back})
}

func (s *Site) showSignIn(c *fiber.Ctx, p account.SignIn) error {
	l := s.localizer(c)
	p.Page = s.page(c, l, "", l.T("sign_in.title"))
	w, err := s.SignIn.Now(c.UserContext())
	if err != nil {
		return err
	}
	p.Path, p.Accounts, p.AdminsOnly = "/sign-in", w.DirectoryPasswords(), w.AdminsOnly() && !w.DirectoryPasswords()
	p.Passkeys, p.Modules = s.People.HasPasskeys(), s.passkeyModules()
	offerProvider(c, w, &p)
	demo, err := s.demoUsers(c)
	if err != nil {
		return err
	}
	p.Demo = demo
	return render(c, l, account.SignInPage(p))
}

func (s *Site) demoUsers(c *fiber.Ctx) (list []account.DemoUser, err error) {
	if s.Demo == nil {
		return nil, nil
	}
	for _, email := range s.Demo.Emails {
		u, err := s.People.UserByEmail(c.UserContext(), email)
		if err != nil {
			return nil, err
		}
		list = append(list, account.DemoUser{Person: person(u), Email: email})
	}
	return list, nil
}

func (s *Site) signIn(c *fiber.Ctx) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	return s.enter(c, f.Get("email"), f.Get("password"), localPath(f.Get("back")))
}

// signInDemo signs in as one of the demo company's people, which anybody may.
func (s *Site) signInDemo(c *fiber.Ctx) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	if s.Demo == nil {
		return errs.NotFound("page")
	}
	for _, email := range s.Demo.Emails {
		if email == f.Get("email") {
			return s.enter(c, email, s.Demo.Password, localPath(f.Get("back")))
		}
	}
	return errs.NotFound("user")
}

func (s *Site) enter(c *fiber.Ctx, email, password, back string) error {
	secret, _, err := s.People.SignIn(c.UserContext(), email, password, s.Server.Client(c))
	if in, answer := s.entered(c, secret, back, err); in {
		return answer
	}
	if r, ok := s.refusedSignIn(c, err); ok {
		return s.showSignIn(c, account.SignIn{Email: email, Back: back, Error: r})
	}
	return err
}

// firstOf is a refusal in one sentence.
func firstOf(r refusal) string {
	if r.message == "" && len(r.list) > 0 {
		return r.list[0].Error
	}
	return r.message
}

func (s *Site) signOut(c *fiber.Ctx) error {
	if session := httpd.Session(c); session != nil {
		if err := s.People.EndSession(c.UserContext(), httpd.Viewer(c), session.ID, ""); err != nil && !errs.Is(err, errs.KindNotFound) {
			return err
		}
	}
	s.Server.ClearSession(c)
	to := "/sign-in"
	if u := httpd.User(c); u != nil && u.Source == people.SourceOIDC {
		to += "?left=1" // where the provider can be left too
	}
	return s.done(c, to, flash{Key: "toast.signed_out"})
}

// inviteForm is where a link leads: the first administrator makes the account, others choose a password.
func (s *Site) inviteForm(c *fiber.Ctx) error {
	u, err := s.People.Invitation(c.UserContext(), c.Params("secret"))
	if err != nil {
		return err
	}
	return s.showInvite(c, u, people.NewUser{}, refusal{})
}

func (s *Site) inviteAccept(c *fiber.Ctx) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	u, err := s.People.Invitation(c.UserContext(), c.Params("secret"))
	if err != nil {
		return err
	}
	var secret string
	n := people.NewUser{Name: f.Get("name"), Email: f.Get("email"), Branch: f.Get("branch"), Password: f.Get("password"), Role: auth.RoleAdmin}
	if u == nil {
		secret, err = s.People.SetUp(c.UserContext(), c.Params("secret"), n, s.Server.Client(c))
	} else {
		secret, err = s.People.Accept(c.UserContext(), c.Params("secret"), n.Password, s.Server.Client(c))
	}
	if in, answer := s.entered(c, secret, "/", err); in {
		return answer
	}
	if r, ok := s.refused(s.localizer(c), err); ok {
		c.Status(status(err))
		return s.showInvite(c, u, n, r)
	}
	return err
}

func (s *Site) showInvite(c *fiber.Ctx, u *people.User, n people.NewUser, r refusal) error {
	l := s.localizer(c)
	secret := part.Field{
		Name: "password", Label: l.T("field.password"), Hint: l.T("field.password_hint"), Type: "password", Autocomplete: "new-password",
		Required: true, Error: r.fields["password"],
	}
	if u != nil {
		page := s.page(c, l, "", l.T("invite.title", "Name", u.Name))
		page.Modules = s.passkeyModules()
		return render(c, l, account.InvitePage(account.Invite{
			Page: page, Passkeys: s.People.HasPasskeys(), Action: "/invite/" + c.Params("secret"), Name: u.Name, Email: u.Login(), Secret: secret,
			Message: r.message, Errors: r.list,
		}))
	}
	return render(c, l, account.SetupPage(account.Setup{
		Page: s.page(c, l, "", l.T("setup.title")), Action: c.Path(), Secret: secret, Message: r.message, Errors: r.list,
		Name:   line(l, "name", n.Name, r, "name"),
		Email:  email(l, n.Email, r),
		Branch: part.Field{Name: "branch", Label: l.T("field.first_branch"), Hint: l.T("field.first_branch_hint"), Value: n.Branch, Required: true, Error: r.fields["branch"]},
	}))
}

// line is a required field of one line, labelled by its name.
func line(l *i18n.Localizer, name, value string, r refusal, autocomplete string) part.Field {
	return part.Field{Name: name, Label: l.T("field." + name), Value: value, Required: true, Error: r.fields[name], Autocomplete: autocomplete}
}

// optional is a field of one line that may stay empty.
func optional(l *i18n.Localizer, name, value string, r refusal) part.Field {
	return part.Field{Name: name, Label: l.T("field." + name), Value: value, Error: r.fields[name]}
}

func email(l *i18n.Localizer, value string, r refusal) part.Field {
	f := line(l, "email", value, r, "email")
	f.Type = "email"
	return f
}

// setLanguage remembers the choice of somebody who is not signed in.
func (s *Site) setLanguage(c *fiber.Ctx) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	s.cookie(c, languageCookie, i18n.For(f.Get("language")).Lang(), 365*24*time.Hour)
	return c.Redirect(localPath(f.Get("back")), fiber.StatusSeeOther)
}

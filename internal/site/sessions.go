package site

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/i18n"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/templates/part"
	"github.com/aanpak/aanpak/templates/settings"
)

func (s *Site) sessions(c *fiber.Ctx) error {
	l, own := s.localizer(c), httpd.Session(c)
	list, err := s.People.Sessions(c.UserContext(), httpd.Viewer(c))
	if err != nil {
		return err
	}
	p := settings.Sessions{Page: s.page(c, l, "settings", l.T("settings.tab.sessions"))}
	for _, x := range list {
		p.Sessions = append(p.Sessions, settings.Session{
			Device: device(l, x.UserAgent), Address: x.Address, Created: x.CreatedAt, Seen: x.SeenAt, Current: own != nil && x.ID == own.ID,
			RevokeURL: "/settings/sessions/" + x.ID + "/revoke", Phone: strings.Contains(x.UserAgent, "Mobile"),
		})
	}
	return render(c, l, settings.SessionsPage(p))
}

func (s *Site) sessionRevoke(c *fiber.Ctx) error {
	if err := s.People.EndSession(c.UserContext(), httpd.Viewer(c), c.Params("id"), ""); err != nil {
		return err
	}
	return s.done(c, "/settings/sessions", flash{Key: "toast.session"})
}

// sessionsRevoke ends every session but this one.
func (s *Site) sessionsRevoke(c *fiber.Ctx) error {
	keep := ""
	if own := httpd.Session(c); own != nil {
		keep = own.ID
	}
	if err := s.People.EndSession(c.UserContext(), httpd.Viewer(c), "", keep); err != nil {
		return err
	}
	return s.done(c, "/settings/sessions", flash{Key: "toast.sessions"})
}

// sessionsEnd signs somebody out everywhere.
func (s *Site) sessionsEnd(c *fiber.Ctx) error {
	v := httpd.Viewer(c)
	u, err := s.People.User(c.UserContext(), v, c.Params("id"))
	if err != nil {
		return err
	}
	if err := s.People.EndSessionsOf(c.UserContext(), v, u.ID); err != nil {
		return err
	}
	return s.done(c, "/admin/people/"+u.ID, flash{Key: "toast.sessions_ended", Name: u.Name})
}

// device names browser and system roughly, which is enough to recognise one's own.
func device(l *i18n.Localizer, agent string) string {
	find := func(pairs ...[2]string) string {
		for _, p := range pairs {
			if strings.Contains(agent, p[0]) {
				return p[1]
			}
		}
		return ""
	}
	browser := find([2]string{"Edg/", "Edge"}, [2]string{"Firefox/", "Firefox"}, [2]string{"Chrome/", "Chrome"}, [2]string{"Safari/", "Safari"})
	system := find([2]string{"iPhone", "iPhone"}, [2]string{"iPad", "iPad"}, [2]string{"Android", "Android"}, [2]string{"Windows", "Windows"},
		[2]string{"Mac OS", "Mac"}, [2]string{"Linux", "Linux"})
	if browser == "" || system == "" {
		return l.T("sessions.unknown")
	}
	return l.T("sessions.device", "Browser", browser, "System", system)
}

func (s *Site) tokens(c *fiber.Ctx) error { return s.showTokens(c, "", "", refusal{}) }

// tokenCreate shows the secret in the answer itself, the only time it is ever seen.
func (s *Site) tokenCreate(c *fiber.Ctx) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	secret := ""
	if err = s.People.Confirm(c.UserContext(), httpd.Viewer(c), f.Get("old_password"), s.Server.Client(c)); err == nil {
		secret, _, err = s.People.CreateToken(c.UserContext(), httpd.Viewer(c), f.Get("name"))
	}
	if r, ok := s.refused(s.localizer(c), err); ok {
		c.Status(status(err))
		return s.showTokens(c, "", f.Get("name"), r)
	}
	if err != nil {
		return err
	}
	return s.showTokens(c, secret, "", refusal{})
}

func (s *Site) showTokens(c *fiber.Ctx, made, typed string, r refusal) error {
	l := s.localizer(c)
	list, err := s.People.Tokens(c.UserContext(), httpd.Viewer(c))
	if err != nil {
		return err
	}
	p := settings.Tokens{
		Page: s.page(c, l, "settings", l.T("settings.tab.tokens")), Made: made, Message: r.message, Current: s.confirmField(c, l, r),
		Label: part.Field{Name: "name", Label: l.T("field.token_label"), Value: typed, Required: true, Error: r.fields["name"]},
	}
	for _, t := range list {
		p.Tokens = append(p.Tokens, token(t))
	}
	return render(c, l, settings.TokensPage(p))
}

// confirmField asks for the password of who has not just signed in. Its name is empty where it is not asked for.
func (s *Site) confirmField(c *fiber.Ctx, l *i18n.Localizer, r refusal) part.Field {
	how, err := s.People.Confirmation(c.UserContext(), httpd.User(c), s.Server.Client(c))
	if err == nil && how != people.ConfirmPassword {
		return part.Field{}
	}
	return part.Field{
		Name: "old_password", Label: l.T("field.current_password"), Type: "password", Autocomplete: "current-password", Required: true,
		Error: r.fields["old_password"],
	}
}

func token(t *people.Token) part.Token {
	return part.Token{Label: t.Name, Created: t.CreatedAt, Used: t.UsedAt.Time, RevokeURL: "/settings/tokens/" + t.ID + "/revoke"}
}

func (s *Site) tokenRevoke(c *fiber.Ctx) error {
	if err := s.People.DeleteToken(c.UserContext(), httpd.Viewer(c), c.Params("id")); err != nil {
		return err
	}
	return s.done(c, "/settings/tokens", flash{Key: "toast.token_revoked"})
}

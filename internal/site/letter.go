package site

import (
	"errors"
	"fmt"
	"image/color"
	"strings"

	"github.com/boombuler/barcode/qr"
	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/i18n"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/templates/account"
	"github.com/aanpak/aanpak/templates/admin"
	"github.com/aanpak/aanpak/templates/part"
)

// letter prints the letter of one person.
func (s *Site) letter(c *fiber.Ctx) error { return s.showLetters(c, []string{c.Params("id")}, 0) }

// letters prints those of everybody who never signed in and is found by what was typed.
func (s *Site) letters(c *fiber.Ctx) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	users, err := s.People.Users(c.UserContext(), httpd.Viewer(c), people.UserFilter{Query: strings.TrimSpace(f.Get("name")), State: people.StateNew})
	if err != nil {
		return err
	}
	if len(users) == 0 {
		return errs.NotFound("user")
	}
	var ids []string
	for _, u := range users[:min(len(users), people.MaxLetters)] {
		ids = append(ids, u.ID)
	}
	return s.showLetters(c, ids, len(users)-len(ids))
}

func (s *Site) showLetters(c *fiber.Ctx, ids []string, left int) error {
	l := s.localizer(c)
	made, err := s.People.Letters(c.UserContext(), httpd.Viewer(c), ids)
	if err != nil {
		return err
	}
	p := admin.Letters{Page: s.page(c, l, "admin", l.N("admin.letters.title", len(made))), Left: left}
	if p.Letters, err = s.letterOf(c, l, made); err != nil {
		return err
	}
	return render(c, l, admin.LettersPage(p))
}

func (s *Site) letterOf(c *fiber.Ctx, l *i18n.Localizer, made []people.Issued) (list []admin.Letter, err error) {
	for _, m := range made {
		x := admin.Letter{
			Name: m.Name, Branch: m.BranchName, Login: m.Login(), Code: auth.ShowCode(m.Code), Until: l.Date(m.Until), Address: s.base(c) + "/code",
		}
		if m.PersonnelNumber != "" {
			x.Login = m.PersonnelNumber
		}
		if x.QR, err = qrOf(s.base(c) + "/invite/" + m.Link); err != nil {
			return nil, err
		}
		list = append(list, x)
	}
	return list, nil
}

// qrOf draws a text as dark modules, those of a row that touch as one rectangle.
func qrOf(text string) (part.QR, error) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return part.QR{}, errors.Join(errors.New("draw a QR code"), err)
	}
	var b strings.Builder
	size := code.Bounds().Dx()
	for y := range size {
		for x := 0; x < size; x++ {
			start := x
			for x < size && code.At(x, y) == color.Black {
				x++
			}
			if x > start {
				fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", start, y, x-start, x-start)
			}
		}
	}
	return part.QR{Size: size, Path: b.String()}, nil
}

func (s *Site) codeForm(c *fiber.Ctx) error { return s.showCode(c, "", "", refusal{}) }

// codeAccept lets somebody in by the code of a letter, with a password of their own.
func (s *Site) codeAccept(c *fiber.Ctx) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	secret, err := s.People.AcceptCode(c.UserContext(), f.Get("login"), f.Get("code"), f.Get("password"), s.Server.Client(c))
	if in, answer := s.entered(c, secret, "/", err); in {
		return answer
	}
	if r, ok := s.refused(s.localizer(c), err); ok {
		c.Status(status(err))
		return s.showCode(c, f.Get("login"), f.Get("code"), r)
	}
	return err
}

func (s *Site) showCode(c *fiber.Ctx, login, code string, r refusal) error {
	l := s.localizer(c)
	p := account.Code{
		Page: s.page(c, l, "", l.T("code.title")), Message: r.message, Errors: r.list, Login: line(l, "login", login, r, "username"), Code: line(l, "code", code, r, "one-time-code"),
		Secret: part.Field{
			Name: "password", Label: l.T("field.password"), Hint: l.T("field.password_hint"), Type: "password", Autocomplete: "new-password", Required: true, Error: r.fields["password"],
		},
	}
	p.Code.Hint = l.T("field.code_hint")
	p.Passkeys, p.Modules = s.People.HasPasskeys(), s.passkeyModules()
	return render(c, l, account.CodePage(p))
}

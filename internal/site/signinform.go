package site

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/config"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/i18n"
	"github.com/aanpak/aanpak/internal/oidc"
	"github.com/aanpak/aanpak/internal/signin"
	"github.com/aanpak/aanpak/templates/admin"
	"github.com/aanpak/aanpak/templates/part"
)

// wayForm is a page with the settings of a way: what was typed, how it was refused, and what came of a try.
type wayForm struct {
	kind  signin.Kind
	typed config.Way // nil = those in use
	kept  string
	tried *signin.Tried
	refusal
}

// newWay is empty settings of a way that has a page.
func newWay(k signin.Kind) config.Way {
	if k == signin.LDAP {
		return new(config.LDAP)
	}
	return new(config.OIDC)
}

// wayShow shows the settings of a way.
func (s *Site) wayShow(k signin.Kind) fiber.Handler {
	return func(c *fiber.Ctx) error { return s.showWay(c, wayForm{kind: k}) }
}

// waySave tries or saves settings.
func (s *Site) waySave(k signin.Kind) fiber.Handler {
	return func(c *fiber.Ctx) error {
		w := wayForm{kind: k, typed: newWay(k)}
		if err := fillWay(c, w.typed); err != nil {
			return err
		}
		f, err := form(c)
		if err != nil {
			return err
		}
		w.kept = f.Get("kept")
		if f.Get("do") != "save" {
			w.tried, err = s.SignIn.Try(c.UserContext(), httpd.Viewer(c), k, signin.Typed{Way: w.typed, Kept: w.kept})
		} else {
			err = s.SignIn.Save(c.UserContext(), httpd.Viewer(c), k, signin.Typed{Way: w.typed, Kept: w.kept})
		}
		return s.wayDone(c, w, err)
	}
}

func (s *Site) wayDone(c *fiber.Ctx, w wayForm, err error) error {
	r, refused := s.refused(s.localizer(c), err)
	switch {
	case refused:
		c.Status(status(err))
		w.refusal = r
		return s.showWay(c, w)
	case err != nil:
		return err
	case w.tried != nil:
		w.kept = w.tried.Kept
		return s.showWay(c, w)
	}
	return s.done(c, signInPath+"/"+string(w.kind), flash{Key: "toast.signin"})
}

// wayOff removes the settings of a way.
func (s *Site) wayOff(k signin.Kind) fiber.Handler {
	return func(c *fiber.Ctx) error {
		err := s.SignIn.Remove(c.UserContext(), httpd.Viewer(c), k)
		if r, ok := s.refused(s.localizer(c), err); ok {
			c.Status(status(err))
			return s.showWay(c, wayForm{kind: k, refusal: r})
		}
		if err != nil {
			return err
		}
		return s.done(c, signInPath, flash{Key: "toast.signin_off"})
	}
}

func (s *Site) showWay(c *fiber.Ctx, w wayForm) error {
	l := s.localizer(c)
	now, err := s.SignIn.Now(c.UserContext())
	if err != nil {
		return err
	}
	in := now.Way(w.kind)
	if w.typed == nil {
		w.typed = in
	}
	key := "admin.signin." + string(w.kind)
	p := admin.SignInForm{
		Page: s.page(c, l, "admin", l.T(key)), Title: l.T(key), Intro: l.T(key + ".intro"), Action: signInPath + "/" + string(w.kind), Kept: w.kept,
		On: now.Sources[w.kind] == signin.FromPage, OffText: l.T(key + ".off_text"), Message: w.message, Errors: w.list,
	}
	if w.kind == signin.OIDC {
		p.Redirect = s.callback(c)
	}
	if now.Broken[w.kind] != nil {
		p.Broken = l.T("admin.signin.broken")
	}
	if now.Sources[w.kind] == signin.FromEnvironment {
		p.Fixed, p.Facts = l.T("admin.signin.fixed", "Prefix", in.Prefix()), wayFacts(l, w.kind, in)
	}
	for i, f := range w.typed.Fields() {
		p.Fields = append(p.Fields, wayField(l, w, f, in.Fields()[i].Value() != ""))
	}
	if w.tried != nil {
		p.Tried = wordTried(l, w.kind, w.tried)
	}
	return render(c, l, admin.SignInFormPage(p))
}

// areas are the settings that take several lines.
var areas = map[string]int{"ca": 4, "rules": 6, "attributes": 3, "claims": 3}

// wayField is a setting as a field. A secret that is there is never shown: left empty it stays.
func wayField(l *i18n.Localizer, w wayForm, f config.Field, there bool) part.Field {
	key := "field.signin." + string(w.kind) + "." + f.Name
	out := part.Field{Name: f.Name, Label: l.T(key), Hint: l.T(key + "_hint"), Error: w.fields[f.Name], Autocomplete: "off", Rows: areas[f.Name]}
	switch {
	case f.Secret != nil:
		if out.Type, out.Autocomplete = "password", "new-password"; there || w.kept != "" {
			out.Hint = l.T("field.signin.secret_there")
		}
		return out
	case w.kind == signin.OIDC && f.Name == "mail":
		out.Options = options(firstWord(f.Value(), oidc.MailVerified), [2]string{oidc.MailVerified, l.T(key + ".verified")}, [2]string{oidc.MailTrusted, l.T(key + ".trusted")})
	}
	out.Value, out.Required = f.Value(), mustHave[f.Name]
	return out
}

// mustHave are the settings without which there is no way.
var mustHave = map[string]bool{"url": true, "base": true, "issuer": true, "client_id": true}

// wayFacts are settings that are only shown.
func wayFacts(l *i18n.Localizer, k signin.Kind, w config.Way) (list []admin.SignInFact) {
	for _, f := range w.Fields() {
		if f.Value() == "" {
			continue
		}
		value := f.Value()
		if f.Secret != nil {
			value = l.T("admin.signin.secret")
		}
		list = append(list, admin.SignInFact{Name: l.T("field.signin." + string(k) + "." + f.Name), Value: value})
	}
	return list
}

// wordTried words what came of a try.
func wordTried(l *i18n.Localizer, k signin.Kind, t *signin.Tried) *admin.SignInTried {
	if t.Problem != nil {
		return &admin.SignInTried{Title: l.T("admin.signin.tried_bad"), Problem: t.Problem.Error()}
	}
	if k == signin.OIDC {
		return &admin.SignInTried{Title: l.T("admin.signin.tried_provider"), Facts: []admin.SignInFact{
			{Name: l.T("admin.signin.found.authorization"), Value: t.Found.Authorization}, {Name: l.T("admin.signin.found.token"), Value: t.Found.Token},
		}}
	}
	if len(t.People) == 0 {
		return &admin.SignInTried{Title: l.T("admin.signin.tried_nobody"), Problem: l.T("admin.signin.tried_nobody_text")}
	}
	return &admin.SignInTried{Title: l.T("admin.signin.tried_directory"), People: triedPeople(l, t)}
}

// triedPeople is a handful of people and what would become of them.
func triedPeople(l *i18n.Localizer, t *signin.Tried) *admin.Table {
	out := &admin.Table{ID: "tried", Title: l.T("admin.signin.people"), Head: []string{l.T("field.name"), l.T("field.role"), l.T("field.branch"), l.T("admin.directory.what")}}
	if t.More {
		out.Note = l.T("admin.signin.more")
	}
	for _, x := range t.People {
		fate := l.T("admin.directory.change." + string(x.Change))
		if x.Reason != "" {
			fate += ": " + l.T("directory.reason."+string(x.Reason))
		}
		out.Rows = append(out.Rows, []admin.Cell{
			{Text: x.Name + " · " + x.Email}, {Text: roleName(l, string(x.Role))}, {Text: x.Branch}, {Text: fate, Bad: x.Change == "skipped"},
		})
	}
	return out
}

func firstWord(words ...string) string {
	for _, w := range words {
		if w != "" {
			return w
		}
	}
	return ""
}

// trimmed is a value without space around it, which is typed by accident; a secret may have it.
func trimmed(v string, secret bool) string {
	if secret {
		return v
	}
	return strings.TrimSpace(strings.ReplaceAll(v, "\r\n", "\n"))
}

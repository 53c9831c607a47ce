package site

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/i18n"
	"github.com/aanpak/aanpak/internal/insight"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/templates/layout"
	"github.com/aanpak/aanpak/templates/part"
)

// languageCookie holds the language that somebody without an account chose.
const languageCookie = "aanpak_language"

// localizer words the answer in the person's language, else the one chosen before, else the browser's.
func (s *Site) localizer(c *fiber.Ctx) *i18n.Localizer {
	lang := httpd.Viewer(c).Language
	if lang == "" {
		lang = s.Server.Cookie(c, languageCookie)
	}
	if lang == "" {
		lang = i18n.Match(c.Get(fiber.HeaderAcceptLanguage))
	}
	return i18n.For(lang).At(s.Now, s.Zone)
}

// page fills what every page needs.
func (s *Site) page(c *fiber.Ctx, l *i18n.Localizer, section, title string) layout.Page {
	p := layout.Page{
		Title: title, Lang: l.Lang(), Path: c.OriginalURL(), Section: section, UploadLimit: s.Library.MaxUpload(),
		Toast: s.takeFlash(c, l),
	}
	if u := httpd.User(c); u != nil {
		p.Theme = u.Theme
		p.Viewer = layout.Viewer{Person: person(u), RoleName: l.T("role." + string(u.Role)), Admin: httpd.Viewer(c).IsAdmin()}
		p.Leads = leads(httpd.Viewer(c))
		p.Looking = s.looking(c, l)
		p.Due = s.dueCount(c, u)
		s.ownGroups(c, &p)
		s.bell(c, &p)
	}
	return p
}

// leads says which of the pages for who leads something the viewer has.
func leads(v auth.Viewer) layout.Leads {
	return layout.Leads{Participation: insight.CanSee(v) == nil, Director: insight.CanDirect(v) == nil, Ambassador: insight.CanWelcome(v) == nil}
}

// pageBytes is about the size of a page, so that its buffer need not grow.
const pageBytes = 64 << 10

// render answers with a component, drawn whole before the first byte is sent. Drawing needs nothing but the processor,
// and the page of an error is drawn when the request's context has already ended: so it is not asked. The name of who was erased is
// one in all languages until here.
func render(c *fiber.Ctx, l *i18n.Localizer, component templ.Component) error {
	var b bytes.Buffer
	b.Grow(pageBytes)
	if err := component.Render(i18n.With(context.WithoutCancel(c.UserContext()), l), &b); err != nil {
		return err
	}
	return sendPage(c, bytes.ReplaceAll(b.Bytes(), []byte(people.FormerName), []byte(l.T("person.former"))))
}

// sendPage answers with a drawn page, which is only read from here on.
func sendPage(c *fiber.Ctx, page []byte) error {
	c.Set(fiber.HeaderContentType, "text/html; charset=utf-8")
	c.Set(fiber.HeaderVary, "Cookie, HX-Request, Accept-Language")
	return c.Send(page)
}

// person is a colleague as cards show them.
func person(u *people.User) part.Person {
	p := face(u.ID, u.Name, u.Photo)
	p.Function, p.Branch = u.Function, u.BranchName
	return p
}

// face is a person of whom only id, name and photo are known.
func face(id, name, photo string) part.Person {
	p := part.Person{ID: id, URL: "/people/" + id, Name: name, Initials: initials(name), Colour: colour(id)}
	if photo != "" {
		p.Photo = photoURL(id, photo, people.PhotoSizes[1])
	}
	return p
}

// photoURL is the address of somebody's photo. It names the photo, so that a browser may keep it.
func photoURL(id, photo string, size int) string {
	return fmt.Sprintf("/people/%s/photo?of=%.16s&size=%d", id, photo, size)
}

// initials are the first letters of the first and last word: "Noor van den Berg" is NB.
func initials(name string) string {
	words := strings.Fields(name)
	if len(words) == 0 {
		return "?"
	}
	letters := []rune(words[0])[:1]
	if last := words[len(words)-1]; len(words) > 1 {
		letters = append(letters, []rune(last)[0])
	}
	return strings.ToUpper(string(letters))
}

// colour spreads people over the avatar's colours, always the same for one person.
func colour(id string) int {
	n := 0
	for _, r := range id {
		n = (n*31 + int(r)) & 0xffff
	}
	return n % 8
}

package site

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/groups"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/i18n"
	"github.com/aanpak/aanpak/internal/markdown"
	domain "github.com/aanpak/aanpak/internal/opening"
	"github.com/aanpak/aanpak/templates/admin"
	"github.com/aanpak/aanpak/templates/opening"
	"github.com/aanpak/aanpak/templates/part"
)

// tourGroups is how many groups the tour proposes.
const tourGroups = 4

// openingWait says when the company opens, to those who wait and to those who prepare; who can go in is led in.
func (s *Site) openingWait(c *fiber.Ctx) error {
	l := s.localizer(c)
	p, err := s.Opening.Plan(c.UserContext())
	if err != nil {
		return err
	}
	if p.Over {
		return c.Redirect("/", fiber.StatusSeeOther)
	}
	when := l.T("opening.when", "When", l.DateTime(p.At))
	return render(c, l, opening.WaitPage(opening.Wait{Page: s.page(c, l, "", when), When: when, HTML: said(p.Text)}))
}

// said is what the company says, as pages show it.
func said(text string) string {
	if text == "" {
		return ""
	}
	return markdown.HTML(text, nil)
}

func (s *Site) welcome(c *fiber.Ctx) error {
	l, v, ctx := s.localizer(c), httpd.Viewer(c), c.UserContext()
	p, err := s.Opening.Plan(ctx)
	if err != nil {
		return err
	}
	list, err := s.Groups.List(ctx, v, groups.Filter{})
	if err != nil {
		return err
	}
	t := opening.Tour{Page: s.page(c, l, "home", l.T("tour.title")), HTML: said(p.Text)}
	if p.Film != "" {
		t.Film = documentURL(p.Film) + "/file"
	}
	in := false
	for _, g := range list {
		in = in || g.State == groups.StateMember
		if g.Kind == groups.KindOpen && g.State == "" && len(t.Groups) < tourGroups {
			t.Groups = append(t.Groups, groupCard(g))
		}
	}
	u := httpd.User(c)
	t.Steps = []opening.Step{
		{Key: "search", URL: "/search"},
		{Key: "profile", URL: "/settings", Done: u != nil && u.Photo != ""},
		{Key: "groups", URL: "/groups", Done: in},
		{Key: "margin", URL: "/library"},
		{Key: "notifications", URL: "/settings/notifications"},
	}
	return render(c, l, opening.TourPage(t))
}

func (s *Site) welcomed(c *fiber.Ctx) error {
	if err := s.Opening.Welcomed(c.UserContext(), httpd.Viewer(c)); err != nil {
		return err
	}
	return s.done(c, "/", flash{})
}

func (s *Site) openingForm(c *fiber.Ctx) error {
	p, err := s.Opening.Plan(c.UserContext())
	if err != nil {
		return err
	}
	at := ""
	if !p.At.IsZero() {
		at = p.At.In(s.Zone).Format(momentForm)
	}
	film := ""
	if p.Film != "" {
		film = documentURL(p.Film)
	}
	return s.showOpening(c, at, p.Text, film, refusal{})
}

func (s *Site) openingSave(c *fiber.Ctx) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	at, text, film := typed.Get("at"), typed.Get("text"), typed.Get("film")
	moment, err := typedMoment("at", at, s.Zone)
	if err == nil {
		err = s.Opening.Set(c.UserContext(), httpd.Viewer(c), domain.Plan{At: moment, Text: text, Film: documentIn(film)})
	}
	if r, ok := s.refused(s.localizer(c), err); ok {
		c.Status(status(err))
		return s.showOpening(c, at, text, film, r)
	}
	if err != nil {
		return err
	}
	return s.done(c, "/admin/opening", flash{Key: "toast.saved"})
}

// documentIn is the id of the document that an address of ours, or an id, names.
func documentIn(address string) string {
	address, _, _ = strings.Cut(strings.TrimSpace(address), "?")
	if _, rest, ok := strings.Cut(address, "/documents/"); ok {
		address, _, _ = strings.Cut(rest, "/")
	}
	return address
}

func (s *Site) showOpening(c *fiber.Ctx, at, text, film string, r refusal) error {
	l := s.localizer(c)
	p, err := s.Opening.Plan(c.UserContext())
	if err != nil {
		return err
	}
	state := l.T("admin.opening.open")
	if !p.Over {
		state = l.T("opening.when", "When", l.DateTime(p.At))
	}
	return render(c, l, admin.OpeningPage(admin.Opening{
		Page: s.page(c, l, "admin", l.T("admin.tab.opening")), State: state, At: momentField(l, at, r),
		Text: part.Field{Name: "text", Label: l.T("field.opening_text"), Hint: l.T("field.opening_text_hint"), Value: text, Error: r.fields["text"], Rows: 6},
		Film: part.Field{Name: "film", Label: l.T("field.film"), Hint: l.T("field.film_hint"), Value: film, Error: r.fields["film"]},
	}))
}

func momentField(l *i18n.Localizer, at string, r refusal) part.Field {
	return part.Field{Name: "at", Label: l.T("field.opening_at"), Hint: l.T("field.opening_at_hint"), Value: at, Type: "datetime-local", Error: r.fields["at"]}
}

package site

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/i18n"
	libdomain "github.com/aanpak/aanpak/internal/library"
	domain "github.com/aanpak/aanpak/internal/spotlight"
	"github.com/aanpak/aanpak/templates/part"
	"github.com/aanpak/aanpak/templates/spotlight"
)

// wallSize is the number of spotlights on a page of the wall.
const wallSize = 24

// spotlights is the wall of what is and was in the spotlight.
func (s *Site) spotlights(c *fiber.Ctx) error {
	l, v := s.localizer(c), httpd.Viewer(c)
	a := list{"/spotlights", query(c)}
	f := domain.Filter{BranchID: a.query.Get("branch"), Kind: libdomain.Kind(a.query.Get("kind")), After: a.query.Get("after"), Limit: wallSize + 1}
	f.From, f.To = s.monthOf(a.query.Get("month"))
	found, err := s.Spotlight.List(c.UserContext(), v, f)
	if err != nil {
		return err
	}
	p := spotlight.Wall{Page: s.page(c, l, "library", l.T("spotlight.title"))}
	p.Filtered = slices.ContainsFunc([]string{"branch", "kind", "month"}, func(k string) bool { return a.query.Get(k) != "" })
	if len(found) > wallSize {
		found = found[:wallSize]
		p.OlderURL = a.with("after", found[wallSize-1].ID)
	}
	for _, x := range found {
		title := l.Month(x.CreatedAt)
		if n := len(p.Months); n == 0 || p.Months[n-1].Title != title {
			p.Months = append(p.Months, spotlight.Month{Title: title})
		}
		m := &p.Months[len(p.Months)-1]
		m.Items = append(m.Items, s.light(c, l, x))
	}
	if err := s.wallChoices(c, l, &p, a.query); err != nil {
		return err
	}
	return render(c, l, spotlight.WallPage(p))
}

// monthOf is a month as an address has it, 2026-11; the zero times for anything else.
func (s *Site) monthOf(text string) (from, to time.Time) {
	from, err := time.ParseInLocation("2006-01", text, s.Zone)
	if err != nil {
		return time.Time{}, time.Time{}
	}
	return from.UTC(), from.AddDate(0, 1, 0).UTC()
}

// wallChoices fills what the wall can be narrowed by.
func (s *Site) wallChoices(c *fiber.Ctx, l *i18n.Localizer, p *spotlight.Wall, q url.Values) error {
	ctx, v := c.UserContext(), httpd.Viewer(c)
	choose := func(name, label, all string) part.Field {
		return part.Field{Name: name, Label: l.T(label), Options: []part.Option{{Label: l.T(all)}}}
	}
	p.Branch, p.Kind, p.Month = choose("branch", "facet.branch", "spotlight.all_branches"), choose("kind", "facet.kind", "spotlight.all_kinds"), choose("month", "field.month", "spotlight.all_months")
	branches, err := s.People.Branches(ctx, v)
	if err != nil {
		return err
	}
	for _, b := range branches {
		p.Branch.Options = append(p.Branch.Options, part.Option{Value: b.ID, Label: b.Name, Selected: b.ID == q.Get("branch")})
	}
	for _, k := range libdomain.Kinds {
		p.Kind.Options = append(p.Kind.Options, part.Option{Value: string(k), Label: l.T("kind." + string(k)), Selected: string(k) == q.Get("kind")})
	}
	began, err := s.Spotlight.Began(ctx, v)
	for _, t := range began {
		value := t.In(s.Zone).Format("2006-01")
		if p.Month.Options[len(p.Month.Options)-1].Value != value {
			p.Month.Options = append(p.Month.Options, part.Option{Value: value, Label: l.Month(t), Selected: value == q.Get("month")})
		}
	}
	return err
}

// spotlightNew asks why a document is held up, for whom and until when. The address can say what is proposed as the reason.
func (s *Site) spotlightNew(c *fiber.Ctx) error {
	ctx, v := c.UserContext(), httpd.Viewer(c)
	d, err := s.Library.Get(ctx, v, c.Params("id"))
	if err != nil {
		return err
	}
	if err := domain.CanCreate(v, d); err != nil {
		return err
	}
	n := domain.Input{Why: query(c).Get("why"), Page: max(0, number(c.Query("page"), 0)), Audience: domain.Audiences(v)[0], Until: s.Now().AddDate(0, 0, domain.DefaultDays)}
	return s.showSpotlight(c, d, nil, n, refusal{})
}

func (s *Site) spotlightCreate(c *fiber.Ctx) error {
	n, err := s.spotlightIn(c)
	if err != nil {
		return err
	}
	ctx, v := c.UserContext(), httpd.Viewer(c)
	sp, err := s.Spotlight.Create(ctx, v, c.Params("id"), n)
	if r, ok := s.refused(s.localizer(c), err); ok {
		d, missing := s.Library.Get(ctx, v, c.Params("id"))
		if missing != nil {
			return missing
		}
		c.Status(status(err))
		return s.showSpotlight(c, d, nil, n, r)
	}
	if err != nil {
		return err
	}
	return s.done(c, pageURL(sp.DocumentID, 0, sp.Page, ""), flash{Key: "toast.spotlight", Name: sp.Document.Title})
}

// spotlightIn reads the form. The day that is chosen is the last.
func (s *Site) spotlightIn(c *fiber.Ctx) (n domain.Input, err error) {
	f, err := form(c)
	if err != nil {
		return n, err
	}
	n = domain.Input{Page: number(f.Get("page"), 0), Why: f.Get("why"), Audience: f.Get("audience"), Until: s.endOf(f.Get("until"))}
	if n.Until.IsZero() && strings.TrimSpace(f.Get("until")) != "" {
		n.Until = time.Unix(0, 0) // which is refused beside the field
	}
	return n, nil
}

// showSpotlight shows the form; x is nil for a new spotlight.
func (s *Site) showSpotlight(c *fiber.Ctx, d *libdomain.Document, x *domain.Spotlight, n domain.Input, r refusal) error {
	l, v := s.localizer(c), httpd.Viewer(c)
	p := spotlight.Form{New: x == nil, Document: s.card(c, l, d), Action: documentURL(d.ID) + "/spotlight", Message: r.message, Errors: r.list}
	title := l.T("spotlight.new")
	if x != nil {
		title, p.Action = l.T("spotlight.edit"), "/spotlights/"+x.ID
		if x.On(s.Now()) {
			p.EndURL = p.Action + "/end"
		}
	}
	p.Page = s.page(c, l, "library", title)
	field := func(name, value string) part.Field {
		return part.Field{Name: name, Label: l.T("field.spotlight_" + name), Value: value, Required: true, Error: r.fields[name]}
	}
	p.Why, p.Until, p.Audience, p.What = field("why", n.Why), field("until", ""), field("audience", ""), field("page", "")
	p.Why.Hint, p.Why.Autofocus, p.Until.Type = l.T("field.spotlight_why_hint"), p.New, "date"
	if !n.Until.IsZero() && n.Until.Unix() > 0 {
		p.Until.Value = n.Until.In(s.Zone).Format(time.DateOnly)
	}
	for _, a := range audiencesOf(domain.Audiences(v), x) {
		p.Audience.Options = append(p.Audience.Options, part.Option{Value: a, Label: l.T("spotlight.audience." + a), Selected: a == n.Audience})
	}
	p.What.Options = []part.Option{{Value: "0", Label: l.T("spotlight.whole"), Selected: n.Page == 0}}
	for page := 1; page <= d.Pages; page++ {
		p.What.Options = append(p.What.Options, part.Option{Value: num(page), Label: l.T("spotlight.only_page", "Page", page), Selected: page == n.Page})
	}
	return render(c, l, spotlight.FormPage(p))
}

// audiencesOf are those to choose from, with the one that a spotlight has.
func audiencesOf(may []string, x *domain.Spotlight) []string {
	if x != nil && !slices.Contains(may, x.Input().Audience) {
		may = append(slices.Clone(may), x.Input().Audience)
	}
	return may
}

func (s *Site) spotlightEdit(c *fiber.Ctx) error {
	x, err := s.changeable(c)
	if err != nil {
		return err
	}
	return s.showSpotlight(c, x.Document, x, x.Input(), refusal{})
}

func (s *Site) spotlightSave(c *fiber.Ctx) error {
	x, err := s.changeable(c)
	if err != nil {
		return err
	}
	n, err := s.spotlightIn(c)
	if err != nil {
		return err
	}
	_, err = s.Spotlight.Update(c.UserContext(), httpd.Viewer(c), x.ID, n)
	if r, ok := s.refused(s.localizer(c), err); ok {
		c.Status(status(err))
		return s.showSpotlight(c, x.Document, x, n, r)
	}
	if err != nil {
		return err
	}
	return s.done(c, documentURL(x.DocumentID), flash{Key: "toast.saved"})
}

// changeable is the spotlight that is asked for, where the viewer may change it.
func (s *Site) changeable(c *fiber.Ctx) (*domain.Spotlight, error) {
	x, err := s.Spotlight.Get(c.UserContext(), httpd.Viewer(c), c.Params("id"))
	if err != nil {
		return nil, err
	}
	return x, domain.CanChange(httpd.Viewer(c), x)
}

func (s *Site) spotlightEnd(c *fiber.Ctx) error {
	x, err := s.changeable(c)
	if err != nil {
		return err
	}
	if err := s.Spotlight.End(c.UserContext(), httpd.Viewer(c), x.ID); err != nil {
		return err
	}
	return s.done(c, documentURL(x.DocumentID), flash{Key: "toast.spotlight_ended"})
}

// spotlightSeen takes a spotlight off the viewer's home page.
func (s *Site) spotlightSeen(c *fiber.Ctx) error {
	if err := s.Spotlight.See(c.UserContext(), httpd.Viewer(c), c.Params("id")); err != nil {
		return err
	}
	return s.done(c, "/", flash{})
}

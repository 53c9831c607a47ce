package site

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/i18n"
	libdomain "github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/lookin"
	"github.com/aanpak/aanpak/templates/admin"
	"github.com/aanpak/aanpak/templates/layout"
	"github.com/aanpak/aanpak/templates/part"
	"github.com/aanpak/aanpak/templates/settings"
)

// looking fills the banner of who sees what is not for them. A page without it would let somebody forget that.
func (s *Site) looking(c *fiber.Ctx, l *i18n.Localizer) (out []layout.Looking) {
	v := httpd.Viewer(c)
	if len(v.Grants) == 0 {
		return nil
	}
	list, err := s.LookIn.Active(c.UserContext(), v)
	if err != nil {
		s.Log.Error("temporary access not read", "err", err)
		for _, g := range v.Grants { // the banner stands all the same
			out = append(out, layout.Looking{What: "…", Reason: "…", Until: l.Clock(g.Until), EndURL: accessEnd(g.ID)})
		}
		return out
	}
	for _, a := range list {
		out = append(out, layout.Looking{What: accessTo(l, a), Reason: a.Reason, Until: l.Clock(a.Until), EndURL: accessEnd(a.ID)})
	}
	return out
}

func accessEnd(id string) string { return "/admin/access/" + id + "/end" }

// accessTo words what access is to, with the title where it may be told.
func accessTo(l *i18n.Localizer, a *lookin.Access) string {
	key := "access.to." + string(a.Kind)
	if a.Title == "" && a.Kind != lookin.KindPerson {
		key += "_untitled"
	}
	return l.T(key, "Title", a.Title, "Name", a.ConcernsName)
}

func (s *Site) access(c *fiber.Ctx) error {
	q := query(c)
	kind := lookin.Kind(q.Get("kind"))
	if kind == "" {
		kind = lookin.KindDocument
	}
	return s.showAccess(c, lookin.Input{Kind: kind, What: q.Get("what"), Minutes: 60}, refusal{})
}

// accessAsk begins.
func (s *Site) accessAsk(c *fiber.Ctx) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	n := lookin.Input{Kind: lookin.Kind(f.Get("kind")), What: f.Get("what"), Reason: f.Get("reason"), Minutes: number(f.Get("minutes"), 0)}
	a, err := s.LookIn.Ask(c.UserContext(), httpd.Viewer(c), n)
	if r, ok := s.refused(s.localizer(c), err); ok {
		c.Status(status(err))
		return s.showAccess(c, n, r)
	}
	if err != nil {
		return err
	}
	return s.done(c, accessURL(a), flash{Key: "toast.access_began"})
}

// accessURL is where what was asked for is seen.
func accessURL(a *lookin.Access) string {
	switch a.Kind {
	case lookin.KindDocument:
		return documentURL(a.ObjectID)
	case lookin.KindGroup:
		return "/groups/" + a.ObjectID
	case lookin.KindPerson:
	}
	return "/people/" + a.ConcernsUserID
}

func (s *Site) accessEnd(c *fiber.Ctx) error {
	if err := s.LookIn.End(c.UserContext(), httpd.Viewer(c), c.Params("id")); err != nil {
		return err
	}
	return s.done(c, "/admin/access", flash{Key: "toast.access_ended"})
}

func (s *Site) showAccess(c *fiber.Ctx, n lookin.Input, r refusal) error {
	l := s.localizer(c)
	list, err := s.LookIn.List(c.UserContext(), httpd.Viewer(c))
	if err != nil {
		return err
	}
	p := admin.Access{
		Page: s.page(c, l, "admin", l.T("admin.tab.access")), Message: r.message, Errors: r.list,
		Kind:    part.Field{Name: "kind", Label: l.T("field.access_kind"), Error: r.fields["kind"]},
		What:    part.Field{Name: "what", Label: l.T("field.access_what"), Hint: l.T("field.access_what_hint"), Value: n.What, Required: true, Error: r.fields["what"]},
		Reason:  part.Field{Name: "reason", Label: l.T("field.access_reason"), Hint: l.T("field.access_reason_hint"), Value: n.Reason, Required: true, Rows: 2, Error: r.fields["reason"]},
		Minutes: part.Field{Name: "minutes", Label: l.T("field.access_minutes"), Error: r.fields["minutes"]},
	}
	for _, k := range lookin.Kinds {
		p.Kind.Options = append(p.Kind.Options, part.Option{Value: string(k), Label: l.T("access.kind." + string(k)), Selected: k == n.Kind})
	}
	for _, m := range lookin.Durations {
		p.Minutes.Options = append(p.Minutes.Options, part.Option{Value: strconv.Itoa(m), Label: duration(l, m), Selected: m == n.Minutes})
	}
	for _, a := range list {
		p.Lines = append(p.Lines, s.accessLine(l, a))
	}
	return render(c, l, admin.AccessPage(p))
}

func duration(l *i18n.Localizer, minutes int) string {
	if minutes < 60 {
		return l.N("access.minutes", minutes)
	}
	return l.N("access.hours", minutes/60)
}

func (s *Site) accessLine(l *i18n.Localizer, a *lookin.Access) admin.AccessLine {
	out := admin.AccessLine{
		Who: part.Link{Text: a.UserName, URL: "/people/" + a.UserID}, What: accessTo(l, a), Reason: a.Reason, From: l.DateTime(a.BeganAt), Until: l.DateTime(a.Until),
	}
	if !a.EndedAt.IsZero() {
		out.Until = l.DateTime(a.EndedAt.Time)
	}
	if !a.Over(s.Now()) {
		out.EndURL = accessEnd(a.ID)
	}
	return out
}

// accessMine tells somebody who looked at what is theirs.
func (s *Site) accessMine(c *fiber.Ctx) error {
	l := s.localizer(c)
	list, err := s.LookIn.About(c.UserContext(), httpd.Viewer(c))
	if err != nil {
		return err
	}
	p := settings.Access{Page: s.page(c, l, "settings", l.T("settings.tab.access"))}
	for _, a := range list {
		x := s.accessLine(l, a)
		look := settings.Look{Who: x.Who, What: x.What, Reason: x.Reason, When: x.From + " – " + x.Until}
		for _, seen := range a.Seen {
			if id, ok := strings.CutPrefix(seen.Object, "document:"); ok && seen.Title != "" {
				look.Seen = append(look.Seen, part.Link{Text: seen.Title, URL: documentURL(id)})
			}
		}
		p.Looks = append(p.Looks, look)
	}
	return render(c, l, settings.AccessPage(p))
}

// looks words who looked at a document, for its owner.
func (s *Site) looks(c *fiber.Ctx, l *i18n.Localizer, d *libdomain.Document) (out []string, err error) {
	list, err := s.LookIn.Of(c.UserContext(), httpd.Viewer(c), d)
	for _, a := range list {
		out = append(out, l.T("access.looked", "Name", a.UserName, "At", l.DateTime(a.BeganAt), "Reason", a.Reason))
	}
	return out, err
}

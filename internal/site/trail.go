package site

import (
	"bytes"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/audit"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/i18n"
	"github.com/aanpak/aanpak/templates/admin"
	"github.com/aanpak/aanpak/templates/part"
)

// trailPerPage is the number of entries on a page.
const trailPerPage = 50

func (s *Site) trail(c *fiber.Ctx) error { return s.showTrail(c, "", refusal{}) }

// trailFilter reads what is asked for; a date that cannot be read is left out.
func (s *Site) trailFilter(a list) audit.Filter {
	get := func(name string) string { return strings.TrimSpace(a.query.Get(name)) }
	day := func(name string) time.Time {
		t, _ := time.ParseInLocation(time.DateOnly, get(name), s.Zone)
		return t
	}
	f := audit.Filter{Person: get("person"), Action: get("action"), Object: get("object"), From: day("from"), To: day("to"), Limit: trailPerPage}
	if !f.To.IsZero() {
		f.To = f.To.AddDate(0, 0, 1) // the day itself too
	}
	return f
}

func (s *Site) showTrail(c *fiber.Ctx, days string, r refusal) error {
	l, v, ctx := s.localizer(c), httpd.Viewer(c), c.UserContext()
	a := list{"/admin/audit", query(c)}
	f := s.trailFilter(a)
	page := pageOf(a.query)
	f.Offset = (page - 1) * trailPerPage
	lines, total, err := s.Trail.List(ctx, v, f)
	if err != nil {
		return err
	}
	p := admin.Trail{
		Page: s.page(c, l, "admin", l.T("admin.tab.audit")), Total: total, Pager: a.pager(page, trailPerPage, total), Message: r.message, Errors: r.list,
		Person: optional(l, "audit_person", f.Person, refusal{}), Object: optional(l, "audit_object", f.Object, refusal{}),
		From: optional(l, "audit_from", a.query.Get("from"), refusal{}), To: optional(l, "audit_to", a.query.Get("to"), refusal{}),
		ExportURL: list{"/admin/audit/export", a.query}.with("page", ""), LinesURL: list{"/admin/audit/export", a.query}.with("format", "jsonl"),
	}
	p.Person.Name, p.Object.Name, p.From.Name, p.To.Name = "person", "object", "from", "to"
	p.From.Type, p.To.Type = "date", "date"
	if p.Action, err = s.trailActions(c, l, f.Action); err != nil {
		return err
	}
	if p.Keep, err = s.trailKeepField(c, l, days, r); err != nil {
		return err
	}
	for _, x := range lines {
		p.Lines = append(p.Lines, trailLine(l, x))
	}
	return render(c, l, admin.TrailPage(p))
}

func (s *Site) trailActions(c *fiber.Ctx, l *i18n.Localizer, chosen string) (part.Field, error) {
	actions, err := s.Trail.Actions(c.UserContext(), httpd.Viewer(c))
	f := part.Field{Name: "action", Label: l.T("admin.audit.what"), Options: []part.Option{{Label: l.T("admin.audit.everything")}}}
	for _, a := range actions {
		f.Options = append(f.Options, part.Option{Value: a, Label: actionName(l, a), Selected: a == chosen})
	}
	return f, err
}

func (s *Site) trailKeepField(c *fiber.Ctx, l *i18n.Localizer, days string, r refusal) (part.Field, error) {
	f := part.Field{Name: "days", Label: l.T("admin.audit.keep"), Hint: l.T("admin.audit.keep_hint", "Min", audit.MinDays), Value: days, Type: "number", Required: true, Error: r.fields["days"]}
	if days != "" {
		return f, nil
	}
	keep, err := s.Trail.Keep(c.UserContext())
	f.Value = strconv.Itoa(keep)
	return f, err
}

// actionName words an action; what has no words yet is shown as it is.
func actionName(l *i18n.Localizer, action string) string {
	if key := "audit.action." + action; l.Has(key) {
		return l.T("audit.action." + action)
	}
	return action
}

func trailLine(l *i18n.Localizer, x *audit.Line) admin.TrailLine {
	out := admin.TrailLine{At: l.DateTime(x.At), Action: actionName(l, x.Action), Detail: x.Detail, Address: x.Address, Object: part.Link{Text: x.Object}}
	if x.Via != "" {
		out.Via = l.T("audit.via." + x.Via)
	}
	if x.UserID != "" {
		out.Who = part.Link{Text: x.Name, URL: "/admin/people/" + x.UserID}
	}
	kind, id, _ := strings.Cut(x.Object, ":")
	switch {
	case id == "":
		out.Object.Text = ""
	case kind == "user":
		out.Object = part.Link{Text: x.ObjectName, URL: "/admin/people/" + id}
	case kind == "document":
		out.Object.URL = "/documents/" + id
	case kind == "tender":
		out.Object.URL = "/tenders/" + id
	}
	return out
}

// trailExport gives the entries as a file for a spreadsheet.
func (s *Site) trailExport(c *fiber.Ctx) error {
	var b bytes.Buffer
	if query(c).Get("format") == "jsonl" {
		if err := s.Trail.ExportLines(c.UserContext(), httpd.Viewer(c), s.trailFilter(list{"", query(c)}), &b); err != nil {
			return err
		}
		c.Set(fiber.HeaderContentType, "application/jsonl; charset=utf-8")
		c.Set(fiber.HeaderContentDisposition, `attachment; filename="audit.jsonl"`)
		return c.Send(b.Bytes())
	}
	if err := s.Trail.Export(c.UserContext(), httpd.Viewer(c), s.trailFilter(list{"", query(c)}), &b); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8")
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="audit.csv"`)
	return c.Send(b.Bytes())
}

// trailKeep says for how long entries are kept.
func (s *Site) trailKeep(c *fiber.Ctx) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	err = s.Trail.SetKeep(c.UserContext(), httpd.Viewer(c), number(f.Get("days"), 0))
	if r, ok := s.refused(s.localizer(c), err); ok {
		c.Status(status(err))
		return s.showTrail(c, f.Get("days"), r)
	}
	if err != nil {
		return err
	}
	return s.done(c, "/admin/audit", flash{Key: "toast.saved"})
}

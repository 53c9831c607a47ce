package site

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/i18n"
	domain "github.com/aanpak/aanpak/internal/tenders"
	"github.com/aanpak/aanpak/templates/part"
	"github.com/aanpak/aanpak/templates/tenders"
)

func (s *Site) tenderNew(c *fiber.Ctx) error {
	typed := url.Values{"year": {num(s.Now().Year())}, "branch": {httpd.Viewer(c).BranchID}, "outcome": {string(domain.OutcomeOpen)}}
	return s.showTenderForm(c, nil, typed, refusal{})
}

func (s *Site) tenderEdit(c *fiber.Ctx) error {
	v := httpd.Viewer(c)
	t, err := s.Tenders.Get(c.UserContext(), v, c.Params("id"))
	if err != nil {
		return err
	}
	if err := domain.CanEdit(v, t); err != nil {
		return err
	}
	return s.showTenderForm(c, t, typedOf(t), refusal{})
}

func (s *Site) tenderCreate(c *fiber.Ctx) error { return s.tenderStore(c, nil) }

func (s *Site) tenderSave(c *fiber.Ctx) error {
	t, err := s.Tenders.Get(c.UserContext(), httpd.Viewer(c), c.Params("id"))
	if err != nil {
		return err
	}
	return s.tenderStore(c, t)
}

// tenderStore makes a tender, or changes t. A refused form is shown again as it was typed.
func (s *Site) tenderStore(c *fiber.Ctx, t *domain.Tender) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	ctx, v, key := c.UserContext(), httpd.Viewer(c), "toast.saved"
	in, err := s.tenderInput(typed, t)
	made := t
	switch {
	case err != nil:
	case t == nil:
		key = "toast.tender"
		made, err = s.Tenders.Create(ctx, v, in)
	default:
		made, err = s.Tenders.Update(ctx, v, t.ID, in)
	}
	if r, ok := s.refused(s.localizer(c), err); ok {
		c.Status(status(err))
		return s.showTenderForm(c, t, typed, r)
	}
	if err != nil {
		return err
	}
	return s.done(c, "/tenders/"+made.ID, flash{Key: key})
}

// typedOf is a tender as its form shows it.
func typedOf(t *domain.Tender) url.Values {
	v := url.Values{
		"title": {t.Title}, "reference": {t.Reference}, "client": {t.Client}, "place": {t.Place}, "branch": {t.BranchID}, "year": {num(t.Year)},
		"work": {t.Work}, "outcome": {string(t.Outcome)}, "summary": {t.Summary},
	}
	if t.Score > 0 {
		v.Set("score", strconv.FormatFloat(t.Score, 'f', -1, 64))
	}
	if !t.SubmitAt.IsZero() {
		v.Set("deadline", t.SubmitAt.Format(time.DateOnly))
	}
	return v
}

// tenderInput reads the form; a number or date that is none is refused with its field. What the form does not ask for
// stays as it was.
func (s *Site) tenderInput(v url.Values, t *domain.Tender) (in domain.Input, err error) {
	in = domain.Input{
		Title: v.Get("title"), Reference: v.Get("reference"), Client: v.Get("client"), Place: v.Get("place"), BranchID: v.Get("branch"),
		Work: v.Get("work"), Summary: v.Get("summary"), Outcome: domain.Outcome(v.Get("outcome")), Year: number(v.Get("year"), 0),
	}
	if t != nil {
		in.Procedure, in.Value = t.Procedure, t.Value
	}
	e := errs.Invalid("error.invalid")
	if text := strings.TrimSpace(v.Get("score")); text != "" {
		if in.Score, err = strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64); err != nil {
			e.Field("score", "error.field.number")
		}
	}
	if text := strings.TrimSpace(v.Get("deadline")); text != "" {
		// The end of the morning in the company's zone: a deadline without a time is on that day, wherever it is read.
		if in.SubmitAt, err = time.ParseInLocation(time.DateOnly, text, s.Zone); err != nil {
			e.Field("deadline", "error.field.date")
		}
		in.SubmitAt = in.SubmitAt.Add(12 * time.Hour)
	}
	return in, e.OrNil()
}

func (s *Site) showTenderForm(c *fiber.Ctx, t *domain.Tender, typed url.Values, r refusal) error {
	l, v := s.localizer(c), httpd.Viewer(c)
	clients, err := s.Tenders.Clients(c.UserContext(), v)
	if err != nil {
		return err
	}
	p := tenders.Form{
		Page: s.page(c, l, "tenders", l.T("tenders.new")), New: t == nil, Action: "/tenders", BackURL: "/tenders", Message: r.message, Errors: r.list,
		Name: line(l, "title", typed.Get("title"), r, ""), Reference: line(l, "reference", typed.Get("reference"), r, ""),
		Client: line(l, "client", typed.Get("client"), r, ""), Place: optional(l, "place", typed.Get("place"), r),
		Year: line(l, "year", typed.Get("year"), r, ""), Work: optional(l, "work", typed.Get("work"), r),
		Score: optional(l, "score", typed.Get("score"), r), Deadline: optional(l, "deadline", typed.Get("deadline"), r),
		About: part.Field{Name: "summary", Label: l.T("field.about"), Value: typed.Get("summary"), Error: r.fields["summary"], Rows: 5},
	}
	if t != nil {
		p.Title, p.Action, p.BackURL = l.T("tender.edit"), "/tenders/"+t.ID, "/tenders/"+t.ID
	}
	p.Client.Suggestions, p.Work.Hint, p.Score.Hint = clients, l.T("field.work_hint"), l.T("field.score_hint")
	p.Deadline.Type, p.Deadline.Narrow = "date", true
	p.Outcome = part.Field{Name: "outcome", Label: l.T("field.outcome"), Options: outcomes(l, typed.Get("outcome")), Error: r.fields["outcome"]}
	p.Branch = part.Field{Name: "branch", Label: l.T("field.branch"), Error: r.fields["branch"]}
	p.Branch.Options, err = s.branchOptions(c, typed.Get("branch"), func(id string) error { return domain.CanCreate(v, id) })
	if err != nil {
		return err
	}
	return render(c, l, tenders.FormPage(p))
}

func outcomes(l *i18n.Localizer, chosen string) []part.Option {
	var out []part.Option
	for _, o := range domain.Outcomes {
		out = append(out, part.Option{Value: string(o), Label: l.T("outcome." + string(o)), Selected: string(o) == chosen})
	}
	return out
}

package site

import (
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/httpd"
	domain "github.com/aanpak/aanpak/internal/social"
)

// writing is what a form says of a post: the values as typed, for showing the form again.
type writing struct {
	id, kind, title, body, audience string
	groups, options                 []string
	many, mustRead, closed          bool
	noPreview                       bool
	readBy                          string   // of news, as the browser's field of a date has it
	ends, at                        string   // as the browser's field of a date and time has it
	cards                           []string // "document:ID", "document:ID/3" or, of what goes with it, "file:ID"
	about                           string   // as cards; with a quote
	quote                           string
}

func writingIn(v url.Values) writing {
	return writing{
		id: v.Get("id"), kind: v.Get("kind"), title: v.Get("title"), body: v.Get("body"), audience: v.Get("audience"), groups: v["group"], options: v["options"],
		many: v.Get("many") == "true", ends: v.Get("ends"), at: v.Get("at"), cards: v["card"], about: v.Get("about"), quote: v.Get("quote"),
		mustRead: v.Get("must_read") == "true", closed: v.Get("closed") == "true", readBy: v.Get("read_by"), noPreview: v.Get("no_preview") == "true",
	}
}

// input is the form as the domain takes it.
func (w *writing) input(zone *time.Location) (n domain.Input, err error) {
	n = domain.Input{Kind: domain.Kind(w.kind), Title: w.title, Body: w.body, Audience: w.audience, Poll: domain.Poll{Options: w.options, Many: w.many}}
	if id, ok := strings.CutPrefix(w.audience, "group:"); ok && len(w.groups) > 0 {
		n.Audience = "group:" + strings.Join(append([]string{id}, w.groups...), ",")
	}
	for _, c := range w.cards {
		n.Cards = append(n.Cards, cardIn(c))
	}
	n.MustRead, n.Closed, n.NoPreview = w.mustRead, w.closed, w.noPreview
	n.About.Target, n.About.Page = cardTarget(w.about)
	n.About.Quote = w.quote
	if n.ReadBy, err = typedDay("read_by", w.readBy, zone); err != nil {
		return n, err
	}
	if n.Poll.EndsAt, err = typedMoment("ends", w.ends, zone); err != nil {
		return n, err
	}
	n.PublishAt, err = typedMoment("at", w.at, zone)
	return n, err
}

// cardIn reads a card of a form.
func cardIn(s string) domain.Card {
	if id, ok := strings.CutPrefix(s, filePrefix); ok {
		return domain.Card{Target: domain.DocumentTarget(id), Attached: true}
	}
	t, page := cardTarget(s)
	return domain.Card{Target: t, Page: page}
}

// cardTarget reads "document:ID/3".
func cardTarget(s string) (domain.Target, int) {
	thing, page, _ := strings.Cut(s, "/")
	return domain.Target(thing), number(page, 0)
}

// momentForm is how a browser's field of a date and time writes one.
const momentForm = "2006-01-02T15:04"

func typedMoment(name, s string, zone *time.Location) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	t, err := time.ParseInLocation(momentForm, s, zone)
	if err != nil {
		return t, errs.Invalid("error.invalid").Field(name, "error.field.moment")
	}
	return t.UTC(), nil
}

// typedDay is the end of a day as a field of a form has it; the zero time for an empty one.
func typedDay(name, text string, zone *time.Location) (time.Time, error) {
	if text = strings.TrimSpace(text); text == "" {
		return time.Time{}, nil
	}
	day, err := time.ParseInLocation(time.DateOnly, text, zone)
	if err != nil {
		return day, errs.Invalid("error.invalid").Field(name, "error.field.date")
	}
	return day.AddDate(0, 0, 1).Add(-time.Second).UTC(), nil
}

// writingOf reads a post as its form shows it.
func (s *Site) writingOf(c *fiber.Ctx, it *domain.Item) (w writing, err error) {
	w = writing{id: it.ID, kind: string(it.Kind), title: it.Title, audience: it.Audience, many: it.PollMany}
	if w.body, err = s.Social.Typed(c.UserContext(), httpd.Viewer(c), it.Body); err != nil {
		return w, err
	}
	if rest, ok := strings.CutPrefix(it.Audience, "group:"); ok {
		ids := strings.Split(rest, ",")
		w.audience, w.groups = "group:"+ids[0], ids[1:]
	}
	for _, o := range it.Options {
		w.options = append(w.options, o.Text)
	}
	for _, x := range it.Cards {
		w.cards = append(w.cards, cardName(x))
	}
	w.mustRead, w.closed, w.noPreview = it.MustRead, it.Closed, it.NoPreview
	if !it.ReadBy.IsZero() {
		w.readBy = it.ReadBy.In(s.Zone).Format(time.DateOnly)
	}
	if !it.PollEndsAt.IsZero() {
		w.ends = it.PollEndsAt.In(s.Zone).Format(momentForm)
	}
	if it.State == domain.StateScheduled {
		w.at = it.PublishAt.In(s.Zone).Format(momentForm)
	}
	return w, nil
}

func cardName(x *domain.Card) string {
	switch {
	case x.Attached:
		return filePrefix + x.Target.ID()
	case x.Page > 0:
		return string(x.Target) + "/" + num(x.Page)
	}
	return string(x.Target)
}

package site

import (
	"maps"
	"net/url"
	"slices"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/i18n"
	"github.com/aanpak/aanpak/templates/part"
	"github.com/aanpak/aanpak/templates/problem"
)

// failures is the one table from kinds of errors to what their page shows.
var failures = map[errs.Kind]struct{ icon, heading string }{
	errs.KindInternal:     {"alert", "error.heading.internal"},
	errs.KindInvalid:      {"info", "error.heading.invalid"},
	errs.KindUnauthorized: {"key", "error.heading.unauthorized"},
	errs.KindForbidden:    {"shield", "error.heading.forbidden"},
	errs.KindNotFound:     {"search", "error.heading.not_found"},
	errs.KindConflict:     {"info", "error.heading.conflict"},
	errs.KindTooLarge:     {"info", "error.heading.too_large"},
	errs.KindUnsupported:  {"info", "error.heading.unsupported"},
	errs.KindTooMany:      {"clock", "error.heading.too_many"},
	errs.KindUnavailable:  {"offline", "error.heading.unavailable"},
	errs.KindCanceled:     {"clock", "error.heading.canceled"},
	errs.KindFull:         {"alert", "error.heading.full"},
}

// Fail answers a request that ended in an error: with a page, with a problem for a script, or by asking to sign in. The
// status has been set.
func (s *Site) Fail(c *fiber.Ctx, err error) error {
	e, ok := err.(*errs.Error) //nolint:errorlint // httpd hands over the error itself
	if !ok {
		e = errs.New(errs.KindInternal, "error.internal").Because(err)
	}
	l := s.localizer(c)
	if wantsJSON(c) {
		return s.failJSON(c, l, e)
	}
	if e.Kind == errs.KindUnauthorized && c.Method() == fiber.MethodGet {
		return c.Redirect("/sign-in?back="+url.QueryEscape(c.OriginalURL()), fiber.StatusSeeOther)
	}
	return render(c, l, problem.ProblemPage(s.problem(c, l, e)))
}

func (s *Site) problem(c *fiber.Ctx, l *i18n.Localizer, e *errs.Error) problem.Problem {
	f := failures[e.Kind]
	p := problem.Problem{
		Page: s.page(c, l, "", l.T(f.heading)), Status: httpd.Status(e.Kind), Icon: f.icon, Heading: l.T(f.heading), Text: s.explain(l, e),
	}
	for _, fe := range e.Fields {
		p.Details = append(p.Details, l.Message(fe.Message))
	}
	if e.Kind == errs.KindInternal {
		p.RequestID = httpd.RequestID(c)
	}
	home := part.Action{Label: l.T("action.home"), URL: "/", Primary: true}
	if e.Kind == errs.KindUnauthorized {
		home = part.Action{Label: l.T("action.sign_in"), URL: "/sign-in", Primary: true}
	}
	p.Actions = []part.Action{home}
	if e.Message.Key == errs.Unauthorized().Message.Key {
		signInAside(c, l, &p)
	}
	if e.Kind == errs.KindUnavailable || e.Kind == errs.KindCanceled {
		again(c, l, &p)
	}
	return p
}

// again lets a person ask once more what could not be answered, with all that was typed into a form. A password is typed anew, and
// files can only be sent by the page that they were chosen on.
func again(c *fiber.Ctx, l *i18n.Localizer, p *problem.Problem) {
	if c.Method() == fiber.MethodGet {
		p.Actions = append([]part.Action{{Label: l.T("action.try_again"), URL: c.OriginalURL(), Icon: "refresh", Primary: true}}, p.Actions...)
		p.Actions[1].Primary = false
		return
	}
	if p.Resend = resend(c); p.Resend != nil {
		p.Actions[0].Primary = false
	}
}

// signInAside keeps what somebody typed until their session was over: they sign in beside the page, and send it from here.
func signInAside(c *fiber.Ctx, l *i18n.Localizer, p *problem.Problem) {
	if n := c.Request().Header.ContentLength(); n < 0 || n > mostKept { // nobody's body is read whole at any length
		return
	}
	if p.Resend = resend(c); p.Resend != nil {
		p.Text, p.Actions[0].Aside, p.Resend.After = l.T("problem.sign_in_aside"), true, true
	}
}

// mostKept is how many bytes of a form are kept for somebody who is not signed in: the longest post is well below.
const mostKept = 256 << 10

// resend is the form that was sent, to be sent again as it was typed; nil where there is none, or it has a secret.
func resend(c *fiber.Ctx) *problem.Resend {
	typed, err := form(c)
	if err != nil || len(typed) == 0 || typed.Has("password") || typed.Has("current") || typed.Has("code") {
		return nil
	}
	r := &problem.Resend{URL: c.OriginalURL()}
	for _, name := range slices.Sorted(maps.Keys(typed)) {
		for _, v := range typed[name] {
			r.Fields = append(r.Fields, problem.Input{Name: name, Value: v})
		}
	}
	return r
}

// explain words an error; where the catalogue lacks its key, by its kind.
func (s *Site) explain(l *i18n.Localizer, e *errs.Error) string {
	if l.Has(e.Message.Key) {
		return l.Message(e.Message)
	}
	s.Log.Warn("an error has no words", "key", e.Message.Key)
	if e.Kind == errs.KindTooMany && e.RetryAfter > 0 {
		return l.T("error.too_many", "Seconds", e.RetryAfter)
	}
	return l.T(kindKeys[e.Kind])
}

// kindKeys are the general sentences of the kinds.
var kindKeys = map[errs.Kind]string{
	errs.KindInternal: "error.internal", errs.KindInvalid: "error.invalid", errs.KindUnauthorized: "error.unauthorized",
	errs.KindForbidden: "error.forbidden", errs.KindNotFound: "error.not_found", errs.KindConflict: "error.conflict",
	errs.KindTooLarge: "error.too_large", errs.KindUnsupported: "error.unsupported", errs.KindTooMany: "error.too_many_short",
	errs.KindUnavailable: "error.unavailable", errs.KindCanceled: "error.canceled",
	errs.KindFull: "error.full",
}

// problemJSON is an error as scripts of ours read it, in the form of RFC 9457.
type problemJSON struct {
	Title  string       `json:"title"`
	Status int          `json:"status"`
	Detail string       `json:"detail"`
	Errors []fieldError `json:"errors,omitempty"`
}

type fieldError struct {
	Field  string `json:"field"`
	Detail string `json:"detail"`
}

func (s *Site) failJSON(c *fiber.Ctx, l *i18n.Localizer, e *errs.Error) error {
	p := problemJSON{Title: l.T(failures[e.Kind].heading), Status: httpd.Status(e.Kind), Detail: s.explain(l, e)}
	for _, f := range e.Fields {
		p.Errors = append(p.Errors, fieldError{f.Field, l.Message(f.Message)})
	}
	if err := c.JSON(p); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "application/problem+json")
	return nil
}

// wantsJSON tells whether a script of ours asks. One that listens is told as well, rather than sent to a page that is no stream.
func wantsJSON(c *fiber.Ctx) bool {
	accept := c.Get(fiber.HeaderAccept)
	return accept == fiber.MIMEApplicationJSON || accept == "text/event-stream"
}

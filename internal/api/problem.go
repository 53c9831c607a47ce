package api

import (
	"errors"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/i18n"
)

// Problem is an error as RFC 9457 has it.
type Problem struct {
	Type     string         `json:"type" doc:"Identifies the kind of problem." example:"urn:aanpak:problem:invalid"`
	Title    string         `json:"title" doc:"The kind of problem in words."`
	Status   int            `json:"status" example:"422"`
	Detail   string         `json:"detail" doc:"What is wrong and what to do, in the language of the caller."`
	Instance string         `json:"instance" doc:"The request, as it is named in the log."`
	Errors   []FieldProblem `json:"errors,omitempty"`
}

// FieldProblem is a wrong field.
type FieldProblem struct {
	Field  string `json:"field"`
	Detail string `json:"detail"`
}

// Error and GetStatus make a Problem what huma sends as it is.
func (p *Problem) Error() string             { return p.Title + ": " + p.Detail }
func (p *Problem) GetStatus() int            { return p.Status }
func (p *Problem) ContentType(string) string { return "application/problem+json" }
func (p *Problem) send(c *fiber.Ctx) error   { return c.JSON(p, "application/problem+json") }
func localizer(c *fiber.Ctx) *i18n.Localizer { return i18n.For(Language(c)) }
func typeOf(k errs.Kind) string {
	return "urn:aanpak:problem:" + strings.ReplaceAll(k.String(), " ", "-")
}

func instance(c *fiber.Ctx) string { return "urn:aanpak:request:" + httpd.RequestID(c) }

// Language is the one in which to answer: the person's own, else the client's first that we have.
func Language(c *fiber.Ctx) string {
	if l := httpd.Viewer(c).Language; l != "" {
		return l
	}
	return i18n.Match(c.Get(fiber.HeaderAcceptLanguage))
}

// Fail answers a request with the problem of an error whose status is set.
func Fail(c *fiber.Ctx, err error) error {
	p := problemOf(c, err)
	return p.send(c.Status(p.Status))
}

// problemOf words an error. The cause stays in the log, which the server writes.
func problemOf(c *fiber.Ctx, err error) *Problem {
	var ready *Problem
	if errors.As(err, &ready) {
		return ready
	}
	e := httpd.Report(c, err)
	l := localizer(c)
	p := &Problem{
		Type: typeOf(e.Kind), Title: l.T("error.heading." + strings.ReplaceAll(e.Kind.String(), " ", "_")), Status: httpd.Status(e.Kind),
		Detail: l.Message(e.Message), Instance: instance(c),
	}
	for _, f := range e.Fields {
		p.Errors = append(p.Errors, FieldProblem{Field: f.Field, Detail: l.Message(f.Message)})
	}
	return p
}

// newProblem turns what huma itself finds wrong with a request (a missing parameter, a wrong type) into a problem.
func newProblem(ctx huma.Context, status int, msg string, all ...error) huma.StatusError {
	c := humafiber.Unwrap(ctx)
	l := localizer(c)
	if status >= 500 {
		return problemOf(c, errors.Join(append(all, errors.New(msg))...))
	}
	e := refusal(status)
	p := &Problem{
		Type: typeOf(e.Kind), Title: l.T("error.heading." + strings.ReplaceAll(e.Kind.String(), " ", "_")), Status: status,
		Detail: l.Message(e.Message), Instance: instance(c),
	}
	for _, err := range all {
		var d huma.ErrorDetailer
		if errors.As(err, &d) && d.ErrorDetail().Location != "" {
			f := fieldErrorOf(d.ErrorDetail())
			p.Errors = append(p.Errors, FieldProblem{Field: f.Field, Detail: l.Message(f.Message)})
		}
	}
	return p
}

// refusal words a status with which huma refuses a request before we see it.
func refusal(status int) *errs.Error {
	switch status {
	case http.StatusBadRequest:
		return errs.Invalid("error.bad_body")
	case http.StatusRequestEntityTooLarge:
		return errs.New(errs.KindTooLarge, "error.too_large")
	case http.StatusUnsupportedMediaType, http.StatusNotAcceptable:
		return errs.New(errs.KindUnsupported, "error.unsupported")
	}
	return errs.Invalid("error.invalid")
}

// fieldName turns huma's "query.limit" and "body.title" into the field's name.
func fieldName(location string) string {
	for _, head := range []string{"query.", "body.", "path.", "header."} {
		if rest, ok := strings.CutPrefix(location, head); ok {
			return rest
		}
	}
	return location
}

package site

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/i18n"
	"github.com/aanpak/aanpak/templates/part"
)

// form reads the fields of a posted form. The body was read and bounded before.
func form(c *fiber.Ctx) (url.Values, error) {
	if !strings.HasPrefix(c.Get(fiber.HeaderContentType), fiber.MIMEApplicationForm) {
		return nil, errs.New(errs.KindUnsupported, "error.bad_request")
	}
	v, err := url.ParseQuery(string(c.Body()))
	if err != nil {
		return nil, errs.Invalid("error.bad_request").Because(err)
	}
	return v, nil
}

// query reads the query of the address; what cannot be read is left out.
func query(c *fiber.Ctx) url.Values {
	v, _ := url.ParseQuery(string(c.Request().URI().QueryString()))
	return v
}

// number reads a whole number, def for anything else.
func number(s string, def int) int {
	if n, err := strconv.Atoi(strings.TrimSpace(s)); err == nil {
		return n
	}
	return def
}

// refusal is a form that was not taken: a sentence, and one per field.
type refusal struct {
	message string
	fields  map[string]string
	list    []part.FieldError
}

// refused words an error of input. It is false for errors that are no answer to a form.
func (s *Site) refused(l *i18n.Localizer, err error) (r refusal, ok bool) {
	var e *errs.Error
	if !asInput(err, &e) {
		return r, false
	}
	r.fields = map[string]string{}
	if len(e.Fields) == 0 {
		r.message = s.explain(l, e)
	}
	for _, f := range e.Fields {
		text := l.Message(f.Message)
		r.fields[f.Field] = strings.TrimSpace(r.fields[f.Field] + " " + text)
		r.list = append(r.list, part.FieldError{Name: f.Field, Error: text})
	}
	return r, true
}

// status is what a refused form is answered with.
func status(err error) int {
	switch errs.KindOf(err) {
	case errs.KindConflict:
		return fiber.StatusConflict
	case errs.KindForbidden:
		return fiber.StatusForbidden
	case errs.KindTooMany:
		return fiber.StatusTooManyRequests
	case errs.KindUnauthorized:
		return fiber.StatusUnauthorized
	}
	return fiber.StatusUnprocessableEntity
}

// words is the list of a field that takes several, separated by commas.
func words(s string) []string {
	var list []string
	for w := range strings.SplitSeq(s, ",") {
		if w = strings.TrimSpace(w); w != "" {
			list = append(list, w)
		}
	}
	return list
}

// options makes the choices of a field.
func options(selected string, pairs ...[2]string) []part.Option {
	list := make([]part.Option, 0, len(pairs))
	for _, p := range pairs {
		list = append(list, part.Option{Value: p[0], Label: p[1], Selected: p[0] == selected})
	}
	return list
}

package api

import (
	"regexp"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"

	"github.com/aanpak/aanpak/internal/errs"
)

// wording ties a message of huma's validation to ours; what its verbs stand for becomes the arguments, in order.
type wording struct {
	pattern *regexp.Regexp
	key     string
	args    []string
}

// wordings are the messages that callers can get, by the checks that our parameters and bodies declare. Others get the general
// sentence of error.field.invalid.
var wordings = []wording{
	words(validation.MsgExpectedRequiredProperty, "error.field.required", ""), // the verb is the field
	words("required %v parameter is missing", "error.field.required", ""),
	words(validation.MsgUnexpectedProperty, "error.field.unknown"),
	words("unknown query parameter", "error.field.unknown"),
	words(validation.MsgExpectedString, "error.field.text"),
	words(validation.MsgExpectedBoolean, "error.field.boolean"),
	words("invalid boolean", "error.field.boolean"),
	words(validation.MsgExpectedNumber, "error.field.number"),
	words("invalid float", "error.field.number"),
	words("invalid floating value", "error.field.number"),
	words(validation.MsgExpectedInteger, "error.field.whole_number"),
	words("invalid integer", "error.field.whole_number"),
	words(validation.MsgExpectedArray, "error.field.list"),
	words(validation.MsgExpectedObject, "error.field.object"),
	words(validation.MsgExpectedRFC3339DateTime, "error.field.time"),
	words("invalid date/time for format %v", "error.field.time"),
	words(validation.MsgExpectedRFC3339Date, "error.field.date"),
	words(validation.MsgExpectedRFC5322Email, "error.field.email", ""),
	words(validation.MsgExpectedOneOf, "error.field.one_of", "Options"),
	words(validation.MsgExpectedMinimumNumber, "error.field.min", "Min"),
	words(validation.MsgExpectedMaximumNumber, "error.field.max", "Max"),
	words(validation.MsgExpectedMinLength, "error.field.too_short", "Min"),
	words(validation.MsgExpectedMaxLength, "error.field.too_long", "Max"),
	words(validation.MsgExpectedMinItems, "error.field.too_few", "Min"),
	words(validation.MsgExpectedMaxItems, "error.field.too_many", "Max"),
}

var verb = regexp.MustCompile(`%[vds]`)

func words(format, key string, args ...string) wording {
	pattern := verb.ReplaceAllLiteralString(regexp.QuoteMeta(format), "(.*)")
	return wording{regexp.MustCompile("^(?s:" + pattern + ")$"), key, args}
}

// fieldErrorOf says what huma found wrong with a field in a message of ours, and which field it is.
func fieldErrorOf(d *huma.ErrorDetail) errs.FieldError {
	field := fieldName(d.Location)
	for _, w := range wordings {
		found := w.pattern.FindStringSubmatch(d.Message)
		if found == nil {
			continue
		}
		var args []any
		for i, name := range w.args {
			if name != "" {
				args = append(args, name, strings.ReplaceAll(found[i+1], `", "`, ", "))
			}
		}
		if w.key == "error.field.required" && strings.HasPrefix(d.Location, "body") {
			field = strings.TrimPrefix(field+"."+found[1], "body.")
		}
		return errs.FieldError{Field: field, Message: errs.Msg(w.key, args...)}
	}
	return errs.FieldError{Field: field, Message: errs.Msg("error.field.invalid")}
}

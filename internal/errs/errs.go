// Package errs gives every error of Aanpak a kind, a sentence for the person who meets it and a cause for the log.
//
// A message is a key of the catalogues in internal/i18n, with its arguments: the sentence itself is made
// at the edge, in the language of the reader. Layers below the edge wrap with fmt.Errorf and "%w"; the
// kind and message survive. The edge packages, site and api, turn a kind into a status in one table.
package errs

import (
	"errors"
	"fmt"
	"strings"
)

// Kind says what sort of failure an error is; it decides the HTTP status and the exit code.
type Kind uint8

// The kinds of failure. Internal is the zero value: what nobody classified is our fault.
const (
	KindInternal     Kind = iota // 500: our fault; the cause is logged, never shown
	KindInvalid                  // 422: input is wrong, with the field
	KindUnauthorized             // 401: no valid sign-in
	KindForbidden                // 403: may be seen, may not be done
	KindNotFound                 // 404: is not there, or may not be seen
	KindConflict                 // 409: clashes with what is already there
	KindTooLarge                 // 413: larger than the limit
	KindUnsupported              // 415: a media type or encoding we do not take
	KindTooMany                  // 429: try again after RetryAfter
	KindUnavailable              // 503: a service we need does not answer
	KindCanceled                 // 499: the client left or the server stops
	KindFull                     // 507: there is no space left to keep it
)

var kindNames = [...]string{
	"internal", "invalid", "unauthorized", "forbidden", "not found", "conflict",
	"too large", "unsupported", "too many", "unavailable", "canceled", "full",
}

func (k Kind) String() string { return kindNames[k] }

// Message is a key in the message catalogues and the arguments it takes.
type Message struct {
	Key  string
	Args map[string]any
}

// FieldError is one wrong field of a form or request body.
type FieldError struct {
	Field   string // name of the field as the client sent it, for example "title"
	Message Message
}

// Error is a failure with a kind, a public message and, where there is one, a private cause.
type Error struct {
	Kind    Kind
	Message Message
	Fields  []FieldError
	// RetryAfter is the number of seconds after which trying again makes sense; 0 where unknown.
	RetryAfter int
	Cause      error
}

// New returns an error of a kind; args are pairs of name and value for the message.
func New(k Kind, key string, args ...any) *Error {
	return &Error{Kind: k, Message: Msg(key, args...)}
}

// Msg builds a Message from a catalogue key and pairs of argument name and value.
func Msg(key string, args ...any) Message {
	m := Message{Key: key}
	for i := 0; i+1 < len(args); i += 2 {
		if m.Args == nil {
			m.Args = make(map[string]any, len(args)/2)
		}
		m.Args[fmt.Sprint(args[i])] = args[i+1]
	}
	return m
}

// Invalid is wrong input. Add the fields with Field.
func Invalid(key string, args ...any) *Error { return New(KindInvalid, key, args...) }

// Unauthorized is a missing or ended sign-in.
func Unauthorized() *Error { return New(KindUnauthorized, "error.unauthorized") }

// Forbidden is something that the viewer sees but may not do.
func Forbidden(key string, args ...any) *Error { return New(KindForbidden, key, args...) }

// NotFound is a thing that is not there, or that the viewer may not know of.
func NotFound(what string) *Error { return New(KindNotFound, "error.not_found."+what) }

// Conflict clashes with what is already there.
func Conflict(key string, args ...any) *Error { return New(KindConflict, key, args...) }

// Unavailable wraps the failure of a service that we need: database, storage or search. What is told of it has a key for each.
func Unavailable(service string, cause error) *Error {
	return New(KindUnavailable, "error.unavailable."+service).Because(cause)
}

// Field adds a wrong field and returns the same error, so that calls chain.
func (e *Error) Field(name, key string, args ...any) *Error {
	e.Fields = append(e.Fields, FieldError{Field: name, Message: Msg(key, args...)})
	return e
}

// Also adds the fields of another error of input, so that several checks tell all that is wrong at once.
func (e *Error) Also(err error) *Error {
	var other *Error
	if errors.As(err, &other) {
		e.Fields = append(e.Fields, other.Fields...)
	}
	return e
}

// Because sets the private cause and returns the same error.
func (e *Error) Because(cause error) *Error {
	e.Cause = cause
	return e
}

// OrNil returns the error when it has fields, else nil: the end of a Validate method.
func (e *Error) OrNil() error {
	if e == nil || len(e.Fields) == 0 {
		return nil
	}
	return e
}

// Error is for the log: kind, key, fields and cause.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", e.Kind, e.Message.Key)
	for _, f := range e.Fields {
		fmt.Fprintf(&b, " [%s: %s]", f.Field, f.Message.Key)
	}
	if e.Cause != nil {
		fmt.Fprintf(&b, ": %v", e.Cause)
	}
	return b.String()
}

func (e *Error) Unwrap() error { return e.Cause }

// KindOf returns the kind of the outermost Error in the chain, KindInternal where there is none.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return KindInternal
}

// Is tells whether an error has this kind.
func Is(err error, k Kind) bool { return err != nil && KindOf(err) == k }

// Wrap gives *errp its story: the operation that failed. Use it deferred, with a named result.
func Wrap(errp *error, format string, args ...any) {
	if *errp != nil {
		*errp = fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), *errp)
	}
}

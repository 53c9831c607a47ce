// Package trace follows a piece of work from the request that asked for it to the last job that it led to.
//
// Two things travel in the context: the id of the request, which logs and jobs carry so that one search through the log follows an
// upload to its reading, and, where OTEL_EXPORTER_OTLP_ENDPOINT or its kin is set, OpenTelemetry spans. A Tracer starts what begins
// here: requests and jobs. All else is Start, which asks the context for the span around it: where nothing is traced, that is one
// look-up and no more. Spans carry names, counts and kinds, never what people wrote, asked or are called.
//
// Only this package knows OpenTelemetry. It uses none of its globals.
package trace

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

// scope names this program's instrumentation.
const scope = "github.com/aanpak/aanpak"

// Attr is something that a span tells.
type Attr = attribute.KeyValue

// String is an attribute of a few known values: a route, a name of a job. Never what a person wrote.
func String(key, value string) Attr { return attribute.String(key, value) }

// Int is a number.
func Int(key string, value int) Attr { return attribute.Int(key, value) }

// Span is a piece of work that takes time. A nil Span is one that nobody records.
type Span struct{ span trace.Span }

// Start begins a part of the work in ctx; the context it returns is for the parts of that part.
func Start(ctx context.Context, name string, attrs ...Attr) (context.Context, *Span) {
	parent := trace.SpanFromContext(ctx)
	if !parent.IsRecording() {
		return ctx, nil
	}
	ctx, span := parent.TracerProvider().Tracer(scope).Start(ctx, name, trace.WithAttributes(attrs...))
	return ctx, &Span{span}
}

// Set adds attributes.
func (s *Span) Set(attrs ...Attr) {
	if s != nil {
		s.span.SetAttributes(attrs...)
	}
}

// Rename gives the span a name that was not known when it began.
func (s *Span) Rename(name string) {
	if s != nil {
		s.span.SetName(name)
	}
}

// Fail marks the span as failed, of which no more is told: an error's text may hold names.
func (s *Span) Fail() {
	if s != nil {
		s.span.SetStatus(codes.Error, "")
	}
}

// End ends the span, as failed where err is not nil.
func (s *Span) End(err error) {
	if s == nil {
		return
	}
	if err != nil {
		s.Fail()
	}
	s.span.End()
}

package trace

import (
	"context"
	"fmt"
	"log/slog"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// Tracer begins spans and sends them. A nil Tracer does nothing.
type Tracer struct{ provider *sdk.TracerProvider }

// Open returns a tracer that sends spans by OTLP over HTTP in the background. Where to, how often and which ones is what
// OpenTelemetry's variables in the process's environment say. It does not wait for the collector to answer.
func Open(ctx context.Context, version string, log *slog.Logger) (*Tracer, error) {
	exporter, err := otlptracehttp.New(ctx)
	if err != nil {
		return nil, fmt.Errorf("send traces: %w", err)
	}
	about, err := resource.New(ctx, resource.WithAttributes(attribute.String("service.name", "aanpak"), attribute.String("service.version", version)),
		resource.WithTelemetrySDK(), resource.WithFromEnv()) // OTEL_SERVICE_NAME beats ours
	if err != nil {
		return nil, fmt.Errorf("send traces: %w", err)
	}
	return &Tracer{sdk.NewTracerProvider(sdk.WithBatcher(logged{exporter, log}), sdk.WithResource(about))}, nil
}

// Close sends what is still here, until ctx ends.
func (t *Tracer) Close(ctx context.Context) error {
	if t == nil {
		return nil
	}
	return t.provider.Shutdown(ctx)
}

// Request begins the span of a request, as part of the trace that its sender carries, if any.
func (t *Tracer) Request(ctx context.Context, name string, from Carrier) (context.Context, *Span) {
	return t.begin(ctx, name, trace.SpanKindServer, from)
}

// Job begins the span of a job, in the trace of what enqueued it.
func (t *Tracer) Job(ctx context.Context, name string, from Carrier, attrs ...Attr) (context.Context, *Span) {
	return t.begin(ctx, name, trace.SpanKindConsumer, from, attrs...)
}

func (t *Tracer) begin(ctx context.Context, name string, kind trace.SpanKind, from Carrier, attrs ...Attr) (context.Context, *Span) {
	if t == nil {
		return ctx, nil
	}
	ctx, span := t.provider.Tracer(scope).Start(from.remote(ctx), name, trace.WithSpanKind(kind), trace.WithAttributes(attrs...))
	return ctx, &Span{span}
}

// logged says in our own log when spans cannot be sent, rather than through OpenTelemetry's global handler.
type logged struct {
	sdk.SpanExporter
	log *slog.Logger
}

func (l logged) ExportSpans(ctx context.Context, spans []sdk.ReadOnlySpan) error {
	if err := l.SpanExporter.ExportSpans(ctx, spans); err != nil {
		l.log.Warn("traces were not sent", "spans", len(spans), "err", err)
	}
	return nil
}

package trace

import (
	"context"
	"log/slog"

	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

// Carrier is what goes along where the context cannot: in a job's row, in the head of a request. The trace is in the form of the
// W3C's Trace Context.
type Carrier struct {
	RequestID   string `json:"request_id,omitempty"`
	Traceparent string `json:"traceparent,omitempty"`
	Tracestate  string `json:"tracestate,omitempty"`
}

// Carry returns what is to go along with work that ctx asks for.
func Carry(ctx context.Context) Carrier {
	c := Carrier{RequestID: RequestID(ctx)}
	if trace.SpanContextFromContext(ctx).IsValid() {
		m := propagation.MapCarrier{}
		propagation.TraceContext{}.Inject(ctx, m)
		c.Traceparent, c.Tracestate = m["traceparent"], m["tracestate"]
	}
	return c
}

// remote returns ctx with the trace that was carried. One that is not in order is left out.
func (c Carrier) remote(ctx context.Context) context.Context {
	if c.Traceparent == "" {
		return ctx
	}
	return propagation.TraceContext{}.Extract(ctx, propagation.MapCarrier{"traceparent": c.Traceparent, "tracestate": c.Tracestate})
}

type requestKey struct{}

// WithRequestID returns ctx with the id of the request that asked for the work.
func WithRequestID(ctx context.Context, id string) context.Context {
	if id == "" {
		return ctx
	}
	return context.WithValue(ctx, requestKey{}, id)
}

// RequestID returns the id of the request that asked for the work, "" where none did.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestKey{}).(string)
	return id
}

// Log returns a handler that adds the request's id, and the trace's where there is one, to what is logged with a context.
func Log(h slog.Handler) slog.Handler { return handler{h} }

type handler struct{ slog.Handler }

func (h handler) Handle(ctx context.Context, r slog.Record) error {
	if id := RequestID(ctx); id != "" {
		r.AddAttrs(slog.String("request_id", id))
	}
	if sc := trace.SpanContextFromContext(ctx); sc.IsValid() {
		r.AddAttrs(slog.String("trace_id", sc.TraceID().String()))
	}
	return h.Handler.Handle(ctx, r)
}

func (h handler) WithAttrs(a []slog.Attr) slog.Handler { return handler{h.Handler.WithAttrs(a)} }

func (h handler) WithGroup(name string) slog.Handler { return handler{h.Handler.WithGroup(name)} }

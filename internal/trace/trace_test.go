package trace_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"

	"github.com/aanpak/aanpak/internal/trace"
)

// Where nothing is traced, spans are nil, cost no memory, and the context stays as it was.
func TestNothingTraced(t *testing.T) {
	var none *trace.Tracer
	ctx := trace.WithRequestID(t.Context(), "abc")
	got, span := none.Request(ctx, "GET", trace.Carrier{Traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"})
	if got != ctx || span != nil {
		t.Error("a nil tracer traces")
	}
	allocs := testing.AllocsPerRun(100, func() {
		ctx, span := trace.Start(ctx, "search")
		span.Set()
		span.End(ctx.Err())
	})
	if allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
	if c := trace.Carry(ctx); c != (trace.Carrier{RequestID: "abc"}) {
		t.Errorf("carried %+v", c)
	}
	if err := none.Close(ctx); err != nil {
		t.Error(err)
	}
}

func TestLogNamesTheRequest(t *testing.T) {
	var b strings.Builder
	log := slog.New(trace.Log(slog.NewTextHandler(&b, nil))).With("a", 1)
	log.InfoContext(trace.WithRequestID(context.Background(), "abc"), "with")
	log.Info("without")
	with, without, _ := strings.Cut(b.String(), "\n")
	if !strings.Contains(with, "request_id=abc") || strings.Contains(without, "request_id") {
		t.Error(b.String())
	}
}

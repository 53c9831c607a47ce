package metrics_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aanpak/aanpak/internal/metrics"
)

// A database that does not answer in time leaves its part out, and everything else is told.
func TestWhatDoesNotAnswerIsLeftOut(t *testing.T) {
	m := metrics.New("1", slog.New(slog.DiscardHandler))
	m.Request("GET", "/", 200, 0)
	m.Ask(metrics.Sources{
		Jobs:  func(ctx context.Context) ([]metrics.JobLine, error) { <-ctx.Done(); return nil, ctx.Err() },
		Index: func(context.Context) (metrics.Index, error) { return metrics.Index{}, errors.New("away") },
		Pool:  func() (metrics.Pool, bool) { return metrics.Pool{}, false },
	})
	w := httptest.NewRecorder()
	m.Handler("").ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	text := w.Body.String()
	for _, want := range []string{`aanpak_collected{part="jobs"} 0`, `aanpak_collected{part="index"} 0`, `aanpak_http_request_duration_seconds_count{method="GET",route="/",status="2xx"} 1`} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s", want)
		}
	}
	if w.Code != 200 || strings.Contains(text, "aanpak_index_waiting") {
		t.Errorf("%d, with the index", w.Code)
	}
}

package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/adaptor"

	"github.com/aanpak/aanpak/internal/blob"
	"github.com/aanpak/aanpak/internal/find"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/jobs"
	"github.com/aanpak/aanpak/internal/metrics"
	"github.com/aanpak/aanpak/internal/reader"
	"github.com/aanpak/aanpak/internal/trace"
)

// openSeeing opens, where the settings ask for it, what shows the inside to machines: metrics and traces. It comes before all that
// it watches, and is closed after it.
func (a *App) openSeeing(ctx context.Context) (err error) {
	if a.Config.MetricsToken != "" || a.Config.MetricsAddr != "" {
		a.Metrics = metrics.New(Version, a.Log)
	}
	if !a.Config.Traces {
		return nil
	}
	if a.tracer, err = trace.Open(ctx, Version, a.Log); err != nil {
		return err
	}
	a.onClose(func() error {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		return a.tracer.Close(ctx)
	})
	return nil
}

// watchedBlobs is the store with what is done to it counted and traced; the store itself where nobody looks.
func (a *App) watchedBlobs(s blob.Store) blob.Store {
	w := blob.Watch{}
	if m := a.Metrics; m != nil {
		w.Moved = m.BlobBytes
		w.Done = func(operation string, took time.Duration, err error) {
			outcome := "done"
			if errors.Is(err, blob.ErrNotFound) {
				outcome = "not_found"
			} else if err != nil {
				outcome = "failed"
			}
			m.Blob(operation, outcome, took)
		}
	} else if a.tracer == nil {
		return s
	}
	return blob.Watched(s, w)
}

// observeReader is what the reader tells, nil where nobody looks.
func (a *App) observeReader() func(reader.Done) {
	if a.Metrics == nil {
		return nil
	}
	return func(d reader.Done) { a.Metrics.Read(d.Operation, d.Outcome, d.Pages, d.Took) }
}

// see joins the parts to metrics and traces.
func (a *App) see() {
	a.Jobs.Trace(a.tracer)
	m := a.Metrics
	if m == nil {
		return
	}
	a.Jobs.Observe(func(e jobs.Ended) { m.Job(e.Name, string(e.Outcome), e.Took) })
	if a.Find != nil {
		a.Find.Observe(func(s find.Answered) { m.Search(s.Kind, s.Total, s.Took, s.Err) })
	}
	m.Gauge("reader_children", "Child processes that read documents.", func() float64 { return float64(a.Reader.Children()) })
	m.Ask(metrics.Sources{Jobs: a.jobLines, Index: a.indexState, Pools: a.DB.Pools(), Pool: func() (metrics.Pool, bool) {
		p, ok := a.DB.PoolStat()
		return metrics.Pool(p), ok
	}})
}

func (a *App) jobLines(ctx context.Context) ([]metrics.JobLine, error) {
	lines, err := a.Jobs.Lines(ctx)
	out := make([]metrics.JobLine, len(lines))
	for i, l := range lines {
		states := map[string]int{"waiting": l.Waiting, "running": l.Running, "retrying": l.Retrying, "discarded": l.Discarded}
		out[i] = metrics.JobLine{Name: l.Name, States: states, Oldest: l.Oldest}
	}
	return out, err
}

func (a *App) indexState(ctx context.Context) (metrics.Index, error) {
	s, err := a.Indexer.State(ctx)
	return metrics.Index{Waiting: s.Waiting, Failing: s.Failing, Oldest: s.Oldest}, err
}

// metricsRoute adds /metrics to the website, for scrapers with the token. Without a token there is no such page.
func (a *App) metricsRoute(s *httpd.Server) {
	if a.Metrics == nil {
		return
	}
	a.Metrics.Gauge("http_requests_in_flight", "Requests that are being answered.", func() float64 { return float64(s.InFlight()) })
	if token := a.Config.MetricsToken.Reveal(); token != "" {
		h := adaptor.HTTPHandler(a.Metrics.Handler(token))
		s.Mount([]httpd.Route{{Method: fiber.MethodGet, Path: httpd.MetricsPath, Access: httpd.Public, Handler: h}})
	}
}

// serveMetrics answers scrapers at an address of their own until the returned function is called. It is there for a worker too,
// which has no website.
func (a *App) serveMetrics() (stop func(), err error) {
	if a.Config.MetricsAddr == "" {
		return func() {}, nil
	}
	l, err := net.Listen("tcp", a.Config.MetricsAddr)
	if err != nil {
		return nil, fmt.Errorf("listen on AANPAK_METRICS_ADDR: %w", err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET "+httpd.MetricsPath, a.Metrics.Handler(a.Config.MetricsToken.Reveal()))
	s := &http.Server{Handler: mux, ReadTimeout: 10 * time.Second, WriteTimeout: 30 * time.Second, IdleTimeout: 2 * time.Minute}
	go func() {
		if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			a.Log.Error("metrics are not served any more", "err", err)
		}
	}()
	a.Log.Info("metrics", "address", "http://"+l.Addr().String()+httpd.MetricsPath)
	return func() { _ = s.Close() }, nil
}

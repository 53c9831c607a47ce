// Package metrics counts what the program does and hands it to Prometheus.
//
// It is the only package that knows Prometheus, and knows no other: parts tell what they do through functions that the wiring joins
// to a Metrics, and what must be asked for (the queue, the index, the pools) it asks through Sources when a scraper comes. Each
// Metrics has a registry of its own. Labels are few and known: routes are patterns, statuses classes, never what somebody typed.
package metrics

import (
	"crypto/subtle"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// namespace begins every name of ours.
const namespace = "aanpak"

// Buckets in seconds: of what a person waits for, and of work behind the scenes.
var (
	quickBuckets = []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}
	slowBuckets  = []float64{.01, .05, .1, .25, .5, 1, 2.5, 5, 15, 60, 300, 1200}
)

// Metrics is what is counted. It is safe for concurrent use.
type Metrics struct {
	registry *prometheus.Registry
	log      *slog.Logger

	requests  *prometheus.HistogramVec
	jobs      *prometheus.HistogramVec
	reader    *prometheus.HistogramVec
	pages     *prometheus.CounterVec
	searches  *prometheus.HistogramVec
	blobs     *prometheus.HistogramVec
	blobBytes *prometheus.CounterVec
}

// New returns metrics that are all zero. version is the program's.
func New(version string, log *slog.Logger) *Metrics {
	m := &Metrics{registry: prometheus.NewRegistry(), log: log}
	m.requests = m.histogram("http_request_duration_seconds", "Time to answer a request, without sending a file.", quickBuckets, "method", "route", "status")
	m.jobs = m.histogram("job_duration_seconds", "Time of an attempt of a job. Outcomes: done, failed, given_up, put_off.", slowBuckets, "job", "outcome")
	m.reader = m.histogram("reader_duration_seconds", "Time of the reader, waiting for a child included. Outcomes: read, none, failed, or why the document cannot be read.", slowBuckets, "operation", "outcome")
	m.pages = m.counter("reader_pages_total", "Pages of documents that were read.", "operation")
	m.searches = m.histogram("search_duration_seconds", "Time of a search. Kinds: asked, typing, aside (what a tab that is not shown has). Outcomes: found, nothing, failed.", quickBuckets, "kind", "outcome")
	m.blobs = m.histogram("blob_duration_seconds", "Time of an operation on stored files. Outcomes: done, not_found, failed.", quickBuckets, "operation", "outcome")
	m.blobBytes = m.counter("blob_bytes_total", "Bytes put into the store, or read of what was opened.", "operation")
	build := prometheus.NewGaugeVec(prometheus.GaugeOpts{Namespace: namespace, Name: "build_info", Help: "1, with the version."}, []string{"version"})
	build.WithLabelValues(version).Set(1)
	m.registry.MustRegister(build, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *Metrics) histogram(name, help string, buckets []float64, labels ...string) *prometheus.HistogramVec {
	v := prometheus.NewHistogramVec(prometheus.HistogramOpts{Namespace: namespace, Name: name, Help: help, Buckets: buckets}, labels)
	m.registry.MustRegister(v)
	return v
}

func (m *Metrics) counter(name, help string, labels ...string) *prometheus.CounterVec {
	v := prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: namespace, Name: name, Help: help}, labels)
	m.registry.MustRegister(v)
	return v
}

// Gauge adds a number that is asked for when a scraper comes.
func (m *Metrics) Gauge(name, help string, value func() float64) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: namespace, Name: name, Help: help}, value))
}

// Request counts an answered request. route is the pattern, "" where none fitted.
func (m *Metrics) Request(method, route string, status int, took time.Duration) {
	if route == "" {
		route = "none"
	}
	m.requests.WithLabelValues(method, route, fmt.Sprintf("%dxx", status/100)).Observe(took.Seconds())
}

// Job counts an attempt of a job.
func (m *Metrics) Job(name, outcome string, took time.Duration) {
	m.jobs.WithLabelValues(name, outcome).Observe(took.Seconds())
}

// Read counts a request to the reader.
func (m *Metrics) Read(operation, outcome string, pages int, took time.Duration) {
	m.reader.WithLabelValues(operation, outcome).Observe(took.Seconds())
	m.pages.WithLabelValues(operation).Add(float64(pages))
}

// Search counts a search.
func (m *Metrics) Search(kind string, total int, took time.Duration, err error) {
	outcome := "found"
	switch {
	case err != nil:
		outcome = "failed"
	case total == 0:
		outcome = "nothing"
	}
	m.searches.WithLabelValues(kind, outcome).Observe(took.Seconds())
}

// Blob counts an operation on stored files.
func (m *Metrics) Blob(operation, outcome string, took time.Duration) {
	m.blobs.WithLabelValues(operation, outcome).Observe(took.Seconds())
}

// BlobBytes counts bytes that went into the store or came out of it.
func (m *Metrics) BlobBytes(operation string, n int64) {
	m.blobBytes.WithLabelValues(operation).Add(float64(n))
}

// Handler answers scrapers that bring the token; any where token is empty. What cannot be collected is left out, and logged.
func (m *Metrics) Handler(token string) http.Handler {
	metrics := promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{
		ErrorLog: warner{m.log}, ErrorHandling: promhttp.ContinueOnError, MaxRequestsInFlight: 3, Timeout: 10 * time.Second,
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if token != "" && !carries(r, token) {
			w.Header().Set("WWW-Authenticate", "Bearer")
			http.Error(w, "give the token of AANPAK_METRICS_TOKEN as Authorization: Bearer", http.StatusUnauthorized)
			return
		}
		metrics.ServeHTTP(w, r)
	})
}

func carries(r *http.Request, token string) bool {
	scheme, given, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.EqualFold(scheme, "bearer") && subtle.ConstantTimeCompare([]byte(strings.TrimSpace(given)), []byte(token)) == 1
}

// warner is our log for promhttp.
type warner struct{ log *slog.Logger }

func (w warner) Println(v ...any) {
	w.log.Warn("metrics", "err", strings.TrimSpace(fmt.Sprintln(v...)))
}

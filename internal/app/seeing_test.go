package app_test

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	spans "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/config"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/jobs"
)

// website is the website of a program.
type website struct {
	t     *testing.T
	base  string
	token string
}

func openSite(t *testing.T, a *apptest.App) website {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := a.Web()
	go func() { _ = s.Serve(l) }()
	t.Cleanup(func() { _ = s.Shutdown(t.Context()) })
	return website{t, "http://" + l.Addr().String(), a.Token(t, a.Sanne)}
}

func (s website) ask(method, path, token string, body io.Reader, head ...string) (*http.Response, string) {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), method, s.base+path, body)
	if err != nil {
		s.t.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i < len(head); i += 2 {
		req.Header.Set(head[i], head[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return res, string(answer)
}

// upload sends a document by the API and returns the request's id.
func (s website) upload(head ...string) string {
	s.t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	part, err := form.CreateFormFile("file", "plan.pdf")
	if err != nil {
		s.t.Fatal(err)
	}
	_, _ = part.Write(apptest.PDF("De bewonerscommunicatie in de Molenwijk. Wij werken met korte lijnen, een vast aanspreekpunt en een wekelijks overleg op locatie met alle betrokken partijen.", "Tweede bladzijde."))
	_ = form.Close()
	res, answer := s.ask("POST", "/api/v1/documents", s.token, &b, append(head, "Content-Type", form.FormDataContentType())...)
	if res.StatusCode != http.StatusCreated {
		s.t.Fatalf("upload: %d %s", res.StatusCode, answer)
	}
	return res.Header.Get("X-Request-Id")
}

// One search through the log, or the list of jobs, follows an upload to its reading and what that led to.
func TestRequestIDGoesAlong(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		s := openSite(t, a)
		s.upload()
		a.Settle(t)
		id := s.upload() // the same again, so that copies are looked for
		a.Settle(t)
		names := map[string]bool{}
		list, err := a.Jobs.List(t.Context(), 50, "available", "running", "completed")
		if err != nil {
			t.Fatal(err)
		}
		for _, j := range list {
			if j.RequestID == id && id != "" {
				names[j.Name] = true
			}
		}
		if !names["library.read"] || !names["library.copies"] {
			t.Errorf("request %q led to the jobs %v", id, names)
		}
	})
}

func TestMetrics(t *testing.T) {
	for _, dialect := range []db.Dialect{db.SQLite, db.Postgres} {
		t.Run(string(dialect), func(t *testing.T) {
			cfg := apptest.Config(t, dialect)
			cfg.MetricsToken = "hunter2"
			a := apptest.NewWith(t, cfg)
			s := openSite(t, a)
			s.upload()
			a.Settle(t)
			s.ask("GET", "/api/v1/search?q=communicatie", s.token, nil)
			s.ask("GET", "/api/v1/search?q=qqqqzzzz", s.token, nil)
			s.ask("GET", "/search?q=bewonerscommunicatie", s.token, nil) // a page, which counts the other tabs, all at once
			s.ask("GET", "/made/up/by/somebody", s.token, nil)
			res, text := s.ask("GET", "/metrics", "hunter2", nil)
			if res.StatusCode != http.StatusOK {
				t.Fatal(res.StatusCode, text)
			}
			pool := `go_sql_open_connections{db_name="read"}`
			if dialect == db.Postgres {
				pool = `aanpak_pgxpool_connections{state="max"} 12`
			}
			for _, want := range []string{
				`aanpak_http_request_duration_seconds_count{method="POST",route="/api/v1/documents",status="2xx"} 1`,
				`aanpak_http_request_duration_seconds_count{method="GET",route="none",status="4xx"} 1`, "aanpak_http_requests_in_flight 1",
				`aanpak_jobs{job="library.read",state="waiting"} 0`, `aanpak_job_oldest_waiting_seconds{job="library.read"} 0`,
				`aanpak_job_duration_seconds_count{job="library.read",outcome="done"} 1`,
				`aanpak_reader_duration_seconds_count{operation="read",outcome="read"} 1`, `aanpak_reader_pages_total{operation="read"} 2`, "aanpak_reader_children 1",
				`aanpak_search_duration_seconds_count{kind="asked",outcome="found"} 2`, `aanpak_search_duration_seconds_count{kind="aside",outcome="nothing"} 1`, `aanpak_search_duration_seconds_count{kind="asked",outcome="nothing"} 1`,
				"aanpak_index_waiting 0", "aanpak_index_oldest_mark_seconds 0", `aanpak_collected{part="jobs"} 1`, `aanpak_collected{part="index"} 1`,
				`aanpak_blob_duration_seconds_count{operation="put",outcome="done"} 1`, `aanpak_blob_bytes_total{operation="put"}`,
				pool, "go_goroutines", "process_resident_memory_bytes", "aanpak_build_info",
			} {
				if !strings.Contains(text, want) {
					t.Errorf("no %s in:\n%s", want, grep(text, want[:min(20, len(want))]))
				}
			}
			if strings.Contains(text, "made/up") || strings.Contains(text, "qqqq") {
				t.Error("what somebody typed has become a label")
			}
		})
	}
}

func grep(text, part string) string {
	var out []string
	for line := range strings.Lines(text) {
		if strings.Contains(line, part) {
			out = append(out, line)
		}
	}
	return strings.Join(out, "")
}

// Without a token there is no such page; with one, nothing else opens it.
func TestMetricsAccess(t *testing.T) {
	s := openSite(t, apptest.New(t, db.SQLite))
	if res, _ := s.ask("GET", "/metrics", s.token, nil); res.StatusCode != http.StatusNotFound {
		t.Errorf("without a setting: %d", res.StatusCode)
	}
	cfg := apptest.Config(t, db.SQLite)
	cfg.MetricsToken = config.Secret("hunter2")
	s = openSite(t, apptest.NewWith(t, cfg))
	for token, want := range map[string]int{"": 401, "hunter": 401, s.token: 401, "hunter2": 200} {
		if res, _ := s.ask("GET", "/metrics", token, nil); res.StatusCode != want {
			t.Errorf("token %q: %d, want %d", token, res.StatusCode, want)
		}
	}
}

// A worker has no website: an address of its own answers scrapers, with the token where there is one.
func TestMetricsAddress(t *testing.T) {
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	_ = free.Close()
	cfg := apptest.Config(t, db.SQLite)
	program, err := exec.LookPath("aanpak") // the test binary, by testscript
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "serve")
	cmd.Env = append(os.Environ(), "AANPAK_DATA="+cfg.Data, "AANPAK_CACHE="+cfg.Cache, "AANPAK_ADDR=127.0.0.1:0", "AANPAK_METRICS_ADDR="+address, "AANPAK_METRICS_TOKEN=hunter2")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }()
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	s := website{t: t, base: "http://" + address}
	if res, _ := s.ask("GET", "/metrics", "", nil); res.StatusCode != http.StatusUnauthorized {
		t.Errorf("without the token: %d", res.StatusCode)
	}
	if res, text := s.ask("GET", "/metrics", "hunter2", nil); res.StatusCode != http.StatusOK || !strings.Contains(text, "aanpak_index_waiting 0") {
		t.Errorf("%d %s", res.StatusCode, text)
	}
	if res, _ := s.ask("GET", "/", "hunter2", nil); res.StatusCode != http.StatusNotFound {
		t.Errorf("the address answers other questions: %d", res.StatusCode)
	}
}

// otlp is a collector of traces.
type otlp struct {
	mu    sync.Mutex
	spans []*spans.Span
	about string
}

func (o *otlp) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	var req collector.ExportTraceServiceRequest
	if err := proto.Unmarshal(body, &req); err != nil || r.URL.Path != "/v1/traces" {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, rs := range req.ResourceSpans {
		o.about = rs.Resource.String()
		for _, ss := range rs.ScopeSpans {
			o.spans = append(o.spans, ss.Spans...)
		}
	}
}

// in returns the names of the spans of a trace.
func (o *otlp) in(trace string) (names []string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, s := range o.spans {
		if hex.EncodeToString(s.TraceId) == trace {
			names = append(names, s.Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// idle waits until no job waits or runs.
func idle(t *testing.T, a *apptest.App) {
	t.Helper()
	for end := time.Now().Add(time.Minute); ; time.Sleep(5 * time.Millisecond) {
		lines, err := a.Jobs.Lines(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(lines, func(l jobs.Line) bool { return l.Waiting+l.Running > 0 }) {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("jobs in a minute: %+v", lines)
		}
	}
}

// TestTraces follows an upload from the caller's own trace through the request to the jobs, and looks that nothing goes out but
// names and numbers.
func TestTraces(t *testing.T) {
	got := &otlp{}
	server := httptest.NewServer(got)
	defer server.Close()
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", server.URL)
	cfg := apptest.Config(t, db.SQLite)
	cfg.Traces = true
	const trace, trace2 = "4bf92f3577b34da6a3ce929d0e0e4736", "4bf92f3577b34da6a3ce929d0e0e4737"
	var userID string
	t.Run("work", func(t *testing.T) { // at its end the program closes, which sends what is left
		a := apptest.NewWith(t, cfg)
		s := openSite(t, a)
		s.upload()
		idle(t, a)
		s.upload("traceparent", "00-"+trace+"-00f067aa0ba902b7-01") // the same again, so that copies are looked for
		idle(t, a)
		s.ask("GET", "/api/v1/search?q=bewonerscommunicatie", s.token, nil, "traceparent", "00-"+trace2+"-00f067aa0ba902b7-01")
		userID = a.Sanne.ID
	})
	for of, want := range map[string][]string{
		trace:  {"POST /api/v1/documents", "blob put", "job library.copies", "job library.read", "reader read", "sql INSERT", "sql SELECT"},
		trace2: {"GET /api/v1/search", "search", "search engine", "sql SELECT"},
	} {
		names := got.in(of)
		for _, w := range want {
			if !slices.Contains(names, w) {
				t.Errorf("no span %q among %q", w, names)
			}
		}
	}
	if !strings.Contains(got.about, "aanpak") {
		t.Errorf("resource %s", got.about)
	}
	for _, sp := range got.spans {
		for _, secret := range []string{"Molenwijk", "bewonerscommunicatie", "plan.pdf", userID, "sanne"} {
			if strings.Contains(sp.String(), secret) {
				t.Errorf("%q in span %s", secret, sp)
			}
		}
	}
}

package site_test

import (
	"bytes"
	"context"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/people"
)

func TestMain(m *testing.M) { apptest.Main(m) }

// served is a program that answers on a real port.
type served struct {
	*apptest.App
	base string
	web  *httpd.Server
}

func serve(t *testing.T) *served { t.Helper(); return serveOn(t, db.SQLite) }

func serveOn(t *testing.T, dialect db.Dialect) *served {
	t.Helper()
	return serveApp(t, apptest.New(t, dialect))
}

func serveApp(t *testing.T, a *apptest.App) *served {
	t.Helper()
	s := a.Web()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- s.Serve(l) }()
	t.Cleanup(func() {
		// The test's own context has ended by now, and with it the shutdown would not wait for what still runs.
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := s.Shutdown(ctx); err != nil {
			t.Error(err)
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return &served{App: a, base: "http://" + l.Addr().String(), web: s}
}

// browser keeps cookies as one does, and does not follow redirects by itself.
type browser struct {
	t    *testing.T
	base string
	http *http.Client
}

func (s *served) browser(t *testing.T, u *people.User) *browser {
	t.Helper()
	jar, _ := cookiejar.New(nil)
	b := &browser{t: t, base: s.base, http: &http.Client{
		Jar: jar, Timeout: 30 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	t.Cleanup(b.http.CloseIdleConnections) // the server waits for them when it ends
	if u != nil {
		a := b.post("/sign-in", url.Values{"email": {u.Email}, "password": {apptest.Password}, "back": {"/"}})
		if a.status != http.StatusSeeOther {
			t.Fatalf("%s cannot sign in: %d", u.Name, a.status)
		}
	}
	return b
}

// answer is a response with its page.
type answer struct {
	t        *testing.T
	status   int
	header   http.Header
	body     []byte
	location string
}

func (b *browser) do(method, path string, body io.Reader, header http.Header) *answer {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), method, b.base+path, body)
	if err != nil {
		b.t.Fatal(err)
	}
	for k, v := range header {
		req.Header[k] = v
	}
	if req.Header.Get("Accept-Language") == "" {
		req.Header.Set("Accept-Language", "nl")
	}
	res, err := b.http.Do(req)
	if err != nil {
		b.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return &answer{t: b.t, status: res.StatusCode, header: res.Header, body: data, location: res.Header.Get("Location")}
}

func (b *browser) get(path string) *answer { b.t.Helper(); return b.do(http.MethodGet, path, nil, nil) }

func (b *browser) post(path string, v url.Values) *answer {
	b.t.Helper()
	return b.do(http.MethodPost, path, strings.NewReader(v.Encode()), http.Header{
		"Content-Type": {"application/x-www-form-urlencoded"}, "Sec-Fetch-Site": {"same-origin"},
	})
}

// upload posts files in a plain form, the fields behind them as a browser without scripts sends them.
func (b *browser) upload(path string, files map[string][]byte, fields url.Values, header http.Header) *answer {
	b.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, content := range files {
		part, _ := w.CreateFormFile("file", name)
		_, _ = part.Write(content)
	}
	for k, list := range fields {
		for _, v := range list {
			_ = w.WriteField(k, v)
		}
	}
	_ = w.Close()
	if header == nil {
		header = http.Header{}
	}
	header.Set("Content-Type", w.FormDataContentType())
	header.Set("Sec-Fetch-Site", "same-origin")
	return b.do(http.MethodPost, path, &body, header)
}

func (a *answer) doc() *goquery.Document {
	a.t.Helper()
	d, err := goquery.NewDocumentFromReader(bytes.NewReader(a.body))
	if err != nil {
		a.t.Fatal(err)
	}
	return d
}

// want fails unless the page has the status and text at the selector.
func (a *answer) want(status int, selector, text string) *answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("status %d, want %d: %.400s", a.status, status, a.body)
	}
	if got := a.doc().Find(selector).Text(); selector != "" && !strings.Contains(got, text) {
		a.t.Errorf("%s is %q, want %q in it", selector, strings.TrimSpace(got), text)
	}
	return a
}

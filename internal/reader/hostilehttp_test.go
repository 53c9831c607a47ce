package reader_test

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/textproto"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/i18n"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/reader"
)

// mostHeap is how much the serving process may hold at any moment of this test, far below what the files ask for.
const mostHeap = 1 << 30

// Files of somebody who means harm come in through the API as any other: each ends as read or with its reason, the server lives and
// stays small, nothing is written outside its folders, and what is shown and sent is harmless.
func TestHostileSet(t *testing.T) {
	base := t.TempDir()
	cfg := apptest.Config(t, db.SQLite)
	cfg.Data = filepath.Join(base, "data")
	tmp := filepath.Join(base, "tmp")
	if err := os.Mkdir(tmp, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", tmp)
	files := reader.HostileSet(t)
	runtime.GC()
	a := apptest.NewWith(t, cfg)
	peak := watchHeap(t)
	h := serveHostile(t, a)
	for _, f := range files {
		if status := h.upload(f); status != http.StatusCreated {
			t.Errorf("%.60q: %d", f.Name, status)
		}
	}
	a.Settle(t)
	if got := peak(); got > mostHeap {
		t.Errorf("the server held %d MiB", got>>20)
	}
	if n := h.checkAll(); n < len(files) {
		t.Errorf("%d documents of %d files were looked at", n, len(files))
	}
	h.checkFolders(base)
	for _, path := range []string{"/healthz", "/library", "/trash", "/search?q=tekst", "/admin/processing"} {
		h.harmless(path)
	}
	if d := a.Upload(t, a.Sanne, "goed.pdf", apptest.PDF("na alles een gewone bladzijde"), library.Meta{}); d.Status != library.StatusReady {
		t.Errorf("an honest file after all that is %s %s", d.Status, d.Failure)
	}
}

// watchHeap samples the heap until the returned function is called, which gives the largest.
func watchHeap(t *testing.T) func() uint64 {
	var most atomic.Uint64
	go func() {
		for t.Context().Err() == nil {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most.Store(max(most.Load(), m.HeapAlloc))
			time.Sleep(50 * time.Millisecond)
		}
	}()
	return most.Load
}

// hostile is somebody with an account and a token who means harm.
type hostile struct {
	*testing.T
	app   *apptest.App
	base  string
	token string
	http  *http.Client
}

func serveHostile(t *testing.T, a *apptest.App) *hostile {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := a.Web()
	go func() { _ = s.Serve(l) }()
	t.Cleanup(func() { _ = s.App.ShutdownWithTimeout(5 * time.Second) })
	jar, _ := cookiejar.New(nil)
	h := &hostile{T: t, app: a, base: "http://" + l.Addr().String(), token: a.Token(t, a.Sanne), http: &http.Client{Jar: jar}}
	t.Cleanup(h.http.CloseIdleConnections)
	res, err := h.http.PostForm(h.base+"/sign-in", url.Values{"email": {a.Admin.Email}, "password": {apptest.Password}})
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	return h
}

// upload sends the name in the form that carries any byte.
func (h *hostile) upload(f reader.HostileFile) int {
	h.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	part, err := w.CreatePart(textproto.MIMEHeader{"Content-Disposition": {"form-data; name=file; filename*=UTF-8''" + strings.ReplaceAll(url.QueryEscape(f.Name), "+", "%20")}})
	if err == nil {
		_, err = part.Write(f.Data)
	}
	if err != nil || w.Close() != nil {
		h.Fatal(err)
	}
	req, err := http.NewRequestWithContext(h.Context(), http.MethodPost, h.base+"/api/v1/documents", &body)
	if err != nil {
		h.Fatal(err)
	}
	req.Header.Set("Content-Type", w.FormDataContentType())
	req.Header.Set("Authorization", "Bearer "+h.token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		h.Fatalf("%.60q: %v", f.Name, err)
	}
	defer res.Body.Close()
	if b, _ := io.ReadAll(res.Body); res.StatusCode != http.StatusCreated {
		h.Logf("%.60q: %s", f.Name, b)
	}
	return res.StatusCode
}

// checkAll checks every document there is, and returns how many.
func (h *hostile) checkAll() (n int) {
	h.Helper()
	for {
		docs, total, err := h.app.Library.List(h.Context(), auth.System(), library.Filter{Sort: library.SortTitle, Limit: 50, Offset: n})
		if err != nil {
			h.Fatal(err)
		}
		for _, d := range docs {
			h.check(d)
		}
		if n += len(docs); n >= total || len(docs) == 0 {
			return n
		}
	}
}

// check wants an end with a reason in words, a harmless page and a harmless download.
func (h *hostile) check(d *library.Document) {
	h.Helper()
	if !d.Status.Final() || (d.Status == library.StatusFailed) != (d.Failure != "") || d.Failure != "" && !i18n.For("nl").Has("reader.failure."+d.Failure) {
		h.Errorf("%q ended as %s %q (%s)", d.Filename, d.Status, d.Failure, d.FailureDetail)
	}
	if d.Failure == "internal" || d.Failure == "crashed" {
		h.Errorf("%q ended as %s: %s", d.Filename, d.Failure, d.FailureDetail)
	}
	if strings.ContainsAny(d.Filename, "/\\\x00\r\n\u202e") || strings.ContainsAny(d.Title, "\x00\r\n\u202e") {
		h.Errorf("the name %q of %q is not clean", d.Filename, d.Title)
	}
	_, ver, err := h.app.Library.Version(h.Context(), auth.System(), d.ID, 0)
	if err != nil {
		h.Fatal(err)
	}
	if err := h.app.Library.EachPage(h.Context(), ver, func(p *library.Page) error {
		if strings.Contains(p.Text, "root:x:0") {
			return fmt.Errorf("%q holds a file of this machine: %.100q", d.Filename, p.Text)
		}
		return nil
	}); err != nil {
		h.Error(err)
	}
	h.harmless("/documents/" + d.ID)
	h.harmless("/documents/" + d.ID + "/edit")
	h.saved("/documents/" + d.ID + "/file")
}

func (h *hostile) get(path string) (*http.Response, []byte) {
	h.Helper()
	res, err := h.http.Get(h.base + path)
	if err != nil {
		h.Fatalf("%s: %v", path, err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode >= http.StatusInternalServerError {
		h.Errorf("%s: %s, %v", path, res.Status, err)
	}
	return res, body
}

// harmless wants a page on which no markup came alive but ours.
func (h *hostile) harmless(path string) {
	h.Helper()
	_, body := h.get(path)
	doc, err := goquery.NewDocumentFromReader(bytes.NewReader(body))
	if err != nil {
		h.Fatal(err)
	}
	if bad := doc.Find("[onerror], [onload], script:not([src]):not([type='application/json']), img[src=x], a[href^='javascript:']"); bad.Length() > 0 {
		html, _ := goquery.OuterHtml(bad.First())
		h.Errorf("%s: markup came alive: %.200s", path, html)
	}
}

// saved wants a download that a browser keeps and does not run.
func (h *hostile) saved(path string) {
	h.Helper()
	res, _ := h.get(path)
	for name, part := range map[string]string{"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox"} {
		if got := res.Header.Get(name); !strings.HasPrefix(got, part) && !strings.Contains(got, "; "+part) {
			h.Errorf("%s: %s is %q", path, name, got)
		}
	}
	if len(res.Cookies()) > 0 {
		h.Errorf("%s: a file set a cookie: %v", path, res.Cookies())
	}
}

// checkFolders wants nothing beside the data and the temporary folder, nor in the places that archives name.
func (h *hostile) checkFolders(base string) {
	h.Helper()
	entries, err := os.ReadDir(base)
	if err != nil || len(entries) != 2 {
		h.Errorf("beside data and tmp there are %v, %v", entries, err)
	}
	escaped, _ := filepath.Glob("/tmp/escaped*")
	_ = filepath.WalkDir(base, func(path string, _ os.DirEntry, _ error) error {
		if strings.Contains(filepath.Base(path), "escaped") {
			escaped = append(escaped, path)
		}
		return nil
	})
	if len(escaped) > 0 {
		h.Errorf("files were written by their own name: %v", escaped)
	}
}

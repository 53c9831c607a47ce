package faults_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"
)

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// client asks the program: as a script with a token, or as the browser of somebody who is signed in.
type client struct {
	t     *testing.T
	base  string
	token string
	http  *http.Client
}

func (h *home) client(base string) *client {
	return &client{t: h.t, base: base, token: h.token, http: &http.Client{Timeout: 3 * time.Minute}}
}

// browser signs somebody in.
func (h *home) browser(base, email string) *client {
	h.t.Helper()
	jar, _ := cookiejar.New(nil)
	c := &client{t: h.t, base: base, http: &http.Client{Jar: jar, Timeout: 3 * time.Minute, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	if a := c.post("/sign-in", url.Values{"email": {email}, "password": {password}, "back": {"/"}}); a.status != http.StatusSeeOther {
		h.t.Fatalf("sign-in answers %d: %.500s", a.status, a.body)
	}
	return c
}

// answer is what came back; status 0 where nothing did.
type answer struct {
	status int
	header http.Header
	body   string
}

func (c *client) do(ctx context.Context, method, path, kind string, body io.Reader) answer {
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, body)
	if err != nil {
		return answer{body: err.Error()}
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	req.Header.Set("Accept-Language", "nl")
	res, err := c.http.Do(req)
	if err != nil {
		return answer{body: err.Error()}
	}
	defer res.Body.Close()
	content, err := io.ReadAll(res.Body)
	if err != nil {
		return answer{body: err.Error()}
	}
	return answer{res.StatusCode, res.Header, string(content)}
}

func (c *client) get(path string) answer { return c.do(c.t.Context(), http.MethodGet, path, "", nil) }

func (c *client) post(path string, form url.Values) answer {
	return c.do(c.t.Context(), http.MethodPost, path, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
}

// form is an upload as it is sent.
func form(name string, content io.Reader) (string, io.Reader) {
	var head bytes.Buffer
	w := multipart.NewWriter(&head)
	_, _ = w.CreateFormFile("file", name)
	return w.FormDataContentType(), io.MultiReader(&head, content, strings.NewReader("\r\n--"+w.Boundary()+"--\r\n"))
}

// upload sends a file to the API, or as a browser's plain form to the page.
func (c *client) upload(ctx context.Context, name string, content io.Reader) answer {
	kind, body := form(name, content)
	if c.token == "" {
		return c.do(ctx, http.MethodPost, "/upload", kind, body)
	}
	return c.do(ctx, http.MethodPost, "/api/v1/documents", kind, body)
}

// id is the id of what was made, "" where nothing was acknowledged.
func (a answer) id() string {
	var d struct{ ID string }
	if a.status != http.StatusCreated || json.Unmarshal([]byte(a.body), &d) != nil {
		return ""
	}
	return d.ID
}

// ready waits until a document is read and found.
func (c *client) ready(id, word string) {
	c.t.Helper()
	until(c.t, "document "+id+" is read", func() bool {
		return strings.Contains(c.get("/api/v1/documents/"+id).body, `"status":"ready"`)
	})
	until(c.t, word+" is found", func() bool {
		a := c.get("/api/v1/search?type=document&q=" + word)
		return a.status == http.StatusOK && strings.Contains(a.body, id)
	})
}

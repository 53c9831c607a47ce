package httpd_test

import (
	"bytes"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/httpd"
)

var (
	modified = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	content  = []byte(strings.Repeat("0123456789", 100))
)

type file struct{ *bytes.Reader }

func (file) Close() error { return nil }

// ours answers with httpd.Send, theirs with net/http's ServeContent.
func ours(t *testing.T) string {
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	app.Get("/f", func(c *fiber.Ctx) error {
		return httpd.Send(c, httpd.Content{
			ReadSeekCloser: file{bytes.NewReader(content)}, Size: int64(len(content)), MediaType: "text/plain", Filename: "f.txt", ETag: `"abc"`, Modified: modified,
		})
	})
	l := listen(t)
	go func() { _ = app.Listener(l) }()
	t.Cleanup(func() { _ = app.Shutdown() })
	return "http://" + l.Addr().String() + "/f"
}

func theirs(t *testing.T) string {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		w.Header().Set("ETag", `"abc"`)
		http.ServeContent(w, r, "f.txt", modified, bytes.NewReader(content))
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// Ranges and conditions are answered as net/http answers them.
func TestSendAnswersAsServeContent(t *testing.T) {
	a, b := ours(t), theirs(t)
	date := modified.Format(http.TimeFormat)
	early, late := modified.Add(-time.Hour).Format(http.TimeFormat), modified.Add(time.Hour).Format(http.TimeFormat)
	for _, headers := range [][]string{
		{},
		{"Range", "bytes=0-0"},
		{"Range", "bytes=0-99"},
		{"Range", "bytes=990-"},
		{"Range", "bytes=-10"},
		{"Range", "bytes=-5000"},
		{"Range", "bytes=0-5000"},
		{"Range", "bytes=1000-"},
		{"Range", "bytes=2000-3000"},
		{"Range", "bytes=5-1"},
		{"Range", "bytes=a-b"},
		{"Range", "lines=1-2"},
		{"Range", "bytes=--1"},
		{"Range", "bytes=-"},
		{"Range", "bytes=0-1,5-6"},
		{"Range", "bytes=0-1,2000-"},
		{"Range", "bytes=0-999,0-999"},
		{"Range", "bytes=,1-2"},
		{"Range", "bytes= 1-2 "},
		{"Range", "bytes=0-0,-1"},
		{"Range", "bytes=0-9", "If-Range", `"abc"`},
		{"Range", "bytes=0-9", "If-Range", `"other"`},
		{"Range", "bytes=0-9", "If-Range", date},
		{"Range", "bytes=0-9", "If-Range", early},
		{"If-None-Match", `"abc"`},
		{"If-None-Match", `W/"abc"`},
		{"If-None-Match", "*"},
		{"If-None-Match", `"x", "abc"`},
		{"If-None-Match", `"x"`},
		{"If-Match", `"abc"`},
		{"If-Match", `"x"`},
		{"If-Match", "*"},
		{"If-Match", `W/"abc"`},
		{"If-Modified-Since", date},
		{"If-Modified-Since", early},
		{"If-Modified-Since", late},
		{"If-Unmodified-Since", early},
		{"If-Unmodified-Since", late},
		{"If-None-Match", `"x"`, "If-Modified-Since", late},
		{"If-Match", `"abc"`, "If-Unmodified-Since", early},
	} {
		for _, method := range []string{"GET", "HEAD"} {
			got, want := ask(t, method, a, headers), ask(t, method, b, headers)
			if got != want {
				t.Errorf("%s %q:\n ours   %s\n theirs %s", method, headers, got, want)
			}
		}
	}
}

// ask returns what of an answer must be equal.
func ask(t *testing.T, method, url string, headers []string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	length := fmt.Sprint(res.ContentLength)
	kind, params, _ := mime.ParseMediaType(res.Header.Get("Content-Type"))
	switch {
	case kind == "multipart/byteranges":
		body, length = parts(t, body, params["boundary"]), "" // boundaries differ
	case res.StatusCode >= 300:
		// net/http words its refusals itself, and leaves Content-Range out where the range is no range at all.
		return fmt.Sprint(res.StatusCode)
	}
	return fmt.Sprintf("%d type %q range %q length %s body %q", res.StatusCode, kind, res.Header.Get("Content-Range"), length, body)
}

func parts(t *testing.T, body []byte, boundary string) []byte {
	t.Helper()
	var out bytes.Buffer
	if len(body) == 0 {
		return nil
	}
	r := multipart.NewReader(bytes.NewReader(body), boundary)
	for {
		p, err := r.NextPart()
		if err == io.EOF {
			return out.Bytes()
		}
		if err != nil {
			t.Fatal(err)
		}
		b, _ := io.ReadAll(p)
		fmt.Fprintf(&out, "[%s %s]", p.Header.Get("Content-Range"), b)
	}
}

package httpd_test

import (
	"bytes"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/httpd"
)

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// A route that says not who may call it must not start.
func TestARouteWithoutAccessPanics(t *testing.T) {
	answer := func(c *fiber.Ctx) error { return nil }
	for name, routes := range map[string][]httpd.Route{
		"no access":  {{Method: "GET", Path: "/x", Handler: answer}},
		"no handler": {{Method: "GET", Path: "/x", Access: httpd.Public}},
		"twice":      {{Method: "GET", Path: "/x", Access: httpd.Public, Handler: answer}, {Method: "GET", Path: "/x", Access: httpd.Public, Handler: answer}},
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("it was mounted")
				}
			}()
			httpd.New(httpd.Options{}).Mount(routes)
		})
	}
}

// Every kind of error has a status: a new kind without one would answer 0.
func TestEveryKindHasAStatus(t *testing.T) {
	for k := range uint8(11) {
		if s := httpd.Status(kind(k)); http.StatusText(s) == "" && s != 499 {
			t.Errorf("kind %d has status %d", k, s)
		}
	}
}

func kind(k uint8) errs.Kind { return errs.Kind(k) }

// Browsers are told to come back by TLS only where they came by TLS: to us, or to a proxy that is trusted.
func TestStrictTransport(t *testing.T) {
	for name, row := range map[string]struct {
		opts  httpd.Options
		proto string
		want  string
	}{
		"plain":                {httpd.Options{URL: "http://aanpak.example"}, "", ""},
		"TLS address":          {httpd.Options{URL: "https://aanpak.example"}, "", "max-age=31536000; includeSubDomains"},
		"trusted proxy":        {httpd.Options{TrustedProxies: []string{"0.0.0.0/32"}}, "https", "max-age=31536000; includeSubDomains"},
		"trusted, without TLS": {httpd.Options{TrustedProxies: []string{"0.0.0.0/32"}}, "http", ""},
		"somebody":             {httpd.Options{}, "https", ""},
	} {
		row.opts.Log = slog.New(slog.DiscardHandler)
		s := httpd.New(row.opts)
		s.Mount([]httpd.Route{{Method: "GET", Path: "/x", Access: httpd.Public, Handler: func(c *fiber.Ctx) error { return nil }}})
		req := httptest.NewRequest(http.MethodGet, "/x", nil)
		if row.proto != "" {
			req.Header.Set("X-Forwarded-Proto", row.proto)
		}
		res, err := s.App.Test(req, -1)
		if err != nil {
			t.Fatal(err)
		}
		if got := res.Header.Get("Strict-Transport-Security"); got != row.want {
			t.Errorf("%s: %q, want %q", name, got, row.want)
		}
	}
}

// TestRefusalsAreLogged: who was not let in, or through, stands in the log with where from; nothing that a stranger writes makes a line of its own.
func TestRefusalsAreLogged(t *testing.T) {
	for name, row := range map[string]struct {
		err    error
		header map[string]string
		want   string
	}{
		"forbidden":    {errs.Forbidden("error.admin_only"), nil, "why=error.admin_only"},
		"too many":     {errs.New(errs.KindTooMany, "error.sign_in_throttled"), nil, "kind=\"too many\""},
		"another site": {nil, map[string]string{"Sec-Fetch-Site": "cross-site"}, "why=error.cross_origin"},
		"unexpected":   {errors.New("boom"), nil, "err="},
	} {
		var out bytes.Buffer
		fail := func(c *fiber.Ctx, err error) error { return c.SendString("") }
		s := httpd.New(httpd.Options{Log: slog.New(slog.NewTextHandler(&out, nil)), Fail: fail})
		s.Mount([]httpd.Route{{Method: http.MethodPost, Path: "/x/*", Access: httpd.Public, Handler: func(*fiber.Ctx) error { return row.err }}})
		req := httptest.NewRequest(http.MethodPost, "/x/a%0alevel=ERROR%20msg=forged", nil)
		for k, v := range row.header {
			req.Header.Set(k, v)
		}
		res, err := s.App.Test(req, -1)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if lines := strings.Split(strings.TrimSpace(out.String()), "\n"); len(lines) != 1 || !strings.Contains(lines[0], row.want) || !strings.Contains(lines[0], "request_id=") {
			t.Errorf("%s: %q", name, lines)
		}
	}
}

package httpd_test

import (
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
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

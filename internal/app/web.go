package app

import (
	"context"
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/api"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/site"
)

// Web returns the server with every route.
func (a *App) Web() *httpd.Server {
	var pages *site.Site
	var observe func(method, route string, status int, took time.Duration)
	if a.Metrics != nil {
		observe = a.Metrics.Request
	}
	s := httpd.New(httpd.Options{
		Observe: observe, Tracer: a.tracer,
		People: a.People, Log: a.Log, URL: a.Config.URL, TrustedProxies: a.Config.TrustedProxies,
		Fail: func(c *fiber.Ctx, err error) error {
			if httpd.IsAPI(c.Path()) {
				return api.Fail(c, err)
			}
			return pages.Fail(c, err)
		},
	})
	pages = site.New(site.Options{
		Server: s, People: a.People, Library: a.Library, Tenders: a.Tenders, Find: a.Find, Synonyms: a.Synonyms, Questions: a.Questions, Jobs: a.Jobs, Indexer: a.Indexer,
		Data: a.DB, Log: a.Log, URL: a.Config.URL, Version: Version, Checks: a.checks, Space: a.space, Demo: a.Demo,
	})
	s.Mount(pages.Routes())
	api.Mount(api.Options{Server: s, People: a.People, Tenders: a.Tenders, Library: a.Library, Find: a.Find, Questions: a.Questions, Version: Version})
	a.health(s)
	a.metricsRoute(s)
	return s
}

// health adds what machines ask: whether the process lives and whether every service answers.
func (a *App) health(s *httpd.Server) {
	s.Mount([]httpd.Route{
		{Method: http.MethodGet, Path: "/healthz", Access: httpd.Public, Handler: func(c *fiber.Ctx) error { return alive(c, s) }},
		{Method: http.MethodGet, Path: "/readyz", Access: httpd.Public, Handler: func(c *fiber.Ctx) error { return a.ready(c, s) }},
	})
}

// service is a part that a request needs.
type service struct {
	name, mend string
	ping       func(context.Context) error
}

func (a *App) services() []service {
	list := []service{
		{"database", "check AANPAK_DATABASE_URL and that the server runs", a.DB.Ping},
		{"files", "check AANPAK_BLOB_URL, or the rights and space of the data folder", a.Blobs.Ping},
	}
	if a.Index != nil {
		mend := "stop the other process, or run aanpak reindex"
		if a.Config.SearchURL != "" {
			mend = "check AANPAK_SEARCH_URL and that the server runs"
		}
		list = append(list, service{"search", mend, a.Index.Ping})
	}
	return list
}

// helpers are the parts without which requests are answered all the same: what they do waits for them.
func (a *App) helpers() []service {
	if a.Scanner == nil {
		return nil
	}
	return []service{{"antivirus", "check AANPAK_CLAMAV_URL and that clamd runs; files wait for it", a.Scanner.Ping}}
}

// checks is services and helpers as the administrator's page shows them.
func (a *App) checks(ctx context.Context) []site.Check {
	var out []site.Check
	for _, s := range append(a.services(), a.helpers()...) {
		start := time.Now()
		err := s.ping(ctx)
		c := site.Check{Name: s.name, OK: err == nil, Took: time.Since(start)}
		if err != nil {
			c.Detail = s.mend
			a.Log.Error("service does not answer", "service", s.name, "err", err)
		}
		out = append(out, c)
	}
	return out
}

// alive is for proxies and healers: a process that lives, whatever it needs. One that is about to end says so, for the proxy to
// ask another.
func alive(c *fiber.Ctx, server *httpd.Server) error {
	if server.Draining() {
		return c.Status(http.StatusServiceUnavailable).SendString("ending\n")
	}
	return c.SendString("ok\n")
}

// ready tells of each service whether it answers; the reasons stay in the log. A process that is about to end is not ready.
func (a *App) ready(c *fiber.Ctx, server *httpd.Server) error {
	out, status := map[string]string{}, http.StatusOK
	if server.Draining() {
		return c.Status(http.StatusServiceUnavailable).JSON(map[string]string{"process": "ending"})
	}
	for _, s := range a.services() {
		out[s.name] = "ok"
		if err := s.ping(c.UserContext()); err != nil {
			out[s.name], status = "unavailable", http.StatusServiceUnavailable
			a.Log.Error("service does not answer", "service", s.name, "err", err)
		}
	}
	return c.Status(status).JSON(out)
}

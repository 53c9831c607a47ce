package app

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/api"
	"github.com/aanpak/aanpak/internal/blob"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/scim"
	"github.com/aanpak/aanpak/internal/signin"
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
		People: a.People, Log: a.Log, URL: a.Config.URL, TrustedProxies: a.Config.TrustedProxies, Waits: a.Opening.Waits,
		Fail: func(c *fiber.Ctx, err error) error {
			switch {
			case httpd.IsAPI(c.Path()):
				return api.Fail(c, err)
			case httpd.IsSCIM(c.Path()):
				return scim.Fail(c, err)
			}
			return pages.Fail(c, err)
		},
	})
	pages = site.New(site.Options{
		Server: s, People: a.People, Notify: a.Notify, Live: a.Live, Groups: a.Groups, Library: a.Library, Reuse: a.Reuse, Spotlight: a.Spotlight, Social: a.Social, Insight: a.Insight, Opening: a.Opening, Links: a.Links, LookIn: a.LookIn, Share: a.Share, Privacy: a.Privacy, Tenders: a.Tenders, Find: a.Find, Synonyms: a.Synonyms, Trail: a.Trail, Questions: a.Questions, Jobs: a.Jobs, Indexer: a.Indexer,
		Data: a.DB, Log: a.Log, URL: a.Config.URL, Version: Version, Checks: a.checks, Space: a.space, Demo: a.Demo,
		Reindex: a.askReindex, Rebuilding: a.rebuilding, Sync: a.askSync, Directory: a.directoryState, SignIn: a.SignIn,
	})
	s.Mount(pages.Routes())
	api.Mount(api.Options{Server: s, People: a.People, Notify: a.Notify, Groups: a.Groups, Tenders: a.Tenders, Library: a.Library, Reuse: a.Reuse, Spotlight: a.Spotlight, Social: a.Social, Insight: a.Insight, Opening: a.Opening, Find: a.Find, Questions: a.Questions, LookIn: a.LookIn, Share: a.Share, URL: a.Config.URL, Version: Version})
	s.Mount(scim.Routes(scim.Options{People: a.People, URL: a.Config.URL}))
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
	closely    func(context.Context) error // nil where ping tells all
}

func (a *App) services() []service {
	list := []service{
		{"database", "check AANPAK_DATABASE_URL and that the server runs", a.DB.Ping, nil},
		{
			"files", "check AANPAK_BLOB_URL and the rights of its key, or the rights and space of the data folder", a.Blobs.Ping,
			func(ctx context.Context) error { return blob.Check(ctx, a.Blobs) },
		},
	}
	if a.Index != nil {
		mend := "stop the other process, or run aanpak reindex"
		if a.Config.SearchURL != "" {
			mend = "check AANPAK_SEARCH_URL and that the server runs"
		}
		list = append(list, service{"search", mend, a.Index.Ping, nil})
	}
	return list
}

// helpers are the parts without which requests are answered all the same: what they do waits for them.
func (a *App) helpers(ctx context.Context) []service {
	var list []service
	if a.Scanner != nil {
		list = append(list, service{"antivirus", "check AANPAK_CLAMAV_URL and that clamd runs; files wait for it", a.Scanner.Ping, nil})
	}
	if a.Mail != nil {
		list = append(list, service{"mail", "check AANPAK_SMTP_URL, its password and AANPAK_SMTP_CA, and that the server runs; messages wait for it", a.Mail.Ping, nil})
	}
	return append(list, a.elsewhere(ctx)...)
}

// elsewhere are the directory and the provider that people sign in by, where there are any. While the database is away it is not known.
func (a *App) elsewhere(ctx context.Context) (list []service) {
	w, err := a.SignIn.Now(ctx)
	if err != nil {
		return nil
	}
	for _, s := range []struct {
		name, mend string
		kind       signin.Kind
		ping       func(context.Context) error
	}{
		{"directory", "the server runs; who has a password of Aanpak's own still signs in", signin.LDAP, func(ctx context.Context) error { return w.Directory.Ping(ctx) }},
		{"provider", "the provider runs; the other ways to sign in work", signin.OIDC, func(ctx context.Context) error { return w.Provider.Ping(ctx) }},
	} {
		if w.Sources[s.kind] == signin.FromNowhere {
			continue
		}
		where := map[signin.Source]string{signin.FromEnvironment: "the " + w.Prefix(s.kind) + " variables", signin.FromPage: "/admin/sign-in/" + string(s.kind)}
		if err := w.Broken[s.kind]; err != nil {
			s.ping = func(context.Context) error { return err }
		}
		list = append(list, service{s.name, "check " + where[w.Sources[s.kind]] + ", and that " + s.mend, s.ping, nil})
	}
	return list
}

// checks is services and helpers as the administrator's page shows them.
func (a *App) checks(ctx context.Context) []site.Check {
	var out []site.Check
	for _, p := range a.ping(ctx, append(a.services(), a.helpers(ctx)...)) {
		c := site.Check{Name: p.name, OK: p.err == nil, Took: p.took}
		if p.err != nil {
			c.Detail = p.mend
		}
		out = append(out, c)
	}
	return out
}

// pinged is a service and how it answered.
type pinged struct {
	service
	err  error
	took time.Duration
}

// pingWait is how long a service may take to say that it is there.
const pingWait = 5 * time.Second

// ping asks services all at once and logs those that do not answer.
func (a *App) ping(ctx context.Context, list []service) []pinged {
	ctx, cancel := context.WithTimeout(ctx, pingWait)
	defer cancel()
	out := make([]pinged, len(list))
	var wg sync.WaitGroup
	for i, s := range list {
		wg.Go(func() {
			start := time.Now()
			err := s.ping(ctx)
			out[i] = pinged{s, err, time.Since(start)}
			if err != nil {
				a.Log.Error("service does not answer", "service", s.name, "err", err)
			}
		})
	}
	wg.Wait()
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
	for _, p := range a.ping(c.UserContext(), a.services()) {
		out[p.name] = "ok"
		if p.err != nil {
			out[p.name], status = "unavailable", http.StatusServiceUnavailable
		}
	}
	return c.Status(status).JSON(out)
}

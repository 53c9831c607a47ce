package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/config"
	"github.com/aanpak/aanpak/internal/demo"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/site"
)

type demoCmd struct {
	Addr string `help:"Address to listen on (AANPAK_ADDR); :0 picks a free port." placeholder:"HOST:PORT"`
}

// Run serves a fictional company from a folder that is gone afterwards, or from --data DIR, which is kept.
func (c *demoCmd) Run(k *call) (err error) {
	k.flags["AANPAK_ADDR"] = c.Addr
	clean, err := k.demoData()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, clean()) }()
	cfg, err := k.demoConfig()
	if err != nil {
		return err
	}
	if _, set := k.Lookup("AANPAK_CACHE"); !set {
		cfg.Cache = userCache(cfg.Cache)
	}
	a, err := New(k.ctx, cfg, k.logger(cfg), Parts{Search: true, Work: true})
	if err != nil {
		return err
	}
	defer closing(a, &err)
	return a.serveDemo(k)
}

// demoData sees to a folder: the one that was asked for, or a new one that clean removes.
func (k *call) demoData() (clean func() error, err error) {
	if k.flags["AANPAK_DATA"] != "" {
		return func() error { return nil }, nil
	}
	dir, err := os.MkdirTemp("", "aanpak-demo-")
	if err != nil {
		return nil, err
	}
	k.flags["AANPAK_DATA"] = dir
	return func() error { return os.RemoveAll(dir) }, nil
}

// demoConfig reads the settings but for those that name a real database, store or search server: the demo company must
// not end up between somebody's documents.
func (k *call) demoConfig() (*config.Config, error) {
	env := k.Lookup
	k.Lookup = func(name string) (string, bool) {
		switch strings.TrimSuffix(name, "_FILE") {
		case "AANPAK_DATABASE_URL", "AANPAK_BLOB_URL", "AANPAK_SEARCH_URL", "AANPAK_SMTP_URL":
			return "", false
		}
		return env(name)
	}
	defer func() { k.Lookup = env }()
	return k.config()
}

// userCache keeps what the reader compiles, so that only the first demo on a machine pays for it.
func userCache(otherwise string) string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return otherwise
	}
	return filepath.Join(dir, "aanpak")
}

// serveDemo lets in those whom it names at once; their colleagues, the tenders and documents arrive while they look
// around.
func (a *App) serveDemo(k *call) error {
	start := time.Now()
	to := demo.Target{People: a.People, Groups: a.Groups, Tenders: a.Tenders, Library: a.Library, Reuse: a.Reuse, Spotlight: a.Spotlight, Social: a.Social, Insight: a.Insight, Opening: a.Opening, Links: a.Links, Log: a.Log}
	if err := a.onlyDemo(k.ctx); err != nil {
		return err
	}
	if err := demo.LoadAccounts(k.ctx, to); err != nil {
		return err
	}
	a.Demo = &site.Demo{Password: demo.Password}
	for _, p := range demo.Accounts() {
		a.Demo.Emails = append(a.Demo.Emails, p.Email)
	}
	k.welcome(a.Config.Addr)
	ctx, cancel := context.WithCancel(k.ctx)
	defer cancel()
	loaded := make(chan error, 1)
	go func() {
		err := a.fillDemo(ctx, k, to, start)
		if err != nil {
			cancel() // a demo without documents shows nothing: end and say why
		}
		loaded <- err
	}()
	err := a.Serve(ctx, k, "all")
	cancel()
	if lerr := <-loaded; lerr != nil && k.ctx.Err() == nil {
		err = errors.Join(err, fmt.Errorf("load the demo company: %w", lerr))
	}
	return err
}

// onlyDemo refuses data in which real people have accounts: the demo's administrator has a password that everybody knows.
func (a *App) onlyDemo(ctx context.Context) error {
	some, err := a.People.Any(ctx)
	if err != nil || !some {
		return err
	}
	for _, p := range demo.Accounts() {
		if _, err := a.People.UserByEmail(ctx, p.Email); !errs.Is(err, errs.KindNotFound) {
			return err
		}
	}
	return usageError{fmt.Errorf("%s has real data: give the demo an empty folder", a.Config.Data)}
}

// fillDemo loads the company and says when everything can be found.
func (a *App) fillDemo(ctx context.Context, k *call, to demo.Target, start time.Time) error {
	if err := demo.Load(ctx, to, time.Now()); err != nil {
		return err
	}
	for {
		unfinished, err := a.Library.Count(ctx, auth.System(), library.Filter{Unfinished: true})
		if err != nil {
			return err
		}
		s, err := a.Indexer.State(ctx)
		if err != nil {
			return err
		}
		if unfinished == 0 && s.Waiting == s.Failing {
			break
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
	total, err := a.Library.Count(ctx, auth.System(), library.Filter{})
	if err != nil {
		return err
	}
	fmt.Fprintf(k.Stdout, "all %d documents can be found, %s after the start\n", total, time.Since(start).Round(100*time.Millisecond))
	return nil
}

// welcome says whom to sign in as.
func (k *call) welcome(addr string) {
	w := k.Stdout
	fmt.Fprintf(w, "\n%s, a fictional construction company. Every person has the password\n\n    %s\n\nSign in as\n\n", demo.Company, demo.Password)
	for _, p := range demo.Accounts() {
		fmt.Fprintf(w, "    %-26s %-15s %s\n", p.Email, p.Name, p.Function)
	}
	if host, port, err := net.SplitHostPort(addr); err == nil && port != "0" {
		if ip := net.ParseIP(host); host == "" || ip != nil && (ip.IsLoopback() || ip.IsUnspecified()) {
			host = "localhost"
		}
		fmt.Fprintf(w, "\nOpen http://%s and search for: bewoners communicatie renovatie\n", net.JoinHostPort(host, port))
	}
	fmt.Fprintln(w, "Stop with Ctrl-C. The documents arrive while you look around.")
	fmt.Fprintln(w)
}

package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/aanpak/aanpak/internal/httpd"
)

type serveCmd struct {
	Addr string `help:"Address to listen on (AANPAK_ADDR); :0 picks a free port." placeholder:"HOST:PORT"`
	URL  string `help:"Public address, for links (AANPAK_URL)." placeholder:"URL"`
	Role string `help:"all, web (answers only) or worker (works only)." default:"all" enum:"all,web,worker"`
}

// Run serves until the process is asked to end.
func (c *serveCmd) Run(k *call) (err error) {
	k.flags["AANPAK_ADDR"], k.flags["AANPAK_URL"] = c.Addr, c.URL
	cfg, err := k.config()
	if err != nil {
		return err
	}
	if c.Role != "all" && cfg.Embedded() {
		return usageError{errors.New("--role web and worker need PostgreSQL, an S3 store and a search server: the embedded data belongs to one process; leave --role out")}
	}
	a, err := New(k.ctx, cfg, k.logger(cfg), Parts{Search: true, Work: c.Role != "web"})
	if err != nil {
		return err
	}
	defer closing(a, &err)
	return a.Serve(k.ctx, k, c.Role)
}

// Serve answers requests and works, as the role says, until ctx ends; then it lets what runs finish.
func (a *App) Serve(ctx context.Context, k *call, role string) (err error) {
	if err := a.Synonyms.Load(ctx); err != nil {
		return err
	}
	defer a.listen(ctx)()
	defer a.count(ctx)()
	stopMetrics, err := a.serveMetrics()
	if err != nil {
		return err
	}
	defer stopMetrics()
	if role != "web" {
		stop, err := a.Work(ctx)
		if err != nil {
			return err
		}
		defer stop()
	}
	if role == "worker" {
		<-ctx.Done()
		return nil
	}
	l, err := net.Listen("tcp", a.Config.Addr)
	if err != nil {
		return fmt.Errorf("listen on %s: %w", a.Config.Addr, errors.Unwrap(err))
	}
	address := "http://" + l.Addr().String()
	server := a.Web()
	if err := a.firstLink(ctx, k, address); err != nil {
		return err
	}
	done := make(chan error, 1)
	go func() { done <- server.Serve(l) }()
	fmt.Fprintf(k.Stdout, "listening on %s\n", address)
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	return a.end(server)
}

// finishIn is how long requests that run may go on after the listener is closed: a large upload, say.
const finishIn = 20 * time.Second

// end stops answering without a failed request: first it says that it is about to end and answers on, until proxies have noticed,
// then it closes the door and lets what runs finish.
func (a *App) end(server *httpd.Server) error {
	server.Drain()
	time.Sleep(a.Config.Drain)
	ctx, cancel := context.WithTimeout(context.Background(), finishIn)
	defer cancel()
	return server.Shutdown(ctx)
}

// listen hears what other processes change until the returned function is called.
func (a *App) listen(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var wg sync.WaitGroup
	wg.Go(func() {
		a.DB.Listen(ctx, func(err error) { a.Log.Warn("not hearing what other processes change", "err", err) })
	})
	return func() { cancel(); wg.Wait() }
}

// count counts what is asked until the returned function is called, which writes the last of it.
func (a *App) count(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var wg sync.WaitGroup
	wg.Go(func() { a.Questions.Run(ctx) })
	return func() { cancel(); wg.Wait() }
}

// firstLink prints, where there is nobody yet, the one-time link with which the first administrator is made.
func (a *App) firstLink(ctx context.Context, k *call, address string) error {
	some, err := a.People.Any(ctx)
	if err != nil || some {
		return err
	}
	secret, err := a.People.SetupLink(ctx)
	if err != nil {
		return err
	}
	if a.Config.URL != "" {
		address = a.Config.URL
	}
	fmt.Fprintf(k.Stderr, "Nobody has an account yet. Make the first administrator within 24 hours at:\n%s/invite/%s\n", address, secret)
	return nil
}

// Work runs jobs and keeps the index up to date until stop is called.
func (a *App) Work(ctx context.Context) (stop func(), err error) {
	if err := a.Jobs.Start(ctx); err != nil {
		return nil, err
	}
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var wg sync.WaitGroup
	wg.Go(func() { a.Indexer.Run(work) })
	wg.Go(func() { a.fillFresh(work) })
	return func() {
		end, done := context.WithTimeout(context.Background(), 25*time.Second)
		defer done()
		if err := a.Jobs.Stop(end); err != nil {
			a.Log.Warn("stop jobs", "err", err)
		}
		cancel()
		wg.Wait()
	}, nil
}

// fillFresh marks everything for an index that is new, for example after an update that indexes otherwise. A search server that
// is away may turn out to be empty when it answers.
func (a *App) fillFresh(ctx context.Context) {
	if a.Index.Ready(ctx) != nil || !a.Index.Fresh() {
		return
	}
	if err := a.Indexer.MarkAll(ctx); err != nil && ctx.Err() == nil {
		a.Log.Error("fill the new search index", "err", err)
	}
}

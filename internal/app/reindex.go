package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/jobs"
	"github.com/aanpak/aanpak/internal/search"
	"github.com/aanpak/aanpak/internal/site"
)

// reindexJob rebuilds the index in the process that has it open, where a command in another asks for it.
var reindexJob = jobs.Job[struct{}]{Name: "search.reindex", Timeout: 6 * time.Hour, Attempts: 1, Once: true}

// rebuild fills a new index beside the one in use, which answers meanwhile, and returns how many things it holds.
func (a *App) rebuild(ctx context.Context, progress func(done, total int)) (n int, err error) {
	err = a.Indexer.Rebuild(ctx, a.Index, func(done, total int) { n = done; progress(done, total) })
	return n, err
}

func (a *App) handleReindex() {
	jobs.Handle(a.Jobs, reindexJob, func(ctx context.Context, _ jobs.Run, _ struct{}) error {
		n, err := a.rebuild(ctx, func(int, int) {})
		switch {
		case errors.Is(err, search.ErrAway) && ctx.Err() == nil:
			return jobs.Later(err)
		case err == nil:
			a.Log.InfoContext(ctx, "search index rebuilt", "things", n)
		}
		return err
	})
}

// askReindex has a working process rebuild the index.
func (a *App) askReindex(ctx context.Context) error {
	err := a.DB.InTx(ctx, func(ctx context.Context, tx bun.Tx) error { return reindexJob.Enqueue(ctx, a.Jobs, tx, struct{}{}) })
	return db.Classify(err)
}

// rebuilding tells how far the rebuild is that runs, or that one is to begin.
func (a *App) rebuilding(ctx context.Context) (site.Rebuilding, error) {
	p, running, err := a.Indexer.Rebuilding(ctx)
	if err != nil || running {
		return site.Rebuilding{On: running, Done: p.Done, Total: p.Total}, err
	}
	live, err := jobs.Live(ctx, a.Jobs, reindexJob)
	return site.Rebuilding{On: len(live) > 0}, err
}

type reindexCmd struct{}

// Run rebuilds the index. Where a server has the embedded index open, that server does it and this command waits.
func (reindexCmd) Run(k *call) (err error) {
	a, err := k.open(Parts{Search: true})
	if isLocked(err) {
		return reindexByServer(k)
	}
	if err != nil {
		return err
	}
	defer closing(a, &err)
	start := time.Now()
	g := newGauge(k.Stdout, "indexed")
	n, err := a.rebuild(k.ctx, g.at)
	g.end()
	if err != nil {
		return err
	}
	fmt.Fprintf(k.Stdout, "%d things indexed in %s\n", n, time.Since(start).Round(time.Millisecond))
	return nil
}

func reindexByServer(k *call) (err error) {
	a, err := k.open(Parts{})
	if err != nil {
		return err
	}
	defer closing(a, &err)
	if err := a.askReindex(k.ctx); err != nil {
		return err
	}
	fmt.Fprintln(k.Stdout, "the running server rebuilds its index")
	return a.waitReindexed(k)
}

// waitReindexed waits until the serving process has done the job, and says how it ended.
func (a *App) waitReindexed(k *call) error {
	g := newGauge(k.Stdout, "indexed")
	defer g.end()
	for {
		if p, running, err := a.Indexer.Rebuilding(k.ctx); err == nil && running {
			g.at(p.Done, p.Total)
		}
		live, err := jobs.Live(k.ctx, a.Jobs, reindexJob)
		if err != nil {
			return err
		}
		if len(live) == 0 {
			break
		}
		select {
		case <-k.ctx.Done():
			return errors.New("interrupted: the running server goes on")
		case <-time.After(200 * time.Millisecond):
		}
	}
	last, err := a.Jobs.List(k.ctx, 100, "completed", "discarded", "cancelled")
	if err != nil {
		return err
	}
	for _, j := range last {
		if j.Name == reindexJob.Name && j.State != "completed" {
			return fmt.Errorf("the running server could not rebuild its index: %s", j.Failure)
		}
		if j.Name == reindexJob.Name {
			break
		}
	}
	g.end()
	fmt.Fprintln(k.Stdout, "done")
	return nil
}

package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/jobs"
)

// reindexJob rebuilds the index in the process that has it open, where a command in another asks for it.
var reindexJob = jobs.Job[struct{}]{Name: "search.reindex", Timeout: 6 * time.Hour, Attempts: 1, Once: true}

// rebuild fills a new index beside the one in use, which answers meanwhile, and returns how many things it holds.
func (a *App) rebuild(ctx context.Context) (n int, err error) {
	err = a.Indexer.Rebuild(ctx, a.Index, func(done int) { n = done })
	return n, err
}

func (a *App) handleReindex() {
	jobs.Handle(a.Jobs, reindexJob, func(ctx context.Context, _ jobs.Run, _ struct{}) error {
		n, err := a.rebuild(ctx)
		if err == nil {
			a.Log.Info("search index rebuilt", "things", n)
		}
		return err
	})
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
	n, err := a.rebuild(k.ctx)
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
	err = a.DB.InTx(k.ctx, func(ctx context.Context, tx bun.Tx) error { return reindexJob.Enqueue(ctx, a.Jobs, tx, struct{}{}) })
	if err != nil {
		return err
	}
	fmt.Fprintln(k.Stdout, "the running server rebuilds its index")
	return a.waitReindexed(k)
}

// waitReindexed waits until the serving process has done the job, and says how it ended.
func (a *App) waitReindexed(k *call) error {
	for {
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
	fmt.Fprintln(k.Stdout, "done")
	return nil
}

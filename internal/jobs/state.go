package jobs

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
)

// Entry is a job as an administrator sees it.
type Entry struct {
	ID        int64
	Name      string
	State     string // available, running, retryable, scheduled, discarded, cancelled, completed
	Attempt   int
	Attempts  int
	Args      json.RawMessage
	Failure   string // of the last attempt
	RequestID string // of the request that led to it; "" where none did
	CreatedAt time.Time
	NextAt    time.Time
}

// Counts returns the number of jobs per state.
func (r *Runner) Counts(ctx context.Context) (map[string]int, error) {
	var rows []struct {
		State string
		N     int
	}
	err := r.db.Reader().NewRaw("SELECT state, count(*) AS n FROM river_job GROUP BY state").Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("count jobs: %w", err)
	}
	out := make(map[string]int, len(rows))
	for _, row := range rows {
		out[row.State] = row.N
	}
	return out, nil
}

// List returns at most limit jobs in the states, newest first.
func (r *Runner) List(ctx context.Context, limit int, states ...string) ([]Entry, error) {
	p := river.NewJobListParams().First(limit).OrderBy(river.JobListOrderByID, river.SortOrderDesc)
	if len(states) > 0 {
		s := make([]rivertype.JobState, len(states))
		for i, name := range states {
			s[i] = rivertype.JobState(name)
		}
		p = p.States(s...)
	}
	res, err := r.client.JobList(ctx, p)
	if err != nil {
		return nil, fmt.Errorf("list jobs: %w", err)
	}
	out := make([]Entry, 0, len(res.Jobs))
	for _, j := range res.Jobs {
		e := Entry{
			ID: j.ID, Name: j.Kind, State: string(j.State), Attempt: j.Attempt, Attempts: j.MaxAttempts,
			Args: j.EncodedArgs, CreatedAt: j.CreatedAt, NextAt: j.ScheduledAt, RequestID: carried(j.Metadata).RequestID,
		}
		if n := len(j.Errors); n > 0 {
			e.Failure = j.Errors[n-1].Error
		}
		out = append(out, e)
	}
	return out, nil
}

// Retry makes a job available again now, whatever its state.
func (r *Runner) Retry(ctx context.Context, id int64) error {
	if _, err := r.client.JobRetry(ctx, id); err != nil {
		return errs.NotFound("job").Because(err)
	}
	return nil
}

// Live returns the arguments of every job of a name that waits or runs.
func Live[A any](ctx context.Context, r *Runner, j Job[A]) ([]A, error) {
	var rows []struct{ Args string }
	err := r.db.Reader().NewRaw(`SELECT `+r.argsText()+` AS args FROM river_job
		WHERE kind = ? AND state IN ('available', 'pending', 'running', 'retryable', 'scheduled')`, j.Name).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("live jobs %s: %w", j.Name, err)
	}
	out := make([]A, len(rows))
	for i, row := range rows {
		if err := json.Unmarshal([]byte(row.Args), &out[i]); err != nil {
			return nil, fmt.Errorf("arguments of %s: %w", j.Name, err)
		}
	}
	return out, nil
}

// Waiting is a job that has not ended, in a form that outlives the runner's tables.
type Waiting struct {
	Name string          `json:"name"`
	Args json.RawMessage `json:"args"`
}

// AllWaiting returns the jobs that have not ended, oldest first, as d sees them.
func (r *Runner) AllWaiting(ctx context.Context, d bun.IDB) ([]Waiting, error) {
	var rows []struct{ Kind, Args string }
	err := d.NewRaw(`SELECT kind, `+r.argsText()+` AS args FROM river_job
		WHERE state IN ('available', 'pending', 'running', 'retryable', 'scheduled') ORDER BY id`).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("waiting jobs: %w", err)
	}
	out := make([]Waiting, len(rows))
	for i, row := range rows {
		out[i] = Waiting{row.Kind, json.RawMessage(row.Args)}
	}
	return out, nil
}

// Again enqueues a job that waited elsewhere. One whose kind this version does not know is refused.
func (r *Runner) Again(ctx context.Context, tx bun.Tx, w Waiting) error {
	d, ok := r.known[w.Name]
	if !ok {
		return fmt.Errorf("enqueue %s again: there is no such job", w.Name)
	}
	if _, err := r.client.InsertTx(ctx, tx.Tx, envelope{name: d.name, Args: w.Args}, d.insertOpts()); err != nil {
		return fmt.Errorf("enqueue %s again: %w", w.Name, err)
	}
	return nil
}

// argsText is the arguments of a job as text: River keeps SQLite's binary JSON.
func (r *Runner) argsText() string {
	if r.db.Dialect == db.SQLite {
		return "json(args)"
	}
	return "args::text"
}

package jobs

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/db"
)

// Line is the jobs of one name that have not ended well, or not yet.
type Line struct {
	Name      string
	Waiting   int // for a worker
	Running   int
	Retrying  int       // failed, and wait for their next attempt
	Discarded int       // failed, and given up
	Oldest    time.Time // since when the first of those waiting could have run; zero where none waits
}

// add counts jobs in one of River's states.
func (l *Line) add(state string, n int) {
	switch state {
	case "available", "pending":
		l.Waiting += n
	case "running":
		l.Running += n
	case "retryable":
		l.Retrying += n
	case "discarded", "cancelled":
		l.Discarded += n
	}
}

// Lines returns a line for each name of jobs that this version knows, by name. Those that are planned for later are not counted, and
// neither are those that ended well.
func (r *Runner) Lines(ctx context.Context) ([]Line, error) {
	var rows []struct {
		Kind, State string
		N           int
		Oldest      bun.NullTime
	}
	err := r.db.Reader().NewRaw(`SELECT kind, state, count(*) AS n, min(scheduled_at) AS oldest FROM river_job
		WHERE state IN ('available', 'pending', 'running', 'retryable', 'discarded', 'cancelled') GROUP BY kind, state`).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("lines of jobs: %w", db.Classify(err))
	}
	lines := map[string]*Line{}
	for name := range r.known {
		lines[name] = &Line{Name: name}
	}
	for _, row := range rows {
		l := lines[row.Kind]
		if l == nil {
			continue // of another version
		}
		l.add(row.State, row.N)
		if row.State == "available" {
			l.Oldest = row.Oldest.Time
		}
	}
	out := make([]Line, 0, len(lines))
	for _, l := range lines {
		out = append(out, *l)
	}
	slices.SortFunc(out, func(a, b Line) int { return cmp.Compare(a.Name, b.Name) })
	return out, nil
}

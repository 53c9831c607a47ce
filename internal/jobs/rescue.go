package jobs

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/db"
)

// rescueEvery is how often a worker looks for jobs that somebody left running.
const rescueEvery = 5 * time.Second

// leftFor is how long a job of this process may be marked as running while nothing runs it: the runner writes its end a little
// later than the handler returns.
const leftFor = 20 * time.Second

// rescuer makes jobs available again whose process was killed, or whose end could not be written because the database was away.
//
// On PostgreSQL each worker holds a name, which the server lets go when the worker's connection ends: what a worker without its
// name has left running is free at once, rather than after the longest time that any job may take. A worker that only lost its
// connection takes its name again; should another have been quicker, a job runs twice, which every handler bears.
type rescuer struct {
	db *db.DB
	id string // of this worker, as River writes it down

	mu      sync.Mutex
	running map[int64]bool
}

// begin and end note that this process runs a job.
func (s *rescuer) begin(id int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running[id] = true
}

func (s *rescuer) end(id int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.running, id)
}

func (s *rescuer) runs(id int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.running[id]
}

// run keeps this worker's name and frees what others left, until ctx ends. failed hears of what went wrong.
func (s *rescuer) run(ctx context.Context, held *db.Held, failed func(error)) {
	defer func() {
		if held != nil {
			held.Release(ctx)
		}
	}()
	tick := time.NewTicker(rescueEvery)
	defer tick.Stop()
	for {
		var err error
		if held, err = s.keep(ctx, held); err == nil {
			err = s.rescue(ctx)
		}
		if err != nil && ctx.Err() == nil {
			failed(err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// keep holds this worker's name, anew where the connection was lost.
func (s *rescuer) keep(ctx context.Context, held *db.Held) (*db.Held, error) {
	if s.db.Dialect == db.SQLite {
		return nil, nil
	}
	if held != nil {
		if held.Alive(ctx) == nil {
			return held, nil
		}
		held.Release(ctx)
	}
	return s.db.Hold(ctx, workerName(s.id))
}

func workerName(id string) string { return "worker:" + id }

// left is a job that is marked as running.
type left struct {
	ID          int64
	Worker      string
	AttemptedAt time.Time
}

func (s *rescuer) rescue(ctx context.Context) error {
	list, err := s.marked(ctx)
	if err != nil {
		return err
	}
	var free []int64
	dead := map[string]bool{}
	for _, job := range list {
		if job.Worker == s.id || s.db.Dialect == db.SQLite {
			if !s.runs(job.ID) && time.Since(job.AttemptedAt) > leftFor {
				free = append(free, job.ID)
			}
			continue
		}
		if _, asked := dead[job.Worker]; !asked {
			if dead[job.Worker], err = s.isDead(ctx, job.Worker); err != nil {
				return err
			}
		}
		if dead[job.Worker] {
			free = append(free, job.ID)
		}
	}
	return s.free(ctx, free)
}

func (s *rescuer) marked(ctx context.Context) (list []left, err error) {
	worker := "attempted_by[array_upper(attempted_by, 1)]"
	if s.db.Dialect == db.SQLite {
		worker = "''"
	}
	err = s.db.Reader().NewRaw("SELECT id, coalesce("+worker+", '') AS worker, attempted_at FROM river_job WHERE state = 'running'").Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("look for jobs left running: %w", db.Classify(err))
	}
	return list, nil
}

// isDead tells whether nobody holds a worker's name.
func (s *rescuer) isDead(ctx context.Context, worker string) (bool, error) {
	h, err := s.db.Hold(ctx, workerName(worker))
	if h == nil {
		return false, err
	}
	h.Release(ctx)
	return true, nil
}

func (s *rescuer) free(ctx context.Context, ids []int64) error {
	if len(ids) == 0 {
		return nil
	}
	slices.Sort(ids)
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewRaw("UPDATE river_job SET state = 'available' WHERE state = 'running' AND id IN (?)", bun.List(ids)).Exec(ctx)
		return db.Classify(err)
	})
}

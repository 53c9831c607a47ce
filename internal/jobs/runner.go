package jobs

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
	"runtime/debug"
	"sync"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
	"github.com/rs/xid"

	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/trace"
)

// Runner enqueues jobs and, once started, runs them.
type Runner struct {
	db       *db.DB
	log      *slog.Logger
	workers  *river.Workers
	known    map[string]definition
	periodic []*river.PeriodicJob
	client   *river.Client[*sql.Tx]
	started  bool
	rescuer  *rescuer
	stop     context.CancelFunc // of the rescuer
	resting  sync.WaitGroup
	observe  func(Ended)   // nil = nobody asks
	tracer   *trace.Tracer // nil = no spans
}

// New returns a runner. Declare handlers, then Open, then Start where this process works.
func New(d *db.DB, log *slog.Logger) *Runner {
	return &Runner{
		db: d, log: log, workers: river.NewWorkers(), known: map[string]definition{},
		rescuer: &rescuer{db: d, id: "aanpak_" + xid.New().String(), running: map[int64]bool{}},
	}
}

// Observe calls f after each attempt. Call it before Start.
func (r *Runner) Observe(f func(Ended)) { r.observe = f }

// Trace gives each attempt a span. Call it before Start.
func (r *Runner) Trace(t *trace.Tracer) { r.tracer = t }

func (r *Runner) add(d definition, f func(context.Context, Run, json.RawMessage) error) {
	if _, ok := r.known[d.name]; ok {
		panic("jobs: two handlers for " + d.name)
	}
	r.known[d.name] = d
	river.AddWorkerArgs(r.workers, envelope{name: d.name}, &worker{definition: d, run: f, runner: r})
}

// Open makes the runner ready to enqueue. queues says how many jobs of each queue run at once after Start; a process
// that only enqueues passes nil.
func (r *Runner) Open(queues map[string]int) error {
	cfg := &river.Config{
		ID:                   r.rescuer.id,
		Workers:              r.workers,
		Logger:               slog.New(quiet{r.log.Handler()}),
		FetchPollInterval:    time.Second,
		FetchCooldown:        20 * time.Millisecond,
		RetryPolicy:          retryPolicy{},
		RescueStuckJobsAfter: 30 * time.Minute,
		JobTimeout:           -1, // each job brings its own
		SoftStopTimeout:      20 * time.Second,
	}
	if len(queues) > 0 {
		cfg.PeriodicJobs = r.periodic
		cfg.Queues = map[string]river.QueueConfig{}
		for name, n := range queues {
			cfg.Queues[name] = river.QueueConfig{MaxWorkers: n}
		}
		for name, d := range r.known {
			if _, ok := queues[d.queue]; !ok {
				return fmt.Errorf("jobs: %s waits in queue %q, which nobody works", name, d.queue)
			}
		}
	}
	client, err := river.NewClient(r.db.JobDriver(), cfg)
	if err != nil {
		return fmt.Errorf("jobs: %w", err)
	}
	r.client = client
	return nil
}

// Start begins to run jobs; Stop ends it. On SQLite, where one process serves the data, jobs that were running when the
// last process ended are made available again at once; on PostgreSQL soon, see rescuer.
func (r *Runner) Start(ctx context.Context) error {
	if r.db.Dialect == db.SQLite {
		if _, err := r.db.SQL().ExecContext(ctx, "UPDATE river_job SET state = 'available' WHERE state = 'running'"); err != nil {
			return fmt.Errorf("jobs: free those of the last process: %w", err)
		}
	}
	held, err := r.rescuer.keep(ctx, nil) // before the first job is taken: nobody may take it for a dead worker's
	if err != nil {
		return fmt.Errorf("jobs: take this worker's name: %w", err)
	}
	// The client must outlive ctx: it ends by Stop, which lets running jobs finish.
	outlive, stop := context.WithCancel(context.WithoutCancel(ctx))
	if err := r.client.Start(outlive); err != nil {
		stop()
		return fmt.Errorf("jobs: %w", err)
	}
	r.stop = stop
	r.resting.Go(func() {
		r.rescuer.run(outlive, held, func(err error) { r.log.Warn("jobs left running were not looked for", "err", err) })
	})
	r.started = true
	return nil
}

// Stop waits for running jobs until ctx ends and then cancels them. What was cancelled runs again at the next start.
func (r *Runner) Stop(ctx context.Context) error {
	if !r.started {
		return nil
	}
	r.started = false
	defer r.resting.Wait()
	defer r.stop()
	return r.client.Stop(ctx)
}

// worker runs one kind of job for River.
type worker struct {
	river.WorkerDefaults[envelope]
	definition
	run    func(context.Context, Run, json.RawMessage) error
	runner *Runner
}

func (w *worker) Timeout(*river.Job[envelope]) time.Duration { return w.timeout }

func (w *worker) Work(ctx context.Context, job *river.Job[envelope]) error {
	w.runner.rescuer.begin(job.ID)
	defer w.runner.rescuer.end(job.ID)
	from := carried(job.Metadata)
	ctx, span := w.runner.tracer.Job(trace.WithRequestID(ctx, from.RequestID), "job "+w.name, from, trace.Int("job.attempt", job.Attempt))
	run := Run{ID: job.ID, Attempt: job.Attempt, Last: job.Attempt >= job.MaxAttempts}
	start := time.Now()
	err := w.attempt(ctx, run, job.Args.Args)
	span.End(err)
	return w.ended(ctx, run, time.Since(start), err)
}

// attempt runs the handler. A panic is a failure like any other: without its end, nobody would count it.
func (w *worker) attempt(ctx context.Context, run Run, args json.RawMessage) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
			w.runner.log.ErrorContext(ctx, "job panicked", "job", w.name, "job_id", run.ID, "err", err, "stack", string(debug.Stack()))
		}
	}()
	return w.run(ctx, run, args)
}

// ended logs an attempt and turns its error into River's.
func (w *worker) ended(ctx context.Context, run Run, took time.Duration, err error) error {
	log := w.runner.log.With("job", w.name, "job_id", run.ID, "attempt", run.Attempt, "ms", took.Milliseconds())
	outcome, out := Done, err
	switch {
	case err == nil:
		log.DebugContext(ctx, "job done")
	case IsLater(err):
		outcome, out = PutOff, river.JobSnooze(laterAfter)
		log.WarnContext(ctx, "job waits for what is away", "err", err)
	case isGivenUp(err):
		outcome, out = GivenUp, river.JobCancel(err)
		log.WarnContext(ctx, "job given up", "err", err)
	default:
		if outcome = Failed; run.Last {
			outcome = GivenUp
		}
		log.WarnContext(ctx, "job failed", "err", err, "last", run.Last)
	}
	if w.runner.observe != nil {
		w.runner.observe(Ended{w.name, outcome, took})
	}
	return out
}

// carried is what came along with a job; jobs that no request asked for have nothing.
func carried(metadata []byte) (c trace.Carrier) {
	_ = json.Unmarshal(metadata, &c)
	return c
}

// laterAfter is how soon a job is tried again that Later put off.
const laterAfter = 5 * time.Second

// retryPolicy waits 2, 8, 18, 32 … seconds with a little chance, at most ten minutes.
type retryPolicy struct{}

func (retryPolicy) NextRetry(job *rivertype.JobRow) time.Time {
	n := float64(job.Attempt)
	wait := math.Min(2*n*n, 600) * (0.9 + 0.2*rand.Float64())
	return time.Now().Add(time.Duration(wait * float64(time.Second)))
}

// quiet passes only warnings of River on: its every start and stop is no news.
type quiet struct{ slog.Handler }

func (q quiet) Enabled(_ context.Context, l slog.Level) bool { return l >= slog.LevelWarn }
func (q quiet) WithAttrs(a []slog.Attr) slog.Handler         { return quiet{q.Handler.WithAttrs(a)} }

func (q quiet) WithGroup(n string) slog.Handler { return quiet{q.Handler.WithGroup(n)} }

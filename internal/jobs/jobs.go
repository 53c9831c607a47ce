// Package jobs runs durable work: a job is written in the transaction of what it is about, runs after the commit,
// is tried again with a growing pause when it fails, and stays visible with its failure.
//
// It is a thin layer on River, so that domains declare jobs as values and never see the runner behind. A job may run
// twice (a process can be killed after the work and before the tick), so every handler must bear that.
package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/trace"
)

// Job declares a kind of work with arguments of type A, which must survive JSON.
type Job[A any] struct {
	Name     string        // unique, for example "library.read"; kept in the database
	Queue    string        // jobs of one queue share workers; "default" when empty
	Timeout  time.Duration // for one attempt; one minute when zero
	Attempts int           // before it is given up; 5 when zero
	// Once leaves out a job while the same job with the same arguments waits or runs.
	Once bool
}

// Ended tells of an attempt that has ended.
type Ended struct {
	Name    string
	Outcome Outcome
	Took    time.Duration
}

// Outcome is how an attempt ended.
type Outcome string

// The outcomes.
const (
	Done    Outcome = "done"
	Failed  Outcome = "failed"   // another attempt may follow
	GivenUp Outcome = "given_up" // none follows
	PutOff  Outcome = "put_off"  // what it needs is away; the attempt does not count
)

// Run is what a handler knows of the attempt it makes.
type Run struct {
	ID      int64
	Attempt int  // from 1
	Last    bool // no other attempt follows a failure of this one
}

// envelope carries any job's name and arguments as River wants them.
type envelope struct {
	name string
	Args json.RawMessage
}

func (e envelope) Kind() string                  { return e.name }
func (e envelope) MarshalJSON() ([]byte, error)  { return e.Args, nil }
func (e *envelope) UnmarshalJSON(b []byte) error { e.Args = append(e.Args[:0], b...); return nil }

// definition is a Job without its type parameter.
type definition struct {
	name, queue string
	timeout     time.Duration
	attempts    int
	once        bool
}

func (j Job[A]) definition() definition {
	d := definition{name: j.Name, queue: j.Queue, timeout: j.Timeout, attempts: j.Attempts, once: j.Once}
	if d.queue == "" {
		d.queue = river.QueueDefault
	}
	if d.timeout == 0 {
		d.timeout = time.Minute
	}
	if d.attempts == 0 {
		d.attempts = 5
	}
	return d
}

func (d definition) insertOpts() *river.InsertOpts {
	o := &river.InsertOpts{Queue: d.queue, MaxAttempts: d.attempts}
	if d.once {
		o.UniqueOpts = river.UniqueOpts{ByArgs: true, ByState: []rivertype.JobState{
			rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRunning,
			rivertype.JobStateRetryable, rivertype.JobStateScheduled,
		}}
	}
	return o
}

// Enqueue writes the job in the transaction: it runs when tx commits and never when it does not. The id of the request that ctx is
// of goes along, and so do its trace and those of the jobs that this one enqueues.
func (j Job[A]) Enqueue(ctx context.Context, r *Runner, tx bun.Tx, args A) error {
	body, err := json.Marshal(args)
	if err != nil {
		return fmt.Errorf("enqueue %s: %w", j.Name, err)
	}
	d := j.definition()
	opts := d.insertOpts()
	if opts.Metadata, err = json.Marshal(trace.Carry(ctx)); err != nil {
		return fmt.Errorf("enqueue %s: %w", j.Name, err)
	}
	if _, err := r.client.InsertTx(ctx, tx.Tx, envelope{name: d.name, Args: body}, opts); err != nil {
		return fmt.Errorf("enqueue %s: %w", j.Name, err)
	}
	return nil
}

// Handle says what runs a job. It must be called for every job before Open.
func Handle[A any](r *Runner, j Job[A], f func(context.Context, Run, A) error) {
	d := j.definition()
	r.add(d, func(ctx context.Context, run Run, body json.RawMessage) error {
		var args A
		if err := json.Unmarshal(body, &args); err != nil {
			return GiveUp(fmt.Errorf("arguments of %s: %w", d.name, err))
		}
		return f(ctx, run, args)
	})
}

// Every enqueues the job at start and then at the interval, once for all processes together.
func Every[A any](r *Runner, j Job[A], interval time.Duration, args A) {
	d := j.definition()
	d.once = true
	body, err := json.Marshal(args)
	if err != nil {
		panic(err) // a programming error, seen at start
	}
	r.periodic = append(r.periodic, river.NewPeriodicJob(river.PeriodicInterval(interval),
		func() (river.JobArgs, *river.InsertOpts) { return envelope{name: d.name, Args: body}, d.insertOpts() },
		&river.PeriodicJobOpts{RunOnStart: true}))
}

// Nightly enqueues the job every day at a time after midnight of the machine's zone, once for all processes together. A night in which no
// process ran is left out.
func Nightly[A any](r *Runner, j Job[A], at time.Duration, args A) {
	d := j.definition()
	d.once = true
	body, err := json.Marshal(args)
	if err != nil {
		panic(err) // a programming error, seen at start
	}
	r.periodic = append(r.periodic, river.NewPeriodicJob(daily(at),
		func() (river.JobArgs, *river.InsertOpts) { return envelope{name: d.name, Args: body}, d.insertOpts() }, nil))
}

// daily is a time of every day, after midnight.
type daily time.Duration

// Next is the first such time after now.
func (d daily) Next(now time.Time) time.Time {
	for day := 0; ; day++ {
		y, m, n := now.AddDate(0, 0, day).Date()
		if t := time.Date(y, m, n, 0, 0, int(time.Duration(d).Seconds()), 0, now.Location()); t.After(now) { // by the clock on the wall
			return t
		}
	}
}

// givenUp marks an error after which another attempt is useless.
type givenUp struct{ error }

func (g givenUp) Unwrap() error { return g.error }

// GiveUp wraps an error after which another attempt is useless.
func GiveUp(err error) error { return givenUp{err} }

func isGivenUp(err error) bool {
	var g givenUp
	return errors.As(err, &g)
}

// later marks an error that is not the job's fault.
type later struct{ error }

func (l later) Unwrap() error { return l.error }

// Later wraps an error for which the job cannot be blamed, such as a store that is away: it is tried again soon, as often as it
// takes, and the attempt does not count.
func Later(err error) error { return later{err} }

// IsLater tells whether an error was wrapped by Later.
func IsLater(err error) bool {
	var l later
	return errors.As(err, &l)
}

package index

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync/atomic"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/search"
)

// batchParents and batchEntries bound what goes to the engine at once: the measured sweet spot is 200–500 entries.
const (
	batchParents = 64
	batchEntries = 500
)

// Source gives the entries of things of one type as they are in the database now.
type Source interface {
	// Entries calls f with the entries of each id; a thing that is gone or not to be found gets none.
	Entries(ctx context.Context, ids []string, f func(id string, entries []search.Entry) error) error
	// IDs calls f with every id that can be found, for a rebuild.
	IDs(ctx context.Context, f func(ids []string) error) error
}

// Indexer moves marks into the search engine.
type Indexer struct {
	db      *db.DB
	engine  search.Index
	log     *slog.Logger
	sources map[search.Type]Source
	wake    chan struct{}
	done    atomic.Int64 // things indexed since the start
}

// New returns an indexer without sources.
func New(d *db.DB, engine search.Index, log *slog.Logger) *Indexer {
	return &Indexer{db: d, engine: engine, log: log, sources: map[search.Type]Source{}, wake: make(chan struct{}, 1)}
}

// Add says where the things of a type come from.
func (x *Indexer) Add(typ search.Type, s Source) { x.sources[typ] = s }

// Wake lets Run look for marks now rather than at its next tick.
func (x *Indexer) Wake() {
	select {
	case x.wake <- struct{}{}:
	default:
	}
}

// Run indexes marks until ctx ends. It looks when woken and every 500 ms, since marks may come from other processes.
func (x *Indexer) Run(ctx context.Context) {
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	for {
		n, err := x.turn(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			x.log.Error("index", "err", err)
			if !sleep(ctx, 2*time.Second) {
				return
			}
		case n > 0:
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-x.wake:
		}
	}
}

func sleep(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

// Step indexes the oldest marks, some dozens, and returns how many it took. One process at a time does so: two could hand
// the engine an older state after a newer one.
func (x *Indexer) Step(ctx context.Context) (n int, err error) {
	err = x.db.Exclusive(ctx, "index", func(ctx context.Context) error {
		n, err = x.take(ctx)
		return err
	})
	return n, err
}

// turn is a step and the wait for more to come, during which no other process takes a step either: it would take them one by one.
func (x *Indexer) turn(ctx context.Context) (n int, err error) {
	err = x.db.Exclusive(ctx, "index", func(ctx context.Context) error {
		start := time.Now()
		if n, err = x.take(ctx); err == nil && n > 0 && n < batchParents {
			x.gather(ctx, time.Since(start))
		}
		return err
	})
	return n, err
}

// take indexes the oldest marks, in the process whose turn it is.
func (x *Indexer) take(ctx context.Context) (int, error) {
	marks, err := x.next(ctx)
	if err != nil || len(marks) == 0 {
		return 0, err
	}
	if err := x.indexMarks(ctx, marks); err != nil {
		return len(marks), err
	}
	x.done.Add(int64(len(marks)))
	return len(marks), nil
}

// next returns the oldest marks. Those that failed wait longer each time.
func (x *Indexer) next(ctx context.Context) (marks []mark, err error) {
	now := db.Now()
	err = x.db.Reader().NewSelect().Model(&marks).
		WhereOr("attempts = 0").
		WhereOr("attempts BETWEEN 1 AND 3 AND queued_at < ?", now.Add(-10*time.Second)).
		WhereOr("attempts > 3 AND queued_at < ?", now.Add(-time.Minute)).
		Order("queued_at", "id").Limit(batchParents).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("next marks: %w", err)
	}
	return marks, nil
}

// indexMarks hands all to the engine together and, where that fails, one by one, so that one bad thing does not keep the
// others out.
func (x *Indexer) indexMarks(ctx context.Context, marks []mark) error {
	err := x.replace(ctx, x.engine, marks)
	if err == nil {
		return x.remove(ctx, marks)
	}
	if x.away(ctx, err) {
		return errors.Join(err, x.put(ctx, marks, err, "attempts = 1"))
	}
	if ctx.Err() != nil || len(marks) == 1 {
		return x.failed(ctx, marks, err)
	}
	for i := range marks {
		one := marks[i : i+1]
		if err := x.replace(ctx, x.engine, one); err != nil {
			if err := x.failed(ctx, one, err); err != nil {
				return err
			}
			continue
		}
		if err := x.remove(ctx, one); err != nil {
			return err
		}
	}
	return nil
}

// replace puts the present entries of the marked things in the engine, in bounded batches.
func (x *Indexer) replace(ctx context.Context, engine search.Index, marks []mark) error {
	b := batch{engine: engine}
	for typ, ids := range byType(marks) {
		s, ok := x.sources[typ]
		if !ok {
			return fmt.Errorf("nobody gives the entries of type %q", typ)
		}
		err := s.Entries(ctx, ids, func(id string, entries []search.Entry) error {
			return b.add(ctx, search.Key{Type: typ, Parent: id}, entries)
		})
		if err != nil {
			return fmt.Errorf("entries of %s: %w", typ, err)
		}
	}
	return b.flush(ctx)
}

func byType(marks []mark) map[search.Type][]string {
	out := map[search.Type][]string{}
	for _, m := range marks {
		out[m.Type] = append(out[m.Type], m.ID)
	}
	return out
}

// batch collects entries until there are enough for the engine.
type batch struct {
	engine  search.Index
	keys    []search.Key
	entries []search.Entry
}

func (b *batch) add(ctx context.Context, k search.Key, entries []search.Entry) error {
	if len(b.entries) > 0 && len(b.entries)+len(entries) > batchEntries {
		if err := b.flush(ctx); err != nil {
			return err
		}
	}
	b.keys = append(b.keys, k)
	b.entries = append(b.entries, entries...)
	return nil
}

func (b *batch) flush(ctx context.Context) error {
	if len(b.keys) == 0 {
		return nil
	}
	err := b.engine.Replace(ctx, b.keys, b.entries)
	b.keys, b.entries = b.keys[:0], b.entries[:0]
	return err
}

// removeTime is how long the database may take to remove marks, also when this process is about to end.
const removeTime = 30 * time.Second

// remove deletes the marks that were taken, but for those marked again since. A mark that is gone already was taken by another
// process too, after this one lost its turn with its connection: whose entries came last nobody knows, so it is made once more.
func (x *Indexer) remove(ctx context.Context, marks []mark) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), removeTime)
	defer cancel()
	return x.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		var there []string
		err := tx.NewDelete().Model((*mark)(nil)).Where("ticket IN (?)", bun.List(tickets(marks))).Returning("ticket").Scan(ctx, &there)
		if err != nil && !db.IsNoRows(err) || len(there) == len(marks) {
			return err
		}
		for _, m := range marks {
			if !slices.Contains(there, m.Ticket) {
				if err := markUnlessMarked(ctx, tx, m); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func tickets(marks []mark) []string {
	out := make([]string, len(marks))
	for i, m := range marks {
		out[i] = m.Ticket
	}
	return out
}

// failed keeps the marks with the reason, to be tried again later each time.
func (x *Indexer) failed(ctx context.Context, marks []mark, cause error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	x.log.Warn("not indexed", "type", marks[0].Type, "id", marks[0].ID, "things", len(marks), "err", cause)
	return x.put(ctx, marks, cause, "attempts = attempts + 1")
}

// put writes down why marks wait.
func (x *Indexer) put(ctx context.Context, marks []mark, cause error, attempts string) error {
	return x.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewUpdate().Model((*mark)(nil)).
			Set(attempts).Set("failure = ?", cause.Error()).Set("queued_at = ?", db.Now()).
			Where("ticket IN (?)", bun.List(tickets(marks))).Exec(ctx)
		return err
	})
}

// away tells whether the engine does not answer at all, which is not the fault of what is to be indexed: its marks are tried again
// soon, however long it takes. An engine that answers others may be one that this thing is too much for.
func (x *Indexer) away(ctx context.Context, err error) bool {
	return errors.Is(err, search.ErrAway) && ctx.Err() == nil && x.engine.Ping(ctx) != nil
}

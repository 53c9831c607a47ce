package db

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/trace"
)

// Pools returns the pools of connections by name. Where reading and writing share one there is one.
func (d *DB) Pools() map[string]*sql.DB {
	if d.writer == d.reader {
		return map[string]*sql.DB{"all": d.writer.DB}
	}
	return map[string]*sql.DB{"write": d.writer.DB, "read": d.reader.DB}
}

// PoolStat is the state of PostgreSQL's own pool, which lies under the others.
type PoolStat struct {
	Max, Total, Idle, Used int
	Acquired               int64 // connections handed out so far …
	Waited                 int64 // … of these, after waiting for one
	Canceled               int64 // nobody waited any longer
	WaitTime               time.Duration
}

// PoolStat returns false on SQLite, which has no such pool.
func (d *DB) PoolStat() (PoolStat, bool) {
	if d.pool == nil {
		return PoolStat{}, false
	}
	s := d.pool.Stat()
	return PoolStat{
		Max: int(s.MaxConns()), Total: int(s.TotalConns()), Idle: int(s.IdleConns()), Used: int(s.AcquiredConns()),
		Acquired: s.AcquireCount(), Waited: s.EmptyAcquireCount(), Canceled: s.CanceledAcquireCount(), WaitTime: s.EmptyAcquireWaitTime(),
	}, true
}

// Size returns the bytes that the database takes: of a SQLite file, those that it will have once all is written into it.
func (d *DB) Size(ctx context.Context) (n int64, err error) {
	query := "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
	if d.Dialect == Postgres {
		query = "SELECT pg_database_size(current_database())"
	}
	if err := d.reader.NewRaw(query).Scan(ctx, &n); err != nil {
		return 0, fmt.Errorf("size of the database: %w", Classify(err))
	}
	return n, nil
}

// Trace gives every query a span, which tells what is done to which table and no value. Call it before anything else uses d.
func (d *DB) Trace() {
	shared := d.writer == d.reader
	d.writer = d.writer.WithQueryHook(spans{})
	if d.reader = d.reader.WithQueryHook(spans{}); shared {
		d.reader = d.writer
	}
}

// spans is bun's hook.
type spans struct{}

type spanKey struct{}

// BeforeQuery implements bun.QueryHook. It gives ctx back as it is: bun hands what BEGIN's hook returns to the whole transaction, whose
// parts are none of BEGIN's.
func (spans) BeforeQuery(ctx context.Context, e *bun.QueryEvent) context.Context {
	table := ""
	if e.IQuery != nil {
		table = e.IQuery.GetTableName()
	}
	_, span := trace.Start(ctx, "sql "+e.Operation(), trace.String("db.operation.name", e.Operation()), trace.String("db.collection.name", table))
	if span != nil {
		e.Stash = map[any]any{spanKey{}: span}
	}
	return ctx
}

// AfterQuery implements bun.QueryHook.
func (spans) AfterQuery(_ context.Context, e *bun.QueryEvent) {
	span, _ := e.Stash[spanKey{}].(*trace.Span)
	if IsNoRows(e.Err) {
		span.End(nil)
		return
	}
	span.End(e.Err)
}

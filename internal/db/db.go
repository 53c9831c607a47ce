// Package db opens the database, SQLite or PostgreSQL, behind one type that every domain uses.
//
// Domains read through Reader and write inside InTx; what differs between the two dialects stays in this
// package. On SQLite one connection writes and several read; transactions take the write lock at once, so a
// read followed by a write cannot fail half-way. Inside InTx only the transaction it hands over may be used:
// asking DB for another connection there would wait for itself.
package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
	"github.com/uptrace/bun/dialect/sqlitedialect"
	_ "modernc.org/sqlite" // the driver named "sqlite", without cgo
)

// Dialect is which SQL database it is.
type Dialect string

// The two homes of the data.
const (
	SQLite   Dialect = "sqlite"
	Postgres Dialect = "postgres"
)

// DB is an open database. It is safe for concurrent use.
type DB struct {
	Dialect Dialect
	writer  *bun.DB
	reader  *bun.DB
	locks   keyedMutex // SQLite only: Exclusive within this process
	commits commits    // SQLite only: see Generation
	events  events

	// PostgreSQL only, the last four for Generation.
	pool     *pgxpool.Pool
	prepared pgx.QueryExecMode
	known    atomic.Pointer[tables]
	seen     atomic.Pointer[seen]
	folding  atomic.Bool
}

// Open opens the database at url: "postgres://…", "sqlite:PATH", or a plain path of a SQLite file, which is made
// where it does not exist. It does not migrate; see Migrate.
func Open(ctx context.Context, url string) (*DB, error) {
	if strings.HasPrefix(url, "postgres://") || strings.HasPrefix(url, "postgresql://") {
		return openPostgres(ctx, url)
	}
	return openSQLite(ctx, strings.TrimPrefix(url, "sqlite:"))
}

// openSQLite gives every connection the same pragmas through the DSN: an Exec would reach only one of the pool.
func openSQLite(ctx context.Context, path string) (*DB, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return nil, fmt.Errorf("folder of the database: %w", err)
	}
	pragmas := url.Values{"_pragma": {
		"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(NORMAL)", "foreign_keys(ON)",
		"cache_size(-16000)", "temp_store(MEMORY)", "mmap_size(268435456)", "journal_size_limit(67108864)",
	}}
	writer, err := sqlitePool(path, pragmas, url.Values{"_txlock": {"immediate"}}, 1)
	if err != nil {
		return nil, err
	}
	reader, err := sqlitePool(path, pragmas, url.Values{"mode": {"ro"}}, max(4, runtime.NumCPU()))
	if err != nil {
		writer.Close()
		return nil, err
	}
	d := &DB{Dialect: SQLite, writer: bun.NewDB(writer, sqliteDialect{sqlitedialect.New()}), reader: bun.NewDB(reader, sqliteDialect{sqlitedialect.New()})}
	if err := d.writer.PingContext(ctx); err != nil {
		d.Close()
		return nil, fmt.Errorf("open SQLite database %s: %w", path, err)
	}
	return d, nil
}

func sqlitePool(path string, pragmas, more url.Values, size int) (*sql.DB, error) {
	q := url.Values{}
	for _, v := range []url.Values{pragmas, more} {
		for k, vs := range v {
			q[k] = append(q[k], vs...)
		}
	}
	pool, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?"+q.Encode())
	if err != nil {
		return nil, err
	}
	pool.SetMaxOpenConns(size)
	pool.SetMaxIdleConns(size)
	return pool, nil
}

// openPostgres uses pgx under database/sql, so that a cancelled context really ends the query on the server.
func openPostgres(ctx context.Context, dsn string) (*DB, error) {
	cfg, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, fmt.Errorf("AANPAK_DATABASE_URL is not a valid PostgreSQL address: %w", err)
	}
	if cfg.ConnConfig.RuntimeParams["application_name"] == "" {
		cfg.ConnConfig.RuntimeParams["application_name"] = "aanpak"
	}
	cfg.ConnConfig.RuntimeParams["timezone"] = "UTC"
	if cfg.ConnConfig.RuntimeParams["join_collapse_limit"] == "" {
		cfg.ConnConfig.RuntimeParams["join_collapse_limit"] = joinsWeighed
	}
	prepared := cfg.ConnConfig.DefaultQueryExecMode // what the address says, for the one statement that comes again and again
	if prepared == pgx.QueryExecModeCacheStatement {
		cfg.ConnConfig.DefaultQueryExecMode = pgx.QueryExecModeExec // bun writes the arguments into the statement: none comes twice to be worth preparing
	}
	cfg.MaxConns = max(cfg.MaxConns, 12)
	cfg.MaxConnLifetime = time.Hour
	if cfg.ConnConfig.ConnectTimeout == 0 {
		cfg.ConnConfig.ConnectTimeout = connectWait
	}
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("open PostgreSQL: %w", err)
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, notOpened(err)
	}
	d := &DB{Dialect: Postgres, pool: pool, prepared: prepared}
	d.writer = bun.NewDB(stdlib.OpenDBFromPool(pool), postgresDialect{pgdialect.New()}).WithQueryHook(follow{d})
	d.reader = d.writer
	return d, nil
}

// joinsWeighed is how many tables the planner puts into an order of its own. What we join beyond them is looked up by its key, in the order
// written; weighing all orders of those too takes the planner longer than the answer takes.
const joinsWeighed = "4"

// connectWait is how long a server may take to accept a connection, where its address does not say.
const connectWait = 15 * time.Second

// notOpened says what to do about a database that could not be opened.
func notOpened(err error) error {
	var refused *pgconn.PgError
	if errors.As(err, &refused) && !lost(refused) {
		return fmt.Errorf("PostgreSQL refuses: check the user, password and database in AANPAK_DATABASE_URL (%w)", err)
	}
	return fmt.Errorf("PostgreSQL does not answer: check that it runs and that AANPAK_DATABASE_URL names it (%w)", err)
}

// Reader returns the connections for reading outside a transaction. On SQLite they refuse to write.
func (d *DB) Reader() bun.IDB { return d.reader }

// InTx runs f in one transaction that is committed when f returns nil and rolled back otherwise, also on a panic.
func (d *DB) InTx(ctx context.Context, f func(ctx context.Context, tx bun.Tx) error) error {
	if d.Dialect == Postgres {
		return d.writer.RunInTx(ctx, nil, f)
	}
	var told pending
	if err := d.writer.RunInTx(context.WithValue(ctx, pendingKey{}, &told), nil, f); err != nil {
		return err
	}
	d.commits.count.Add(1) // before anybody hears of it
	for _, e := range told.list {
		d.events.tell(e.topic, e.payload)
	}
	return nil
}

// Snapshot runs f in one transaction that sees the data as it is at its first query, whatever is committed meanwhile. f must only
// read.
func (d *DB) Snapshot(ctx context.Context, f func(ctx context.Context, tx bun.Tx) error) error {
	opts := &sql.TxOptions{ReadOnly: true}
	if d.Dialect == Postgres {
		opts.Isolation = sql.LevelRepeatableRead
	}
	return d.reader.RunInTx(ctx, opts, f)
}

// SQL returns the writing connections as database/sql, for the job runner.
func (d *DB) SQL() *sql.DB { return d.writer.DB }

// Pool returns PostgreSQL's own connection pool, for LISTEN; nil on SQLite.
func (d *DB) Pool() *pgxpool.Pool { return d.pool }

// Ping says whether the database answers.
func (d *DB) Ping(ctx context.Context) error { return d.reader.PingContext(ctx) }

// Close ends all connections. It waits for running queries.
func (d *DB) Close() error {
	d.commits.close()
	err := d.reader.Close()
	if d.writer != d.reader {
		if werr := d.writer.Close(); err == nil {
			err = werr
		}
	}
	if d.pool != nil {
		d.pool.Close()
	}
	return err
}

// Exclusive runs f while no other caller in any process holds the same name: an advisory lock on PostgreSQL, a
// mutex on SQLite, whose data belongs to one serving process.
func (d *DB) Exclusive(ctx context.Context, name string, f func(context.Context) error) error {
	if d.Dialect == SQLite {
		unlock, err := d.locks.lock(ctx, name)
		if err != nil {
			return err
		}
		defer unlock()
		return f(ctx)
	}
	conn, err := d.writer.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock(hashtext(?))", "aanpak:"+name); err != nil {
		return fmt.Errorf("lock %s: %w", name, err)
	}
	defer func() {
		// The lock must go even when ctx has ended; a lost connection has dropped it already.
		_, _ = conn.ExecContext(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock(hashtext(?))", "aanpak:"+name)
	}()
	return f(context.WithValue(ctx, heldKey{}, conn))
}

type heldKey struct{}

// Holding fails where this process no longer has the name that Exclusive called with ctx for: it goes with its connection, and another
// process may have it by now.
func (d *DB) Holding(ctx context.Context) error {
	conn, ok := ctx.Value(heldKey{}).(bun.Conn)
	if !ok {
		return nil // within this process nobody takes it away
	}
	return Classify(conn.PingContext(ctx))
}

// Turn makes tx wait for others that took the same turn, until they have ended; it holds until tx ends. On SQLite, where one
// transaction writes at a time, it is always its turn.
func (d *DB) Turn(ctx context.Context, tx bun.Tx, name string) error {
	if d.Dialect == SQLite {
		return nil
	}
	if _, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock(hashtext(?))", "aanpak:"+name); err != nil {
		return fmt.Errorf("turn %s: %w", name, Classify(err))
	}
	return nil
}

// keyedMutex is a mutex per name whose waiting ends with a context.
type keyedMutex struct {
	mu   sync.Mutex
	held map[string]chan struct{}
}

func (k *keyedMutex) lock(ctx context.Context, name string) (unlock func(), err error) {
	for {
		k.mu.Lock()
		if k.held == nil {
			k.held = map[string]chan struct{}{}
		}
		busy, ok := k.held[name]
		if !ok {
			done := make(chan struct{})
			k.held[name] = done
			k.mu.Unlock()
			return func() {
				k.mu.Lock()
				delete(k.held, name)
				k.mu.Unlock()
				close(done)
			}, nil
		}
		k.mu.Unlock()
		select {
		case <-busy:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// Now returns the time as the databases keep it: UTC, microseconds.
func Now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

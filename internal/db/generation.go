package db

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aanpak/aanpak/internal/keep"
)

// Generation names what readers can see of the data.
//
// On PostgreSQL it is the snapshot itself and, for each table, how often commits changed it: exact among any number of processes. On SQLite
// it counts the transactions of this process, which is the only one that serves, and tells no tables apart; what a command beside it
// commits is seen within otherProcess.
func (d *DB) Generation(ctx context.Context) (keep.Generation, error) {
	if d.Dialect == SQLite {
		return d.commits.current(ctx, d.reader.DB)
	}
	if _, err := d.tables(ctx); err != nil { // for those who are about to read
		return keep.Generation{}, fmt.Errorf("generation: %w", Classify(err))
	}
	g, rows, err := d.changes(ctx)
	if err != nil {
		return g, fmt.Errorf("generation: %w", Classify(err))
	}
	if rows > manyChanges {
		d.foldChanges(ctx)
	}
	return g, nil
}

// otherProcess is how often SQLite is asked for commits that were not ours.
const otherProcess = 200 * time.Millisecond

// commits counts what was committed to a SQLite database.
type commits struct {
	count atomic.Uint64
	next  atomic.Int64 // when to ask again, in nanoseconds of Unix

	mu      sync.Mutex
	conn    *sql.Conn // its own: the version is one connection's view of what others committed
	version int64
}

func (c *commits) current(ctx context.Context, pool *sql.DB) (g keep.Generation, err error) {
	if now := time.Now(); now.UnixNano() >= c.next.Load() {
		if err := c.look(ctx, pool, now); err != nil {
			return g, fmt.Errorf("generation: %w", Classify(err))
		}
	}
	return keep.Generation{Whole: strconv.FormatUint(c.count.Load(), 10)}, nil
}

// look counts one more where the file has changed. A caller that finds another one looking goes by the count as it is.
func (c *commits) look(ctx context.Context, pool *sql.DB, now time.Time) (err error) {
	if !c.mu.TryLock() {
		return nil
	}
	defer c.mu.Unlock()
	if c.conn == nil {
		if c.conn, err = pool.Conn(ctx); err != nil {
			return err
		}
	}
	var version int64
	if err := c.conn.QueryRowContext(ctx, "PRAGMA data_version").Scan(&version); err != nil {
		_ = c.conn.Close()
		c.conn, c.version = nil, 0
		return err
	}
	if version != c.version {
		c.version = version
		c.count.Add(1)
	}
	c.next.Store(now.Add(otherProcess).UnixNano())
	return nil
}

func (c *commits) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.conn != nil {
		_ = c.conn.Close()
	}
}

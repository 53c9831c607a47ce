package db

import (
	"context"
	"database/sql"
	"fmt"
)

// Held is a name that this process holds for as long as its connection lives: when the process is killed, the server lets go.
type Held struct{ conn *sql.Conn }

// Hold takes a name on PostgreSQL, where several processes share the data. It does not wait: held by another, it returns nil.
func (d *DB) Hold(ctx context.Context, name string) (*Held, error) {
	conn, err := d.writer.DB.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("hold %s: %w", name, Classify(err))
	}
	var got bool
	if err := conn.QueryRowContext(ctx, "SELECT pg_try_advisory_lock(hashtextextended($1, 0))", "aanpak:"+name).Scan(&got); err != nil || !got {
		_ = conn.Close()
		return nil, Classify(err)
	}
	return &Held{conn}, nil
}

// Alive says whether the name is still held.
func (h *Held) Alive(ctx context.Context) error { return Classify(h.conn.PingContext(ctx)) }

// Release lets the name go.
func (h *Held) Release(ctx context.Context) {
	_, _ = h.conn.ExecContext(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock_all()")
	_ = h.conn.Close()
}

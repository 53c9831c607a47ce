package db

import (
	"database/sql"

	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riversqlite"
)

// JobDriver returns the job runner's driver on the same writing connections, so that a job is enqueued in the caller's
// transaction on both dialects. On PostgreSQL it hears of new jobs by LISTEN.
func (d *DB) JobDriver() riverdriver.Driver[*sql.Tx] { return d.riverDriver() }

func (d *DB) riverDriver() riverdriver.Driver[*sql.Tx] {
	if d.Dialect == Postgres {
		return riverdatabasesql.NewWithPgxListener(d.writer.DB, d.pool)
	}
	return riversqlite.New(d.writer.DB)
}

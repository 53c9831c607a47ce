package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/aanpak/aanpak/internal/errs"
)

// IsNoRows tells whether a query that wanted a row found none.
func IsNoRows(err error) bool { return errors.Is(err, sql.ErrNoRows) }

// IsUnique tells whether a write clashed with a unique index.
func IsUnique(err error) bool {
	return isCode(err, "23505", sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY)
}

// IsForeignKey tells whether a write named a row that is not there.
func IsForeignKey(err error) bool {
	return isCode(err, "23503", sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY)
}

func isCode(err error, pg string, lite ...int) bool {
	var pe *pgconn.PgError
	if errors.As(err, &pe) {
		return pe.Code == pg
	}
	var se *sqlite.Error
	if errors.As(err, &se) {
		for _, c := range lite {
			if se.Code() == c {
				return true
			}
		}
	}
	return false
}

// Classify gives an error of the driver its kind: no rows is not found, a database that is lost or does not answer in time
// unavailable, a full one full, an ended context canceled. Errors that have a kind keep it.
func Classify(err error) error {
	var have *errs.Error
	switch {
	case err == nil || errors.As(err, &have):
		return err
	case IsNoRows(err):
		return errs.NotFound("page").Because(err)
	case errors.Is(err, context.Canceled):
		return errs.New(errs.KindCanceled, "error.canceled").Because(err)
	case full(err):
		return errs.New(errs.KindFull, "error.full").Because(err)
	case lost(err):
		return errs.Unavailable("database", err)
	}
	return err
}

// full tells whether there was no space left to write. Where SQLite cannot make its shared memory grow, it says so otherwise.
func full(err error) bool {
	return isCode(err, "53100", sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE) || errors.Is(err, syscall.ENOSPC)
}

// lost tells whether the database does not answer. A deadline is a net.Error too.
func lost(err error) bool {
	var ne net.Error
	var ce *pgconn.ConnectError
	if errors.As(err, &ne) || errors.As(err, &ce) {
		return true
	}
	for _, gone := range []error{sql.ErrConnDone, driver.ErrBadConn, pgconn.ErrConnClosed, io.ErrUnexpectedEOF} {
		if errors.Is(err, gone) {
			return true
		}
	}
	var pe *pgconn.PgError
	if errors.As(err, &pe) {
		// 08 connection, 53 resources, 57P shutdown.
		return pe.Code[:2] == "08" || pe.Code[:2] == "53" || pe.Code[:3] == "57P"
	}
	return isCode(err, "", sqlite3.SQLITE_IOERR, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_CANTOPEN)
}

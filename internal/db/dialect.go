package db

import (
	"strings"

	"github.com/uptrace/bun/dialect/pgdialect"
	"github.com/uptrace/bun/dialect/sqlitedialect"
)

// No database keeps the byte 0 in text, bun refuses to write it, and people and programs send it. It is left out of every value, so
// that such a request finds nothing or saves the rest, and fails nowhere.

type sqliteDialect struct{ *sqlitedialect.Dialect }

func (d sqliteDialect) AppendString(b []byte, s string) []byte {
	return d.Dialect.AppendString(b, withoutZero(s))
}

type postgresDialect struct{ *pgdialect.Dialect }

func (d postgresDialect) AppendString(b []byte, s string) []byte {
	return d.Dialect.AppendString(b, withoutZero(s))
}

func withoutZero(s string) string { return strings.ReplaceAll(s, "\x00", "") }

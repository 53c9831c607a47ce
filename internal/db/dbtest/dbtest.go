// Package dbtest gives tests a fresh, migrated database of either dialect.
//
// PostgreSQL is the server at AANPAK_TEST_POSTGRES_URL, or one that is started from Debian's package for this test
// process alone, and ends with it.
package dbtest

import (
	"context"
	"fmt"
	"net/url"
	"path/filepath"
	"sync"
	"testing"

	"github.com/rs/xid"

	"github.com/aanpak/aanpak/internal/db"
)

// Each runs f as a subtest for every dialect, each time with a database of its own.
func Each(t *testing.T, f func(t *testing.T, d *db.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { f(t, New(t, db.SQLite)) })
	t.Run("postgres", func(t *testing.T) { f(t, New(t, db.Postgres)) })
}

// New returns a migrated database that is closed and removed when the test ends.
func New(tb testing.TB, dialect db.Dialect) *db.DB {
	tb.Helper()
	d, err := db.Open(tb.Context(), URL(tb, dialect))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { d.Close() })
	if _, err := d.Migrate(tb.Context()); err != nil {
		tb.Fatal(err)
	}
	return d
}

// URL returns the address of a new database: empty on SQLite, perhaps already migrated on PostgreSQL.
func URL(tb testing.TB, dialect db.Dialect) string {
	tb.Helper()
	if dialect == db.SQLite {
		return "sqlite:" + filepath.Join(tb.TempDir(), "aanpak.db")
	}
	server := postgresURL(tb)
	name := "t_" + xid.New().String()
	template.Do(func() { templateErr = makeTemplate(server) })
	if templateErr != nil {
		tb.Fatal(templateErr)
	}
	if err := runSQL(server, fmt.Sprintf("CREATE DATABASE %s TEMPLATE %s", name, templateName)); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = runSQL(server, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)") })
	return withDatabase(server, name)
}

// A migrated template per test process: copying it takes a fraction of migrating anew.
var (
	template     sync.Once
	templateErr  error
	templateName = "template_" + xid.New().String()
)

func makeTemplate(server string) error {
	if err := runSQL(server, "CREATE DATABASE "+templateName); err != nil {
		return err
	}
	ctx := context.Background()
	d, err := db.Open(ctx, withDatabase(server, templateName))
	if err != nil {
		return err
	}
	defer d.Close()
	_, err = d.Migrate(ctx)
	return err
}

func runSQL(server, sql string) error {
	ctx := context.Background()
	d, err := db.Open(ctx, server)
	if err != nil {
		return err
	}
	defer d.Close()
	_, err = d.SQL().ExecContext(ctx, sql)
	return err
}

func withDatabase(server, name string) string {
	u, err := url.Parse(server)
	if err != nil {
		return server
	}
	u.Path = "/" + name
	return u.String()
}

package db

import (
	"context"
	"fmt"
	"io/fs"
	"slices"

	"github.com/riverqueue/river/rivermigrate"
	"github.com/uptrace/bun/migrate"

	"github.com/aanpak/aanpak/migrations"
)

// NewerError says that the database was written by a later version of the program.
type NewerError struct{ Migration string }

func (e *NewerError) Error() string {
	return fmt.Sprintf("the database is newer than this program: it has migration %s; install the newer version of Aanpak", e.Migration)
}

// Migrate brings the database to the version of this program and returns the names of the migrations it ran. Of several
// processes one migrates and the others wait. A database with migrations that this program does not know is refused.
func (d *DB) Migrate(ctx context.Context) (ran []string, err error) { return d.MigrateTo(ctx, "") }

// MigrateTo is Migrate up to a migration, for rows that were written at that version; "" means all. A database that is already
// past it stays where it is.
func (d *DB) MigrateTo(ctx context.Context, last string) (ran []string, err error) {
	err = d.Exclusive(ctx, "migrate", func(ctx context.Context) error {
		m, err := d.migrator(last)
		if err != nil {
			return err
		}
		if err := m.Init(ctx); err != nil {
			return fmt.Errorf("migration tables: %w", err)
		}
		if err := d.refuseNewer(ctx); err != nil {
			return err
		}
		if err := d.migrateJobs(ctx); err != nil {
			return err
		}
		group, err := m.Migrate(ctx)
		if err != nil {
			return fmt.Errorf("migrate: %w", err)
		}
		for _, g := range group.Migrations {
			ran = append(ran, g.Name+"_"+g.Comment)
		}
		if last != "" && last < firstTold {
			return nil
		}
		return d.tellChanges(ctx, len(ran) > 0)
	})
	return ran, err
}

// Migration returns the name of the last migration that this database has had, "" for none.
func (d *DB) Migration(ctx context.Context) (string, error) {
	m, err := d.migrator("")
	if err != nil {
		return "", err
	}
	if err := m.Init(ctx); err != nil {
		return "", fmt.Errorf("migration tables: %w", err)
	}
	applied, err := m.AppliedMigrations(ctx)
	if err != nil {
		return "", fmt.Errorf("applied migrations: %w", err)
	}
	last := ""
	for _, a := range applied {
		last = max(last, a.Name)
	}
	return last, nil
}

func (d *DB) migrator(last string) (*migrate.Migrator, error) {
	files, err := fs.Sub(migrations.FS, string(d.Dialect))
	if err != nil {
		return nil, err
	}
	known := migrate.NewMigrations()
	if err := known.Discover(files); err != nil {
		return nil, fmt.Errorf("migrations: %w", err)
	}
	wanted := migrate.NewMigrations()
	for _, one := range known.Sorted() {
		if last == "" || one.Name <= last {
			wanted.Add(one)
		}
	}
	return migrate.NewMigrator(d.writer, wanted, migrate.WithMarkAppliedOnSuccess(true)), nil
}

func (d *DB) refuseNewer(ctx context.Context) error {
	m, err := d.migrator("")
	if err != nil {
		return err
	}
	applied, err := m.AppliedMigrations(ctx)
	if err != nil {
		return fmt.Errorf("applied migrations: %w", err)
	}
	known, err := m.MigrationsWithStatus(ctx)
	if err != nil {
		return err
	}
	for _, a := range applied {
		if !slices.ContainsFunc(known, func(k migrate.Migration) bool { return k.Name == a.Name }) {
			return &NewerError{Migration: a.Name}
		}
	}
	return nil
}

// migrateJobs makes the tables of the job runner, which has migrations of its own.
func (d *DB) migrateJobs(ctx context.Context) error {
	m, err := rivermigrate.New(d.riverDriver(), nil)
	if err != nil {
		return err
	}
	if _, err := m.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("migrate job tables: %w", err)
	}
	return nil
}

package db_test

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/db/dbtest"
	"github.com/aanpak/aanpak/migrations"
)

func TestMigrationsArePaired(t *testing.T) {
	names := func(dir string) (out []string) {
		files, err := fs.Glob(migrations.FS, dir+"/*.sql")
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			out = append(out, path.Base(f))
		}
		return out
	}
	if d := cmp.Diff(names("sqlite"), names("postgres")); d != "" {
		t.Errorf("a migration of one dialect misses its pair (-sqlite +postgres):\n%s", d)
	}
}

// The two dialects must end at the same tables, columns, types and nullability; only PostgreSQL needs changes.
func TestSchemasAgree(t *testing.T) {
	lite, pg := schema(t, dbtest.New(t, db.SQLite)), schema(t, dbtest.New(t, db.Postgres))
	if d := cmp.Diff(lite, pg); d != "" {
		t.Errorf("schemas differ (-sqlite +postgres):\n%s", d)
	}
	if len(lite) < 50 {
		t.Errorf("only %d columns: the test reads too little", len(lite))
	}
}

// schema returns "table.column type null" for every column that is ours.
func schema(t *testing.T, d *db.DB) (out []string) {
	t.Helper()
	query := `SELECT m.name AS t, c.name AS c, lower(c.type) AS y, c."notnull" = 0 AND c.pk = 0 AS n
		FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'`
	if d.Dialect == db.Postgres {
		query = `SELECT table_name AS t, column_name AS c, data_type AS y, is_nullable = 'YES' AS n
			FROM information_schema.columns WHERE table_schema = 'public'`
	}
	var rows []struct {
		T, C, Y string
		N       bool
	}
	if err := d.Reader().NewRaw(query).Scan(t.Context(), &rows); err != nil {
		t.Fatal(err)
	}
	same := strings.NewReplacer("timestamp with time zone", "timestamp", "double precision", "real")
	for _, r := range rows {
		if strings.HasPrefix(r.T, "river_") || strings.HasPrefix(r.T, "bun_") || strings.HasPrefix(r.T, "sqlite_") || r.T == "changes" {
			continue
		}
		out = append(out, fmt.Sprintf("%s.%s %s null=%v", r.T, r.C, same.Replace(r.Y), r.N))
	}
	slices.Sort(out)
	return out
}

package backup

import (
	"slices"
	"strings"
	"testing"

	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/db/dbtest"
)

// Every table of the schema is kept, or left out on purpose: a new table must be given its place in order.
func TestEveryTableHasAPlace(t *testing.T) {
	var names []string
	if err := dbtest.New(t, db.SQLite).Reader().NewRaw("SELECT name FROM sqlite_master WHERE type = 'table'").Scan(t.Context(), &names); err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if slices.ContainsFunc([]string{"river_", "bun_", "sqlite_"}, func(p string) bool { return strings.HasPrefix(name, p) }) || name == "index_queue" || name == "changes" {
			continue
		}
		if !slices.Contains(order, name) {
			t.Errorf("table %s is in no backup", name)
		}
	}
}

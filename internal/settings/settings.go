// Package settings reads and writes the rows that the program keeps for itself in the database: what administrators chose on a page, and what
// processes tell each other. Each row belongs to the package that its name begins with.
package settings

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/db"
)

type row struct {
	bun.BaseModel `bun:"table:settings,alias:st"`

	Name      string `bun:",pk"`
	Value     string
	UpdatedAt time.Time
}

// Get returns a setting, "" where there is none.
func Get(ctx context.Context, d bun.IDB, name string) (string, error) {
	all, err := All(ctx, d, name)
	return all[name], err
}

// All returns those of the settings that are there.
func All(ctx context.Context, d bun.IDB, names ...string) (map[string]string, error) {
	var list []row
	if err := d.NewSelect().Model(&list).Where("st.name IN (?)", bun.List(names)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("read settings: %w", db.Classify(err))
	}
	out := make(map[string]string, len(list))
	for _, r := range list {
		out[r.Name] = r.Value
	}
	return out, nil
}

// Put writes a setting.
func Put(ctx context.Context, tx bun.IDB, name, value string) error {
	_, err := tx.NewInsert().Model(&row{Name: name, Value: value, UpdatedAt: db.Now()}).On("CONFLICT (name) DO UPDATE").Set("value = EXCLUDED.value").Set("updated_at = EXCLUDED.updated_at").Exec(ctx)
	if err != nil {
		return fmt.Errorf("write setting %s: %w", name, db.Classify(err))
	}
	return nil
}

// First writes a setting unless there is one, and returns the one that there is: of several processes one is the first.
func First(ctx context.Context, tx bun.IDB, name, value string) (string, error) {
	if _, err := tx.NewInsert().Model(&row{Name: name, Value: value, UpdatedAt: db.Now()}).On("CONFLICT (name) DO NOTHING").Exec(ctx); err != nil {
		return "", fmt.Errorf("write setting %s: %w", name, db.Classify(err))
	}
	return Get(ctx, tx, name)
}

// Remove deletes a setting.
func Remove(ctx context.Context, tx bun.IDB, name string) error {
	if _, err := tx.NewDelete().Model((*row)(nil)).Where("name = ?", name).Exec(ctx); err != nil {
		return fmt.Errorf("remove setting %s: %w", name, db.Classify(err))
	}
	return nil
}

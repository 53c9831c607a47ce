package groups

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
)

// Named returns the groups that the viewer may know of with whose name a folded text begins.
func Named(ctx context.Context, tx bun.IDB, v auth.Viewer, folded string) (list []*Group, err error) {
	err = tx.NewSelect().Model(&list).Column("id", "name", "name_folded").Apply(visibleTo(v)).
		Where("substr(?, 1, length(g.name_folded)) = g.name_folded", folded).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("groups named: %w", db.Classify(err))
	}
	return list, nil
}

// Known returns the groups of the ids that the viewer may know of, by id and name only.
func Known(ctx context.Context, tx bun.IDB, v auth.Viewer, ids []string) (list []*Group, err error) {
	err = tx.NewSelect().Model(&list).Column("id", "name", "name_folded", "kind").Apply(visibleTo(v)).Where("g.id IN (?)", bun.List(ids)).Order("g.name_folded").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("groups by id: %w", db.Classify(err))
	}
	return list, nil
}

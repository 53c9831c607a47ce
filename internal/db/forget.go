package db

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"
)

// Forget deletes rows of a table and returns how many; with dry it only counts them.
func (d *DB) Forget(ctx context.Context, dry bool, table, where string, args ...any) (n int, err error) {
	if dry {
		count, err := d.Reader().NewSelect().TableExpr("?", bun.Ident(table)).Where(where, args...).Count(ctx)
		if err != nil {
			return 0, fmt.Errorf("count old rows of %s: %w", table, Classify(err))
		}
		return int(count), nil
	}
	err = d.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewDelete().Table(table).Where(where, args...).Exec(ctx)
		if err != nil {
			return err
		}
		deleted, err := res.RowsAffected()
		n = int(deleted)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("forget old rows of %s: %w", table, Classify(err))
	}
	return n, nil
}

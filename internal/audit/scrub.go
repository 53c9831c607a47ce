package audit

import (
	"context"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/db"
)

// Scrubbed stands where free text named somebody who was erased. The database lets a detail become this, and nothing else.
const Scrubbed = "(erased)"

// Scrub takes the free text out of entries about an object, and of those that have any of the words in it. Who did what, when and from where
// stays, by ids.
func Scrub(ctx context.Context, tx bun.Tx, object string, words []string) error {
	q := tx.NewUpdate().Model((*Entry)(nil)).Set("detail = ?", Scrubbed).Where("detail NOT IN ('', ?)", Scrubbed)
	q.WhereGroup(" AND ", func(q *bun.UpdateQuery) *bun.UpdateQuery {
		q.Where("object = ?", object)
		for _, w := range words {
			q.WhereOr("lower(detail) LIKE lower(?) ESCAPE '!'", "%"+db.EscapeLike(w)+"%")
		}
		return q
	})
	_, err := q.Exec(ctx)
	return err
}

package lookin

import (
	"context"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/people"
)

// References are the columns of this domain that name people. Access does not pass to another account.
var References = []people.Reference{
	{Table: "temporary_access", Column: "user_id", How: people.Moves, Erase: people.Nameless, Before: func(ctx context.Context, tx bun.Tx, from, _ string) error {
		_, err := tx.NewUpdate().Model((*Access)(nil)).Set("ended_at = ?", db.Now()).Where("user_id = ?", from).Where("ended_at IS NULL").Exec(ctx)
		return err
	}},
	{Table: "temporary_access", Column: "concerns_user_id", How: people.Moves, Erase: people.Nameless, OnErase: forgetReasons},
}

// forgetReasons takes the free text out of what concerns somebody: it may say who that is.
func forgetReasons(ctx context.Context, tx bun.Tx, id string) error {
	_, err := tx.NewUpdate().Model((*Access)(nil)).Set("reason = '–'").Where("concerns_user_id = ? OR user_id = ?", id, id).Exec(ctx)
	return err
}

package insight

import (
	"context"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/people"
)

// References are the columns of this domain that name people. The figures name nobody.
var References = []people.Reference{
	{Table: "director_asides", Column: "user_id", How: people.Joins, Same: []string{"tip"}, Erase: people.Goes},
	{Table: "welcome_tasks", Column: "task", Prefix: string(Newcomer) + ":", How: people.Joins, Erase: people.Goes},
	{Table: "welcome_tasks", Column: "taken_by", How: people.Moves, Erase: people.Nameless, OnErase: letGo},
	{Table: "welcome_tasks", Column: "done_by", How: people.Moves, Erase: people.Nameless},
}

// letGo gives back what somebody had taken and not done.
func letGo(ctx context.Context, tx bun.Tx, id string) error {
	_, err := tx.NewUpdate().Model((*taken)(nil)).Set("taken_by = ''").Where("taken_by = ?", id).Where("done_by = ''").Exec(ctx)
	return err
}

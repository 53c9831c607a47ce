package groups

import (
	"context"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/people"
)

// References are the columns of this domain that name people.
var References = []people.Reference{
	{Table: "groups", Column: "created_by", How: people.Moves},
	{Table: "group_members", Column: "user_id", How: people.Joins, Same: []string{"group_id"}, Before: stronger},
}

// stronger gives who is in a group by two accounts the better of both: a member is more than invited, an owner more than a member.
func stronger(ctx context.Context, tx bun.Tx, from, into string) error {
	other := func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.TableExpr("group_members AS o").ColumnExpr("1").Where("o.user_id = ?", from).Where("o.group_id = m.group_id")
	}
	member := tx.NewUpdate().Model((*Member)(nil)).Set("state = ?", StateMember).Where("m.user_id = ?", into).
		Where("EXISTS (?)", tx.NewSelect().Apply(other).Where("o.state = ?", StateMember))
	if _, err := member.Exec(ctx); err != nil {
		return err
	}
	owner := tx.NewUpdate().Model((*Member)(nil)).Set("owner = ?", true).Where("m.user_id = ?", into).
		Where("EXISTS (?)", tx.NewSelect().Apply(other).Where("o.owner"))
	_, err := owner.Exec(ctx)
	return err
}

package groups

import (
	"context"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/audit"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/people"
)

// References are the columns of this domain that name people.
var References = []people.Reference{
	{Table: "groups", Column: "created_by", How: people.Moves, Erase: people.Nameless},
	{Table: "group_members", Column: "user_id", How: people.Joins, Same: []string{"group_id"}, Before: stronger, Erase: people.Goes, OnErase: passOn},
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

// passOn gives groups that lose their only owner to the administrator who is here the longest.
func passOn(ctx context.Context, tx bun.Tx, id string) error {
	var orphans []string
	others := tx.NewSelect().TableExpr("group_members AS o").ColumnExpr("1").Where("o.group_id = m.group_id").Where("o.user_id <> ?", id).Where("o.owner").Where("o.state = ?", StateMember)
	if err := tx.NewSelect().Model((*Member)(nil)).Column("group_id").Where("m.user_id = ?", id).Where("m.owner").Where("NOT EXISTS (?)", others).Scan(ctx, &orphans); err != nil || len(orphans) == 0 {
		return err
	}
	var admin string
	q := tx.NewSelect().TableExpr("users").Column("id").Where("role = ?", auth.RoleAdmin).Where("deactivated_at IS NULL").Where("id <> ?", id).Order("created_at", "id").Limit(1)
	if err := q.Scan(ctx, &admin); err != nil {
		return err
	}
	for _, group := range orphans {
		row := &Member{GroupID: group, UserID: admin, State: StateMember, Owner: true, Since: db.Now()}
		if _, err := tx.NewInsert().Model(row).On("CONFLICT (group_id, user_id) DO UPDATE").Set("state = EXCLUDED.state").Set("owner = EXCLUDED.owner").Exec(ctx); err != nil {
			return err
		}
		if err := audit.Log(ctx, tx, auth.System(), "group.owner", "group:"+group, "user:"+admin+" true"); err != nil {
			return err
		}
	}
	return nil
}

package social

import (
	"context"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/notify"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/search"
)

// References are the columns of this domain that name people. What somebody said stays when their account is erased, by a person without a
// name: the talk of others would make no sense without it. Who named them in a text named an account, which has no name any more.
var References = []people.Reference{
	{Table: "posts", Column: "author_id", How: people.Moves, Before: renameMentions, Marks: search.TypePost, MarkBy: "id", Erase: people.Nameless, OnErase: dropDrafts},
	{Table: "comments", Column: "author_id", How: people.Moves, Marks: search.TypePost, MarkBy: "post_id", Erase: people.Nameless, OnErase: forgetExcerpts},
	{Table: "post_praised", Column: "user_id", How: people.Joins, Same: []string{"post_id"}, Erase: people.Goes},
	{Table: "poll_votes", Column: "user_id", How: people.Joins, Same: []string{"post_id", "n"}, Erase: people.Goes},
	{Table: "reactions", Column: "user_id", How: people.Joins, Same: []string{"target"}, Before: uncountTwice, Erase: people.Goes, OnErase: uncount},
	{Table: "follows", Column: "user_id", How: people.Joins, Same: []string{"target"}, Erase: people.Goes},
	{Table: "follows", Column: "target", Prefix: string(UserTarget("")), How: people.Joins, Same: []string{"user_id"}, Erase: people.Goes},
	{Table: "reports", Column: "reporter_id", How: people.Joins, Same: []string{"target"}, Erase: people.Nameless},
	{Table: "reports", Column: "author_id", How: people.Moves, Erase: people.Nameless},
	{Table: "reports", Column: "closed_by", How: people.Moves, Erase: people.Nameless},
	{Table: "suspensions", Column: "user_id", How: people.Joins, Erase: people.Goes},
	{Table: "suspensions", Column: "by_id", How: people.Moves, Erase: people.Nameless},
	{Table: "proposals_aside", Column: "user_id", How: people.Joins, Same: []string{"about", "event"}, Erase: people.Goes},
	{Table: "news_seen", Column: "user_id", How: people.Joins, Same: []string{"post_id"}, Erase: people.Goes},
	{Table: "news_confirmed", Column: "user_id", How: people.Joins, Same: []string{"post_id"}, Erase: people.Goes},
	{Table: "feeds_seen", Column: "user_id", How: people.Joins, Same: []string{"feed"}, Erase: people.Goes},
	{
		Table: "post_audience", Column: "key", Prefix: auth.UserKey(""), How: people.Joins, Same: []string{"post_id"},
		Marks: search.TypePost, MarkBy: "post_id", Erase: people.Nameless,
	},
	{Table: "post_audience", Column: "key", Prefix: auth.OwnerKey(""), How: people.Joins, Same: []string{"post_id"}, Erase: people.Nameless},
}

// renameMentions makes texts that name one account name the other.
func renameMentions(ctx context.Context, tx bun.Tx, from, into string) error {
	old, token := "<@user:"+from+">", "<@user:"+into+">"
	for _, table := range []string{"posts", "comments", "revisions"} {
		_, err := tx.NewUpdate().TableExpr("?", bun.Ident(table)).Set("body = replace(body, ?, ?)", old, token).Where("body LIKE ?", "%"+old+"%").Exec(ctx)
		if err != nil {
			return err
		}
	}
	return nil
}

// uncountTwice takes out of the counts the reactions of one account to what the other reacted to as well: of two, one stays.
func uncountTwice(ctx context.Context, tx bun.Tx, from, into string) error {
	return uncountWhere(ctx, tx, "re.user_id = ? AND EXISTS (SELECT 1 FROM reactions AS o WHERE o.target = re.target AND o.user_id = ?)", from, into)
}

// uncount takes somebody's reactions out of the counts.
func uncount(ctx context.Context, tx bun.Tx, id string) error {
	return uncountWhere(ctx, tx, "re.user_id = ?", id)
}

func uncountWhere(ctx context.Context, tx bun.Tx, where string, args ...any) error {
	var list []Reaction
	if err := tx.NewSelect().Model(&list).Column("target", "kind").Where(where, args...).Scan(ctx); err != nil {
		return err
	}
	for _, r := range list {
		if err := count(ctx, tx, r.Target, r.Kind, -1); err != nil {
			return err
		}
	}
	return nil
}

// dropDrafts deletes what somebody wrote and did not publish.
func dropDrafts(ctx context.Context, tx bun.Tx, id string) error {
	_, err := tx.NewDelete().Model((*Post)(nil)).Where("author_id = ?", id).Where("state IN (?, ?)", StateDraft, StateScheduled).Exec(ctx)
	return err
}

// forgetExcerpts empties the excerpts in notifications of texts that name somebody, whose name stands in them as it was.
func forgetExcerpts(ctx context.Context, tx bun.Tx, id string) error {
	var things []string
	for _, table := range []string{"post", "comment"} {
		var ids []string
		err := tx.NewSelect().TableExpr("?", bun.Ident(table+"s")).Column("id").Where("body LIKE ?", "%<@user:"+id+">%").Scan(ctx, &ids)
		if err != nil {
			return err
		}
		for _, x := range ids {
			things = append(things, table+":"+x)
		}
	}
	return notify.ForgetText(ctx, tx, things)
}

package notify

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/people"
)

// References are the columns of this domain that name people.
var References = []people.Reference{
	{Table: "notify_events", Column: "actor_id", How: people.Moves, Erase: people.Nameless},
	{Table: "notify_events", Column: "about", Prefix: auth.UserKey(""), How: people.Moves, Before: movePages, Erase: people.Nameless},
	{Table: "notifications", Column: "about", Prefix: auth.UserKey(""), How: people.Moves, Erase: people.Nameless},
	{Table: "notifications", Column: "user_id", How: people.Joins, Same: []string{"source"}, Erase: people.Goes, OnErase: forgetOnly},
	{Table: "notify_mutes", Column: "user_id", How: people.Joins, Same: []string{"key"}, Erase: people.Goes},
	{Table: "notify_rhythms", Column: "user_id", How: people.Joins, Same: []string{"kind"}, Erase: people.Goes},
	{Table: "notify_hours", Column: "user_id", How: people.Joins, Erase: people.Goes},
	{Table: "push_devices", Column: "user_id", How: people.Ends, Erase: people.Goes},
}

// movePages has what leads to the page of an account that goes lead to that of the one that stays.
func movePages(ctx context.Context, tx bun.Tx, from, into string) error {
	for _, c := range [][2]string{{"notify_events", "url"}, {"notifications", "path"}} {
		_, err := tx.NewUpdate().TableExpr("?", bun.Ident(c[0])).Set("? = replace(?, ?, ?)", bun.Ident(c[1]), bun.Ident(c[1]), "/people/"+from, "/people/"+into).
			Where("? LIKE ?", bun.Ident(c[1]), "/people/"+from+"%").Exec(ctx)
		if err != nil {
			return err
		}
	}
	return nil
}

// forgetOnly deletes what was told to one person only: how and from where they signed in is nobody else's.
func forgetOnly(ctx context.Context, tx bun.Tx, id string) error {
	mine := tx.NewSelect().TableExpr("notifications AS mine").ColumnExpr("mine.event_id").Where("mine.user_id = ?", id)
	others := tx.NewSelect().TableExpr("notifications AS theirs").ColumnExpr("theirs.event_id").Where("theirs.user_id <> ?", id)
	_, err := tx.NewDelete().Model((*event)(nil)).Where("id IN (?)", mine).Where("id NOT IN (?)", others).Where("audience = ''").Exec(ctx)
	return err
}

// Forget deletes notifications that were read before a time; with dry it only counts them. Retention calls it.
func (s *Service) Forget(ctx context.Context, before time.Time, dry bool) (int, error) {
	return s.forget(ctx, dry, "read_at < ?", before)
}

// ForgetUnread deletes notifications that nobody read since a time, and events of which nobody has a notification any more.
func (s *Service) ForgetUnread(ctx context.Context, before time.Time, dry bool) (int, error) {
	return s.forget(ctx, dry, "read_at IS NULL AND at < ?", before)
}

func (s *Service) forget(ctx context.Context, dry bool, where string, before time.Time) (int, error) {
	n, err := s.DB.Forget(ctx, dry, "notifications", where, before)
	if err != nil || dry {
		return n, err
	}
	_, err = s.DB.Forget(ctx, false, "notify_events",
		"at < ? AND audience = '' AND NOT EXISTS (SELECT 1 FROM notifications AS n WHERE n.event_id = notify_events.id)", before)
	return n, err
}

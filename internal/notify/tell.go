package notify

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rs/xid"
	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/live"
)

// few is how many people hear within the caller's transaction; more are reached by a job.
const few = 50

// Live is the event by which open pages hear that there is a notification, or that one was read.
const Live = "notify"

// Tell tells people of an event when tx commits. It costs the caller no more than a few rows: whoever holds one of the event's keys is
// reached by a job. On a nil Service nobody hears.
func (s *Service) Tell(ctx context.Context, tx bun.Tx, e Event) error {
	if s == nil {
		return nil
	}
	if err := s.tell(ctx, tx, e); err != nil {
		return fmt.Errorf("tell of %s: %w", e.Kind, db.Classify(err))
	}
	return nil
}

func (s *Service) tell(ctx context.Context, tx bun.Tx, e Event) error {
	if err := e.check(); err != nil {
		return err
	}
	if s.sees[targetKind(e.About)] == nil {
		return fmt.Errorf("nobody says who sees a %s", targetKind(e.About))
	}
	to := slices.DeleteFunc(slices.Compact(slices.Sorted(slices.Values(e.To))), func(id string) bool { return id == "" || id == e.Actor })
	row := e.row(xid.New().String(), s.Now())
	keys := slices.Clone(e.Keys)
	if len(to) > few {
		for _, id := range to {
			keys = append(keys, auth.UserKey(id))
		}
		to = nil
	}
	if len(to)+len(keys) == 0 {
		return nil
	}
	row.Audience = strings.Join(keys, " ")
	if _, err := tx.NewInsert().Model(row).Exec(ctx); err != nil {
		return err
	}
	if err := s.deliver(ctx, tx, row, to); err != nil || len(keys) == 0 {
		return err
	}
	return fanJob.Enqueue(ctx, s.Jobs, tx, fanArgs{row.ID})
}

// deliver writes that people are to hear of an event, at most a batch of them. Who heard of its source before, left, or muted it, is left out.
func (s *Service) deliver(ctx context.Context, tx bun.Tx, e *event, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	list, err := s.receivers(ctx, tx, e, ids)
	if err != nil || len(list) == 0 {
		return err
	}
	now := s.Now()
	rows, topics := make([]notification, len(list)), make([]string, len(list))
	for i, r := range list {
		topics[i] = auth.UserKey(r.ID)
		rows[i] = notification{
			ID: xid.New().String(), EventID: e.ID, UserID: r.ID, Source: e.Source, Kind: e.Kind, Thread: e.Thread, About: e.About, Path: pathOf(e.URL), At: e.At,
			MailAt: nullTime(s.mailAt(r, e.Kind, now)), PushAt: nullTime(s.pushAt(r, e.Kind, now)),
		}
	}
	if _, err := tx.NewInsert().Model(&rows).On("CONFLICT (user_id, source) DO NOTHING").Exec(ctx); err != nil {
		return err
	}
	for i, r := range list {
		if at := rows[i].PushAt; !at.IsZero() && !at.After(now) {
			if err := pushJob.Enqueue(ctx, s.Jobs, tx, userArgs{r.ID}); err != nil {
				return err
			}
		}
	}
	return s.Live.Tell(ctx, tx, live.Event{To: topics, Name: Live})
}

// receiver is somebody who is to hear, with what they chose.
type receiver struct {
	ID, Email, Zone       string
	QuietFrom, QuietUntil int // minutes after midnight; both the same where no hours are quiet
	Rhythm                Rhythm
	Push, Devices         bool
}

// receivers reads those of the people who are here and did not mute the event.
func (s *Service) receivers(ctx context.Context, tx bun.IDB, e *event, ids []string) (list []receiver, err error) {
	sort, _ := sortOf(e.Kind)
	held, err := s.heldBack(ctx, tx)
	if err != nil {
		return nil, err
	}
	q := tx.NewSelect().TableExpr("users AS u").ColumnExpr("u.id, u.email").
		ColumnExpr("coalesce(h.zone, '') AS zone").ColumnExpr("coalesce(h.quiet_from, ?) AS quiet_from", quietFrom).ColumnExpr("coalesce(h.quiet_until, ?) AS quiet_until", quietUntil).
		ColumnExpr("coalesce(r.rhythm, ?) AS rhythm", sort.Rhythm).ColumnExpr("coalesce(r.push, ?) AS push", sort.Push).
		ColumnExpr("EXISTS (SELECT 1 FROM push_devices AS p WHERE p.user_id = u.id) AS devices").
		Join("LEFT JOIN notify_hours AS h ON h.user_id = u.id").Join("LEFT JOIN notify_rhythms AS r ON r.user_id = u.id AND r.kind = ?", e.Kind).
		Where("u.id IN (?)", bun.List(ids)).Where("u.deactivated_at IS NULL").Where("u.id <> ?", e.ActorID).Order("u.id")
	if !sort.Fixed && !slices.Contains(sort.Loud, e.Word) {
		keys := []string{e.Thread, auth.GroupKey(e.GroupID)}
		q.Where("NOT EXISTS (SELECT 1 FROM notify_mutes AS m WHERE m.user_id = u.id AND m.key IN (?))", bun.List(keys))
	}
	if held != "" && e.Kind != Account {
		q.Where("u.role <> ?", held)
	}
	return list, q.Scan(ctx, &list)
}

// HoldBack adds who hears of nothing but their own ways in for now: people of the role that f returns, if any. It asks in tx.
func (s *Service) HoldBack(f func(ctx context.Context, tx bun.IDB) (auth.Role, error)) {
	s.heldBack = f
}

// pathOf is an address without the place on the page and what is asked of it.
func pathOf(url string) string {
	if i := strings.IndexAny(url, "?#"); i >= 0 {
		return url[:i]
	}
	return url
}

func nullTime(t time.Time) bun.NullTime { return bun.NullTime{Time: t} }

// Withdraw takes back what was told of a source and not read yet, as when somebody takes a reaction back.
func (s *Service) Withdraw(ctx context.Context, tx bun.Tx, source string) error {
	if s == nil || source == "" {
		return nil
	}
	var ids []string
	if err := tx.NewSelect().Model((*notification)(nil)).Distinct().Column("n.user_id").Where("n.read_at IS NULL").Where("n.event_id IN (?)", eventsOf(tx, source)).Scan(ctx, &ids); err != nil || len(ids) == 0 {
		return db.Classify(err)
	}
	if _, err := tx.NewDelete().Model((*notification)(nil)).Where("read_at IS NULL").Where("event_id IN (?)", eventsOf(tx, source)).Exec(ctx); err != nil {
		return db.Classify(err)
	}
	for i, id := range ids {
		ids[i] = auth.UserKey(id)
	}
	return s.Live.Tell(ctx, tx, live.Event{To: ids, Name: Live})
}

func eventsOf(tx bun.IDB, source string) *bun.SelectQuery {
	return tx.NewSelect().Model((*event)(nil)).Column("id").Where("ev.source = ?", sourceKey(source))
}

// ForgetText empties the excerpts of what was told about things, as when somebody whom they name is erased.
func ForgetText(ctx context.Context, tx bun.Tx, things []string) error {
	if len(things) == 0 {
		return nil
	}
	_, err := tx.NewUpdate().Model((*event)(nil)).Set("text = ''").Where("about IN (?)", bun.List(things)).Exec(ctx)
	return db.Classify(err)
}

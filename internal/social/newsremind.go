package social

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/audit"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/jobs"
	"github.com/aanpak/aanpak/internal/notify"
)

var remindJob = jobs.Job[struct{}]{Name: "social.remind", Timeout: 5 * time.Minute, Attempts: 1}

const (
	remindEvery = 15 * time.Minute
	remindAfter = 3 * 24 * time.Hour  // who did not confirm by then
	remindUntil = 10 * 24 * time.Hour // later it is too late for that, as after a long time out of use
	dayBefore   = 16 * time.Hour      // before the end of the day by which it is to be read: that morning
)

// The rounds of reminders of a piece of news; of asked ones there is one a day.
const (
	roundDays  = "days"
	roundDay   = "day"
	roundAsked = "asked:"
)

// round is a reminder that went out.
type round struct {
	bun.BaseModel `bun:"table:news_reminders,alias:nr"`

	PostID string `bun:",pk"`
	Round  string `bun:",pk"`
	At     time.Time
}

// RemindDue reminds who has not confirmed what must be read: some days after it was published, and in the morning of the day by which it is
// to be read. Each reminder is written down in the transaction that tells of it, so that it goes out once, and notify reaches everybody in
// batches that go on where they were killed. One that fails does not stop the others.
func (s *Service) RemindDue(ctx context.Context) error {
	now := s.Now()
	days, err := s.toRemind(ctx, roundDays, func(q *bun.SelectQuery) {
		q.Where("p.published_at <= ?", now.Add(-remindAfter)).Where("p.published_at > ?", now.Add(-remindUntil)).
			Where("(p.read_by IS NULL OR p.read_by > ?)", now.Add(dayBefore+24*time.Hour)) // else the other reminder comes, or came
	})
	if err != nil {
		return err
	}
	day, err := s.toRemind(ctx, roundDay, func(q *bun.SelectQuery) {
		q.Where("p.read_by > ?", now).Where("p.read_by <= ?", now.Add(dayBefore))
	})
	if err != nil {
		return err
	}
	var failed []error
	for name, ids := range map[string][]string{roundDays: days, roundDay: day} {
		for _, id := range ids {
			err := s.change(ctx, auth.System(), id, func(ctx context.Context, tx bun.Tx, p *Post) error {
				_, err := s.remind(ctx, tx, p, name, "")
				return err
			})
			if err != nil && !errs.Is(err, errs.KindNotFound) {
				failed = append(failed, fmt.Errorf("remind of %s: %w", id, err))
			}
		}
	}
	return errors.Join(failed...)
}

// toRemind are the ids of what must be read of which a reminder is due that did not go out.
func (s *Service) toRemind(ctx context.Context, name string, due func(*bun.SelectQuery)) (ids []string, err error) {
	q := s.db.Reader().NewSelect().Model((*Post)(nil)).Column("p.id").Where("p.kind = 'news'").Where("p.state = ?", StatePublished).Where("p.must_read").
		Where("NOT EXISTS (SELECT 1 FROM news_reminders AS nr WHERE nr.post_id = p.id AND nr.round = ?)", name).Order("p.published_at").Limit(100)
	due(q)
	if err := q.Scan(ctx, &ids); err != nil {
		return nil, fmt.Errorf("reminders of news: %w", db.Classify(err))
	}
	return ids, nil
}

// Remind has those hear once more who have not confirmed, on the wish of who may write in the channel, once a day.
func (s *Service) Remind(ctx context.Context, v auth.Viewer, id string) error {
	err := s.change(ctx, v, id, func(ctx context.Context, tx bun.Tx, p *Post) error {
		if err := ownChannel(v, p); err != nil {
			return err
		}
		if !p.Published() || !p.MustRead {
			return errs.Conflict("error.news_confirm")
		}
		first, err := s.remind(ctx, tx, p, roundAsked+s.Now().UTC().Format(time.DateOnly), v.UserID)
		if err != nil {
			return err
		}
		if !first {
			return errs.Conflict("error.news_reminded")
		}
		return audit.Log(ctx, tx, v, "news.remind", string(p.Target()), "")
	})
	if err != nil {
		return fmt.Errorf("remind of news: %w", err)
	}
	return nil
}

// remind sends a reminder that did not go out before; first tells whether it did not.
func (s *Service) remind(ctx context.Context, tx bun.Tx, p *Post, name, actor string) (first bool, err error) {
	res, err := tx.NewInsert().Model(&round{PostID: p.ID, Round: name, At: s.Now()}).On("CONFLICT (post_id, round) DO NOTHING").Exec(ctx)
	if err != nil {
		return false, err
	}
	if n, err := res.RowsAffected(); n == 0 || err != nil {
		return false, err
	}
	return true, s.notify.Tell(ctx, tx, notify.Event{
		Kind: notify.News, Word: "reminder", Source: "remind:" + p.ID + ":" + name, Thread: string(p.Target()), Actor: actor,
		About: string(p.Target()), URL: p.URL(p.Target()), Keys: []string{UnconfirmedKey + ":" + p.ID},
	})
}

// reminded tells when who may write in the channel asked for a reminder today.
func (s *Service) reminded(ctx context.Context, id string) (bool, error) {
	return s.db.Reader().NewSelect().Model((*round)(nil)).Where("nr.post_id = ?", id).Where("nr.round = ?", roundAsked+s.Now().UTC().Format(time.DateOnly)).Exists(ctx)
}

// ownChannel asks whether the viewer may write in the channel of a piece of news.
func ownChannel(v auth.Viewer, p *Post) error {
	a, err := storedAudience(p.Audience)
	if err != nil {
		return err
	}
	if p.Kind != KindNews {
		return errs.Conflict("error.news_none")
	}
	if p.Lent() {
		return errs.Forbidden("error.lent")
	}
	return CanWriteNews(v, a)
}

// UnconfirmedKey is the kind of key that those hold who are asked to read a piece of news and have not confirmed it.
const UnconfirmedKey = "unconfirmed"

// Unconfirmed selects them, as they are now.
func Unconfirmed(tx bun.IDB, id string) *bun.SelectQuery {
	return tx.NewSelect().TableExpr("users AS r").ColumnExpr("r.id").Join("JOIN posts AS p ON p.id = ?", id).Apply(readers).Where("p.must_read").
		Where("NOT EXISTS (SELECT 1 FROM news_confirmed AS nc WHERE nc.post_id = p.id AND nc.user_id = r.id)")
}

// readers are the accounts in use for which a piece of news is, but for who wrote it.
func readers(q *bun.SelectQuery) *bun.SelectQuery {
	return q.Where("r.deactivated_at IS NULL").Apply(ForReader)
}

// ForReader keeps news p that is for an account r: for its company or branch, and written by somebody else.
func ForReader(q *bun.SelectQuery) *bun.SelectQuery {
	return q.Where("r.id <> p.author_id").
		Where("EXISTS (SELECT 1 FROM post_audience AS a WHERE a.post_id = p.id AND (a.key = ? OR a.key = ? || r.branch_id))", auth.KeyCompany, auth.BranchKey(""))
}

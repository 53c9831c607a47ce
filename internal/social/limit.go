package social

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/errs"
)

// Limit is how much one person may say in an hour; 0 is as much as they like.
type Limit struct{ Posts, Comments int }

// Limits are those of everybody, and of who is new. Where everybody is new nobody is: a company that begins has all to say at once.
type Limits struct {
	Everybody, New Limit
	NewFor         time.Duration // since the account was made, in a company that was there before
}

// DefaultLimits are wide enough for the most talkative afternoon of one person, and narrow enough that an account that was taken over, or
// made to be a nuisance, fills nobody's feed before somebody looks.
var DefaultLimits = Limits{
	Everybody: Limit{Posts: 10, Comments: 30},
	New:       Limit{Posts: 2, Comments: 5}, // who has just come introduces themselves, and answers some
	NewFor:    3 * 24 * time.Hour,           // so that a working day lies between, in which colleagues notice
}

// limitWindow is what the limits are counted over.
const limitWindow = time.Hour

// UseLimits sets how much one may say, for tests and for filling an empty company.
func (s *Service) UseLimits(l Limits) { s.limits = l }

// limitOf returns what holds for the viewer now.
func (s *Service) limitOf(ctx context.Context, tx bun.IDB, v auth.Viewer) (Limit, error) {
	if s.limits == (Limits{}) || v.IsSystem() {
		return Limit{}, nil
	}
	var since time.Time
	if err := tx.NewSelect().TableExpr("users").Column("created_at").Where("id = ?", v.UserID).Scan(ctx, &since); err != nil {
		return Limit{}, err
	}
	if s.Now().Sub(since) >= s.limits.NewFor {
		return s.limits.Everybody, nil
	}
	joined, err := tx.NewSelect().TableExpr("users").Where("created_at < ?", since.Add(-s.limits.NewFor)).Exists(ctx)
	if err != nil || joined {
		return s.limits.New, err
	}
	return s.limits.Everybody, nil
}

// mayPost refuses who is suspended, or published as many posts in the last hour as one may. What the word list holds counts as well.
func (s *Service) mayPost(ctx context.Context, tx bun.IDB, v auth.Viewer) error {
	if err := s.notSuspended(ctx, tx, v); err != nil {
		return err
	}
	l, err := s.limitOf(ctx, tx, v)
	if err != nil || l.Posts == 0 {
		return err
	}
	var list []*Post
	err = tx.NewSelect().Model(&list).Column("p.published_at", "p.created_at").Where("p.author_id = ?", v.UserID).
		Where("p.state IN (?, ?, ?)", StatePublished, StateHidden, StateDeleted).Where("coalesce(p.published_at, p.created_at) > ?", s.Now().Add(-limitWindow)).
		OrderExpr("coalesce(p.published_at, p.created_at) DESC").Limit(int64(l.Posts)).Scan(ctx)
	if err != nil || len(list) < l.Posts {
		return err
	}
	oldest := list[l.Posts-1]
	if oldest.PublishedAt.IsZero() {
		oldest.PublishedAt.Time = oldest.CreatedAt
	}
	return s.tooMany("error.too_many_posts", l.Posts, oldest.PublishedAt.Time)
}

// mayComment is mayPost for comments.
func (s *Service) mayComment(ctx context.Context, tx bun.IDB, v auth.Viewer) error {
	if err := s.notSuspended(ctx, tx, v); err != nil {
		return err
	}
	l, err := s.limitOf(ctx, tx, v)
	if err != nil || l.Comments == 0 {
		return err
	}
	var list []*Comment
	err = tx.NewSelect().Model(&list).Column("c.created_at").Where("c.author_id = ?", v.UserID).Where("c.created_at > ?", s.Now().Add(-limitWindow)).
		OrderExpr("c.created_at DESC").Limit(int64(l.Comments)).Scan(ctx)
	if err != nil || len(list) < l.Comments {
		return err
	}
	return s.tooMany("error.too_many_comments", l.Comments, list[l.Comments-1].CreatedAt)
}

// tooMany refuses what would be more than most, until the oldest of that many is out of the window.
func (s *Service) tooMany(key string, most int, oldest time.Time) error {
	wait := oldest.Add(limitWindow).Sub(s.Now())
	e := errs.New(errs.KindTooMany, key, "Max", most, "Count", int(wait.Minutes())+1)
	e.RetryAfter = int(wait.Seconds()) + 1
	return e
}

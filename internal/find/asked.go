package find

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/people"
)

// AskedDays is how far back questions are added up.
const AskedDays = 30

// Slow is from when on a search is called slow.
const Slow = 200 * time.Millisecond

// Asked is a question with its numbers of the last AskedDays days.
type Asked struct {
	Question     string // folded
	Asked        int
	FoundNothing int
	SlowestMs    int64
	LastDay      string // 2006-01-02
}

// Slowest returns the questions that took longer than Slow at least once, the slowest first.
func (s *Questions) Slowest(ctx context.Context, v auth.Viewer, limit int) ([]Asked, error) {
	return s.asked(ctx, v, limit, func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Having("max(slowest_ms) >= ?", Slow.Milliseconds()).OrderExpr("max(slowest_ms) DESC, question")
	})
}

// Unanswered returns the questions that found nothing, those asked most often first.
func (s *Questions) Unanswered(ctx context.Context, v auth.Viewer, limit int) ([]Asked, error) {
	return s.asked(ctx, v, limit, func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Having("sum(found_nothing) > 0").OrderExpr("sum(found_nothing) DESC, max(day) DESC, question")
	})
}

func (s *Questions) asked(ctx context.Context, v auth.Viewer, limit int, which func(*bun.SelectQuery) *bun.SelectQuery) (list []Asked, err error) {
	if err := people.CanAdminister(v); err != nil {
		return nil, err
	}
	err = s.db.Reader().NewSelect().TableExpr("searches").ColumnExpr("question, sum(asked) AS asked, sum(found_nothing) AS found_nothing").
		ColumnExpr("max(slowest_ms) AS slowest_ms, max(day) AS last_day").Where("day > ?", s.day(AskedDays)).
		GroupExpr("question").Apply(which).Limit(int64(limit)).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("what was asked: %w", db.Classify(err))
	}
	return list, nil
}

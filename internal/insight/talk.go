package insight

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/social"
)

// For how long something somebody said is still worth an answer.
const (
	firstDays    = 30
	questionDays = 60
	answerWithin = 24 * time.Hour
)

// mostTasks bounds what is read of each kind.
const mostTasks = 100

// posts selects the ids of what colleagues said since a time that the viewer sees, the oldest first.
func (s *Service) posts(v auth.Viewer, since time.Time) *bun.SelectQuery {
	return s.DB.Reader().NewSelect().TableExpr("posts AS p").Column("p.id").Join("JOIN users AS u ON u.id = p.author_id").Apply(social.Visible(v)).
		Where("p.state = 'published'").Where("p.published_at >= ?", since).Where("p.author_id <> ?", v.UserID).Where("u.deactivated_at IS NULL").
		OrderExpr("p.published_at, p.id").Limit(mostTasks)
}

// isFirst keeps the first that their authors said.
func isFirst(q *bun.SelectQuery) *bun.SelectQuery {
	return q.Where("NOT EXISTS (SELECT 1 FROM posts AS e WHERE e.author_id = p.author_id AND e.state = 'published' AND e.published_at < p.published_at)")
}

// isQuestion keeps open questions that have waited for a day.
func isQuestion(now time.Time) func(*bun.SelectQuery) *bun.SelectQuery {
	return func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("p.kind = 'question'").Where("p.answer_id = ''").Where("NOT p.closed").Where("p.published_at < ?", now.Add(-answerWithin))
	}
}

// unanswered keeps what nobody but its author said something under.
func unanswered(q *bun.SelectQuery) *bun.SelectQuery {
	return q.Where("NOT EXISTS (SELECT 1 FROM comments AS c WHERE c.post_id = p.id AND c.state = 'published' AND c.author_id <> p.author_id)")
}

// said is a post with its title in one line.
type said struct {
	*social.Post
	title string
}

// load reads posts in the order of the ids, through the viewer's rights.
func (s *Service) load(ctx context.Context, v auth.Viewer, ids []string) ([]said, error) {
	found, err := s.Social.ByIDs(ctx, v, ids)
	if err != nil {
		return nil, err
	}
	bodies := make([]string, 0, len(found))
	for _, p := range found {
		bodies = append(bodies, p.Body)
	}
	names, err := s.Social.Names(ctx, v, bodies...)
	if err != nil {
		return nil, err
	}
	var out []said
	for _, id := range ids {
		if p := found[id]; p != nil {
			out = append(out, said{p, p.Heading(names)})
		}
	}
	return out, nil
}

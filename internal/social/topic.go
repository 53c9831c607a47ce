package social

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/fold"
	"github.com/aanpak/aanpak/internal/markdown"
)

// topicRow is a #topic of a post.
type topicRow struct {
	bun.BaseModel `bun:"table:post_topics,alias:pt"`

	PostID    string `bun:",pk"`
	Topic     string `bun:",pk"` // folded
	Shown     string // as it was written
	Published int64  // milliseconds of Unix
}

// Topic is a topic with how much is said of it.
type Topic struct {
	Topic string // folded
	Shown string
	Posts int
}

// maxTopics is how many topics of a text are kept.
const maxTopics = 20

// topicsOf returns the topics of a text as they are written, by their folded form.
func topicsOf(body string) map[string]string {
	out := map[string]string{}
	for _, t := range markdown.Topics(body) {
		if len(out) < maxTopics {
			out[fold.Key(t)] = t
		}
	}
	return out
}

// Topics returns the topics of a post's text as they are written, in the order of the alphabet.
func (p *Post) Topics() []string {
	return slices.Sorted(maps.Values(topicsOf(p.Body)))
}

// writeTopics makes the topics of a published post those that its text has.
func writeTopics(ctx context.Context, tx bun.Tx, p *Post) error {
	if _, err := tx.NewDelete().Model((*topicRow)(nil)).Where("post_id = ?", p.ID).Exec(ctx); err != nil || !p.Published() {
		return err
	}
	var rows []topicRow
	for topic, shown := range topicsOf(p.Body) {
		rows = append(rows, topicRow{PostID: p.ID, Topic: topic, Shown: shown, Published: p.PublishedAt.UnixMilli()})
	}
	if len(rows) == 0 {
		return nil
	}
	_, err := tx.NewInsert().Model(&rows).Exec(ctx)
	return err
}

// topicsFor is how far back topics count as talked about.
const topicsFor = 180 * 24 * time.Hour

// Topics returns the topics with the most posts of the last half year that the viewer sees, with a text at their beginning where one is
// given.
func (s *Service) Topics(ctx context.Context, v auth.Viewer, prefix string, limit int) (list []Topic, err error) {
	q := s.db.Reader().NewSelect().TableExpr("post_topics AS pt").ColumnExpr("pt.topic, max(pt.shown) AS shown, count(*) AS posts").
		Join("JOIN posts AS p ON p.id = pt.post_id").Apply(visibleTo(v)).Where("pt.published >= ?", s.Now().Add(-topicsFor).UnixMilli()).
		GroupExpr("pt.topic").OrderExpr("posts DESC, pt.topic").Limit(int64(limit))
	if prefix = fold.Key(strings.TrimPrefix(prefix, "#")); prefix != "" {
		q.Where("pt.topic LIKE ? ESCAPE '!'", db.EscapeLike(prefix)+"%")
	}
	if err := q.Scan(ctx, &list); err != nil {
		return nil, fmt.Errorf("topics: %w", db.Classify(err))
	}
	return list, nil
}

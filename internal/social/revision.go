package social

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
)

// Revision is what a post or comment said before.
type Revision struct {
	bun.BaseModel `bun:"table:revisions,alias:r"`

	Item      Target `bun:",pk"`
	N         int    `bun:",pk"` // from 1, the oldest
	Title     string
	Body      string
	WrittenAt time.Time
}

// said is when what the post says was written.
func (p *Post) said() time.Time {
	if !p.EditedAt.IsZero() {
		return p.EditedAt.Time
	}
	return p.PublishedAt.Time
}

func (s *Service) keepRevision(ctx context.Context, tx bun.Tx, item Target, title, body string, at time.Time) error {
	n, err := tx.NewSelect().Model((*Revision)(nil)).Where("r.item = ?", item).Count(ctx)
	if err != nil {
		return err
	}
	_, err = tx.NewInsert().Model(&Revision{Item: item, N: int(n) + 1, Title: title, Body: body, WrittenAt: at}).Exec(ctx)
	return err
}

// Revisions returns what a post said before, the newest first, to whoever sees the post.
func (s *Service) Revisions(ctx context.Context, v auth.Viewer, postID string) (list []*Revision, err error) {
	p, err := s.Get(ctx, v, postID)
	if err != nil {
		return nil, err
	}
	return s.revisions(ctx, p.Target())
}

// CommentRevisions returns what a comment said before, the newest first.
func (s *Service) CommentRevisions(ctx context.Context, v auth.Viewer, id string) (list []*Revision, err error) {
	c, err := s.Comment(ctx, v, id)
	if err != nil {
		return nil, err
	}
	return s.revisions(ctx, c.Target())
}

func (s *Service) revisions(ctx context.Context, item Target) (list []*Revision, err error) {
	if err := s.db.Reader().NewSelect().Model(&list).Where("r.item = ?", item).OrderExpr("r.n DESC").Scan(ctx); err != nil {
		return nil, fmt.Errorf("revisions: %w", db.Classify(err))
	}
	return list, nil
}

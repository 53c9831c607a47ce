package social

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
)

// News is a post in a channel: that of the company or of a branch, which is its audience. So it has a thread, reactions and photos like every
// post, of which the first is its picture. Some of it must be read: its readers confirm that they have, and are reminded until they did.

// seenNews is that somebody saw a piece of news, for the first time: kept to count how far it reached.
type seenNews struct {
	bun.BaseModel `bun:"table:news_seen,alias:ns"`

	PostID string `bun:",pk"`
	UserID string `bun:",pk"`
	At     time.Time
}

// confirmation is that somebody said to have read what must be read.
type confirmation struct {
	bun.BaseModel `bun:"table:news_confirmed,alias:nc"`

	PostID string `bun:",pk"`
	UserID string `bun:",pk"`
	At     time.Time
}

// cleanNews checks what only news has.
func (n *Input) cleanNews(e *errs.Error, p *Post, a Audience) {
	if n.Kind != KindNews {
		n.Closed, n.MustRead, n.ReadBy = p.Closed, false, time.Time{}
		return
	}
	if n.Title == "" && !n.Draft {
		e.Field("title", "error.field.required")
	}
	if p.About != "" {
		e.Field("about", "error.field.choice")
	}
	if a.Kind == ForGroup || a.Kind == ForDocument {
		e.Field("audience", "error.field.news_channel")
	}
	if !n.MustRead {
		n.ReadBy = time.Time{}
	}
}

// applyNews writes what only news has. A day by which it is to be read is one that comes; of a draft that is asked when it is published.
func (s *Service) applyNews(p *Post, n *Input) error {
	at := n.PublishAt
	if s.Now().After(at) {
		at = s.Now()
	}
	asked := !n.Draft && (!p.Published() || !n.ReadBy.Equal(p.ReadBy.Time))
	if !n.ReadBy.IsZero() && asked && n.SaidAt.IsZero() && n.ReadBy.Before(at) {
		return field("read_by", "error.field.read_by")
	}
	p.MustRead, p.ReadBy = n.MustRead, bun.NullTime{Time: n.ReadBy}
	if !p.Published() {
		p.Closed = n.Closed
	}
	return nil
}

// news returns places of news that the viewer sees, in one channel or all.
func (s *Service) news(ctx context.Context, v auth.Viewer, channel string, from spot, limit int) ([]spot, error) {
	q := s.db.Reader().NewSelect().Model((*Post)(nil)).Column("p.id", "p.published_at").Apply(visibleTo(v)).Where("p.kind = 'news'").Where("p.state = ?", StatePublished).
		OrderExpr("p.published_at DESC, p.id DESC").Limit(int64(limit))
	if channel != "" {
		q.Where("p.audience = ?", channel)
	}
	if from.PostID != "" {
		q.Where("(p.published_at < ? OR p.published_at = ? AND p.id < ?)", from.time(), from.time(), from.PostID)
	}
	var list []Post
	if err := q.Scan(ctx, &list); err != nil {
		return nil, fmt.Errorf("news: %w", db.Classify(err))
	}
	out := make([]spot, len(list))
	for i, p := range list {
		out[i] = spot{p.ID, p.PublishedAt.UnixMilli()}
	}
	return out, nil
}

// mostToRead is how much news that must be read is shown at once, the most urgent first.
const mostToRead = 10

// ToRead returns the news that the viewer is asked to read and has not confirmed, what must be read first in front.
func (s *Service) ToRead(ctx context.Context, v auth.Viewer) ([]*Item, error) {
	if v.UserID == "" {
		return nil, errs.Unauthorized()
	}
	v.Grants = nil // what is seen by temporary access only is not for them
	var ids []string
	err := s.db.Reader().NewSelect().Model((*Post)(nil)).Column("p.id").Apply(visibleTo(v)).Where("p.kind = 'news'").Where("p.state = ?", StatePublished).
		Where("p.must_read").Where("p.author_id <> ?", v.UserID).Where("NOT EXISTS (SELECT 1 FROM news_confirmed AS nc WHERE nc.post_id = p.id AND nc.user_id = ?)", v.UserID).
		OrderExpr("CASE WHEN p.read_by IS NULL THEN 1 ELSE 0 END, p.read_by, p.published_at DESC, p.id DESC").Limit(mostToRead).Scan(ctx, &ids)
	if err != nil {
		return nil, fmt.Errorf("news to read: %w", db.Classify(err))
	}
	return s.items(ctx, v, ids)
}

// Confirm writes that the viewer has read what must be read. Saying so twice changes nothing.
func (s *Service) Confirm(ctx context.Context, v auth.Viewer, id string) error {
	err := s.change(ctx, v, id, func(ctx context.Context, tx bun.Tx, p *Post) error {
		if err := CanConfirm(v, p); err != nil {
			return err
		}
		if err := sawNews(ctx, tx, v, s.Now(), id); err != nil {
			return err
		}
		_, err := tx.NewInsert().Model(&confirmation{PostID: id, UserID: v.UserID, At: s.Now()}).On("CONFLICT (post_id, user_id) DO NOTHING").Exec(ctx)
		return err
	})
	if err != nil {
		return fmt.Errorf("confirm news: %w", err)
	}
	return nil
}

// Saw writes that the viewer is shown posts, of those that are news and were not shown to them before.
func (s *Service) Saw(ctx context.Context, v auth.Viewer, posts ...*Post) error {
	var ids []string
	for _, p := range posts {
		if p.Kind == KindNews && p.Published() && !p.Lent() && p.AuthorID != v.UserID && v.UserID != "" {
			ids = append(ids, p.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	n, err := s.db.Reader().NewSelect().Model((*seenNews)(nil)).Where("ns.user_id = ?", v.UserID).Where("ns.post_id IN (?)", bun.List(ids)).Count(ctx)
	if err == nil && int(n) < len(ids) {
		err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error { return sawNews(ctx, tx, v, s.Now(), ids...) })
	}
	if err != nil {
		return fmt.Errorf("news seen: %w", db.Classify(err))
	}
	return nil
}

func sawNews(ctx context.Context, tx bun.Tx, v auth.Viewer, at time.Time, ids ...string) error {
	rows := make([]seenNews, len(ids))
	for i, id := range ids {
		rows[i] = seenNews{PostID: id, UserID: v.UserID, At: at}
	}
	_, err := tx.NewInsert().Model(&rows).On("CONFLICT (post_id, user_id) DO NOTHING").Exec(ctx)
	return err
}

// confirmed returns when the viewer confirmed news, by post.
func (s *Service) confirmed(ctx context.Context, v auth.Viewer, ids []string) (map[string]time.Time, error) {
	var rows []confirmation
	if err := s.db.Reader().NewSelect().Model(&rows).Where("nc.user_id = ?", v.UserID).Where("nc.post_id IN (?)", bun.List(ids)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("confirmed news: %w", db.Classify(err))
	}
	out := map[string]time.Time{}
	for _, r := range rows {
		out[r.PostID] = r.At
	}
	return out, nil
}

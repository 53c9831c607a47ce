package social

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
)

// seenFeed is until when somebody has seen a feed.
type seenFeed struct {
	bun.BaseModel `bun:"table:feeds_seen,alias:fs"`

	UserID string `bun:",pk"`
	Feed   string `bun:",pk"` // kind and id
	SeenAt time.Time
}

func (f Feed) name() string { return string(f.Kind) + ":" + f.ID }

// SeenUntil returns when the viewer last looked at a feed; zero = never.
func (s *Service) SeenUntil(ctx context.Context, v auth.Viewer, f Feed) (time.Time, error) {
	var row seenFeed
	err := s.db.Reader().NewSelect().Model(&row).Where("fs.user_id = ?", v.UserID).Where("fs.feed = ?", f.name()).Scan(ctx)
	if db.IsNoRows(err) {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, fmt.Errorf("feed seen: %w", db.Classify(err))
	}
	return row.SeenAt, nil
}

// Seen writes that the viewer looks at a feed now.
func (s *Service) Seen(ctx context.Context, v auth.Viewer, f Feed) error {
	row := &seenFeed{UserID: v.UserID, Feed: f.name(), SeenAt: s.Now()}
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewUpdate().Model(row).Column("seen_at").WherePK().Exec(ctx) // which, other than an insert, leaves pages kept
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); n > 0 || err != nil {
			return err
		}
		_, err = tx.NewInsert().Model(row).On("CONFLICT (user_id, feed) DO NOTHING").Exec(ctx)
		return err
	})
	if err != nil {
		return fmt.Errorf("feed seen: %w", db.Classify(err))
	}
	return nil
}

// NewSince counts the posts of a feed since a time that are not the viewer's own, no further than to 99.
func (s *Service) NewSince(ctx context.Context, v auth.Viewer, f Feed, since time.Time) (int, error) {
	if f.Kind == FeedForYou || f.Kind == FeedFollowing {
		f.Kind = FeedAll
	}
	spots, err := s.spots(ctx, v, f, spot{}, mostPosts)
	if err != nil {
		return 0, err
	}
	var ids []string
	for _, x := range spots {
		if x.At > since.UnixMilli() {
			ids = append(ids, x.PostID)
		}
	}
	if len(ids) == 0 {
		return 0, nil
	}
	n, err := s.db.Reader().NewSelect().Model((*Post)(nil)).Apply(visibleTo(v)).Where("p.id IN (?)", bun.List(ids)).Where("p.author_id <> ?", v.UserID).Count(ctx)
	return min(int(n), 99), db.Classify(err)
}

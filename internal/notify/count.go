package notify

import (
	"context"
	"fmt"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
)

// unread is what somebody has not read.
type unread struct {
	threads int
	paths   map[string]bool // of what would be read by opening it
}

// counted is of how many unread things the newest are counted. The bell says "99+" long before.
const counted = 1000

// Count returns how many threads have something unread that the viewer may see.
func (s *Service) Count(ctx context.Context, v auth.Viewer) (int, error) {
	u, err := s.unread(ctx, v)
	return u.threads, err
}

func (s *Service) unread(ctx context.Context, v auth.Viewer) (unread, error) {
	if v.UserID == "" {
		return unread{}, nil
	}
	return s.counts.Get(ctx, v.UserID, func(ctx context.Context) (unread, error) { return s.readUnread(ctx, v) })
}

func (s *Service) readUnread(ctx context.Context, v auth.Viewer) (u unread, err error) {
	var rows []told
	newest := s.DB.Reader().NewSelect().Model((*notification)(nil)).Column("n.thread", "n.about", "n.path").Where("n.user_id = ?", v.UserID).Where("n.read_at IS NULL").
		Order("n.at DESC").Limit(counted)
	if err := newest.Scan(ctx, &rows); err != nil {
		return u, fmt.Errorf("count notifications: %w", db.Classify(err))
	}
	seen, _, err := s.seen(ctx, v, rows)
	if err != nil {
		return u, fmt.Errorf("count notifications: %w", err)
	}
	u.threads, u.paths = len(seen), map[string]bool{}
	for _, list := range seen {
		for _, n := range list {
			u.paths[n.Path] = true
		}
	}
	return u, nil
}

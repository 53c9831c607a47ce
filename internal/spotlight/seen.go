package spotlight

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
)

// sight is that somebody has seen a spotlight. It takes it off their home page, and is told to nobody.
type sight struct {
	bun.BaseModel `bun:"table:spotlight_seen,alias:se"`

	SpotlightID string `bun:",pk"`
	UserID      string `bun:",pk"`
	At          time.Time
}

// See notes that the viewer has seen a spotlight.
func (s *Service) See(ctx context.Context, v auth.Viewer, id string) error {
	sp, err := s.Get(ctx, v, id)
	if err != nil || sp.Seen {
		return err
	}
	return s.note(ctx, v, sp.ID)
}

// Opened notes that the viewer, who opened a document, has seen what is said of it now. It writes only where there is something new.
func (s *Service) Opened(ctx context.Context, v auth.Viewer, list []*Spotlight) error {
	var ids []string
	for _, sp := range list {
		if !sp.Seen {
			ids = append(ids, sp.ID)
		}
	}
	return s.note(ctx, v, ids...)
}

func (s *Service) note(ctx context.Context, v auth.Viewer, ids ...string) error {
	if len(ids) == 0 || v.UserID == "" {
		return nil
	}
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error { return s.saw(ctx, tx, v, ids...) })
	if err != nil {
		return fmt.Errorf("spotlight seen: %w", db.Classify(err))
	}
	return nil
}

func (s *Service) saw(ctx context.Context, tx bun.Tx, v auth.Viewer, ids ...string) error {
	if v.UserID == "" {
		return nil
	}
	rows := make([]sight, len(ids))
	for i, id := range ids {
		rows[i] = sight{SpotlightID: id, UserID: v.UserID, At: s.Now()}
	}
	_, err := tx.NewInsert().Model(&rows).On("CONFLICT (spotlight_id, user_id) DO NOTHING").Exec(ctx)
	return err
}

package notify

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
)

// mute is that somebody wants to hear nothing of a thread, or of a group, whose key is "group:ID".
type mute struct {
	bun.BaseModel `bun:"table:notify_mutes,alias:m"`

	UserID string `bun:",pk"`
	Key    string `bun:",pk"`
	At     time.Time
}

// Muted is something that the viewer muted, as they may see it.
type Muted struct {
	Key   string
	Title string // "" where they may not see it any more
	At    time.Time
}

// maxMutes is how much somebody may mute.
const maxMutes = 1000

// Mute has the viewer hear nothing more of a thread or, by its audience key, a group. What they have of it stays. Muting twice is no
// mistake. What is not visible to them cannot be muted: nobody learns from it what there is.
func (s *Service) Mute(ctx context.Context, v auth.Viewer, key string) error {
	if v.UserID == "" {
		return errs.Unauthorized()
	}
	if len(key) > 200 {
		return errs.NotFound("notification")
	}
	seen, err := s.visible(ctx, v, []string{key})
	if err != nil {
		return err
	}
	if _, ok := seen[key]; !ok && s.has(ctx, v, key) != nil {
		return errs.NotFound("notification")
	}
	err = s.DB.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		n, err := tx.NewSelect().Model((*mute)(nil)).Where("m.user_id = ?", v.UserID).Count(ctx)
		if err != nil {
			return err
		}
		if n >= maxMutes {
			return errs.Conflict("error.mutes")
		}
		_, err = tx.NewInsert().Model(&mute{UserID: v.UserID, Key: key, At: s.Now()}).On("CONFLICT DO NOTHING").Exec(ctx)
		return err
	})
	if err != nil {
		return fmt.Errorf("mute: %w", db.Classify(err))
	}
	return nil
}

// Unmute has the viewer hear of it again.
func (s *Service) Unmute(ctx context.Context, v auth.Viewer, key string) error {
	if v.UserID == "" {
		return errs.Unauthorized()
	}
	return db.Classify(s.DB.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewDelete().Model((*mute)(nil)).Where("user_id = ?", v.UserID).Where("key = ?", key).Exec(ctx)
		return err
	}))
}

// Mutes returns what the viewer muted, the latest first.
func (s *Service) Mutes(ctx context.Context, v auth.Viewer) ([]Muted, error) {
	if v.UserID == "" {
		return nil, errs.Unauthorized()
	}
	var rows []mute
	if err := s.DB.Reader().NewSelect().Model(&rows).Where("m.user_id = ?", v.UserID).Order("m.at DESC", "m.key").Scan(ctx); err != nil {
		return nil, fmt.Errorf("mutes: %w", db.Classify(err))
	}
	keys := make([]string, len(rows))
	for i, r := range rows {
		keys[i] = r.Key
	}
	seen, err := s.visible(ctx, v, keys)
	if err != nil {
		return nil, err
	}
	out := make([]Muted, len(rows))
	for i, r := range rows {
		out[i] = Muted{r.Key, seen[r.Key].Title, r.At}
	}
	return out, nil
}

// Muted tells whether the viewer muted a thread or group.
func (s *Service) Muted(ctx context.Context, v auth.Viewer, key string) (bool, error) {
	m, err := s.mutedOf(ctx, v, []string{key})
	return m[key], db.Classify(err)
}

func (s *Service) mutedOf(ctx context.Context, v auth.Viewer, keys []string) (map[string]bool, error) {
	var found []string
	err := s.DB.Reader().NewSelect().Model((*mute)(nil)).Column("m.key").Where("m.user_id = ?", v.UserID).Where("m.key IN (?)", bun.List(keys)).Scan(ctx, &found)
	out := make(map[string]bool, len(found))
	for _, k := range found {
		out[k] = true
	}
	return out, err
}

// IsGroup tells whether what is muted is a whole group.
func (m Muted) IsGroup() bool { return strings.HasPrefix(m.Key, auth.GroupKey("")) }

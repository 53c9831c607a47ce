package people

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/audit"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
)

// After maxFailures wrong tries within failureWindow a key is refused until the window ends. The counts live in the
// database, so that they hold for all replicas together.
const (
	maxFailures   = 10
	failureWindow = 15 * time.Minute
)

// attempts counts wrong tries under "email:…" and "from:…".
type attempts struct {
	bun.BaseModel `bun:"table:sign_in_attempts,alias:a"`

	Key     string `bun:",pk"`
	Count   int
	FirstAt time.Time
}

// throttled returns an error of kind TooMany when any key has failed too often.
func (s *Service) throttled(ctx context.Context, keys []string) error {
	var rows []attempts
	err := s.db.Reader().NewSelect().Model(&rows).Where("key IN (?)", bun.List(keys)).Scan(ctx)
	if err != nil {
		return fmt.Errorf("sign-in attempts: %w", db.Classify(err))
	}
	for _, a := range rows {
		wait := a.FirstAt.Add(failureWindow).Sub(s.now())
		if a.Count >= maxFailures && wait > 0 {
			e := errs.New(errs.KindTooMany, "error.sign_in_throttled", "Minutes", int(wait.Minutes())+1)
			e.RetryAfter = int(wait.Seconds()) + 1
			return e
		}
	}
	return nil
}

// Throttled and CountFailure do the same for other parts that take passwords, under keys of their own.
func (s *Service) Throttled(ctx context.Context, keys []string) error { return s.throttled(ctx, keys) }

// CountFailure adds a wrong try to each key.
func (s *Service) CountFailure(ctx context.Context, keys []string) error {
	return s.countFailure(ctx, keys)
}

// countFailure adds a wrong try to each key, beginning a new window where the old one ended.
func (s *Service) countFailure(ctx context.Context, keys []string) error {
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewDelete().Model((*attempts)(nil)).Where("first_at < ?", s.now().Add(-failureWindow)).Exec(ctx); err != nil {
			return err
		}
		for _, k := range keys {
			a := &attempts{Key: k, Count: 1, FirstAt: s.now()}
			_, err := tx.NewInsert().Model(a).On("CONFLICT (key) DO UPDATE").Set("count = a.count + 1").Exec(ctx)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("count sign-in failure: %w", db.Classify(err))
	}
	return nil
}

// failed counts a wrong try and writes it down. What was typed is not: people type passwords into the wrong field.
func (s *Service) failed(ctx context.Context, keys []string, u *User, c Client) error {
	if err := s.countFailure(ctx, keys); err != nil {
		return err
	}
	object := "user:"
	if u != nil {
		object += u.ID
	}
	return db.Classify(s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		return audit.Log(ctx, tx, c.viewer(""), "session.refused", object, "")
	}))
}

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
//
// The first key says whom or what somebody tries to get at. A try counts under it before anything is checked and is forgotten when it was
// right: else a thousand tries at once would all be checked before the first counts. The others say where from, which people share: under
// them only wrong tries count.
const (
	maxFailures   = 10
	failureWindow = 15 * time.Minute
)

// attempts counts wrong tries under "email:…", "from:…" and the like.
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
		wait := a.FirstAt.Add(failureWindow).Sub(s.Now())
		if a.Count >= maxFailures && wait > 0 {
			return tooMany(wait)
		}
	}
	return nil
}

func tooMany(wait time.Duration) error {
	e := errs.New(errs.KindTooMany, "error.sign_in_throttled", "Minutes", int(wait.Minutes())+1)
	e.RetryAfter = int(wait.Seconds()) + 1
	return e
}

// Guess lets somebody try a secret of whose they say. It refuses where that, or where they ask from, has failed too often.
func (s *Service) Guess(ctx context.Context, whose string, c Client, check func() (bool, error)) (ok bool, err error) {
	from := []string{"from:" + c.Address}
	if err := s.throttled(ctx, from); err != nil {
		return false, err
	}
	if err := s.try(ctx, whose); err != nil {
		return false, err
	}
	switch ok, err = check(); {
	case err != nil:
		s.untry(ctx, whose)
	case ok:
		err = s.forgetTries(ctx, whose)
	default:
		err = s.countFailure(ctx, from)
	}
	return ok, err
}

// guess is Guess, with a wrong try in the trail; check says who it was about.
func (s *Service) guess(ctx context.Context, whose string, c Client, check func() (*User, bool, error)) (u *User, ok bool, err error) {
	ok, err = s.Guess(ctx, whose, c, func() (ok bool, err error) {
		u, ok, err = check()
		return ok, err
	})
	if err == nil && !ok {
		err = s.refused(ctx, u, c)
	}
	return u, ok, err
}

// try counts a try, and refuses it where there were too many.
func (s *Service) try(ctx context.Context, whose string) error {
	if err := s.throttled(ctx, []string{whose}); err != nil {
		return err
	}
	var n int
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		n, err = s.count(ctx, tx, whose)
		return err
	})
	if err != nil {
		return fmt.Errorf("count try: %w", db.Classify(err))
	}
	if n > maxFailures {
		return tooMany(failureWindow)
	}
	return nil
}

// count adds one to a key, beginning a new window where the old one ended.
func (s *Service) count(ctx context.Context, tx bun.Tx, key string) (n int, err error) {
	if _, err := tx.NewDelete().Model((*attempts)(nil)).Where("first_at < ?", s.Now().Add(-failureWindow)).Exec(ctx); err != nil {
		return 0, err
	}
	a := &attempts{Key: key, Count: 1, FirstAt: s.Now()}
	_, err = tx.NewInsert().Model(a).On("CONFLICT (key) DO UPDATE").Set("count = a.count + 1").Returning("count").Exec(ctx, &n)
	return n, err
}

// untry takes a try back that was neither right nor wrong.
func (s *Service) untry(ctx context.Context, whose string) {
	_ = s.db.InTx(context.WithoutCancel(ctx), func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewUpdate().Model((*attempts)(nil)).Set("count = count - 1").Where("key = ?", whose).Where("count > 0").Exec(ctx)
		return err
	})
}

// forgetTries begins anew after a right one.
func (s *Service) forgetTries(ctx context.Context, whose string) error {
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewDelete().Model((*attempts)(nil)).Where("key = ?", whose).Exec(ctx)
		return err
	})
	return db.Classify(err)
}

// countFailure adds a wrong try to each key.
func (s *Service) countFailure(ctx context.Context, keys []string) error {
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		for _, k := range keys {
			if _, err := s.count(ctx, tx, k); err != nil {
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

// failed counts a wrong try and writes it down.
func (s *Service) failed(ctx context.Context, keys []string, u *User, c Client) error {
	if err := s.countFailure(ctx, keys); err != nil {
		return err
	}
	return s.refused(ctx, u, c)
}

// refused writes a wrong try down. What was typed is not: people type passwords into the wrong field.
func (s *Service) refused(ctx context.Context, u *User, c Client) error {
	object := "user:"
	if u != nil {
		object += u.ID
	}
	return db.Classify(s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		return audit.Log(ctx, tx, c.viewer(""), "session.refused", object, "")
	}))
}

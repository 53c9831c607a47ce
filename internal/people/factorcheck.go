package people

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/audit"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
)

// A sign-in that waits for its second step ends after a while and after a few wrong codes.
const (
	pendingFor   = 10 * time.Minute
	pendingTries = 5
)

// pendingSignIn is somebody who has given the first factor.
type pendingSignIn struct {
	bun.BaseModel `bun:"table:pending_sign_ins,alias:p"`

	SecretHash string `bun:",pk"`
	UserID     string
	Tries      int
	CreatedAt  time.Time
	ExpiresAt  time.Time
}

// SecondStep says that the first factor was right and the second is asked for. The secret goes to FinishSignIn.
type SecondStep struct{ Secret string }

func (*SecondStep) Error() string { return "a second factor is asked for" }

// proof is what somebody who comes in has given.
type proof int

const (
	oneFactor   proof = iota // a password, a link, a letter, or the word of a directory or provider
	bothFactors              // a passkey, whose device checked a finger, face or code
)

// admit opens a session for who has given both factors, or the first and has no second; else it asks for that by a SecondStep.
func (s *Service) admit(ctx context.Context, userID string, p proof, c Client) (secret string, err error) {
	if p == bothFactors {
		return s.openSession(ctx, userID, p, c)
	}
	f, err := readFactor(ctx, s.db.Reader(), userID)
	if err != nil {
		return "", err
	}
	if f.ConfirmedAt.IsZero() {
		return s.openSession(ctx, userID, p, c)
	}
	step := &SecondStep{Secret: auth.NewSecret("")}
	row := &pendingSignIn{SecretHash: auth.HashSecret(step.Secret), UserID: userID, CreatedAt: s.Now(), ExpiresAt: s.Now().Add(pendingFor)}
	err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewDelete().Model((*pendingSignIn)(nil)).Where("expires_at < ?", s.Now()).Exec(ctx); err != nil {
			return err
		}
		_, err := tx.NewInsert().Model(row).Exec(ctx)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("second step: %w", db.Classify(err))
	}
	return "", step
}

// pendingOf returns a sign-in that waits.
func (s *Service) pendingOf(ctx context.Context, secret string) (*pendingSignIn, error) {
	p := new(pendingSignIn)
	err := s.db.Reader().NewSelect().Model(p).Where("secret_hash = ?", auth.HashSecret(secret)).Where("expires_at > ?", s.Now()).Where("tries < ?", pendingTries).Scan(ctx)
	if db.IsNoRows(err) {
		return nil, errs.New(errs.KindUnauthorized, "error.second_step_ended")
	}
	return p, db.Classify(err)
}

// Waiting tells whether a sign-in still waits for its second step.
func (s *Service) Waiting(ctx context.Context, secret string) error {
	_, err := s.pendingOf(ctx, secret)
	return err
}

// FinishSignIn is the second step: a code of the app, or a recovery code, opens the session.
func (s *Service) FinishSignIn(ctx context.Context, secret, code string, c Client) (session string, err error) {
	p, err := s.pendingOf(ctx, secret)
	if err != nil {
		return "", err
	}
	var u User
	if err := s.activeUser(ctx, &u, p.UserID); err != nil {
		return "", err
	}
	err = s.tried(ctx, p.UserID, c, func() (bool, error) {
		ok, err := s.checkFactor(ctx, p.UserID, code)
		if err == nil {
			err = s.tick(ctx, p, ok)
		}
		return ok, err
	})
	if err != nil {
		return "", err
	}
	return s.openSession(ctx, p.UserID, oneFactor, c)
}

// tick counts a try, or ends the wait.
func (s *Service) tick(ctx context.Context, p *pendingSignIn, done bool) error {
	return db.Classify(s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		if done {
			_, err = tx.NewDelete().Model(p).WherePK().Exec(ctx)
		} else {
			_, err = tx.NewUpdate().Model(p).Set("tries = tries + 1").WherePK().Exec(ctx)
		}
		return err
	}))
}

func factorKey(userID string) string { return "factor:" + userID }

// tried counts wrong codes by person and by client, and refuses after too many.
func (s *Service) tried(ctx context.Context, userID string, c Client, try func() (bool, error)) error {
	_, ok, err := s.guess(ctx, factorKey(userID), c, func() (*User, bool, error) {
		ok, err := try()
		return &User{ID: userID}, ok, err
	})
	if err == nil && !ok {
		err = errs.Invalid("error.invalid").Field("code", "error.field.second_factor")
	}
	return err
}

// checkFactor uses a code of somebody's app or a recovery code. Neither counts twice.
func (s *Service) checkFactor(ctx context.Context, userID, code string) (bool, error) {
	if _, ok := auth.IsTOTP(code); !ok {
		return s.useRecovery(ctx, userID, code)
	}
	f, err := readFactor(ctx, s.db.Reader(), userID)
	if err != nil || f.ConfirmedAt.IsZero() {
		return false, err
	}
	step, ok, err := s.step(ctx, f, code)
	if err != nil || !ok {
		return false, err
	}
	used := false
	err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewUpdate().Model((*secondFactor)(nil)).Set("last_step = ?", step).Where("user_id = ?", userID).Where("last_step < ?", step).Exec(ctx)
		if err != nil {
			return err
		}
		n, err := res.RowsAffected()
		used = n == 1
		return err
	})
	return used, db.Classify(err)
}

// step tells which step of somebody's app a code is of.
func (s *Service) step(ctx context.Context, f secondFactor, code string) (int64, bool, error) {
	clean, ok := auth.IsTOTP(code)
	if !ok {
		return 0, false, nil
	}
	secret, err := s.unseal(ctx, f)
	if err != nil {
		return 0, false, err
	}
	return auth.TOTPStep(secret, clean, s.Now())
}

func (s *Service) useRecovery(ctx context.Context, userID, code string) (used bool, err error) {
	sealer, err := s.sealer(ctx)
	if err != nil {
		return false, err
	}
	row := &recoveryCode{UserID: userID, CodeHash: sealer.Hash(recoveryUse(userID), auth.CleanCode(code)), UsedAt: bun.NullTime{Time: s.Now()}}
	err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewUpdate().Model(row).Column("used_at").WherePK().Where("used_at IS NULL").Exec(ctx)
		if err != nil {
			return err
		}
		if n, _ := res.RowsAffected(); n == 0 {
			return nil
		}
		used = true
		if err := s.tellWay(ctx, tx, auth.Viewer{UserID: userID}, userID, WayRecovery); err != nil {
			return err
		}
		return audit.Log(ctx, tx, auth.Viewer{UserID: userID}, "user.second_factor.recovery_used", "user:"+userID, "")
	})
	return used, db.Classify(err)
}

package people

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/audit"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
)

// secondFactor is the secret of somebody's authenticator app, sealed. It counts once a code of it was given.
type secondFactor struct {
	bun.BaseModel `bun:"table:second_factors,alias:f"`

	UserID      string `bun:",pk"`
	Secret      string
	LastStep    int64 // of the newest code that was used: none counts twice
	CreatedAt   time.Time
	ConfirmedAt bun.NullTime
}

// recoveryCode stands in for the app, once.
type recoveryCode struct {
	bun.BaseModel `bun:"table:recovery_codes,alias:rc"`

	UserID   string `bun:",pk"`
	CodeHash string `bun:",pk"`
	UsedAt   bun.NullTime
}

// recoveryCodes is how many somebody has.
const recoveryCodes = 10

// factorUse and recoveryUse bind what is kept to its person.
func factorUse(userID string) string { return "totp:" + userID }

func recoveryUse(userID string) string { return "recovery:" + userID }

// Factor is the state of somebody's second factor.
type Factor struct {
	On       bool
	Since    time.Time
	Recovery int // codes that were not used
}

// MyFactor tells of the viewer's own.
func (s *Service) MyFactor(ctx context.Context, v auth.Viewer) (Factor, error) {
	return s.factorOf(ctx, v.UserID)
}

// FactorOf tells an administrator of somebody's.
func (s *Service) FactorOf(ctx context.Context, v auth.Viewer, userID string) (Factor, error) {
	if err := CanAdminister(v); err != nil {
		return Factor{}, err
	}
	return s.factorOf(ctx, userID)
}

func (s *Service) factorOf(ctx context.Context, userID string) (Factor, error) {
	f, err := readFactor(ctx, s.db.Reader(), userID)
	if err != nil || f.ConfirmedAt.IsZero() {
		return Factor{}, err
	}
	left, err := s.db.Reader().NewSelect().Model((*recoveryCode)(nil)).Where("user_id = ?", userID).Where("used_at IS NULL").Count(ctx)
	return Factor{On: true, Since: f.ConfirmedAt.Time, Recovery: int(left)}, db.Classify(err)
}

// readFactor reads somebody's factor; of who has none it is zero.
func readFactor(ctx context.Context, tx bun.IDB, userID string) (secondFactor, error) {
	var f secondFactor
	err := tx.NewSelect().Model(&f).Where("f.user_id = ?", userID).Scan(ctx)
	if err != nil && !db.IsNoRows(err) {
		return f, fmt.Errorf("second factor: %w", db.Classify(err))
	}
	return f, nil
}

// BeginFactor makes a secret for the viewer's app. Nothing changes before a code of it is given.
func (s *Service) BeginFactor(ctx context.Context, v auth.Viewer) error {
	sealer, err := s.sealer(ctx)
	if err != nil {
		return err
	}
	secret := auth.NewTOTP()
	err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		now, err := readFactor(ctx, tx, v.UserID)
		if err != nil {
			return err
		}
		if !now.ConfirmedAt.IsZero() {
			return errs.Conflict("error.second_factor_on")
		}
		row := &secondFactor{UserID: v.UserID, Secret: sealer.Seal(factorUse(v.UserID), secret), CreatedAt: s.Now()}
		_, err = tx.NewInsert().Model(row).On("CONFLICT (user_id) DO UPDATE").Set("secret = EXCLUDED.secret").Set("last_step = 0").Set("created_at = EXCLUDED.created_at").Exec(ctx)
		return err
	})
	if err != nil {
		return fmt.Errorf("begin second factor: %w", db.Classify(err))
	}
	return nil
}

// PendingFactor returns the secret that the viewer is about to confirm, and its address for a QR code; "" where there is none.
func (s *Service) PendingFactor(ctx context.Context, v auth.Viewer) (secret, uri string, err error) {
	f, err := readFactor(ctx, s.db.Reader(), v.UserID)
	if err != nil || f.UserID == "" || !f.ConfirmedAt.IsZero() {
		return "", "", err
	}
	if secret, err = s.unseal(ctx, f); err != nil {
		return "", "", err
	}
	u, err := s.userWhere(ctx, "u.id = ?", v.UserID)
	if err != nil {
		return "", "", err
	}
	uri, err = auth.TOTPURI(u.Login(), secret)
	return secret, uri, err
}

func (s *Service) unseal(ctx context.Context, f secondFactor) (string, error) {
	sealer, err := s.sealer(ctx)
	if err != nil {
		return "", err
	}
	secret, err := sealer.Open(factorUse(f.UserID), f.Secret)
	if errors.Is(err, auth.ErrSealed) {
		return "", errs.Conflict("error.second_factor_sealed").Because(err)
	}
	return secret, err
}

// ConfirmFactor turns the second factor on by a first code, ends the other sessions, which were opened without one, and returns the recovery
// codes, which are never shown again.
func (s *Service) ConfirmFactor(ctx context.Context, v auth.Viewer, code string, c Client) (recovery []string, err error) {
	f, err := readFactor(ctx, s.db.Reader(), v.UserID)
	if err != nil {
		return nil, err
	}
	if f.UserID == "" || !f.ConfirmedAt.IsZero() {
		return nil, errs.Conflict("error.second_factor_on")
	}
	err = s.tried(ctx, v.UserID, c, func() (bool, error) {
		step, ok, err := s.step(ctx, f, code)
		if err != nil || !ok {
			return false, err
		}
		recovery, err = s.confirm(ctx, v, f, step, c)
		return err == nil, err
	})
	return recovery, err
}

func (s *Service) confirm(ctx context.Context, v auth.Viewer, f secondFactor, step int64, c Client) (recovery []string, err error) {
	sealer, err := s.sealer(ctx)
	if err != nil {
		return nil, err
	}
	err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		f.ConfirmedAt, f.LastStep = bun.NullTime{Time: s.Now()}, step
		if _, err := tx.NewUpdate().Model(&f).Column("confirmed_at", "last_step").WherePK().Where("confirmed_at IS NULL").Exec(ctx); err != nil {
			return err
		}
		if recovery, err = renewRecovery(ctx, tx, sealer, v.UserID); err != nil {
			return err
		}
		if err := endOthers(ctx, tx, v.UserID, c); err != nil {
			return err
		}
		if err := s.tellWay(ctx, tx, v, v.UserID, WayFactor); err != nil {
			return err
		}
		return audit.Log(ctx, tx, v, "user.second_factor.on", "user:"+v.UserID, "")
	})
	return recovery, db.Classify(err)
}

// renewRecovery makes new recovery codes; the old ones end.
func renewRecovery(ctx context.Context, tx bun.Tx, sealer *auth.Sealer, userID string) ([]string, error) {
	if _, err := tx.NewDelete().Model((*recoveryCode)(nil)).Where("user_id = ?", userID).Exec(ctx); err != nil {
		return nil, err
	}
	codes, rows := make([]string, recoveryCodes), make([]recoveryCode, recoveryCodes)
	for i := range codes {
		codes[i] = auth.NewCode()
		rows[i] = recoveryCode{UserID: userID, CodeHash: sealer.Hash(recoveryUse(userID), codes[i])}
	}
	_, err := tx.NewInsert().Model(&rows).Exec(ctx)
	return codes, err
}

// RenewRecovery gives the viewer new recovery codes, for a code of the app.
func (s *Service) RenewRecovery(ctx context.Context, v auth.Viewer, code string, c Client) (codes []string, err error) {
	sealer, err := s.sealer(ctx)
	if err != nil {
		return nil, err
	}
	err = s.withCode(ctx, v, code, c, func(ctx context.Context, tx bun.Tx) error {
		if codes, err = renewRecovery(ctx, tx, sealer, v.UserID); err != nil {
			return err
		}
		if err := s.tellWay(ctx, tx, v, v.UserID, WayRecovery); err != nil {
			return err
		}
		return audit.Log(ctx, tx, v, "user.second_factor.recovery", "user:"+v.UserID, "")
	})
	return codes, err
}

// DropFactor turns the viewer's second factor off, for a code of it. Who must have one keeps it.
func (s *Service) DropFactor(ctx context.Context, v auth.Viewer, code string, c Client) error {
	must, err := s.mustHaveFactor(ctx, v.Role)
	if err != nil {
		return err
	}
	if must {
		return errs.Conflict("error.second_factor_must")
	}
	return s.withCode(ctx, v, code, c, func(ctx context.Context, tx bun.Tx) error {
		if err := endOthers(ctx, tx, v.UserID, c); err != nil {
			return err
		}
		return s.dropFactor(ctx, tx, v, v.UserID, "user.second_factor.off")
	})
}

// ResetFactor takes somebody's second factor away, who has lost it. They are signed out everywhere.
func (s *Service) ResetFactor(ctx context.Context, v auth.Viewer, userID string) error {
	if err := CanAdminister(v); err != nil {
		return err
	}
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewDelete().Model((*Session)(nil)).Where("user_id = ?", userID).Exec(ctx); err != nil {
			return err
		}
		return s.dropFactor(ctx, tx, v, userID, "user.second_factor.reset")
	})
	if err != nil {
		return fmt.Errorf("reset second factor: %w", db.Classify(err))
	}
	return nil
}

func (s *Service) dropFactor(ctx context.Context, tx bun.Tx, v auth.Viewer, userID, action string) error {
	for _, model := range []any{(*secondFactor)(nil), (*recoveryCode)(nil)} {
		if _, err := tx.NewDelete().Model(model).Where("user_id = ?", userID).Exec(ctx); err != nil {
			return err
		}
	}
	if err := s.tellWay(ctx, tx, v, userID, WayFactorGone); err != nil {
		return err
	}
	return audit.Log(ctx, tx, v, action, "user:"+userID, "")
}

// withCode changes something of the viewer's second factor for a code of it.
func (s *Service) withCode(ctx context.Context, v auth.Viewer, code string, c Client, f func(context.Context, bun.Tx) error) error {
	return s.tried(ctx, v.UserID, c, func() (bool, error) {
		ok, err := s.checkFactor(ctx, v.UserID, code)
		if err != nil || !ok {
			return false, err
		}
		return true, db.Classify(s.db.InTx(ctx, f))
	})
}

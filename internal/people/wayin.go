package people

import (
	"context"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
)

// WayIn is what changed of how somebody comes in, or that they came in by a way that is new.
type WayIn string

// The changes of which people are told, whoever made them: somebody else may have.
const (
	WayPassword    WayIn = "password"
	WayEmail       WayIn = "email"
	WayPasskey     WayIn = "passkey"
	WayPasskeyGone WayIn = "passkey_gone"
	WayFactor      WayIn = "factor"
	WayFactorGone  WayIn = "factor_gone"
	WayRecovery    WayIn = "recovery" // a code was used, or new ones were made
	WayToken       WayIn = "token"
	WayDevice      WayIn = "device" // a browser that did not hold a session of theirs before
)

// OnWayIn says whom to tell that a way in of somebody changed, in the transaction of the change; v is who changed it.
func (s *Service) OnWayIn(f func(ctx context.Context, tx bun.Tx, v auth.Viewer, userID string, w WayIn) error) {
	s.wayChanged = f
}

// tellWay tells of a change.
func (s *Service) tellWay(ctx context.Context, tx bun.Tx, v auth.Viewer, userID string, w WayIn) error {
	if s.wayChanged == nil {
		return nil
	}
	first, err := tx.NewSelect().Model((*User)(nil)).Where("u.id = ?", userID).Where("u.seen_at IS NULL").Exists(ctx)
	if err != nil || first { // who comes in for the first time knows of it
		return err
	}
	return s.wayChanged(ctx, tx, v, userID, w)
}

// OnEndorse says whom to tell that a colleague endorsed somebody.
func (s *Service) OnEndorse(f func(ctx context.Context, tx bun.Tx, v auth.Viewer, userID, expertise string) error) {
	s.endorsed = f
}

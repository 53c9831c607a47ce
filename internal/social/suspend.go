package social

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

// Suspension is that somebody may read, but say nothing, until a time.
type Suspension struct {
	bun.BaseModel `bun:"table:suspensions,alias:su"`

	UserID    string `bun:",pk"`
	Until     time.Time
	Why       string
	ByID      string
	CreatedAt time.Time

	Name     string `bun:",scanonly"`
	ByName   string `bun:",scanonly"`
	BranchID string `bun:",scanonly"`
}

// maxSuspension is the longest suspension: who has to be silent for longer is a matter for more people than who moderates.
const maxSuspension = 366 * 24 * time.Hour

// CanSuspend tells whether the viewer may suspend somebody of a branch, and end that: administrators, and the managers of that branch. It
// holds everywhere, so the owners of a group do not.
func CanSuspend(v auth.Viewer, userID, branchID string) error {
	if v.UserID != userID && v.Manages(branchID) {
		return nil
	}
	return errs.Forbidden("error.suspend")
}

func (s *Service) suspend(ctx context.Context, tx bun.Tx, v auth.Viewer, userID, branchID string, d Decision) error {
	if err := CanSuspend(v, userID, branchID); err != nil {
		return err
	}
	if now := s.Now(); !d.Until.After(now) || d.Until.After(now.Add(maxSuspension)) {
		return field("until", "error.field.suspend_until")
	}
	row := &Suspension{UserID: userID, Until: d.Until.UTC(), Why: d.Why, ByID: v.UserID, CreatedAt: s.Now()}
	_, err := tx.NewInsert().Model(row).On("CONFLICT (user_id) DO UPDATE").
		Set("until = EXCLUDED.until").Set("why = EXCLUDED.why").Set("by_id = EXCLUDED.by_id").Set("created_at = EXCLUDED.created_at").Exec(ctx)
	if err != nil {
		return err
	}
	detail := row.Until.Format(time.DateOnly) + ": " + d.Why
	if err := audit.Log(ctx, tx, v, "user.suspend", string(UserTarget(userID)), detail); err != nil {
		return err
	}
	return s.tellAuthor(ctx, tx, userID, "suspended", "/people/"+userID, d.Why)
}

// Suspensions returns who is suspended, as far as the viewer could end it.
func (s *Service) Suspensions(ctx context.Context, v auth.Viewer) (list []*Suspension, err error) {
	if err := s.canModerateAny(ctx, v); err != nil {
		return nil, err
	}
	q := s.db.Reader().NewSelect().Model(&list).ColumnExpr("su.*").ColumnExpr("u.name, u.branch_id, coalesce(b.name, '') AS by_name").
		Join("JOIN users AS u ON u.id = su.user_id").Join("LEFT JOIN users AS b ON b.id = su.by_id").Where("su.until > ?", s.Now()).Where("su.user_id <> ?", v.UserID).Order("su.until", "su.user_id")
	switch {
	case v.IsAdmin():
	case v.Manages(v.BranchID):
		q.Where("u.branch_id = ?", v.BranchID)
	default:
		return nil, nil
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("suspensions: %w", db.Classify(err))
	}
	return list, nil
}

// Lift ends a suspension before its time.
func (s *Service) Lift(ctx context.Context, v auth.Viewer, userID string) error {
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		row := new(Suspension)
		err := tx.NewSelect().Model(row).ColumnExpr("su.*, u.branch_id").Join("JOIN users AS u ON u.id = su.user_id").Where("su.user_id = ?", userID).Where("su.until > ?", s.Now()).Scan(ctx)
		if db.IsNoRows(err) || err == nil && CanSuspend(v, userID, row.BranchID) != nil {
			return errs.NotFound("suspension")
		}
		if err != nil {
			return err
		}
		if _, err := tx.NewDelete().Model(row).WherePK().Exec(ctx); err != nil {
			return err
		}
		if err := audit.Log(ctx, tx, v, "user.suspend.lift", string(UserTarget(userID)), ""); err != nil {
			return err
		}
		return s.tellAuthor(ctx, tx, userID, "lifted", "/people/"+userID, "")
	})
	if err != nil {
		return fmt.Errorf("lift suspension: %w", db.Classify(err))
	}
	return nil
}

// notSuspended refuses who may say nothing for now.
func (s *Service) notSuspended(ctx context.Context, tx bun.IDB, v auth.Viewer) error {
	if v.IsSystem() {
		return nil
	}
	row := new(Suspension)
	err := tx.NewSelect().Model(row).Where("su.user_id = ?", v.UserID).Where("su.until > ?", s.Now()).Scan(ctx)
	if db.IsNoRows(err) {
		return nil
	}
	if err != nil {
		return err
	}
	return errs.Forbidden("error.suspended", "Until", row.Until)
}

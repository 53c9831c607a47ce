package people

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/audit"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
)

// SetActive lets a person in or out. Sessions and tokens of who leaves end at once; what they wrote stays, with their name.
func (s *Service) SetActive(ctx context.Context, v auth.Viewer, id string, active bool) error {
	if err := CanAdminister(v); err != nil {
		return err
	}
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if active {
			return s.letIn(ctx, tx, v, id)
		}
		if err := s.turnOfAdmins(ctx, tx); err != nil {
			return err
		}
		if err := s.letOut(ctx, tx, id); err != nil {
			return err
		}
		return audit.Log(ctx, tx, v, "user.deactivate", "user:"+id, "")
	})
	if err != nil {
		return fmt.Errorf("set active: %w", db.Classify(err))
	}
	return nil
}

func (s *Service) letIn(ctx context.Context, tx bun.Tx, v auth.Viewer, id string) error {
	erased, err := tx.NewSelect().Model((*User)(nil)).Where("u.id = ?", id).Where("u.name_folded = ''").Exists(ctx)
	if err != nil {
		return err
	}
	if erased {
		return errs.Conflict("error.erased")
	}
	if err := updateUserTx(ctx, tx, &User{ID: id, UpdatedAt: s.Now()}, "deactivated_at", "gone_at", "updated_at"); err != nil {
		return err
	}
	return audit.Log(ctx, tx, v, "user.activate", "user:"+id, "")
}

// letOut ends all access of a person. The caller holds the turn of administrators.
func (s *Service) letOut(ctx context.Context, tx bun.Tx, id string) error {
	u := &User{ID: id, UpdatedAt: s.Now(), DeactivatedAt: bun.NullTime{Time: s.Now()}}
	if err := updateUserTx(ctx, tx, u, "deactivated_at", "gone_at", "updated_at"); err != nil {
		return err
	}
	if err := s.keepAnAdmin(ctx, tx); err != nil {
		return err
	}
	return s.endAccess(ctx, tx, id)
}

func (s *Service) endAccess(ctx context.Context, tx bun.Tx, userID string) error {
	for _, r := range Access {
		if _, err := tx.NewDelete().Table(r.Table).Where("? = ?", bun.Ident(r.Column), userID).Exec(ctx); err != nil {
			return err
		}
	}
	for _, f := range s.leaving {
		if err := f(ctx, tx, userID); err != nil {
			return err
		}
	}
	return nil
}

// turnOfAdmins makes changes after which there could be one administrator less wait for each other: two who let each other out at the
// same time would each still count the other.
func (s *Service) turnOfAdmins(ctx context.Context, tx bun.Tx) error {
	return s.db.Turn(ctx, tx, "people.admins")
}

// keepAnAdmin refuses a change after which nobody could administer.
func (s *Service) keepAnAdmin(ctx context.Context, tx bun.Tx) error {
	n, err := tx.NewSelect().Model((*User)(nil)).Where("role = ?", auth.RoleAdmin).Where("deactivated_at IS NULL").Count(ctx)
	if err != nil {
		return err
	}
	if n == 0 {
		return errs.Conflict("error.last_admin")
	}
	return nil
}

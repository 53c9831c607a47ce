package privacy

import (
	"context"
	"fmt"

	"github.com/rs/xid"
	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/audit"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/fold"
	"github.com/aanpak/aanpak/internal/people"
)

// may tells whether the viewer may have an account erased: their own, or as an administrator anybody's.
func may(v auth.Viewer, userID string) error {
	if v.UserID != "" && v.UserID == userID {
		return nil
	}
	return people.CanAdminister(v)
}

// Ask asks for an account to be erased once the time to change one's mind is over. The name must be typed: that is the second step.
func (s *Service) Ask(ctx context.Context, v auth.Viewer, userID, name string) (*Erasure, error) {
	if err := may(v, userID); err != nil {
		return nil, err
	}
	u, err := s.People.User(ctx, v, userID)
	if err != nil {
		return nil, err
	}
	if u.Erased() {
		return nil, errs.Conflict("error.erased")
	}
	if fold.Key(name) != u.NameFolded {
		return nil, errs.Invalid("error.invalid").Field("name", "error.field.erase_name", "Name", u.Name)
	}
	if now, err := s.Pending(ctx, v, userID); err != nil || now != nil {
		return now, err
	}
	e := &Erasure{ID: xid.New().String(), UserID: userID, AskedBy: v.UserID, AskedAt: s.Now(), DueAt: s.Now().AddDate(0, 0, WaitDays)}
	err = s.DB.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewInsert().Model(e).Exec(ctx); err != nil {
			return err
		}
		return audit.Log(ctx, tx, v, "user.erase.ask", "user:"+userID, "")
	})
	if err != nil {
		return nil, fmt.Errorf("ask for erasure: %w", db.Classify(err))
	}
	return e, nil
}

// Cancel takes a request back, while there is time.
func (s *Service) Cancel(ctx context.Context, v auth.Viewer, userID string) error {
	if err := may(v, userID); err != nil {
		return err
	}
	err := s.DB.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewUpdate().Model((*Erasure)(nil)).Set("cancelled_at = ?", s.Now()).Where("user_id = ?", userID).Where(waiting).Exec(ctx)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return err
		}
		return audit.Log(ctx, tx, v, "user.erase.cancel", "user:"+userID, "")
	})
	return db.Classify(err)
}

// waiting is a request that was neither done nor taken back.
const waiting = "done_at IS NULL AND cancelled_at IS NULL"

// Pending returns the request about an account that waits, nil where there is none.
func (s *Service) Pending(ctx context.Context, v auth.Viewer, userID string) (*Erasure, error) {
	if err := may(v, userID); err != nil {
		return nil, err
	}
	e := new(Erasure)
	err := s.DB.Reader().NewSelect().Model(e).Where("er.user_id = ?", userID).Where(waiting).Order("er.asked_at").Limit(1).Scan(ctx)
	if db.IsNoRows(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read erasure: %w", db.Classify(err))
	}
	return e, nil
}

// Waiting returns all requests that wait, for administrators.
func (s *Service) Waiting(ctx context.Context, v auth.Viewer) (list []*Erasure, err error) {
	if err := people.CanAdminister(v); err != nil {
		return nil, err
	}
	err = s.DB.Reader().NewSelect().Model(&list).ColumnExpr("er.*").ColumnExpr("u.name AS user_name").Join("JOIN users AS u ON u.id = er.user_id").Where(waiting).Order("er.due_at", "er.id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list erasures: %w", db.Classify(err))
	}
	return list, nil
}

// eraseDue erases those whose time is over. One that fails, such as the last administrator, keeps no other from it.
func (s *Service) eraseDue(ctx context.Context) (n int, err error) {
	var list []*Erasure
	if err := s.DB.Reader().NewSelect().Model(&list).Where(waiting).Where("er.due_at <= ?", s.Now()).Order("er.due_at", "er.id").Scan(ctx); err != nil {
		return 0, fmt.Errorf("due erasures: %w", db.Classify(err))
	}
	for _, e := range list {
		err := s.People.Erase(ctx, e.UserID)
		if errs.Is(err, errs.KindConflict) {
			continue
		}
		if err != nil {
			return n, err
		}
		err = s.DB.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
			_, err := tx.NewUpdate().Model((*Erasure)(nil)).Set("done_at = ?", s.Now()).Where("id = ?", e.ID).Exec(ctx)
			return err
		})
		if err != nil {
			return n, db.Classify(err)
		}
		n++
	}
	return n, nil
}

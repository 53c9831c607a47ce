package notify

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/live"
)

// Read marks all that the viewer has of a thread as read. What is read is neither mailed nor pushed any more.
func (s *Service) Read(ctx context.Context, v auth.Viewer, thread string) error {
	n, err := s.read(ctx, v, "thread = ?", thread)
	if err == nil && n == 0 {
		return s.has(ctx, v, thread)
	}
	return err
}

// Opened marks what opening a path shows as read. It writes only where something is unread, so that every page may call it.
func (s *Service) Opened(ctx context.Context, v auth.Viewer, path string) (marked bool, err error) {
	u, err := s.unread(ctx, v)
	if err != nil || !u.paths[path] {
		return false, err
	}
	n, err := s.read(ctx, v, "path = ?", path)
	return n > 0, err
}

// ReadAll marks everything as read that the viewer may see; the rest they could not have read.
func (s *Service) ReadAll(ctx context.Context, v auth.Viewer) error {
	_, err := s.read(ctx, v, "1 = 1")
	return err
}

func (s *Service) read(ctx context.Context, v auth.Viewer, where string, args ...any) (n int64, err error) {
	if v.UserID == "" {
		return 0, errs.Unauthorized()
	}
	return s.mark(ctx, v, func(tx bun.Tx) *bun.UpdateQuery {
		return tx.NewUpdate().Model((*notification)(nil)).Set("read_at = ?", s.Now()).Set("mail_at = NULL").Set("push_at = NULL").
			Where("user_id = ?", v.UserID).Where("read_at IS NULL").Where(where, args...)
	})
}

// Unread marks the newest of a thread as unread, to come back to it.
func (s *Service) Unread(ctx context.Context, v auth.Viewer, thread string) error {
	if v.UserID == "" {
		return errs.Unauthorized()
	}
	n, err := s.mark(ctx, v, func(tx bun.Tx) *bun.UpdateQuery {
		newest := tx.NewSelect().TableExpr("notifications AS x").Column("x.id").Where("x.user_id = ?", v.UserID).Where("x.thread = ?", thread).Order("x.at DESC", "x.id DESC").Limit(1)
		return tx.NewUpdate().Model((*notification)(nil)).Set("read_at = NULL").Where("id = (?)", newest)
	})
	if err == nil && n == 0 {
		return errs.NotFound("notification")
	}
	return err
}

// mark writes, and tells the viewer's pages of it.
func (s *Service) mark(ctx context.Context, v auth.Viewer, update func(bun.Tx) *bun.UpdateQuery) (n int64, err error) {
	err = s.DB.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := update(tx).Exec(ctx)
		if err != nil {
			return err
		}
		if n, err = res.RowsAffected(); err != nil || n == 0 {
			return err
		}
		return s.Live.Tell(ctx, tx, live.Event{To: []string{auth.UserKey(v.UserID)}, Name: Live})
	})
	if err != nil {
		return 0, fmt.Errorf("mark notifications: %w", db.Classify(err))
	}
	return n, nil
}

// has wants the viewer to have something of a thread, read or not.
func (s *Service) has(ctx context.Context, v auth.Viewer, thread string) error {
	ok, err := s.DB.Reader().NewSelect().Model((*notification)(nil)).Where("n.user_id = ?", v.UserID).Where("n.thread = ?", thread).Exists(ctx)
	if err == nil && !ok {
		err = errs.NotFound("notification")
	}
	return db.Classify(err)
}

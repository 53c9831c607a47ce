package reuse

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/people"
)

// MarkOutdated records that the viewer says a document, as it is now, is outdated. A second time changes the line.
func (s *Service) MarkOutdated(ctx context.Context, v auth.Viewer, documentID, line string) error {
	d, err := s.mine(ctx, v, documentID)
	if err != nil {
		return err
	}
	if d.OwnerID == v.UserID {
		return errs.Conflict("error.outdated_own")
	}
	if line, err = why(line); err != nil {
		return err
	}
	m := &Mark{DocumentID: d.ID, UserID: v.UserID, Version: d.Number, Why: line, CreatedAt: s.now(), UserName: v.Name, Title: d.Title, OwnerID: d.OwnerID}
	err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		open, err := tx.NewSelect().Model((*Mark)(nil)).Where("om.document_id = ?", d.ID).Where("om.user_id = ?", v.UserID).
			Where("om.version = ?", d.Number).Where("om.answered_at IS NULL").Exists(ctx)
		if err != nil {
			return err
		}
		_, err = tx.NewInsert().Model(m).On("CONFLICT (document_id, user_id) DO UPDATE").Set("version = EXCLUDED.version").Set("why = EXCLUDED.why").
			Set("created_at = EXCLUDED.created_at").Set("answered_at = NULL").Set("answered_by = ''").Exec(ctx)
		if err != nil || open || s.told.Outdated == nil {
			return err
		}
		return s.told.Outdated(ctx, tx, m)
	})
	if err != nil {
		return fmt.Errorf("mark outdated: %w", db.Classify(err))
	}
	return nil
}

// mine returns a document of which the viewer may say something.
func (s *Service) mine(ctx context.Context, v auth.Viewer, documentID string) (*library.Document, error) {
	d, err := s.library.Get(ctx, v, documentID)
	if err != nil {
		return nil, err
	}
	return d, CanUse(v, d)
}

// UnmarkOutdated takes back what the viewer said. What was never said is taken back too.
func (s *Service) UnmarkOutdated(ctx context.Context, v auth.Viewer, documentID string) error {
	d, err := s.mine(ctx, v, documentID)
	if err != nil {
		return err
	}
	err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewDelete().Model((*Mark)(nil)).Where("document_id = ?", d.ID).Where("user_id = ?", v.UserID).Exec(ctx)
		return err
	})
	if err != nil {
		return fmt.Errorf("take back outdated: %w", db.Classify(err))
	}
	return nil
}

// StillRight answers what is said of a document: its owner has looked, and it is as it should be. A new version answers by itself.
func (s *Service) StillRight(ctx context.Context, v auth.Viewer, documentID string) error {
	d, err := s.library.Get(ctx, v, documentID)
	if err != nil {
		return err
	}
	if err := canAnswer(v, d); err != nil {
		return err
	}
	err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		open, _, err := marks(ctx, tx, d)
		if err != nil || len(open) == 0 {
			return err
		}
		_, err = tx.NewUpdate().Model((*Mark)(nil)).Set("answered_at = ?", s.now()).Set("answered_by = ?", v.UserID).
			Where("document_id = ?", d.ID).Where("version = ?", d.Number).Where("answered_at IS NULL").Exec(ctx)
		if err != nil || s.told.Answered == nil {
			return err
		}
		for _, m := range open {
			m.AnsweredBy, m.AnswerName = v.UserID, v.Name
			if err := s.told.Answered(ctx, tx, m); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("still right: %w", db.Classify(err))
	}
	return nil
}

// Outdated is what is said of a document as it is now.
type Outdated struct {
	Open     []*Mark // nobody has answered these yet; the newest first
	Answered *Mark   // the last that was answered; nil where none was
}

// Outdated returns what is said of the newest version of a document that the caller has loaded for its viewer.
func (s *Service) Outdated(ctx context.Context, d *library.Document) (o Outdated, err error) {
	o.Open, o.Answered, err = marks(ctx, s.db.Reader(), d)
	return o, err
}

func marks(ctx context.Context, tx bun.IDB, d *library.Document) (open []*Mark, answered *Mark, err error) {
	var list []*Mark
	err = tx.NewSelect().Model(&list).ColumnExpr("om.*").ColumnExpr("u.name AS user_name, "+people.FaceSQL+" AS user_photo, coalesce(a.name, '') AS answer_name").
		ColumnExpr("? AS title, ? AS owner_id", d.Title, d.OwnerID).
		Join("JOIN users AS u ON u.id = om.user_id").Join("LEFT JOIN users AS a ON a.id = om.answered_by").
		Where("om.document_id = ?", d.ID).Where("om.version = ?", d.Number).Order("om.created_at DESC", "om.user_id").Scan(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("outdated: %w", db.Classify(err))
	}
	for _, m := range list {
		switch {
		case m.AnsweredAt.IsZero():
			open = append(open, m)
		case answered == nil || m.AnsweredAt.After(answered.AnsweredAt.Time):
			answered = m
		}
	}
	return open, answered, nil
}

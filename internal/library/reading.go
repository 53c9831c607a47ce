package library

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

// readAgain is how long opening a document again counts as the same reading.
const readAgain = 30 * time.Minute

// reading is where somebody was in a document.
type reading struct {
	bun.BaseModel `bun:"table:document_reads,alias:dr"`

	UserID     string `bun:",pk"`
	DocumentID string `bun:",pk"`
	Page       int
	ReadAt     time.Time
}

// RecordRead remembers that the viewer opened a document at a page. Only numbers of readings are ever shown to others.
func (s *Service) RecordRead(ctx context.Context, v auth.Viewer, documentID string, page int) error {
	return s.RecordReadAt(ctx, v, documentID, page, s.now())
}

// RecordReadAt is RecordRead for what was read before it came here.
func (s *Service) RecordReadAt(ctx context.Context, v auth.Viewer, documentID string, page int, at time.Time) error {
	if v.UserID == "" {
		return nil
	}
	row := &reading{UserID: v.UserID, DocumentID: documentID, Page: page, ReadAt: at}
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		seen, err := tx.NewSelect().Model((*Document)(nil)).Apply(visibleTo(v)).Apply(present).Where("d.id = ?", documentID).Exists(ctx)
		if err != nil {
			return db.Classify(err)
		}
		if !seen {
			return errs.NotFound("document")
		}
		last := new(reading)
		err = tx.NewSelect().Model(last).Where("user_id = ?", v.UserID).Where("document_id = ?", documentID).Scan(ctx)
		if err != nil && !db.IsNoRows(err) {
			return err
		}
		if at.Sub(last.ReadAt) > readAgain {
			if _, err := tx.NewUpdate().Model((*Document)(nil)).Set("reads = reads + 1").Where("id = ?", documentID).Exec(ctx); err != nil {
				return err
			}
		}
		_, err = tx.NewInsert().Model(row).On("CONFLICT (user_id, document_id) DO UPDATE").Set("page = EXCLUDED.page").Set("read_at = EXCLUDED.read_at").Exec(ctx)
		return err
	})
}

// confined tells whether a document is for fewer than a branch: who opens it is in the trail.
func (d *Document) confined() bool {
	a, err := ParseAudience(d.Audience)
	return err != nil || a.Kind != audienceCompany && a.Kind != "branch"
}

// NoteOpened writes into the trail that the viewer opens a document that is for a few: once within readAgain, and not for its owner. What
// everybody may read is read unseen.
func (s *Service) NoteOpened(ctx context.Context, v auth.Viewer, d *Document) error {
	if v.UserID == "" || v.UserID == d.OwnerID || !d.confined() {
		return nil
	}
	object := "document:" + d.ID
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		noted, err := audit.Since(ctx, tx, v, "document.open", object, s.now().Add(-readAgain))
		if err != nil || noted {
			return err
		}
		return audit.Log(ctx, tx, v, "document.open", object, "")
	})
	if err != nil {
		return fmt.Errorf("note opening: %w", db.Classify(err))
	}
	return nil
}

// Recent is a document that the viewer had open, and where.
type Recent struct {
	*Document
	Page   int
	ReadAt time.Time
}

// RecentlyRead returns the documents that the viewer opened last.
func (s *Service) RecentlyRead(ctx context.Context, v auth.Viewer, limit int) ([]Recent, error) {
	var rows []reading
	err := s.db.Reader().NewSelect().Model(&rows).Where("user_id = ?", v.UserID).Order("read_at DESC").Limit(int64(limit)).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("recently read: %w", db.Classify(err))
	}
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.DocumentID
	}
	docs, err := s.ByIDs(ctx, v, ids)
	if err != nil {
		return nil, err
	}
	var out []Recent
	for _, r := range rows {
		if d := docs[r.DocumentID]; d != nil {
			out = append(out, Recent{d, r.Page, r.ReadAt})
		}
	}
	return out, nil
}

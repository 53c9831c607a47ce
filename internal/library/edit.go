package library

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/audit"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/index"
	"github.com/aanpak/aanpak/internal/search"
)

// Update changes what is known of a document: the fields of m that are not nil.
func (s *Service) Update(ctx context.Context, v auth.Viewer, id string, m Meta) (*Document, error) {
	d, err := s.Get(ctx, v, id)
	if err != nil {
		return nil, err
	}
	if err := CanEdit(v, d); err != nil {
		return nil, err
	}
	before := *d
	a, err := m.apply(d)
	if err != nil {
		return nil, err
	}
	if d.BranchID != before.BranchID {
		if err := CanUpload(v, d.BranchID); err != nil {
			return nil, err
		}
	}
	d.UpdatedAt = s.now()
	err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := checkLinks(ctx, tx, d); err != nil {
			return err
		}
		if d.Audience != before.Audience || d.TenderID != before.TenderID { // what was chosen before stays, also for who has left the group
			if err := a.check(ctx, tx, v, d); err != nil {
				return err
			}
		}
		_, err := tx.NewUpdate().Model(d).Column("title", "title_folded", "kind", "branch_id", "tender_id", "language", "language_set", "audience", "updated_at").WherePK().Exec(ctx)
		if err != nil {
			return err
		}
		if err := writeAudience(ctx, tx, d, a); err != nil {
			return err
		}
		if err := writeTags(ctx, tx, d); err != nil {
			return err
		}
		if err := s.audienceChanged(ctx, tx, id); err != nil {
			return err
		}
		if d.Audience != before.Audience {
			if err := audit.Log(ctx, tx, v, "document.audience", "document:"+id, before.Audience+" → "+d.Audience); err != nil {
				return err
			}
		}
		if err := s.tellShared(ctx, tx, v, d, a, before.Audience); err != nil {
			return err
		}
		return index.Mark(ctx, tx, search.TypeDocument, id)
	})
	if err != nil {
		return nil, fmt.Errorf("update document: %w", db.Classify(err))
	}
	s.changed()
	return s.Get(ctx, v, id)
}

// Delete puts a document in the trash: it is found and listed no more, and can be restored.
func (s *Service) Delete(ctx context.Context, v auth.Viewer, id string) error {
	d, err := s.Get(ctx, v, id)
	if err != nil {
		return err
	}
	return s.setDeleted(ctx, v, d, true)
}

// Restore takes a document out of the trash.
func (s *Service) Restore(ctx context.Context, v auth.Viewer, id string) (*Document, error) {
	d, err := s.GetAny(ctx, v, id)
	if err != nil {
		return nil, err
	}
	if !d.Deleted() {
		return d, CanEdit(v, d)
	}
	if err := s.setDeleted(ctx, v, d, false); err != nil {
		return nil, err
	}
	return s.Get(ctx, v, id)
}

func (s *Service) setDeleted(ctx context.Context, v auth.Viewer, d *Document, deleted bool) error {
	action := deletedAs(deleted)
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error { return s.markDeleted(ctx, tx, v, d, deleted) })
	if err != nil {
		return fmt.Errorf("%s: %w", action, db.Classify(err))
	}
	s.changed()
	return nil
}

// DeleteOwn moves documents that are the viewer's own into the trash, in the transaction of what they went with. Others are left alone.
func (s *Service) DeleteOwn(ctx context.Context, tx bun.Tx, v auth.Viewer, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	var list []*Document
	if err := tx.NewSelect().Model(&list).Where("d.id IN (?)", bun.List(ids)).Where("d.owner_id = ?", v.UserID).Apply(present).Order("d.id").Scan(ctx); err != nil {
		return err
	}
	for _, d := range list {
		if err := s.markDeleted(ctx, tx, v, d, true); err != nil {
			return err
		}
	}
	return nil
}

func deletedAs(deleted bool) string {
	if deleted {
		return "document.delete"
	}
	return "document.restore"
}

// markDeleted is where documents go into the trash and come back.
func (s *Service) markDeleted(ctx context.Context, tx bun.Tx, v auth.Viewer, d *Document, deleted bool) error {
	if err := CanEdit(v, d); err != nil {
		return err
	}
	row := &Document{ID: d.ID, UpdatedAt: s.now()}
	if deleted {
		row.DeletedAt, row.DeletedBy = bun.NullTime{Time: s.now()}, v.UserID
	}
	if _, err := tx.NewUpdate().Model(row).Column("deleted_at", "deleted_by", "updated_at").WherePK().Exec(ctx); err != nil {
		return err
	}
	if err := audit.Log(ctx, tx, v, deletedAs(deleted), "document:"+d.ID, d.Title); err != nil {
		return err
	}
	if err := s.audienceChanged(ctx, tx, d.ID); err != nil {
		return err
	}
	return index.Mark(ctx, tx, search.TypeDocument, d.ID)
}

// Purge deletes a document in the trash for good, with its versions and texts. Its files go when the sweeper comes by and
// no other version has the same bytes.
func (s *Service) Purge(ctx context.Context, v auth.Viewer, id string) error {
	d, err := s.GetAny(ctx, v, id)
	if err != nil {
		return err
	}
	if err := CanPurge(v); err != nil {
		return err
	}
	if d.Lent {
		return errs.Forbidden("error.lent")
	}
	if !d.Deleted() {
		return errs.Conflict("error.purge_first_trash")
	}
	err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := audit.Log(ctx, tx, v, "document.purge", "document:"+id, d.Title); err != nil {
			return err
		}
		if err := index.Mark(ctx, tx, search.TypeDocument, id); err != nil {
			return err
		}
		if _, err := tx.NewDelete().Model((*Document)(nil)).Where("id = ?", id).Exec(ctx); err != nil {
			return err
		}
		return s.audienceChanged(ctx, tx, id)
	})
	if err != nil {
		return fmt.Errorf("purge document: %w", db.Classify(err))
	}
	s.changed()
	return nil
}

// TenderChanged marks the documents of a tender, whose client, year and outcome they are found by.
func (s *Service) TenderChanged(ctx context.Context, tx bun.Tx, tenderID string) error {
	var ids []string
	if err := tx.NewSelect().Model((*Document)(nil)).Column("id").Where("tender_id = ?", tenderID).Scan(ctx, &ids); err != nil {
		return err
	}
	return index.Mark(ctx, tx, search.TypeDocument, ids...)
}

package library

import (
	"context"
	"fmt"
	"time"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
)

// PurgeTrash deletes for good what was put in the trash before a time; with dry it only counts that.
func (s *Service) PurgeTrash(ctx context.Context, before time.Time, dry bool) (n int, err error) {
	var ids []string
	if err := s.db.Reader().NewSelect().Model((*Document)(nil)).Column("d.id").Where("d.deleted_at < ?", before).Order("d.id").Scan(ctx, &ids); err != nil {
		return 0, fmt.Errorf("old documents in the trash: %w", db.Classify(err))
	}
	if dry {
		return len(ids), nil
	}
	for _, id := range ids {
		err := s.Purge(ctx, auth.System(), id)
		if errs.Is(err, errs.KindNotFound) || errs.Is(err, errs.KindConflict) {
			continue // restored, or purged by somebody, meanwhile
		}
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// VersionsBy calls f with every version that somebody uploaded, of documents that are there, for the export of their data.
func (s *Service) VersionsBy(ctx context.Context, userID string, f func(*Version) error) error {
	var list []*Version
	err := s.db.Reader().NewSelect().Model(&list).Join("JOIN documents AS d ON d.id = v.document_id").Where("v.created_by = ?", userID).Order("v.created_at", "v.id").Scan(ctx)
	if err != nil {
		return fmt.Errorf("versions of a person: %w", db.Classify(err))
	}
	for _, ver := range list {
		if err := f(ver); err != nil {
			return err
		}
	}
	return nil
}

package library

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/aanpak/aanpak/internal/blob"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/reader"
)

// stampedKey is where a stamped copy of a version is kept.
func stampedKey(versionID, name string) string { return "made/" + versionID + "/" + name + ".pdf" }

// Stamped returns a copy of a version, which the caller has loaded for its viewer, with a text on every page. It is made at the first
// request and kept under a name until DropStamped: parts of it are asked for one by one, and must be of the same file. The caller closes it.
func (s *Service) Stamped(ctx context.Context, ver *Version, name, text string) (blob.Blob, error) {
	if err := s.Openable(ver); err != nil {
		return nil, err
	}
	key := stampedKey(ver.ID, name)
	b, err := s.blobs.Open(ctx, key)
	if errors.Is(err, blob.ErrNotFound) {
		if err = s.stamp(ctx, ver, key, text); err != nil {
			return nil, err
		}
		b, err = s.blobs.Open(ctx, key)
	}
	if err != nil {
		return nil, errs.Unavailable("storage", fmt.Errorf("open stamped copy: %w", err))
	}
	return b, nil
}

// stamp makes the copy in a temporary file, so that half of one is never kept.
func (s *Service) stamp(ctx context.Context, ver *Version, key, text string) error {
	f, err := s.local(ctx, ver)
	if err != nil {
		return errs.Unavailable("storage", err)
	}
	defer f.Close()
	tmp, err := os.CreateTemp("", "aanpak-stamp-*")
	if err != nil {
		return fmt.Errorf("stamp: %w", err)
	}
	defer tmp.Close()
	if err := os.Remove(tmp.Name()); err != nil {
		return fmt.Errorf("stamp: %w", err)
	}
	err = s.reader.Stamp(ctx, f, ver.Filename, text, tmp)
	var failure *reader.Failure
	if errors.As(err, &failure) {
		return errs.Conflict("error.stamp").Because(err)
	}
	if err != nil {
		return fmt.Errorf("stamp: %w", err)
	}
	size, err := tmp.Seek(0, io.SeekCurrent)
	if err == nil {
		_, err = tmp.Seek(0, io.SeekStart)
	}
	if err != nil {
		return fmt.Errorf("stamp: %w", err)
	}
	if err := s.blobs.Put(ctx, key, tmp, size); err != nil {
		return errs.Unavailable("storage", fmt.Errorf("keep stamped copy: %w", err))
	}
	return nil
}

// DropStamped removes the copies of a document's versions that were kept under a name.
func (s *Service) DropStamped(ctx context.Context, documentID, name string) error {
	var ids []string
	if err := s.db.Reader().NewSelect().Model((*Version)(nil)).Column("id").Where("document_id = ?", documentID).Scan(ctx, &ids); err != nil {
		return fmt.Errorf("versions: %w", err)
	}
	for _, id := range ids {
		if err := s.blobs.Delete(ctx, stampedKey(id, name)); err != nil {
			return errs.Unavailable("storage", fmt.Errorf("remove stamped copy: %w", err))
		}
	}
	return nil
}

package library

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/blob"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/fold"
	"github.com/aanpak/aanpak/internal/jobs"
	"github.com/aanpak/aanpak/internal/reader"
)

// maxDepth is how deep archives may lie in archives.
const maxDepth = 3

// isArchive tells whether a file is only a bag of others, without text of its own.
func isArchive(name string) bool { return strings.EqualFold(path.Ext(name), ".zip") }

// isContainer tells whether a file has others inside.
func isContainer(name string) bool {
	return isArchive(name) || strings.EqualFold(path.Ext(name), ".eml")
}

// local opens the file of a version as a local one. The caller closes it.
func (s *Service) local(ctx context.Context, ver *Version) (*os.File, error) {
	f, err := blob.Local(ctx, s.blobs, ver.Blob)
	if err != nil {
		return nil, fmt.Errorf("open version %s: %w", ver.ID, err)
	}
	return f, nil
}

// reasonStored is the failure of a file that the store no longer has as it was uploaded.
const reasonStored = "stored"

// storedError says what is wrong with the stored bytes. A restored backup mends it, nothing else.
type storedError struct{ detail string }

func (e *storedError) Error() string { return e.detail }

// sound opens the file of a version as a local one, and compares it with what was uploaded. A store that is away is no fault of
// the file: the job waits for it.
func (s *Service) sound(ctx context.Context, ver *Version) (*os.File, error) {
	f, err := s.local(ctx, ver)
	if errors.Is(err, blob.ErrNotFound) {
		return nil, &storedError{"the store has no file " + ver.Blob}
	}
	if err != nil {
		return nil, jobs.Later(err)
	}
	sum := sha256.New()
	_, err = io.Copy(sum, f)
	if err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err == nil && hex.EncodeToString(sum.Sum(nil)) != ver.SHA256 {
		err = &storedError{"the stored file " + ver.Blob + " is not the one that was uploaded"}
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// unpack makes a document of every file inside an archive or mail, in the name of who uploaded it and for the same people.
// Running again finds the members it made before by their source.
func (s *Service) unpack(ctx context.Context, f *os.File, ver *Version, t *text) error {
	d, err := s.GetAny(ctx, auth.System(), ver.DocumentID)
	if err != nil {
		return err
	}
	depth, err := s.depth(ctx, d)
	if err != nil {
		return err
	}
	if depth >= maxDepth {
		return &reader.Failure{Reason: reader.ReasonTooLarge, Detail: fmt.Sprintf("archives in archives, more than %d deep", maxDepth)}
	}
	v, err := s.uploader(ctx, ver.CreatedBy)
	if err != nil {
		return err
	}
	err = s.reader.Unpack(ctx, f, ver.Filename, func(m reader.Member, body io.Reader) error {
		t.members = append(t.members, m.Name)
		return s.addMember(ctx, v, d, ver, m, body)
	})
	if err != nil {
		return err
	}
	if isArchive(ver.Filename) {
		t.info.MediaType = "application/zip"
		t.pages = []*Page{{VersionID: ver.ID, Number: 1, Text: strings.Join(t.members, "\n"), Reader: "zip", Quality: 1}}
	}
	return nil
}

// depth counts the archives around a document.
func (s *Service) depth(ctx context.Context, d *Document) (n int, err error) {
	for id := d.SourceID; id != "" && n <= maxDepth; n++ {
		outer := new(Document)
		err := s.db.Reader().NewSelect().Model(outer).Column("id", "source_id").Where("d.id = ?", id).Scan(ctx)
		if db.IsNoRows(err) {
			return n, nil
		}
		if err != nil {
			return n, err
		}
		id = outer.SourceID
	}
	return n, nil
}

// uploader is the viewer in whose name the members are added. The uploader may have left since.
func (s *Service) uploader(ctx context.Context, userID string) (auth.Viewer, error) {
	var row struct{ BranchID, Name string }
	err := s.db.Reader().NewSelect().TableExpr("users").Column("branch_id", "name").Where("id = ?", userID).Scan(ctx, &row)
	if err != nil {
		return auth.Viewer{}, fmt.Errorf("uploader: %w", err)
	}
	return auth.Viewer{UserID: userID, BranchID: row.BranchID, Name: row.Name, Role: auth.RoleMember}, nil
}

func (s *Service) addMember(ctx context.Context, v auth.Viewer, d *Document, ver *Version, m reader.Member, body io.Reader) error {
	from := source{id: d.ID, path: fold.Cut(m.Name, 500)}
	if ver.Number > 1 {
		from.path = fmt.Sprintf("v%d/%s", ver.Number, from.path)
	}
	there, err := s.db.Reader().NewSelect().Model((*Document)(nil)).Where("source_id = ?", from.id).Where("source_path = ?", from.path).Exists(ctx)
	if err != nil || there {
		return err
	}
	v.BranchID = d.BranchID // the archive was accepted for this branch and audience, so its members are
	if a, err := ParseAudience(d.Audience); err == nil && a.Kind == "group" {
		v.Groups = a.IDs
	}
	meta := Meta{BranchID: &d.BranchID, TenderID: &d.TenderID, Audience: &d.Audience, Tags: &d.Tags}
	if d.Audience == audienceCompany {
		meta.Audience = nil // what the member's kind has: a calculation does not go to everybody for lying in an archive
	}
	_, err = s.upload(ctx, v, File{Name: m.Name, Size: -1, Body: body}, meta, from)
	if errs.Is(err, errs.KindConflict) || db.IsUnique(err) {
		return nil // another run was first
	}
	return err
}

// Members returns the documents that came out of an archive or mail, as far as the viewer may see them.
func (s *Service) Members(ctx context.Context, v auth.Viewer, documentID string) (list []*Document, err error) {
	err = s.db.Reader().NewSelect().Model(&list).Apply(s.joined).Apply(lending(v)).Apply(visibleTo(v)).Apply(present).
		Where("d.source_id = ?", documentID).OrderExpr("d.source_path").Limit(500).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("members: %w", db.Classify(err))
	}
	return list, s.noteLent(ctx, v, list...)
}

// Imported returns the document of an import's path, also one in the trash, nil where there is none.
func (s *Service) Imported(ctx context.Context, sourcePath string) (*Document, error) {
	d := new(Document)
	err := s.db.Reader().NewSelect().Model(d).Apply(s.joined).Where("d.source_id = ?", importSource).Where("d.source_path = ?", sourcePath).Scan(ctx)
	if db.IsNoRows(err) {
		return nil, nil
	}
	return d, db.Classify(err)
}

const importSource = "import"

// Import uploads a file of a bulk import under its path, by which a repeated import finds it again.
func (s *Service) Import(ctx context.Context, v auth.Viewer, f File, m Meta, sourcePath string) (*Document, error) {
	return s.upload(ctx, v, f, m, source{id: importSource, path: sourcePath})
}

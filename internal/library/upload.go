package library

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime"
	"path"
	"strings"
	"syscall"
	"time"

	"github.com/rs/xid"
	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/fold"
)

// File is a file that comes in.
type File struct {
	Name string
	Size int64 // bytes, -1 where unknown
	Body io.Reader
	// Late, where set, returns all that was said of the file once its bytes are in, nil where nothing was said after them.
	Late func(ctx context.Context) (*Meta, error)
}

// source says where a document came from when no person sent it; the same source twice is the same document.
type source struct{ id, path string }

// Upload stores a file as a new document and has it read. Rights and fields are checked before the first byte is read.
// The document is acknowledged, and never lost, when Upload returns.
func (s *Service) Upload(ctx context.Context, v auth.Viewer, f File, m Meta) (*Document, error) {
	return s.upload(ctx, v, f, m, source{})
}

func (s *Service) upload(ctx context.Context, v auth.Viewer, f File, m Meta, from source) (*Document, error) {
	d, a, err := s.draft(ctx, v, &f, m)
	if err != nil {
		return nil, err
	}
	d.SourceID, d.SourcePath = from.id, from.path
	ver, err := s.store(ctx, v, d.ID, f)
	if err != nil {
		return nil, err
	}
	own := ver.Blob
	if d, a, err = s.lately(ctx, v, &f, d, a); err != nil {
		s.dropUnused(ctx, own, ver, err)
		return nil, err
	}
	d.VersionID, ver.Number, ver.CreatedAt = ver.ID, 1, d.CreatedAt
	ctx, cancel := context.WithTimeout(ctx, recordTime) // a file may take hours to come in, and its rows may not
	defer cancel()
	err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := s.insert(ctx, tx, d, a, ver); err != nil {
			return err
		}
		return s.tellShared(ctx, tx, v, d, a, "")
	})
	s.dropUnused(ctx, own, ver, err)
	if err != nil {
		return nil, fmt.Errorf("upload: %w", db.Classify(err))
	}
	s.changed()
	return s.Get(ctx, v, d.ID)
}

// lately makes the document anew where something was said of it after its bytes: an audience that comes late is no less meant.
func (s *Service) lately(ctx context.Context, v auth.Viewer, f *File, d *Document, a Audience) (*Document, Audience, error) {
	if f.Late == nil {
		return d, a, nil
	}
	m, err := f.Late(ctx)
	if err != nil || m == nil {
		return d, a, err
	}
	now, a, err := s.draft(ctx, v, f, *m)
	if err != nil {
		return nil, a, err
	}
	now.ID, now.SourceID, now.SourcePath = d.ID, d.SourceID, d.SourcePath
	return now, a, nil
}

// recordTime is how long the database may take to write down a file that is stored.
const recordTime = 30 * time.Second

// draft makes the document of an upload, with defaults for what the person did not say.
func (s *Service) draft(ctx context.Context, v auth.Viewer, f *File, m Meta) (*Document, Audience, error) {
	f.Name = CleanName(f.Name)
	d := &Document{
		ID: xid.New().String(), Title: fold.Cut(titleFromName(f.Name), maxTitle), Kind: GuessKind(f.Name), BranchID: v.BranchID, OwnerID: v.UserID,
		CreatedAt: s.now(),
	}
	if m.CreatedAt != nil && m.CreatedAt.Before(d.CreatedAt) {
		d.CreatedAt = m.CreatedAt.UTC().Truncate(time.Second)
	}
	d.UpdatedAt = d.CreatedAt
	d.TitleFolded = fold.Key(d.Title)
	a, err := m.apply(d)
	if err != nil {
		return nil, a, err
	}
	if d.OwnerID == "" {
		return nil, a, errs.Unauthorized()
	}
	if err := CanUpload(v, d.BranchID); err != nil {
		return nil, a, err
	}
	if f.Size > s.maxUpload {
		return nil, a, s.tooLarge()
	}
	if err := checkLinks(ctx, s.db.Reader(), d); err != nil {
		return nil, a, db.Classify(err)
	}
	if err := a.check(ctx, s.db.Reader(), v, d); err != nil {
		return nil, a, db.Classify(err)
	}
	return d, a, nil
}

func (s *Service) tooLarge() error {
	return errs.New(errs.KindTooLarge, "error.file_too_large", "Max", s.maxUpload)
}

// store puts the bytes in the blob store, hashing them on the way.
func (s *Service) store(ctx context.Context, v auth.Viewer, documentID string, f File) (*Version, error) {
	ver := &Version{
		ID: xid.New().String(), DocumentID: documentID, Filename: f.Name, MediaType: mediaTypeOf(f.Name), Status: StatusReceived,
		CreatedBy: v.UserID, CreatedAt: s.now(),
	}
	ver.Blob = "doc/" + ver.ID
	in := &measured{r: bufio.NewReaderSize(f.Body, bufferFor(f.Size)), max: s.maxUpload, sum: sha256.New()}
	if err := s.blobs.Put(ctx, ver.Blob, in, f.Size); err != nil {
		return nil, s.storeError(in, err)
	}
	ver.Size, ver.SHA256 = in.n, hex.EncodeToString(in.sum.Sum(nil))
	return ver, nil
}

// bufferFor is the buffer through which a file comes in: most of an import are smaller than what serves large ones.
func bufferFor(size int64) int {
	const large = 256 << 10
	if size < 0 {
		return large
	}
	return int(min(size, large))
}

// storeError words what went wrong while the file came in.
func (s *Service) storeError(in *measured, err error) error {
	switch {
	case errors.Is(err, errOverLimit):
		return s.tooLarge()
	case in.failed != nil:
		return errs.New(errs.KindInvalid, "error.upload_broken").Because(err)
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return errs.New(errs.KindFull, "error.disk_full").Because(err)
	}
	return errs.Unavailable("storage", err)
}

var errOverLimit = errors.New("the file is larger than the limit")

// measured counts and hashes what passes and stops at the limit.
type measured struct {
	r      io.Reader
	n, max int64
	sum    interface {
		io.Writer
		Sum([]byte) []byte
	}
	failed error // of the sender, not of the store
}

func (m *measured) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	m.n += int64(n)
	_, _ = m.sum.Write(p[:n])
	if m.n > m.max {
		return 0, errOverLimit
	}
	if err != nil && err != io.EOF {
		m.failed = err
	}
	return n, err
}

// insert writes the document, its version and the job that reads it, in the caller's transaction.
func (s *Service) insert(ctx context.Context, tx bun.Tx, d *Document, a Audience, ver *Version) error {
	if _, err := tx.NewInsert().Model(d).Exec(ctx); err != nil {
		return err
	}
	if err := writeAudience(ctx, tx, d, a); err != nil {
		return err
	}
	if err := writeTags(ctx, tx, d); err != nil {
		return err
	}
	if err := s.share(ctx, tx, ver); err != nil {
		return err
	}
	if _, err := tx.NewInsert().Model(ver).Exec(ctx); err != nil {
		return err
	}
	return readJob.Enqueue(ctx, s.jobs, tx, readArgs{VersionID: ver.ID})
}

// share lets the version use the blob of an older one with the same bytes. The lock on the older row keeps both from being
// deleted until this transaction has named the blob again.
func (s *Service) share(ctx context.Context, tx bun.Tx, ver *Version) error {
	q := tx.NewSelect().Model((*Version)(nil)).Column("blob").Where("sha256 = ?", ver.SHA256).Order("created_at").Limit(1)
	if s.db.Dialect == db.Postgres {
		q.For("SHARE")
	}
	if err := q.Scan(ctx, &ver.Blob); err != nil && !db.IsNoRows(err) {
		return err
	}
	return nil
}

// dropUnused deletes the bytes that came in when the version shares an older blob, or was not written down at all. A database that
// was lost may have written it down before: then the bytes stay. What is not deleted now the sweeper finds later.
func (s *Service) dropUnused(ctx context.Context, own string, ver *Version, err error) {
	kind := errs.KindOf(db.Classify(err))
	refused := err != nil && kind != errs.KindUnavailable && kind != errs.KindCanceled
	if refused || err == nil && ver.Blob != own {
		_ = s.blobs.Delete(context.WithoutCancel(ctx), own)
	}
}

// AddVersion stores a new file on a document. The older ones stay, and search finds them until the new one is read.
func (s *Service) AddVersion(ctx context.Context, v auth.Viewer, documentID string, f File) (*Document, error) {
	d, err := s.Get(ctx, v, documentID)
	if err != nil {
		return nil, err
	}
	if err := CanEdit(v, d); err != nil {
		return nil, err
	}
	f.Name = CleanName(f.Name)
	if f.Size > s.maxUpload {
		return nil, s.tooLarge()
	}
	ver, err := s.store(ctx, v, d.ID, f)
	if err != nil {
		return nil, err
	}
	own := ver.Blob
	ctx, cancel := context.WithTimeout(ctx, recordTime)
	defer cancel()
	err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := s.share(ctx, tx, ver); err != nil {
			return err
		}
		if err := tx.NewSelect().Model((*Version)(nil)).ColumnExpr("coalesce(max(number), 0) + 1").Where("document_id = ?", d.ID).Scan(ctx, &ver.Number); err != nil {
			return err
		}
		if _, err := tx.NewInsert().Model(ver).Exec(ctx); err != nil {
			if db.IsUnique(err) {
				return errs.Conflict("error.version_race").Because(err)
			}
			return err
		}
		head := &Document{ID: d.ID, VersionID: ver.ID, UpdatedAt: s.now()}
		if _, err := tx.NewUpdate().Model(head).Column("version_id", "updated_at").WherePK().Exec(ctx); err != nil {
			return err
		}
		return readJob.Enqueue(ctx, s.jobs, tx, readArgs{VersionID: ver.ID})
	})
	s.dropUnused(ctx, own, ver, err)
	if err != nil {
		return nil, fmt.Errorf("add version: %w", db.Classify(err))
	}
	return s.Get(ctx, v, d.ID)
}

// mediaTypes are those that systems differ in or do not know.
var mediaTypes = map[string]string{
	".pdf": "application/pdf", ".eml": "message/rfc822", ".md": "text/markdown", ".csv": "text/csv", ".txt": "text/plain", ".zip": "application/zip",
	".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	".xlsm": "application/vnd.ms-excel.sheet.macroenabled.12",
	".xls":  "application/vnd.ms-excel",
	".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
	".odt":  "application/vnd.oasis.opendocument.text",
	".ods":  "application/vnd.oasis.opendocument.spreadsheet",
	".odp":  "application/vnd.oasis.opendocument.presentation",
	".png":  "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".webp": "image/webp", ".gif": "image/gif", ".tif": "image/tiff", ".tiff": "image/tiff",
	".mp4": "video/mp4", ".m4v": "video/mp4", ".webm": "video/webm", ".mov": "video/quicktime",
}

// mediaTypeOf guesses from the name until the content has been read.
func mediaTypeOf(name string) string {
	ext := strings.ToLower(path.Ext(name))
	if t, ok := mediaTypes[ext]; ok {
		return t
	}
	if t, _, _ := mime.ParseMediaType(mime.TypeByExtension(ext)); t != "" {
		return t
	}
	return "application/octet-stream"
}

package backup

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/blob"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/jobs"
)

// Home is an installation: where a backup is from, or goes to.
type Home struct {
	DB    *db.DB
	Blobs blob.Store
	Jobs  *jobs.Runner
	// Files lists the files that the rows of a snapshot name, with their size and the SHA-256 they were uploaded with, which is empty for
	// what was made here.
	Files func(ctx context.Context, tx bun.IDB) ([]File, error)
	// Hold keeps the sweeper from deleting files until then, in every process.
	Hold func(ctx context.Context, until time.Time) error
}

// Progress hears of files done, of so many.
type Progress func(done, total int)

// holdFor is how long the sweeper is held off at a time; it is renewed while files are read.
const holdFor = 30 * time.Minute

// Write writes an installation to path, which must not exist, and checks what was written. People go on working. The file is
// there, whole, when Write returns nil; a manifest with Wrong files is no error: it is for the caller to say so.
func Write(ctx context.Context, h Home, path string, about Manifest, p Progress) (_ *Manifest, err error) {
	if _, err := os.Lstat(path); err == nil {
		return nil, fmt.Errorf("%s exists already: name a new file", path)
	}
	part, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".part-*")
	if err != nil {
		return nil, err
	}
	defer func() {
		_ = part.Close()
		if err != nil {
			_ = os.Remove(part.Name())
		}
	}()
	w := &writer{home: h, zip: zip.NewWriter(part), manifest: about, progress: p}
	if err := w.all(ctx); err != nil {
		return nil, err
	}
	if err := errors.Join(part.Sync(), part.Close()); err != nil {
		return nil, err
	}
	if _, err := Check(ctx, part.Name()); err != nil {
		return nil, fmt.Errorf("what was written is not what was read: %w", err)
	}
	// A link rather than a rename: it never replaces what somebody else made meanwhile.
	if err := os.Link(part.Name(), path); err != nil {
		return nil, err
	}
	_ = os.Remove(part.Name())
	return &w.manifest, nil
}

// writer is one backup being written.
type writer struct {
	home     Home
	zip      *zip.Writer
	manifest Manifest
	progress Progress
	held     time.Time
}

func (w *writer) all(ctx context.Context) (err error) {
	m := &w.manifest
	m.Format, m.CreatedAt = Format, db.Now()
	if m.Migration, err = w.home.DB.Migration(ctx); err != nil {
		return err
	}
	if err := w.hold(ctx); err != nil {
		return err
	}
	var files []File
	err = w.home.DB.Snapshot(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := w.tables(ctx, tx); err != nil {
			return err
		}
		files, err = w.home.Files(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	for i, f := range files {
		if err := w.hold(ctx); err != nil {
			return err
		}
		if err := w.file(ctx, f); err != nil {
			return err
		}
		w.progress(i+1, len(files))
	}
	part, err := w.zip.Create(manifestName)
	if err != nil {
		return err
	}
	enc := json.NewEncoder(part)
	enc.SetIndent("", "  ")
	return errors.Join(enc.Encode(m), w.zip.Close())
}

// hold keeps the sweeper away, again when half of the time is gone.
func (w *writer) hold(ctx context.Context) error {
	if time.Until(w.held) > holdFor/2 {
		return nil
	}
	w.held = time.Now().Add(holdFor)
	return w.home.Hold(ctx, w.held)
}

func (w *writer) tables(ctx context.Context, tx bun.Tx) error {
	for _, name := range order {
		err := w.part(tablePart(name), name, func(out io.Writer) (int64, error) { return dump(ctx, tx, name, out) })
		if err != nil {
			return fmt.Errorf("table %s: %w", name, err)
		}
	}
	return w.part(jobsName, jobsName, func(out io.Writer) (n int64, err error) {
		waiting, err := w.home.Jobs.AllWaiting(ctx, tx)
		enc := json.NewEncoder(out)
		for _, job := range waiting {
			err = errors.Join(err, enc.Encode(job))
		}
		return int64(len(waiting)), err
	})
}

// part writes a table's part and notes what it holds.
func (w *writer) part(part, name string, fill func(io.Writer) (int64, error)) error {
	out, err := w.zip.CreateHeader(&zip.FileHeader{Name: part, Method: zip.Deflate, Modified: w.manifest.CreatedAt})
	if err != nil {
		return err
	}
	sum := sha256.New()
	n, err := fill(io.MultiWriter(out, sum))
	if err != nil {
		return err
	}
	w.manifest.Tables = append(w.manifest.Tables, Table{Name: name, Rows: n, SHA256: hexOf(sum)})
	return nil
}

// file copies the bytes of a file. Bytes that are missing or other than those uploaded are told, and do not stop the rest from
// being saved.
func (w *writer) file(ctx context.Context, f File) error {
	in, err := w.home.Blobs.Open(ctx, f.Key)
	if errors.Is(err, blob.ErrNotFound) {
		w.manifest.Wrong = append(w.manifest.Wrong, f.Key+": missing in the store")
		return nil
	}
	if err != nil {
		return fmt.Errorf("file %s: %w", f.Key, err)
	}
	defer in.Close()
	// Most files are compressed by themselves.
	out, err := w.zip.CreateHeader(&zip.FileHeader{Name: filePart(f.Key), Method: zip.Store, Modified: in.Info().Modified})
	if err != nil {
		return err
	}
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(out, sum), in)
	if err != nil {
		return fmt.Errorf("file %s: %w", f.Key, err)
	}
	got := File{Key: f.Key, Size: n, SHA256: hexOf(sum)}
	if f.SHA256 != "" && got != f {
		w.manifest.Wrong = append(w.manifest.Wrong, f.Key+": not the bytes that were uploaded")
	}
	w.manifest.Files = append(w.manifest.Files, got)
	return nil
}

func hexOf(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)) }

package backup

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/jobs"
)

// archive is an opened backup.
type archive struct {
	*zip.ReadCloser
	manifest Manifest
}

func open(path string) (*archive, error) {
	z, err := zip.OpenReader(path)
	if errors.Is(err, zip.ErrFormat) {
		return nil, fmt.Errorf("%s is not a whole backup", path)
	}
	if err != nil {
		return nil, err
	}
	a := &archive{ReadCloser: z}
	if err := a.readManifest(); err != nil {
		return nil, errors.Join(fmt.Errorf("%s is not a backup of Aanpak: %w", path, err), z.Close())
	}
	if a.manifest.Format > Format {
		return nil, errors.Join(fmt.Errorf("the backup is of a later version (%s): restore it with that one", a.manifest.Version), z.Close())
	}
	return a, nil
}

func (a *archive) readManifest() error {
	f, err := a.Open(manifestName)
	if err != nil {
		return err
	}
	defer f.Close()
	return json.NewDecoder(f).Decode(&a.manifest)
}

// part opens a part whose bytes must have a checksum; done says whether they had, once they are read to the end.
func (a *archive) part(name, sum string) (r io.Reader, done func() error, err error) {
	f, err := a.Open(name)
	if err != nil {
		return nil, nil, err
	}
	h := sha256.New()
	r = io.TeeReader(f, h)
	return r, func() error {
		defer f.Close()
		if _, err := io.Copy(io.Discard, r); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if hexOf(h) != sum {
			return fmt.Errorf("%s is damaged: its checksum is another", name)
		}
		return nil
	}, nil
}

func (a *archive) check(name, sum string) error {
	_, done, err := a.part(name, sum)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return done()
}

// Check reads a whole archive and compares every part with its checksum.
func Check(ctx context.Context, path string) (*Manifest, error) {
	a, err := open(path)
	if err != nil {
		return nil, err
	}
	defer a.Close()
	for _, t := range a.manifest.Tables {
		if err := errors.Join(ctx.Err(), a.check(t.part(), t.SHA256)); err != nil {
			return nil, err
		}
	}
	for _, f := range a.manifest.Files {
		if err := errors.Join(ctx.Err(), a.check(filePart(f.Key), f.SHA256)); err != nil {
			return nil, err
		}
	}
	return &a.manifest, nil
}

func (t Table) part() string {
	if t.Name == jobsName {
		return jobsName
	}
	return tablePart(t.Name)
}

// Migration returns the migration that the rows of an archive were written at.
func Migration(path string) (string, error) {
	a, err := open(path)
	if err != nil {
		return "", err
	}
	return a.manifest.Migration, a.Close()
}

// Read fills an empty installation, whose database is at the archive's migration, from a backup. Files come first and rows in
// one transaction: where it fails the installation is as empty as before, but for files that nobody names, which are swept.
func Read(ctx context.Context, h Home, path string, p Progress) (*Manifest, error) {
	a, err := open(path)
	if err != nil {
		return nil, err
	}
	defer a.Close()
	if err := fits(ctx, h, &a.manifest); err != nil {
		return nil, err
	}
	for i, f := range a.manifest.Files {
		if err := a.restore(ctx, h, f); err != nil {
			return nil, err
		}
		p(i+1, len(a.manifest.Files))
	}
	return &a.manifest, h.DB.InTx(ctx, func(ctx context.Context, tx bun.Tx) error { return a.rows(ctx, h, tx) })
}

// fits refuses what would mix two installations or two versions.
func fits(ctx context.Context, h Home, m *Manifest) error {
	for _, table := range []string{"users", "tenders", "documents"} {
		n, err := h.DB.Reader().NewSelect().TableExpr("?", bun.Ident(table)).Count(ctx)
		if err != nil {
			return db.Classify(err)
		}
		if n > 0 {
			return fmt.Errorf("there are %s already: restore into an empty database and an empty store", table)
		}
	}
	at, err := h.DB.Migration(ctx)
	if err != nil {
		return err
	}
	if at != m.Migration {
		return fmt.Errorf("the backup is of database version %s and this database is at %s: restore into a new database", m.Migration, at)
	}
	for _, t := range m.Tables {
		if t.Name != jobsName && !slices.Contains(order, t.Name) {
			return fmt.Errorf("this version knows no table %s", t.Name)
		}
	}
	return nil
}

// restore puts a file into the store; bytes that are not those of the backup are taken out again.
func (a *archive) restore(ctx context.Context, h Home, f File) error {
	r, done, err := a.part(filePart(f.Key), f.SHA256)
	if err != nil {
		return err
	}
	err = h.Blobs.Put(ctx, f.Key, r, f.Size)
	if err = errors.Join(err, done()); err != nil {
		return errors.Join(err, h.Blobs.Delete(context.WithoutCancel(ctx), f.Key))
	}
	return nil
}

func (a *archive) rows(ctx context.Context, h Home, tx bun.Tx) error {
	for _, table := range slices.Backward(order) { // a first start leaves a setup link behind
		if _, err := tx.ExecContext(ctx, "DELETE FROM ?", bun.Ident(table)); err != nil {
			return db.Classify(err)
		}
	}
	for _, t := range a.manifest.Tables {
		r, done, err := a.part(t.part(), t.SHA256)
		if err != nil {
			return err
		}
		n, err := a.fill(ctx, h, tx, t, r)
		if err = errors.Join(err, done()); err != nil {
			return fmt.Errorf("table %s: %w", t.Name, err)
		}
		if n != t.Rows {
			return fmt.Errorf("table %s: %d rows of %d", t.Name, n, t.Rows)
		}
	}
	return nil
}

func (a *archive) fill(ctx context.Context, h Home, tx bun.Tx, t Table, r io.Reader) (n int64, err error) {
	if t.Name != jobsName {
		return fill(ctx, tx, t.Name, r)
	}
	for dec := json.NewDecoder(r); dec.More(); n++ {
		var w jobs.Waiting
		if err := dec.Decode(&w); err != nil {
			return n, err
		}
		if err := h.Jobs.Again(ctx, tx, w); err != nil {
			return n, err
		}
	}
	return n, nil
}

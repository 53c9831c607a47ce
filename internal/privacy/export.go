package privacy

import (
	"archive/zip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/rs/xid"
	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/audit"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/blob"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/jobs"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/people"
)

type exportArgs struct {
	ID string `json:"id"`
}

// AskExport begins an export of all that is kept about the viewer. One at a time: while one is being made, that is returned.
func (s *Service) AskExport(ctx context.Context, v auth.Viewer) (*Export, error) {
	if v.UserID == "" {
		return nil, errs.Unauthorized()
	}
	list, err := s.Exports(ctx, v)
	if err != nil {
		return nil, err
	}
	for _, e := range list {
		if e.ReadyAt.IsZero() && e.AskedAt.After(s.Now().Add(-2*time.Hour)) {
			return e, nil
		}
	}
	e := &Export{ID: xid.New().String(), UserID: v.UserID, AskedAt: s.Now(), ExpiresAt: s.Now().AddDate(0, 0, ExportDays)}
	err = s.DB.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewInsert().Model(e).Exec(ctx); err != nil {
			return err
		}
		if err := exportJob.Enqueue(ctx, s.Jobs, tx, exportArgs{e.ID}); err != nil {
			return err
		}
		return audit.Log(ctx, tx, v, "user.export", "user:"+v.UserID, "")
	})
	if err != nil {
		return nil, fmt.Errorf("ask for export: %w", db.Classify(err))
	}
	return e, nil
}

// Exports returns the viewer's own exports that can be fetched or are being made, the newest first.
func (s *Service) Exports(ctx context.Context, v auth.Viewer) (list []*Export, err error) {
	err = s.DB.Reader().NewSelect().Model(&list).Where("ex.user_id = ?", v.UserID).Where("ex.expires_at > ?", s.Now()).Order("ex.asked_at DESC").Limit(5).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list exports: %w", db.Classify(err))
	}
	return list, nil
}

// OpenExport returns the viewer's own file. The caller closes it.
func (s *Service) OpenExport(ctx context.Context, v auth.Viewer, id string) (*Export, blob.Blob, error) {
	e := new(Export)
	err := s.DB.Reader().NewSelect().Model(e).Where("ex.id = ?", id).Where("ex.user_id = ?", v.UserID).Scan(ctx)
	if db.IsNoRows(err) || err == nil && !e.Ready(s.Now()) {
		return nil, nil, errs.NotFound("export")
	}
	if err != nil {
		return nil, nil, fmt.Errorf("read export: %w", db.Classify(err))
	}
	b, err := s.Blobs.Open(ctx, e.key())
	if errors.Is(err, blob.ErrNotFound) { // from a backup, which has no exports
		return nil, nil, errs.NotFound("export")
	}
	if err != nil {
		return nil, nil, errs.Unavailable("storage", err)
	}
	return e, b, nil
}

// export makes the file of an export.
func (s *Service) export(ctx context.Context, _ jobs.Run, args exportArgs) error {
	e := new(Export)
	err := s.DB.Reader().NewSelect().Model(e).Where("ex.id = ?", args.ID).Scan(ctx)
	if db.IsNoRows(err) || err == nil && !e.ReadyAt.IsZero() {
		return nil // erased meanwhile, or made before
	}
	if err != nil {
		return fmt.Errorf("read export: %w", err)
	}
	tmp, err := os.CreateTemp("", "aanpak-export-*")
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	defer tmp.Close()
	if err := os.Remove(tmp.Name()); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	if err := s.writeExport(ctx, e.UserID, tmp); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	if e.Size, err = tmp.Seek(0, io.SeekCurrent); err != nil {
		return err
	}
	if _, err := tmp.Seek(0, io.SeekStart); err != nil {
		return err
	}
	if err := s.Blobs.Put(ctx, e.key(), tmp, e.Size); err != nil {
		return jobs.Later(fmt.Errorf("keep export: %w", err))
	}
	e.ReadyAt, e.ExpiresAt = bun.NullTime{Time: s.Now()}, s.Now().AddDate(0, 0, ExportDays)
	return db.Classify(s.DB.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewUpdate().Model(e).Column("ready_at", "expires_at", "size").WherePK().Exec(ctx)
		return err
	}))
}

// writeExport writes a file for each table that names somebody, the files that they uploaded, and a page to begin with.
func (s *Service) writeExport(ctx context.Context, userID string, w io.Writer) error {
	z := zip.NewWriter(w)
	var index contents
	refs := append([]people.Reference{{Table: "users", Column: "id"}}, s.People.Named()...)
	for _, r := range refs {
		rows, err := s.rowsOf(ctx, r, userID)
		if err != nil {
			return fmt.Errorf("%s: %w", r.Table, err)
		}
		if len(rows) == 0 {
			continue
		}
		name := "data/" + r.Table + "." + r.Column + ".json"
		if r.Prefix != "" {
			name = "data/" + r.Table + "." + strings.TrimSuffix(r.Prefix, ":") + ".json"
		}
		index.add(r.Table, name, len(rows))
		f, err := z.Create(name)
		if err != nil {
			return err
		}
		enc := json.NewEncoder(f)
		enc.SetIndent("", "  ")
		if err := enc.Encode(rows); err != nil {
			return err
		}
	}
	err := s.Library.VersionsBy(ctx, userID, func(ver *library.Version) error { return s.writeFile(ctx, z, ver, &index) })
	if err != nil {
		return err
	}
	if err := s.writePhoto(ctx, z, userID, &index); err != nil {
		return err
	}
	f, err := z.Create("index.html")
	if err != nil {
		return err
	}
	if err := index.write(f); err != nil {
		return err
	}
	return z.Close()
}

// writePhoto adds somebody's photo, where they have one.
func (s *Service) writePhoto(ctx context.Context, z *zip.Writer, userID string, index *contents) error {
	b, _, err := s.People.Photo(ctx, auth.System(), userID, people.PhotoSizes[0])
	if errs.Is(err, errs.KindNotFound) {
		return nil
	}
	if err != nil {
		return jobs.Later(err)
	}
	defer b.Close()
	const name = "photo.jpg"
	index.files = append(index.files, name)
	f, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
	if err != nil {
		return err
	}
	_, err = io.Copy(f, b)
	return err
}

// writeFile adds a file that somebody uploaded. One that nobody may open stays away, and the page says so.
func (s *Service) writeFile(ctx context.Context, z *zip.Writer, ver *library.Version, index *contents) error {
	b, err := s.Library.Open(ctx, ver)
	if err != nil {
		index.missing = append(index.missing, ver.Filename)
		if errs.Is(err, errs.KindForbidden) || errs.Is(err, errs.KindConflict) {
			return nil
		}
		return jobs.Later(err)
	}
	defer b.Close()
	name := fmt.Sprintf("files/%s/%d-%s", ver.DocumentID, ver.Number, library.CleanName(ver.Filename))
	index.files = append(index.files, name)
	f, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: ver.CreatedAt})
	if err != nil {
		return err
	}
	_, err = io.Copy(f, b)
	return err
}

// rowsOf reads the rows that name somebody, without what would let others in.
func (s *Service) rowsOf(ctx context.Context, r people.Reference, userID string) (out []map[string]any, err error) {
	where, args := r.Rows(userID)
	rows, err := s.DB.Reader().NewSelect().TableExpr("?", bun.Ident(r.Table)).ColumnExpr("*").Where(where, args...).Rows(ctx)
	if err != nil {
		return nil, db.Classify(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	for rows.Next() {
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		row := make(map[string]any, len(columns))
		for i, c := range columns {
			row[c] = told(c, values[i])
		}
		out = append(out, row)
	}
	return out, rows.Err()
}

// told is a value as an export has it. Secrets are left out: a file on a laptop must open nothing.
func told(column string, v any) any {
	if strings.Contains(column, "hash") || strings.Contains(column, "secret") || column == "endpoint" {
		return "(secret)"
	}
	if b, ok := v.([]byte); ok {
		return string(b)
	}
	return v
}

// dropFiles deletes the files of exports that are no more.
func (s *Service) dropFiles(ctx context.Context) error {
	var ids []string
	if err := s.DB.Reader().NewSelect().Model((*Export)(nil)).Column("id").Scan(ctx, &ids); err != nil {
		return fmt.Errorf("exports: %w", db.Classify(err))
	}
	known := map[string]bool{}
	for _, id := range ids {
		known[(&Export{ID: id}).key()] = true
	}
	return s.Blobs.List(ctx, exportPrefix, func(i blob.Info) error {
		if known[i.Key] || s.Now().Sub(i.Modified) < 2*time.Hour { // one that is being made has its row already
			return nil
		}
		return s.Blobs.Delete(ctx, i.Key)
	})
}

package library

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/index"
	"github.com/aanpak/aanpak/internal/jobs"
	"github.com/aanpak/aanpak/internal/reader"
	"github.com/aanpak/aanpak/internal/search"
)

// The jobs of the library. Reading has a queue of its own: it takes processor time and a child process.
var (
	readJob   = jobs.Job[readArgs]{Name: "library.read", Queue: QueueRead, Timeout: 20 * time.Minute, Attempts: 3, Once: true}
	copiesJob = jobs.Job[readArgs]{Name: "library.copies", Timeout: 5 * time.Minute, Attempts: 3}
	sweepJob  = jobs.Job[struct{}]{Name: "library.sweep", Timeout: time.Hour, Attempts: 1}
	mendJob   = jobs.Job[struct{}]{Name: "library.mend", Timeout: 5 * time.Minute, Attempts: 1}
)

// QueueRead is the queue of the jobs that read documents.
const QueueRead = "read"

type readArgs struct {
	VersionID string `json:"version_id"`
}

func (s *Service) handleJobs() {
	jobs.Handle(s.jobs, readJob, s.read)
	jobs.Handle(s.jobs, copiesJob, s.findCopies)
	jobs.Handle(s.jobs, sweepJob, func(ctx context.Context, _ jobs.Run, _ struct{}) error { return s.sweep(ctx) })
	jobs.Handle(s.jobs, mendJob, func(ctx context.Context, _ jobs.Run, _ struct{}) error { return s.mend(ctx) })
	jobs.Every(s.jobs, sweepJob, 6*time.Hour, struct{}{})
	jobs.Every(s.jobs, mendJob, 2*time.Minute, struct{}{})
}

// read turns the file of a version into pages. Whatever happens, the version ends as ready or as failed with a reason.
func (s *Service) read(ctx context.Context, run jobs.Run, args readArgs) error {
	ver := new(Version)
	err := s.db.Reader().NewSelect().Model(ver).Where("v.id = ?", args.VersionID).Scan(ctx)
	if db.IsNoRows(err) {
		return nil // a version that is gone needs no work
	}
	if err != nil {
		return fmt.Errorf("read version: %w", err)
	}
	if ver.Status.Final() {
		return nil
	}
	if err := s.setStatus(ctx, ver, StatusReading); err != nil {
		return err
	}
	text, err := s.readFile(ctx, ver)
	var failure *reader.Failure
	var stored *storedError
	switch {
	case err == nil:
		return s.finish(ctx, ver, text)
	case errors.As(err, &stored):
		s.log.ErrorContext(ctx, "a stored file is not as it was uploaded: restore it from a backup", "version", ver.ID, "err", err)
		return s.fail(ctx, ver, reasonStored, stored.detail)
	case errors.As(err, &failure) && (run.Last || !failure.Retry()):
		return s.fail(ctx, ver, string(failure.Reason), failure.Detail)
	case run.Last && ctx.Err() == nil && !jobs.IsLater(err):
		return errors.Join(s.fail(ctx, ver, reasonInternal, err.Error()), err)
	}
	return err
}

// reasonInternal is the failure of a file that we are to blame for.
const reasonInternal = "internal"

func (s *Service) setStatus(ctx context.Context, ver *Version, status Status) error {
	ver.Status, ver.Failure = status, ""
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewUpdate().Model(ver).Column("status", "failure").WherePK().Exec(ctx)
		return err
	})
}

// text is what reading a file gave.
type text struct {
	info    reader.Info
	pages   []*Page
	noText  int
	members []string
}

// readFile has the file scanned, reads the pages and unpacks what is inside.
func (s *Service) readFile(ctx context.Context, ver *Version) (*text, error) {
	f, err := s.sound(ctx, ver)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if err := s.scan(ctx, ver, f); err != nil {
		return nil, err
	}
	t := &text{}
	if !isArchive(ver.Filename) {
		t.info, err = s.reader.Read(ctx, f, ver.Filename, func(p reader.Page) error {
			t.pages = append(t.pages, &Page{
				VersionID: ver.ID, Number: p.Number, Label: p.Label, Text: p.Text, Grid: p.Grid, Reader: p.Reader, Quality: p.Quality, Width: p.Width, Height: p.Height,
			})
			if p.NoText {
				t.noText++
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	if isContainer(ver.Filename) {
		if err := s.unpack(ctx, f, ver, t); err != nil {
			return nil, err
		}
	}
	if t.info.Language == "" {
		t.info.Language = s.detect(t.sample())
	}
	return t, nil
}

// sample is enough text to tell its language.
func (t *text) sample() string {
	s := ""
	for _, p := range t.pages {
		if s += p.Text + "\n"; len(s) > 20_000 {
			break
		}
	}
	return s
}

// pageBatch bounds one INSERT.
const pageBatch = 200

// finish writes the pages, their prints, the state and what is to follow in one transaction.
func (s *Service) finish(ctx context.Context, ver *Version, t *text) error {
	ver.Status, ver.Failure, ver.FailureDetail = StatusReady, "", ""
	ver.Pages, ver.PagesWithoutText, ver.Language = max(t.info.Pages, len(t.pages)), t.noText, t.info.Language
	ver.ReadAt = bun.NullTime{Time: s.now()}
	if t.info.MediaType != "" {
		ver.MediaType = t.info.MediaType
	}
	prints := printsOf(ver.ID, t.pages)
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		for _, model := range []any{(*Page)(nil), (*pagePrint)(nil)} {
			if _, err := tx.NewDelete().Model(model).Where("version_id = ?", ver.ID).Exec(ctx); err != nil {
				return err
			}
		}
		for rest := t.pages; len(rest) > 0; {
			n := min(pageBatch, len(rest))
			batch := rest[:n]
			if _, err := tx.NewInsert().Model(&batch).Exec(ctx); err != nil {
				return err
			}
			rest = rest[n:]
		}
		res, err := tx.NewUpdate().Model(ver).Column("status", "failure", "failure_detail", "pages", "pages_without_text", "language", "media_type", "read_at").WherePK().Exec(ctx)
		if err != nil {
			return err
		}
		if n, _ := res.RowsAffected(); n == 0 {
			return nil // purged while it was read
		}
		if err := s.makeReadable(ctx, tx, ver); err != nil {
			return err
		}
		if err := index.Mark(ctx, tx, search.TypeDocument, ver.DocumentID); err != nil {
			return err
		}
		shared, err := s.writePrints(ctx, tx, prints)
		if err != nil || !shared {
			return err
		}
		return copiesJob.Enqueue(ctx, s.jobs, tx, readArgs{VersionID: ver.ID})
	})
	if err != nil {
		return fmt.Errorf("write pages: %w", err)
	}
	s.changed()
	return nil
}

// makeReadable lets search find this version, unless a newer one was read first.
func (s *Service) makeReadable(ctx context.Context, tx bun.Tx, ver *Version) error {
	_, err := tx.NewUpdate().Model((*Document)(nil)).ModelTableExpr("documents").Set("readable_id = ?", ver.ID).Set("updated_at = ?", s.now()).
		Set("language = CASE WHEN language_set THEN language ELSE ? END", ver.Language).
		Where("id = ?", ver.DocumentID).
		Where("NOT EXISTS (SELECT 1 FROM versions AS o WHERE o.id = documents.readable_id AND o.number > ?)", ver.Number).Exec(ctx)
	return err
}

// fail ends a version with a reason. The file stays and can be downloaded, and the document is found by its title.
func (s *Service) fail(ctx context.Context, ver *Version, reason, detail string) error {
	ver.Status, ver.Failure, ver.FailureDetail = StatusFailed, reason, clip(detail, 1000)
	ver.ReadAt = bun.NullTime{Time: s.now()}
	s.log.InfoContext(ctx, "document not readable", "document", ver.DocumentID, "version", ver.ID, "reason", reason, "detail", ver.FailureDetail)
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewUpdate().Model(ver).Column("status", "failure", "failure_detail", "read_at").WherePK().Exec(ctx); err != nil {
			return err
		}
		if reason == reasonInfected {
			if err := s.noteInfected(ctx, tx, ver); err != nil {
				return err
			}
		}
		if err := s.tellFailed(ctx, tx, ver); err != nil {
			return err
		}
		return index.Mark(ctx, tx, search.TypeDocument, ver.DocumentID)
	})
	if err != nil {
		return fmt.Errorf("write failure: %w", err)
	}
	s.changed()
	return nil
}

func clip(s string, n int) string {
	if len(s) > n {
		return s[:n]
	}
	return s
}

// TryAgain reads a failed version once more.
func (s *Service) TryAgain(ctx context.Context, v auth.Viewer, documentID string) error {
	d, ver, err := s.Version(ctx, v, documentID, 0)
	if err != nil {
		return err
	}
	if err := CanEdit(v, d); err != nil {
		return err
	}
	if ver.Status != StatusFailed {
		return errs.Conflict("error.not_failed")
	}
	if ver.Failure == reasonInfected && s.scanner == nil {
		return s.Openable(ver) // only a scanner can find that it was wrong
	}
	ver.Status, ver.Failure, ver.FailureDetail = StatusReceived, "", ""
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewUpdate().Model(ver).Column("status", "failure", "failure_detail").WherePK().Exec(ctx); err != nil {
			return err
		}
		return readJob.Enqueue(ctx, s.jobs, tx, readArgs{VersionID: ver.ID})
	})
}

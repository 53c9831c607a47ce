package library

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/audit"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/clamav"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/jobs"
	"github.com/aanpak/aanpak/internal/reader"
)

// What the virus scanner has to do with a version, in its Failure. The first two are final; the third stands with a version that is
// received and waits.
const (
	reasonInfected  = "infected"  // FailureDetail is the name of what was found
	reasonUnscanned = "unscanned" // larger than the scanner takes
	ReasonScanner   = "scanner_away"
)

// scan has the virus scanner, where there is one, look at a file before a reader or a person opens it.
func (s *Service) scan(ctx context.Context, ver *Version, f *os.File) error {
	if s.scanner == nil {
		return nil
	}
	found, err := s.scanner.Scan(ctx, f)
	switch {
	case errors.Is(err, clamav.ErrTooLarge):
		return &reader.Failure{Reason: reasonUnscanned, Detail: err.Error()}
	case err != nil:
		return s.awaitScanner(ctx, ver, err)
	case found != "":
		return &reader.Failure{Reason: reasonInfected, Detail: found}
	}
	_, err = f.Seek(0, io.SeekStart)
	return err
}

// awaitScanner writes down what the file waits for. The scanner being away is no fault of the file: the job is tried again, as often as
// it takes.
func (s *Service) awaitScanner(ctx context.Context, ver *Version, cause error) error {
	ver.Status, ver.Failure, ver.FailureDetail = StatusReceived, ReasonScanner, ""
	err := s.db.InTx(context.WithoutCancel(ctx), func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewUpdate().Model(ver).Column("status", "failure", "failure_detail").WherePK().Exec(ctx)
		return err
	})
	s.log.WarnContext(ctx, "the virus scanner does not answer: files wait", "version", ver.ID, "err", cause)
	return jobs.Later(errors.Join(fmt.Errorf("virus scanner: %w", cause), err))
}

// noteInfected leaves a line in the audit trail.
func (s *Service) noteInfected(ctx context.Context, tx bun.Tx, ver *Version) error {
	return audit.Log(ctx, tx, auth.System(), "document.infected", "document:"+ver.DocumentID,
		fmt.Sprintf("%s, version %d by user:%s: %s", ver.Filename, ver.Number, ver.CreatedBy, ver.FailureDetail))
}

// Openable tells whether anybody may get at the bytes of a version, or at a picture made of them: not where malware was found, and with
// a scanner only once that has looked. A version that is ready, or that the reader refused, has passed it; the failures that may come
// before the scan are counted with those that did not. Versions from before there was a scanner are as they were.
func (s *Service) Openable(ver *Version) error {
	switch {
	case ver.Failure == reasonInfected:
		return errs.Forbidden("error.file.infected")
	case s.scanner == nil:
		return nil
	case ver.Failure == reasonUnscanned:
		return errs.Forbidden("error.file.unscanned")
	case !ver.Status.Final(), ver.Failure == reasonStored, ver.Failure == reasonInternal:
		return errs.Conflict("error.file.not_scanned_yet")
	}
	return nil
}

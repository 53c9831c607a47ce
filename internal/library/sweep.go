package library

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/blob"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/jobs"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/settings"
)

// sweep deletes files that no version names, page images of versions that are gone, and photos that people have replaced.
func (s *Service) sweep(ctx context.Context) error {
	n := 0
	prefixes := []string{"doc/", "made/", "photo/"}
	for prefix := range s.named {
		prefixes = append(prefixes, prefix)
	}
	for _, prefix := range prefixes {
		err := s.blobs.List(ctx, prefix, func(i blob.Info) error {
			if s.now().Sub(i.Modified) < blobGrace {
				return nil
			}
			gone, err := s.sweepOne(ctx, i.Key)
			if gone {
				n++
			}
			return err
		})
		if err != nil {
			return fmt.Errorf("sweep: %w", err)
		}
	}
	if n > 0 {
		s.log.Info("swept files that nothing names", "files", n)
	}
	return nil
}

// Names says who knows whether the files with a prefix are still named; the rest are swept.
func (s *Service) Names(prefix string, named func(ctx context.Context, tx bun.IDB, key string) (bool, error)) {
	s.named[prefix] = named
}

// sweepOne asks and deletes in one transaction: an upload that shares the blob holds a lock on its version until then.
func (s *Service) sweepOne(ctx context.Context, key string) (gone bool, err error) {
	err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if held, err := s.sweepHeld(ctx, tx); held || err != nil {
			return err
		}
		named, err := s.fileNamed(ctx, tx, key)
		if err != nil || named {
			return err
		}
		gone = true
		return s.blobs.Delete(ctx, key)
	})
	return gone, err
}

// fileNamed tells whether anything names a file.
func (s *Service) fileNamed(ctx context.Context, tx bun.Tx, key string) (bool, error) {
	for prefix, named := range s.named {
		if strings.HasPrefix(key, prefix) {
			return named(ctx, tx, key)
		}
	}
	q := tx.NewSelect().Model((*Version)(nil))
	switch {
	case strings.HasPrefix(key, "photo/"):
		return people.PhotoNamed(ctx, tx, key)
	case strings.HasPrefix(key, "made/"):
		return q.Where("id = ?", strings.Split(key, "/")[1]).Exists(ctx)
	}
	return q.Where("blob = ?", key).Exists(ctx)
}

// heldSetting is the row that keeps files from being swept: a backup reads those that its snapshot of the rows names.
const heldSetting = "library.sweep_held_until"

// HoldSweep keeps files from being swept until then, in every process.
func (s *Service) HoldSweep(ctx context.Context, until time.Time) error {
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		return settings.Put(ctx, tx, heldSetting, until.UTC().Format(time.RFC3339))
	})
}

func (s *Service) sweepHeld(ctx context.Context, tx bun.Tx) (bool, error) {
	value, err := settings.Get(ctx, tx, heldSetting)
	if err != nil || value == "" {
		return false, err
	}
	until, wrong := time.Parse(time.RFC3339, value)
	return wrong == nil && s.now().Before(until), nil
}

// StoredFile is a file that a version names.
type StoredFile struct {
	Blob, SHA256 string
	Size         int64
}

// StoredFiles lists the files that versions name as d sees them, each once.
func (s *Service) StoredFiles(ctx context.Context, d bun.IDB) (list []StoredFile, err error) {
	err = d.NewSelect().Model((*Version)(nil)).ModelTableExpr("versions AS v").ColumnExpr("v.blob, min(v.sha256) AS sha256, min(v.size) AS size").
		GroupExpr("v.blob").OrderExpr("v.blob").Scan(ctx, &list)
	return list, db.Classify(err)
}

// mend gives every version that is not final, and that no job is about, a job again. It heals what a kill between two
// steps, or a job given up for another reason than the file, leaves behind.
func (s *Service) mend(ctx context.Context) error {
	var waiting []*Version
	err := s.db.Reader().NewSelect().Model(&waiting).Column("id").
		Where("status IN (?)", bun.List([]Status{StatusReceived, StatusReading})).
		Where("created_at < ?", s.now().Add(-30*time.Second)).Scan(ctx)
	if err != nil || len(waiting) == 0 {
		return db.Classify(err)
	}
	live, err := jobs.Live(ctx, s.jobs, readJob)
	if err != nil {
		return err
	}
	busy := make(map[string]bool, len(live))
	for _, a := range live {
		busy[a.VersionID] = true
	}
	for _, ver := range waiting {
		if busy[ver.ID] {
			continue
		}
		s.log.Warn("a document had no job: it gets one", "version", ver.ID)
		err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
			return readJob.Enqueue(ctx, s.jobs, tx, readArgs{VersionID: ver.ID})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

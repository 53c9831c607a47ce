package library

import (
	"context"
	"log/slog"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/blob"
	"github.com/aanpak/aanpak/internal/clamav"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/jobs"
	"github.com/aanpak/aanpak/internal/keep"
	"github.com/aanpak/aanpak/internal/notify"
	"github.com/aanpak/aanpak/internal/reader"
)

// Options are what a Service needs.
type Options struct {
	DB     *db.DB
	Blobs  blob.Store
	Reader reader.Documents
	// Scanner looks at every file before it is read; nil where there is none.
	Scanner *clamav.Daemon
	Jobs    *jobs.Runner
	Notify  *notify.Service // nil tells nobody
	Log     *slog.Logger
	// Changed is called after a commit that left marks for the index; nil where nobody listens.
	Changed func()
	// Detect tells the language of a text as ISO 639-1, "" where it cannot.
	Detect func(text string) string
	// Reused is SQL that counts how often the document d was reused; "" where nobody counts.
	Reused string
	// MaxUpload is the largest file in bytes; 2 GiB when zero.
	MaxUpload int64
}

// Service is the use cases of the library.
type Service struct {
	db        *db.DB
	blobs     blob.Store
	reader    reader.Documents
	scanner   *clamav.Daemon
	jobs      *jobs.Runner
	notify    *notify.Service
	log       *slog.Logger
	changed   func()
	detect    func(string) string
	now       func() time.Time
	maxUpload int64
	reused    string                                                // SQL
	onLent    func(context.Context, auth.Viewer, []*Document) error // nil where nobody has temporary access

	onAudience []func(ctx context.Context, tx bun.Tx, id string) error
	named      map[string]func(ctx context.Context, tx bun.IDB, key string) (bool, error) // by prefix of files, beside our own

	// What lists are counted by, kept until something changes.
	counted *keep.Keep[[]counted]
	facets  *keep.Keep[map[string][]Facet]
	totals  *keep.Keep[int]
}

// How much is kept: rows of some 200 bytes, sets of facets of some kilobytes, and numbers.
const (
	keptRows   = 50_000
	keptFacets = 500
	keptTotals = 5000
)

// New returns the service and declares its job handlers.
func New(o Options) *Service {
	s := &Service{
		db: o.DB, blobs: o.Blobs, reader: o.Reader, scanner: o.Scanner, jobs: o.Jobs, notify: o.Notify, log: o.Log, detect: o.Detect, now: db.Now, maxUpload: o.MaxUpload,
	}
	s.named = map[string]func(context.Context, bun.IDB, string) (bool, error){}
	s.counted = keep.New(o.DB, keptRows, func(rows []counted) int { return 1 + len(rows) })
	s.facets = keep.New(o.DB, keptFacets, func(map[string][]Facet) int { return 1 })
	s.totals = keep.New(o.DB, keptTotals, func(int) int { return 1 })
	if s.changed = o.Changed; s.changed == nil {
		s.changed = func() {}
	}
	if s.reused = o.Reused; s.reused == "" {
		s.reused = "0"
	}
	if s.maxUpload == 0 {
		s.maxUpload = 2 << 30
	}
	s.handleJobs()
	return s
}

// OnAudience says what is to be done, in the same transaction, when those who see a document may have become others, or nobody: who keeps
// its audience beside things about it writes it anew.
func (s *Service) OnAudience(f func(ctx context.Context, tx bun.Tx, id string) error) {
	s.onAudience = append(s.onAudience, f)
}

func (s *Service) audienceChanged(ctx context.Context, tx bun.Tx, id string) error {
	for _, f := range s.onAudience {
		if err := f(ctx, tx, id); err != nil {
			return err
		}
	}
	return nil
}

// MaxUpload is the largest file in bytes, for telling people before they send.
func (s *Service) MaxUpload() int64 { return s.maxUpload }

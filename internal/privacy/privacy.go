// Package privacy keeps no more about people than is needed, and gives them what is kept: how long it stays, all of it as a file, and an end
// to it.
//
// What names people is told by the References of the domains, the same lists by which accounts are merged. From them follow what the page
// says is kept, what an export holds, and what an erasure deletes; a test compares them with the schema, so that no table is forgotten.
// It stands to the right of all other domains.
package privacy

import (
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/audit"
	"github.com/aanpak/aanpak/internal/blob"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/find"
	"github.com/aanpak/aanpak/internal/insight"
	"github.com/aanpak/aanpak/internal/jobs"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/lookin"
	"github.com/aanpak/aanpak/internal/notify"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/share"
	"github.com/aanpak/aanpak/internal/social"
)

// WaitDays is how long somebody has to change their mind after an erasure was asked for; ExportDays how long an export can be fetched.
const (
	WaitDays   = 14
	ExportDays = 7
)

// Erasure is a request that somebody's account be erased.
type Erasure struct {
	bun.BaseModel `bun:"table:erasures,alias:er"`

	ID          string `bun:",pk"`
	UserID      string
	AskedBy     string
	AskedAt     time.Time
	DueAt       time.Time
	DoneAt      bun.NullTime
	CancelledAt bun.NullTime

	UserName string `bun:",scanonly"`
}

// Export is all data of somebody, as a file that is being made or can be fetched.
type Export struct {
	bun.BaseModel `bun:"table:exports,alias:ex"`

	ID        string `bun:",pk"`
	UserID    string
	AskedAt   time.Time
	ReadyAt   bun.NullTime
	ExpiresAt time.Time
	Size      int64
}

// Ready tells whether the file can be fetched at a time.
func (e *Export) Ready(now time.Time) bool { return !e.ReadyAt.IsZero() && e.ExpiresAt.After(now) }

// key is where the file is kept.
func (e *Export) key() string { return exportPrefix + e.ID + ".zip" }

const exportPrefix = "export/"

// Options are what a Service needs.
type Options struct {
	DB        *db.DB
	Blobs     blob.Store
	Jobs      *jobs.Runner
	People    *people.Service
	Library   *library.Service
	Social    *social.Service
	Insight   *insight.Service
	LookIn    *lookin.Service
	Share     *share.Service
	Notify    *notify.Service
	Questions *find.Questions
	Trail     *audit.Trail
}

// Service is the use cases of privacy.
type Service struct {
	db.Clock
	Options
}

// The jobs: what is over goes at night, and an export takes its time.
var (
	nightlyJob = jobs.Job[struct{}]{Name: "privacy.retain", Timeout: time.Hour, Attempts: 3, Once: true}
	exportJob  = jobs.Job[exportArgs]{Name: "privacy.export", Timeout: time.Hour, Attempts: 3, Once: true}
)

// nightlyAt is after midnight, when nobody works.
const nightlyAt = 3*time.Hour + 40*time.Minute

// New returns the service and declares its jobs.
func New(o Options) *Service {
	s := &Service{Options: o}
	jobs.Handle(o.Jobs, nightlyJob, s.nightly)
	jobs.Handle(o.Jobs, exportJob, s.export)
	jobs.Nightly(o.Jobs, nightlyJob, nightlyAt, struct{}{})
	return s
}

// References are the columns of this domain that name people. The files of exports go with the next night.
var References = []people.Reference{
	{Table: "erasures", Column: "user_id", How: people.Moves, Erase: people.Nameless},
	{Table: "erasures", Column: "asked_by", How: people.Moves, Erase: people.Nameless},
	{Table: "exports", Column: "user_id", How: people.Ends, Erase: people.Goes},
}

// Package site is the pages: the one route table, the handlers behind it, and the view models they fill.
//
// A handler copies its input, calls the domain's service with the viewer, turns what it gets into the structs of
// package templates and renders them into a buffer. It decides nothing: who may see or do what is the domains' to say,
// and their errors become pages in one place (Fail). Package httpd has what goes before a handler; the JSON API stands
// beside this package on the same services.
package site

import (
	"context"
	"log/slog"
	"time"

	"github.com/aanpak/aanpak/internal/audit"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/find"
	"github.com/aanpak/aanpak/internal/groups"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/index"
	"github.com/aanpak/aanpak/internal/insight"
	"github.com/aanpak/aanpak/internal/jobs"
	"github.com/aanpak/aanpak/internal/keep"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/links"
	"github.com/aanpak/aanpak/internal/live"
	"github.com/aanpak/aanpak/internal/lookin"
	"github.com/aanpak/aanpak/internal/notify"
	"github.com/aanpak/aanpak/internal/opening"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/privacy"
	"github.com/aanpak/aanpak/internal/reuse"
	"github.com/aanpak/aanpak/internal/share"
	"github.com/aanpak/aanpak/internal/signin"
	"github.com/aanpak/aanpak/internal/social"
	"github.com/aanpak/aanpak/internal/spotlight"
	"github.com/aanpak/aanpak/internal/tenders"
)

// Options are what a Site needs.
type Options struct {
	Server    *httpd.Server
	People    *people.Service
	Notify    *notify.Service
	Live      *live.Hub
	Groups    *groups.Service
	Library   *library.Service
	Reuse     *reuse.Service
	Spotlight *spotlight.Service
	Social    *social.Service
	Opening   *opening.Service
	Links     *links.Service
	Insight   *insight.Service
	LookIn    *lookin.Service
	Share     *share.Service
	Privacy   *privacy.Service
	Tenders   *tenders.Service
	Find      *find.Service
	Synonyms  *find.Synonyms
	Questions *find.Questions
	Trail     *audit.Trail
	Jobs      *jobs.Runner
	Indexer   *index.Indexer
	Data      keep.Source // what pages are made of
	Log       *slog.Logger
	URL       string // public address, for links to send; empty = what the request says
	Version   string
	// Checks asks every needed service whether it answers.
	Checks func(ctx context.Context) []Check
	// Space tells what the parts take.
	Space func(ctx context.Context) Space
	// Reindex asks for the index to be rebuilt, and Rebuilding tells how far that is.
	Reindex    func(ctx context.Context) error
	Rebuilding func(ctx context.Context) (Rebuilding, error)
	// Sync asks for the accounts to be compared with the company's directory, and Directory tells of that; nil where there is none.
	Sync      func(ctx context.Context, v auth.Viewer, dry, force bool) error
	Directory func(ctx context.Context) (*Directory, error)
	SignIn    *signin.Service
	// Demo, where set, lets anybody sign in as one of its people.
	Demo *Demo
	Now  func() time.Time // time.Now outside tests
	Zone *time.Location   // in which times are shown; time.Local where nil
}

// Check is the state of a service.
type Check struct {
	Name   string // a key behind "admin.system.": database, files, search
	Detail string
	OK     bool
	Took   time.Duration
}

// Rebuilding is how far a rebuild of the index is. Total is 0 before it has begun.
type Rebuilding struct {
	On          bool
	Done, Total int
}

// Demo is a company to look around in.
type Demo struct {
	Emails   []string // of the people to choose from
	Password string
}

// Site answers requests for pages. It is safe for concurrent use.
type Site struct {
	Options
	started time.Time
	due     *keep.Keep[int]
	pages   *keep.Keep[[]byte]
	rails   *keep.Keep[rail]
}

// New returns the site. Mount its Routes on the server and give its Fail the errors that are not the API's.
func New(o Options) *Site {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Zone == nil {
		o.Zone = time.Local
	}
	return &Site{
		Options: o, started: o.Now(), pages: keep.New(o.Data, keptBytes, func(page []byte) int { return len(page) }),
		rails: keep.New(o.Data, keptRails, func(rail) int { return 1 }), due: keep.New(o.Data, keptDue, func(int) int { return 1 }),
	}
}

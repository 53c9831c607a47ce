// Package insight shows how people take part, and what to do about it: figures for all who lead, five small tasks a week for the director of a
// branch, and a queue for ambassadors.
//
// Figures are of months that have ended. Soon after its end a month is counted from what is kept anyway, who read, reacted, answered and wrote,
// and only the counts stay: how many people of a branch stood on which rung of the ladder, and how many saw how much of the month's news
// (news.go). No new thing is kept about anybody. What is shown of the counts is coarsened until nothing in it, nor in its differences, is a group
// of fewer than five (publish.go).
//
// Tasks are not stored: they are what is so right now, asked through the viewer's rights by the domains' own rules. Stored is only who put one
// aside, took it or said that it is done. The package stands right of social.
package insight

import (
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/groups"
	"github.com/aanpak/aanpak/internal/jobs"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/notify"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/social"
)

// Options are what a Service needs.
type Options struct {
	DB      *db.DB
	Jobs    *jobs.Runner // not opened yet
	People  *people.Service
	Groups  *groups.Service
	Library *library.Service
	Social  *social.Service
	Notify  *notify.Service
	URL     string         // public address, for links in mail
	Zone    *time.Location // in which months and Mondays begin; time.Local where nil
}

// Service is the use cases of participation, the director's tips and the ambassadors' queue.
type Service struct {
	db.Clock
	Options
}

// The jobs: months are counted at night, soon after they end, and directors are written to on Monday morning.
var (
	countJob   = jobs.Job[struct{}]{Name: "insight.count", Timeout: 10 * time.Minute, Attempts: 3, Once: true}
	directJob  = jobs.Job[struct{}]{Name: "insight.director", Timeout: time.Minute, Attempts: 5, Once: true}
	letterJob  = jobs.Job[letterArgs]{Name: "insight.letter", Timeout: time.Minute, Attempts: 20, Once: true}
	countAt    = 5 * time.Minute
	directorAt = 7 * time.Hour
)

// New returns the service and declares its jobs.
func New(o Options) *Service {
	if o.Zone == nil {
		o.Zone = time.Local
	}
	s := &Service{Options: o}
	jobs.Handle(o.Jobs, countJob, s.nightly)
	jobs.Handle(o.Jobs, directJob, s.enqueueLetters)
	jobs.Handle(o.Jobs, letterJob, s.sendLetter)
	jobs.Nightly(o.Jobs, countJob, countAt, struct{}{})
	jobs.Nightly(o.Jobs, directJob, directorAt, struct{}{})
	return s
}

// references of posts and people as keys of tasks and tips.
func key(kind, id string) string { return kind + ":" + id }

// scan reads rows and says what failed.
func scan(what string, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", what, db.Classify(err))
	}
	return nil
}

// in is a list for IN, which must not be empty.
func in(ids []string) any { return bun.List(append([]string{""}, ids...)) }

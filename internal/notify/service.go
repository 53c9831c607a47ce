package notify

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/jobs"
	"github.com/aanpak/aanpak/internal/keep"
	"github.com/aanpak/aanpak/internal/live"
	"github.com/aanpak/aanpak/internal/mail"
	"github.com/aanpak/aanpak/internal/people"
)

// Target is a thing as somebody who may see it does.
type Target struct {
	Title string // in one line
	// Wide tells that it is for a whole branch at least: only then its text goes into mail and to devices, and else the title alone.
	Wide bool
}

// Sees returns those of the things that the viewer may see now, by id. It is the domain's own rule.
type Sees func(ctx context.Context, v auth.Viewer, ids []string) (map[string]Target, error)

// Holders selects the ids of the people who hold an audience key of one kind, by what stands behind its colon.
type Holders func(tx bun.IDB, id string) *bun.SelectQuery

// Options are what a Service needs.
type Options struct {
	DB     *db.DB
	People *people.Service
	Jobs   *jobs.Runner // not opened yet
	Live   *live.Hub
	Mail   *mail.Server // nil where none is set up
	URL    string       // public address, for links in mail
	Log    *slog.Logger
}

// Service is the use cases of notifications. It is safe for concurrent use once it is wired.
type Service struct {
	db.Clock
	Options
	sees    map[string]Sees
	holders map[string]Holders
	counts  *keep.Keep[unread]

	pushClient *http.Client
	pushHosts  []string

	heldBack func(ctx context.Context, tx bun.IDB) (auth.Role, error) // who hears of nothing for now
}

// New returns the service and declares its jobs.
func New(o Options) *Service {
	s := &Service{
		Options: o, heldBack: func(context.Context, bun.IDB) (auth.Role, error) { return "", nil }, sees: map[string]Sees{}, holders: map[string]Holders{},
		counts: keep.New(o.DB, keptCounts, func(unread) int { return 1 }), pushClient: newPushClient(), pushHosts: pushServices,
	}
	jobs.Handle(o.Jobs, fanJob, s.fanOut)
	jobs.Handle(o.Jobs, dueJob, s.enqueueDue)
	jobs.Handle(o.Jobs, mailJob, s.sendMail)
	jobs.Handle(o.Jobs, pushJob, s.sendPush)
	jobs.Every(o.Jobs, dueJob, dueEvery, struct{}{})
	return s
}

// keptCounts is for how many people the number of unread notifications is kept until something changes.
const keptCounts = 2000

// Sees says who may see a kind of thing. Every kind that events are about must have one.
func (s *Service) Sees(kind string, f Sees) {
	if s.sees[kind] != nil {
		panic("notify: two say who sees a " + kind)
	}
	s.sees[kind] = f
}

// HeldBy says who holds the audience keys of a kind, such as "group". Those of people know themselves: company, branch, calculators, user.
func (s *Service) HeldBy(kind string, f Holders) { s.holders[kind] = f }

// Checked panics where nobody says who may see one of the kinds of things that the program tells of: it would never be shown.
func (s *Service) Checked(kinds ...string) {
	for _, k := range kinds {
		if s.sees[k] == nil {
			panic("notify: nobody says who sees a " + k)
		}
	}
}

// targetKind is the kind of a thing: "document" of "document:ID".
func targetKind(target string) string {
	kind, _, _ := strings.Cut(target, ":")
	return kind
}

// visible returns those of the things that the viewer may see.
func (s *Service) visible(ctx context.Context, v auth.Viewer, targets []string) (map[string]Target, error) {
	v.Grants = nil // temporary access is for looking at something, not for hearing of it
	byKind := map[string][]string{}
	for _, t := range targets {
		kind, id, _ := strings.Cut(t, ":")
		if s.sees[kind] != nil && !slices.Contains(byKind[kind], id) {
			byKind[kind] = append(byKind[kind], id)
		}
	}
	out := make(map[string]Target, len(targets))
	for kind, ids := range byKind {
		seen, err := s.sees[kind](ctx, v, ids)
		if err != nil {
			return nil, fmt.Errorf("who sees %ss: %w", kind, err)
		}
		for id, t := range seen {
			out[kind+":"+id] = t
		}
	}
	return out, nil
}

// Package demo is a fictional construction company, Hanzeveld Bouw, with which a new user looks around.
//
// People, groups, tenders and the texts of all documents are written in the folder content and made into real PDF, Word,
// PowerPoint, OpenDocument, workbook and mail files when they are loaded. Everything goes in through the ordinary
// services, in the names of the people who own it, so that the demo shows nothing that a real company would not get.
// What is loaded depends only on the content and on the day: the same day gives the same files. Loading again adds
// only what is missing. Package app starts it by the command demo; the renderers know nothing of the services.
package demo

import (
	"context"
	"embed"
	"fmt"
	"log/slog"
	"time"

	"github.com/aanpak/aanpak/internal/groups"
	"github.com/aanpak/aanpak/internal/insight"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/links"
	"github.com/aanpak/aanpak/internal/opening"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/reuse"
	"github.com/aanpak/aanpak/internal/social"
	"github.com/aanpak/aanpak/internal/spotlight"
	"github.com/aanpak/aanpak/internal/tenders"
)

//go:embed content
var content embed.FS

const (
	// Company is the name of the fictional company.
	Company = "Hanzeveld Bouw"
	// Password is what everybody in the company signs in with.
	Password = "kijkrustigrond"
)

// Target is where the company goes.
type Target struct {
	People    *people.Service
	Groups    *groups.Service
	Tenders   *tenders.Service
	Library   *library.Service
	Reuse     *reuse.Service
	Spotlight *spotlight.Service
	Social    *social.Service
	Opening   *opening.Service
	Links     *links.Service
	Insight   *insight.Service
	Log       *slog.Logger
}

// Load brings in whatever of the company is not there yet: people, groups, tenders, documents, how often these were read, and what was used where. It
// returns when all files have been accepted; the jobs of the library read them. Running tenders and the newest documents
// are dated from now.
func Load(ctx context.Context, t Target, now time.Time) error {
	staff, err := loadPeople(ctx, t, func(person) bool { return true })
	if err != nil {
		return err
	}
	if err := loadProfiles(ctx, t, staff); err != nil {
		return fmt.Errorf("demo profiles: %w", err)
	}
	circles, err := loadGroups(ctx, t, staff)
	if err != nil {
		return fmt.Errorf("demo groups: %w", err)
	}
	selections, err := loadTenders(ctx, t, staff, now)
	if err != nil {
		return fmt.Errorf("demo tenders: %w", err)
	}
	// Once more, now that people are in groups and teams: what they share and read depends on it.
	if staff, err = loadPeople(ctx, t, func(person) bool { return true }); err != nil {
		return err
	}
	files, err := readFiles(selections, now)
	if err != nil {
		return fmt.Errorf("demo content: %w", err)
	}
	l := &loader{Target: t, staff: staff, groups: circles, tenders: selections, now: now}
	if err := l.load(ctx, files); err != nil {
		return fmt.Errorf("demo documents: %w", err)
	}
	if err := l.greet(ctx); err != nil {
		return fmt.Errorf("demo tours: %w", err)
	}
	if err := l.loadReuse(ctx); err != nil {
		return fmt.Errorf("demo reuse: %w", err)
	}
	if err := l.loadPosts(ctx); err != nil {
		return fmt.Errorf("demo posts: %w", err)
	}
	return t.Insight.CountMonths(ctx, true)
}

// newcomer began this week, and has the tour still before her.
const newcomer = "noa"

// greet has everybody but a newcomer know the house.
func (l *loader) greet(ctx context.Context) error {
	for key, u := range l.staff {
		if key == newcomer {
			continue
		}
		if err := l.Opening.Welcomed(ctx, u.Viewer()); err != nil {
			return err
		}
	}
	return nil
}

package opening

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/audit"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/jobs"
	"github.com/aanpak/aanpak/internal/keep"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/notify"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/settings"
	"github.com/aanpak/aanpak/internal/social"
)

// planSetting has the plan as JSON.
const planSetting = "opening.plan"

// Company is what everybody is told of when it opens.
const Company = "opening:company"

// Service is the use cases of opening.
type Service struct {
	db.Clock
	db      *db.DB
	library *library.Service
	social  *social.Service
	notify  *notify.Service
	kept    *keep.Keep[Plan]
}

var tellJob = jobs.Job[struct{}]{Name: "opening.tell", Timeout: time.Minute, Attempts: 1}

// New returns the service and declares its job.
func New(d *db.DB, l *library.Service, s *social.Service, n *notify.Service, r *jobs.Runner) *Service {
	o := &Service{db: d, library: l, social: s, notify: n, kept: keep.New(d, 1, func(Plan) int { return 1 })}
	n.HoldBack(o.held)
	jobs.Handle(r, tellJob, func(ctx context.Context, _ jobs.Run, _ struct{}) error { return o.TellOpen(ctx) })
	jobs.Every(r, tellJob, time.Minute, struct{}{})
	return o
}

// Plan returns what was planned. Everybody may know.
func (s *Service) Plan(ctx context.Context) (Plan, error) {
	p, err := s.kept.Get(ctx, "", func(ctx context.Context) (Plan, error) { return s.read(ctx, s.db.Reader()) })
	p.Over = !s.Now().Before(p.At)
	return p, err
}

func (s *Service) read(ctx context.Context, tx bun.IDB) (p Plan, err error) {
	value, err := settings.Get(ctx, tx, planSetting)
	if err != nil || value == "" {
		return p, err
	}
	if err := json.Unmarshal([]byte(value), &p); err != nil {
		return p, fmt.Errorf("opening: %w", err)
	}
	return p, nil
}

func write(ctx context.Context, tx bun.IDB, p Plan) error {
	value, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return settings.Put(ctx, tx, planSetting, string(value))
}

// Waits tells until when the company is not open for the viewer; the zero time where it is.
func (s *Service) Waits(ctx context.Context, v auth.Viewer) (time.Time, error) {
	if !waits(v) {
		return time.Time{}, nil
	}
	p, err := s.Plan(ctx)
	if err != nil || p.Over {
		return time.Time{}, err
	}
	return p.At, nil
}

// held tells notify who hears of nothing yet.
func (s *Service) held(ctx context.Context, tx bun.IDB) (auth.Role, error) {
	p, err := s.read(ctx, tx)
	if err != nil || !s.Now().Before(p.At) {
		return "", err
	}
	return waiting, nil
}

// Set plans the opening. Posts that wait for the moment that was planned before wait for the new one.
func (s *Service) Set(ctx context.Context, v auth.Viewer, p Plan) error {
	if err := people.CanAdminister(v); err != nil {
		return err
	}
	if err := s.check(ctx, v, &p); err != nil {
		return err
	}
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		before, err := s.read(ctx, tx)
		if err != nil {
			return err
		}
		if p.Told = before.Told; !p.At.Equal(before.At) {
			now := s.Now()
			if !p.At.IsZero() && !p.At.After(now) {
				return errs.Invalid("error.invalid").Field("at", "error.field.moment_past")
			}
			to := p.At
			if to.IsZero() {
				to = now
			}
			if err := s.social.Reschedule(ctx, tx, before.At, to); err != nil {
				return err
			}
		}
		if err := write(ctx, tx, p); err != nil {
			return err
		}
		return audit.Log(ctx, tx, v, "settings.opening", "settings", p.At.Format(time.RFC3339))
	})
	return db.Classify(err)
}

func (s *Service) check(ctx context.Context, v auth.Viewer, p *Plan) error {
	p.At, p.Text = p.At.UTC().Truncate(time.Minute), strings.TrimSpace(p.Text)
	if len([]rune(p.Text)) > maxText {
		return errs.Invalid("error.invalid").Field("text", "error.field.too_long", "Max", maxText)
	}
	if p.Film == "" {
		return nil
	}
	d, err := s.library.Get(ctx, v, p.Film)
	if err != nil && !errs.Is(err, errs.KindNotFound) {
		return err
	}
	if err != nil || !strings.HasPrefix(d.MediaType, "video/") || d.Audience != auth.KeyCompany {
		return errs.Invalid("error.invalid").Field("film", "error.field.film")
	}
	return nil
}

// TellOpen tells everybody, once, that the moment has come.
func (s *Service) TellOpen(ctx context.Context) error {
	due := func(p Plan) bool { return !p.At.IsZero() && !p.At.Equal(p.Told) && !s.Now().Before(p.At) }
	p, err := s.read(ctx, s.db.Reader())
	if err != nil || !due(p) {
		return err
	}
	err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := s.db.Turn(ctx, tx, planSetting); err != nil {
			return err
		}
		p, err := s.read(ctx, tx)
		if err != nil || !due(p) {
			return err // by another process
		}
		p.Told = p.At
		if err := write(ctx, tx, p); err != nil {
			return err
		}
		return s.notify.Tell(ctx, tx, notify.Event{
			Kind: notify.Opening, Source: "opening:" + p.At.Format(time.RFC3339), Thread: Company, About: Company, URL: "/welcome", Keys: []string{auth.KeyCompany},
		})
	})
	if err != nil {
		return fmt.Errorf("tell that it is open: %w", db.Classify(err))
	}
	return nil
}

// Greets tells whether the viewer, whose account was made at a time, is to be shown the tour.
func (s *Service) Greets(ctx context.Context, v auth.Viewer, made time.Time) (bool, error) {
	p, err := s.Plan(ctx)
	if err != nil || v.UserID == "" || !p.Over {
		return false, err
	}
	if since := s.Now().Add(-newFor); made.Before(since) && p.At.Before(since) {
		return false, nil
	}
	seen, err := s.db.Reader().NewSelect().Model((*welcomed)(nil)).Where("w.user_id = ?", v.UserID).Exists(ctx)
	if err != nil {
		return false, fmt.Errorf("tour: %w", db.Classify(err))
	}
	return !seen, nil
}

// Welcomed notes that the viewer has seen the tour.
func (s *Service) Welcomed(ctx context.Context, v auth.Viewer) error {
	if v.UserID == "" {
		return errs.Unauthorized()
	}
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewInsert().Model(&welcomed{UserID: v.UserID, At: s.Now()}).On("CONFLICT (user_id) DO NOTHING").Exec(ctx)
		return err
	})
	return db.Classify(err)
}

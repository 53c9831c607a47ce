package privacy

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/audit"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/find"
	"github.com/aanpak/aanpak/internal/jobs"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/settings"
)

// Rule says how long something is kept.
type Rule struct {
	Key                  string // worded as "privacy.rule.<key>"
	Default, Least, Most int    // days; 0 is for ever, where Least is 0
	sweep                func(ctx context.Context, before time.Time, dry bool) (int, error)
}

// Rules are all that keep, in the order in which pages show them.
func (s *Service) Rules() []Rule {
	return []Rule{
		{"audit", audit.KeepDays, audit.MinDays, 3650, s.Trail.ForgetBefore},
		{"sessions", 1, 1, 90, s.People.ForgetExpired},
		{"searches", find.QuestionDays, 7, 365, s.Questions.ForgetBefore},
		{"jobs", 7, 1, 7, s.Jobs.ForgetFinished},
		{"shares", 365, 30, 3650, s.Share.Forget},
		{"looks", 730, 90, 3650, s.LookIn.Forget},
		{"notifications", 90, 7, 365, s.Notify.Forget},
		{"notifications_unread", 180, 30, 730, s.Notify.ForgetUnread},
		{"reports", 180, 30, 3650, s.Social.ForgetReports},
		{"participation", 1095, 365, 3650, s.Insight.Forget},
		{"trash", 0, 0, 3650, s.Library.PurgeTrash},
		{"accounts", 365, 0, 3650, s.eraseUnused},
	}
}

// eraseUnused erases accounts that were never used. What was asked for waits; what nobody ever used does not.
func (s *Service) eraseUnused(ctx context.Context, before time.Time, dry bool) (n int, err error) {
	ids, err := s.People.NeverUsed(ctx, before)
	if err != nil || dry {
		return len(ids), err
	}
	for _, id := range ids {
		if err := s.People.Erase(ctx, id); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// settingOf is where the days of a rule are kept; that of the trail was there before.
func settingOf(key string) string {
	if key == "audit" {
		return audit.KeepSetting
	}
	return "privacy.keep." + key
}

// Days returns how long each rule keeps.
func (s *Service) Days(ctx context.Context) (map[string]int, error) {
	out, names := map[string]int{}, []string{}
	for _, r := range s.Rules() {
		names = append(names, settingOf(r.Key))
	}
	chosen, err := settings.All(ctx, s.DB.Reader(), names...)
	if err != nil {
		return nil, fmt.Errorf("rules of retention: %w", err)
	}
	for _, r := range s.Rules() {
		out[r.Key] = r.Default
		if n, err := strconv.Atoi(chosen[settingOf(r.Key)]); err == nil {
			out[r.Key] = min(max(n, r.Least), r.Most)
		}
	}
	return out, nil
}

// SetDays says how long each rule keeps. Rules that are left out stay.
func (s *Service) SetDays(ctx context.Context, v auth.Viewer, days map[string]int) error {
	if err := people.CanAdminister(v); err != nil {
		return err
	}
	e := errs.Invalid("error.invalid")
	var told []string
	for _, r := range s.Rules() {
		n, ok := days[r.Key]
		if !ok {
			continue
		}
		if n < r.Least || n > r.Most {
			e.Field(r.Key, "error.field.range", "Min", r.Least, "Max", r.Most)
		}
		told = append(told, r.Key+" "+strconv.Itoa(n))
	}
	if err := e.OrNil(); err != nil || len(told) == 0 {
		return err
	}
	return db.Classify(s.DB.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		for _, r := range s.Rules() {
			n, ok := days[r.Key]
			if !ok {
				continue
			}
			if err := settings.Put(ctx, tx, settingOf(r.Key), strconv.Itoa(n)); err != nil {
				return err
			}
		}
		return audit.Log(ctx, tx, v, "settings.retention", "settings", strings.Join(told, ", "))
	}))
}

// Due counts what the coming night would take: the dry run of the rules.
func (s *Service) Due(ctx context.Context, v auth.Viewer) (map[string]int, error) {
	if err := people.CanAdminister(v); err != nil {
		return nil, err
	}
	return s.apply(ctx, true)
}

// apply does what the rules say, or with dry counts what that would be.
func (s *Service) apply(ctx context.Context, dry bool) (map[string]int, error) {
	days, err := s.Days(ctx)
	if err != nil {
		return nil, err
	}
	out := map[string]int{}
	for _, r := range s.Rules() {
		if days[r.Key] == 0 {
			continue
		}
		n, err := r.sweep(ctx, s.Now().AddDate(0, 0, -days[r.Key]), dry)
		if err != nil {
			return out, fmt.Errorf("rule %s: %w", r.Key, err)
		}
		out[r.Key] = n
	}
	return out, nil
}

// nightly erases whom it is time for, applies the rules, and leaves one line in the trail with what went.
func (s *Service) nightly(ctx context.Context, _ jobs.Run, _ struct{}) error { return s.Retain(ctx) }

// Retain is the work of a night.
func (s *Service) Retain(ctx context.Context) error {
	erased, err := s.eraseDue(ctx)
	if err != nil {
		return err
	}
	gone, err := s.apply(ctx, false)
	if err != nil {
		return err
	}
	if err := s.sweepExports(ctx); err != nil {
		return err
	}
	told := []string{"erased " + strconv.Itoa(erased)}
	for _, r := range s.Rules() {
		told = append(told, r.Key+" "+strconv.Itoa(gone[r.Key]))
	}
	return db.Classify(s.DB.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		return audit.Log(ctx, tx, auth.System(), "retention.apply", "settings", strings.Join(told, ", "))
	}))
}

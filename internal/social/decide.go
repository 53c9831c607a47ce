package social

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/audit"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/notify"
)

// Act is what who moderates does.
type Act string

// The acts. The first three are about the thing and close its reports, the others about who said it.
const (
	ActLeave   Act = "leave"   // it stays as it is
	ActHide    Act = "hide"    // nobody but its author sees it any more
	ActRestore Act = "restore" // everybody sees it again
	ActWarn    Act = "warn"    // the author hears the reason
	ActSuspend Act = "suspend" // the author says nothing until a time
)

// Outcome is what became of a report.
type Outcome string

// The outcomes; an open report has none.
const (
	OutcomeLeft     Outcome = "left"
	OutcomeHidden   Outcome = "hidden"
	OutcomeRestored Outcome = "restored"
)

// Decision is what is decided on a case.
type Decision struct {
	Act   Act
	Why   string    // the author reads it; may be empty where the thing stays or comes back
	Until time.Time // of a suspension
}

func (d *Decision) clean() error {
	d.Why = strings.TrimSpace(strings.ReplaceAll(d.Why, "\r\n", "\n"))
	e := errs.Invalid("error.invalid")
	switch d.Act {
	case ActLeave, ActRestore:
	case ActHide, ActWarn, ActSuspend:
		if d.Why == "" {
			e.Field("why", "error.field.why")
		}
	default:
		e.Field("act", "error.field.choice")
	}
	if len([]rune(d.Why)) > maxNote {
		e.Field("why", "error.field.too_long", "Max", maxNote)
	}
	return e.OrNil()
}

// Decide does something about what a report is about, or about who said it.
func (s *Service) Decide(ctx context.Context, v auth.Viewer, reportID string, d Decision) error {
	if v.UserID == "" {
		return errs.Unauthorized()
	}
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		r, err := reportOf(ctx, tx, v, reportID)
		if err != nil {
			return err
		}
		if err := d.clean(); err != nil {
			return err
		}
		return s.decide(ctx, tx, v, r, d)
	})
	if err != nil {
		return fmt.Errorf("decide on report %s: %w", reportID, db.Classify(err))
	}
	s.changed()
	return nil
}

func (s *Service) decide(ctx context.Context, tx bun.Tx, v auth.Viewer, r *Report, d Decision) error {
	switch d.Act {
	case ActHide:
		return s.hide(ctx, tx, v, r, d.Why)
	case ActRestore:
		return s.restore(ctx, tx, v, r, d.Why)
	case ActWarn:
		if err := audit.Log(ctx, tx, v, "user.warn", string(UserTarget(r.AuthorID)), d.Why); err != nil {
			return err
		}
		return s.tellAuthor(ctx, tx, r.AuthorID, "warned", r.page(), d.Why)
	case ActSuspend:
		return s.suspend(ctx, tx, v, r.AuthorID, r.AuthorBranch, d)
	}
	if err := audit.Log(ctx, tx, v, "report.leave", string(r.Target), d.Why); err != nil {
		return err
	}
	return s.closeReports(ctx, tx, v, r.Target, OutcomeLeft, d.Why)
}

// hide takes a thing out of everybody's sight but its author's, who reads why.
func (s *Service) hide(ctx context.Context, tx bun.Tx, v auth.Viewer, r *Report, why string) error {
	if err := s.setStateOf(ctx, tx, v, r, StateHidden, why); err != nil {
		return err
	}
	if err := s.tellAuthor(ctx, tx, r.AuthorID, "hidden", r.page(), why); err != nil {
		return err
	}
	return s.closeReports(ctx, tx, v, r.Target, OutcomeHidden, why)
}

// restore shows a thing again, or for the first time where the word list held it back.
func (s *Service) restore(ctx context.Context, tx bun.Tx, v auth.Viewer, r *Report, why string) error {
	if r.State != StateHidden {
		return errs.Conflict("error.not_hidden")
	}
	if err := s.setStateOf(ctx, tx, v, r, StatePublished, why); err != nil {
		return err
	}
	if err := s.tellAuthor(ctx, tx, r.AuthorID, "restored", r.page(), why); err != nil {
		return err
	}
	return s.closeReports(ctx, tx, v, r.Target, OutcomeRestored, why)
}

// setStateOf hides or shows what a report is about.
func (s *Service) setStateOf(ctx context.Context, tx bun.Tx, v auth.Viewer, r *Report, to State, why string) error {
	if r.State != StatePublished && r.State != StateHidden {
		return errs.Conflict("error.said_gone")
	}
	p, err := get(ctx, tx, auth.System(), r.PostID)
	if err != nil {
		return err
	}
	if r.Target.Kind() == OfPost {
		first := to == StatePublished && p.PublishedAt.IsZero()
		if first {
			p.publish(s.moment())
		}
		if err := s.setState(ctx, tx, v, p, to, why); err != nil || !first {
			return err
		}
		return s.published(ctx, tx, p)
	}
	c := new(Comment)
	if err := tx.NewSelect().Model(c).Where("c.id = ?", r.Target.ID()).Scan(ctx); err != nil {
		return err
	}
	held := c.State == StateHidden && c.HiddenWhy == ""
	if err := s.setCommentState(ctx, tx, v, p, c, to, why); err != nil || to != StatePublished || !held {
		return err
	}
	return s.toldLate(ctx, tx, p, c)
}

// toldLate tells of a comment that others see for the first time only now. Who heard of it before does not hear again.
func (s *Service) toldLate(ctx context.Context, tx bun.Tx, p *Post, c *Comment) error {
	var answered *Comment
	if c.ParentID != "" {
		parent, err := getComment(ctx, tx, p.ID, c.ParentID)
		if err != nil && !errs.Is(err, errs.KindNotFound) {
			return err
		}
		answered = parent
	}
	return s.tellCommented(ctx, tx, p, c, answered)
}

func (s *Service) closeReports(ctx context.Context, tx bun.Tx, v auth.Viewer, t Target, o Outcome, why string) error {
	if err := s.withdrawReports(ctx, tx, t); err != nil {
		return err
	}
	_, err := tx.NewUpdate().Model((*Report)(nil)).Set("closed_at = ?", s.Now()).Set("closed_by = ?", v.UserID).Set("outcome = ?", o).Set("why = ?", why).
		Where("target = ?", t).Where("closed_at IS NULL").Exec(ctx)
	return err
}

// page is where the author finds what a report is about.
func (r *Report) page() string { return (&Post{ID: r.PostID}).URL(r.Target) }

// tellAuthor tells somebody what was decided about what they said. Who decided is not named: it was the company.
func (s *Service) tellAuthor(ctx context.Context, tx bun.Tx, userID, word, url, why string) error {
	return s.notify.Tell(ctx, tx, notify.Event{
		Kind: notify.Moderation, Word: word, Thread: "moderation", About: string(UserTarget(userID)), URL: url, Text: why, To: []string{userID},
	})
}

package social

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/index"
	"github.com/aanpak/aanpak/internal/jobs"
	"github.com/aanpak/aanpak/internal/search"
)

var publishJob = jobs.Job[struct{}]{Name: "social.publish", Timeout: 5 * time.Minute, Attempts: 1}

// publishEvery is how late a scheduled post may be.
const publishEvery = time.Minute

func (s *Service) handleJobs() {
	jobs.Handle(s.jobs, publishJob, func(ctx context.Context, _ jobs.Run, _ struct{}) error { return s.PublishDue(ctx) })
	jobs.Every(s.jobs, publishJob, publishEvery, struct{}{})
	jobs.Handle(s.jobs, remindJob, func(ctx context.Context, _ jobs.Run, _ struct{}) error { return s.RemindDue(ctx) })
	jobs.Every(s.jobs, remindJob, remindEvery, struct{}{})
}

// PublishDue publishes the scheduled posts whose time has come. One whose author may no longer write for its audience becomes a draft again.
func (s *Service) PublishDue(ctx context.Context) error {
	var ids []string
	err := s.db.Reader().NewSelect().Model((*Post)(nil)).Column("p.id").Where("p.state = 'scheduled'").Where("p.publish_at <= ?", s.Now()).Order("p.publish_at").Scan(ctx, &ids)
	if err != nil {
		return fmt.Errorf("scheduled posts: %w", db.Classify(err))
	}
	for _, id := range ids {
		if err := s.change(ctx, auth.System(), id, s.publishDue); err != nil {
			return fmt.Errorf("publish %s: %w", id, err)
		}
	}
	return nil
}

// Reschedule makes posts that wait for one moment wait for another.
func (s *Service) Reschedule(ctx context.Context, tx bun.Tx, from, to time.Time) error {
	_, err := tx.NewUpdate().Model((*Post)(nil)).Set("publish_at = ?", to).Set("updated_at = ?", s.Now()).Where("state = ?", StateScheduled).Where("publish_at = ?", from).Exec(ctx)
	return err
}

func (s *Service) publishDue(ctx context.Context, tx bun.Tx, p *Post) error {
	if p.State != StateScheduled {
		return nil // by another process
	}
	may, err := s.mayStill(ctx, tx, p)
	if err != nil {
		return err
	}
	p.State, p.UpdatedAt = StateDraft, s.Now()
	if may {
		p.publish(s.moment())
		if err := closeByChannel(ctx, tx, p); err != nil {
			return err
		}
		if err := s.holdListed(ctx, tx, p, true); err != nil {
			return err
		}
	}
	if _, err := tx.NewUpdate().Model(p).Column("state", "published_at", "active_at", "closed", "updated_at").WherePK().Exec(ctx); err != nil || !may {
		return err
	}
	if err := writeTopics(ctx, tx, p); err != nil {
		return err
	}
	if err := s.writeLinks(ctx, tx, p); err != nil {
		return err
	}
	if err := writeAudience(ctx, tx, p); err != nil {
		return err
	}
	if err := s.disclose(ctx, tx, p); err != nil {
		return err
	}
	if err := index.Mark(ctx, tx, search.TypePost, p.ID); err != nil {
		return err
	}
	if p.State == StateHidden {
		return s.holdPost(ctx, tx, p)
	}
	return s.published(ctx, tx, p)
}

// mayStill asks whether an author may still write for the audience that they chose.
func (s *Service) mayStill(ctx context.Context, tx bun.Tx, p *Post) (bool, error) {
	v, err := s.acting(ctx, p.AuthorID)
	if err != nil {
		return false, err
	}
	if v.UserID == "" {
		return false, nil
	}
	if err := s.notSuspended(ctx, tx, v); err != nil {
		if errs.Is(err, errs.KindForbidden) {
			err = nil
		}
		return false, err
	}
	a, err := storedAudience(p.Audience)
	if err != nil {
		return false, err
	}
	return s.mayWrite(ctx, tx, v, p, a) == nil, nil
}

// UseActing says how somebody becomes a viewer in whose name something is done that they asked for before; nobody for who has left.
func (s *Service) UseActing(f func(ctx context.Context, id string) (auth.Viewer, error)) {
	s.acting = f
}

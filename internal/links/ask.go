package links

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/jobs"
	"github.com/aanpak/aanpak/internal/unfurl"
)

// QueueAsk has one worker in each process: pages that are slow hold up nothing else.
const QueueAsk = "links"

type askArgs struct {
	PostID string `json:"post_id"`
}

var (
	askJob   = jobs.Job[askArgs]{Name: "links.ask", Queue: QueueAsk, Attempts: 3} // each change of a text is asked for: the one before may be running
	pruneJob = jobs.Job[struct{}]{Name: "links.prune", Attempts: 1}
)

// How long what a page said is good for, and how often one domain is asked.
const (
	goodFor   = 30 * 24 * time.Hour
	failedFor = 24 * time.Hour
	askedIn   = time.Minute
	mostAsked = 6
)

// errBusy puts a job off: the domain was asked much just now.
var errBusy = errors.New("the domain was asked enough for now")

func (s *Service) handleJobs() {
	jobs.Handle(s.jobs, askJob, func(ctx context.Context, _ jobs.Run, a askArgs) error {
		err := s.Ask(ctx, a.PostID)
		if errors.Is(err, errBusy) {
			return jobs.Later(err)
		}
		return err
	})
	jobs.Handle(s.jobs, pruneJob, func(ctx context.Context, _ jobs.Run, _ struct{}) error { return s.Prune(ctx) })
	jobs.Nightly(s.jobs, pruneJob, 3*time.Hour, struct{}{})
}

// Ask opens what a post links to, until something gives a preview. Of what was asked lately the answer is taken that it gave.
func (s *Service) Ask(ctx context.Context, postID string) error {
	var list []string
	err := s.db.Reader().NewSelect().Model((*link)(nil)).Column("pl.address").Where("pl.post_id = ?", postID).Order("pl.n").Scan(ctx, &list)
	if err != nil {
		return fmt.Errorf("links of a post: %w", db.Classify(err))
	}
	for _, address := range list {
		set, err := read(ctx, s.db.Reader())
		if err != nil || !set.On {
			return err
		}
		if !set.allows(hostOf(address)) {
			continue
		}
		p, err := s.known(ctx, address)
		if err == nil && !s.fresh(p) {
			p, err = s.ask(ctx, set, p, address)
		}
		if err != nil || p != nil && p.Title != "" {
			return err
		}
	}
	return nil
}

// known returns what is kept of an address, nil where nothing is.
func (s *Service) known(ctx context.Context, address string) (*Preview, error) {
	p := new(Preview)
	err := s.db.Reader().NewSelect().Model(p).Where("lp.address = ?", address).Scan(ctx)
	if db.IsNoRows(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("preview: %w", db.Classify(err))
	}
	return p, nil
}

func (s *Service) fresh(p *Preview) bool {
	if p == nil {
		return false
	}
	good := goodFor
	if p.Failed {
		good = failedFor
	}
	return s.Now().Sub(p.AskedAt) < good
}

// ask opens one address and keeps what it gives. What it gave before, which may be nil, stays where it gives nothing now.
func (s *Service) ask(ctx context.Context, set Settings, before *Preview, address string) (*Preview, error) {
	p := &Preview{Address: address, Domain: domainOf(hostOf(address)), AskedAt: s.Now()}
	if err := s.mayAsk(ctx, p.Domain); err != nil {
		return nil, err
	}
	page, err := s.web.Ask(ctx, address, s.may(set))
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err() // the job is being stopped: that says nothing of the page
	case err == nil:
		p.Title, p.Description, p.Site = page.Title, page.Description, page.Site
		s.keepPicture(ctx, p, page.Picture)
	default:
		s.log.Debug("a link gives no preview", "host", hostOf(address), "err", reason(err))
		if before != nil {
			before.AskedAt, p = p.AskedAt, before
		}
		p.Failed = true
	}
	return p, s.keep(ctx, p)
}

// Bring keeps what is known of a page without asking it, for filling an empty company. A post must name the address.
func (s *Service) Bring(ctx context.Context, address string, page unfurl.Page) error {
	p := &Preview{Address: address, Domain: domainOf(hostOf(address)), Title: page.Title, Description: page.Description, Site: page.Site, AskedAt: s.Now()}
	s.keepPicture(ctx, p, page.Picture)
	return s.keep(ctx, p)
}

// reason is why, without the address, in which something could stand that is not for a log.
func reason(err error) error {
	for _, known := range []error{unfurl.ErrRefused, unfurl.ErrNoPage, context.DeadlineExceeded} {
		if errors.Is(err, known) {
			return known
		}
	}
	return errors.New("it cannot be reached")
}

// mayAsk refuses what would be more of one domain than is decent.
func (s *Service) mayAsk(ctx context.Context, domain string) error {
	n, err := s.db.Reader().NewSelect().Model((*Preview)(nil)).Where("lp.domain = ?", domain).Where("lp.asked_at > ?", s.Now().Add(-askedIn)).Count(ctx)
	if err != nil {
		return fmt.Errorf("asked lately: %w", db.Classify(err))
	}
	if n >= mostAsked {
		return errBusy
	}
	return nil
}

// keep writes what a page gave, unless nobody names it any more.
func (s *Service) keep(ctx context.Context, p *Preview) error {
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		named, err := tx.NewSelect().Model((*link)(nil)).Where("pl.address = ?", p.Address).Exists(ctx)
		if err != nil || !named {
			return err
		}
		q := tx.NewInsert().Model(p).On("CONFLICT (address) DO UPDATE")
		for _, column := range []string{"title", "description", "site", "picture", "width", "height", "failed", "asked_at"} {
			q.Set("? = EXCLUDED.?", bun.Ident(column), bun.Ident(column))
		}
		_, err = q.Exec(ctx)
		return err
	})
	if err != nil {
		return fmt.Errorf("keep preview: %w", db.Classify(err))
	}
	return nil
}

// Prune forgets what no post names any more. The pictures go with the next sweep of files.
func (s *Service) Prune(ctx context.Context) error {
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewDelete().Model((*Preview)(nil)).Where("NOT EXISTS (SELECT 1 FROM post_links AS pl WHERE pl.address = lp.address)").Exec(ctx)
		return err
	})
	if err != nil {
		return fmt.Errorf("prune previews: %w", db.Classify(err))
	}
	return nil
}

package links

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/blob"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/jobs"
	"github.com/aanpak/aanpak/internal/keep"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/unfurl"
)

// Options are what a Service needs.
type Options struct {
	DB      *db.DB
	Jobs    *jobs.Runner
	Blobs   blob.Store
	Painter people.Painter // makes pictures anew
	Log     *slog.Logger
	URL     string // of this installation, whose pages are not opened; "" where it is not known
	Web     unfurl.Options
}

// Service is the use cases of previews.
type Service struct {
	db.Clock
	db      *db.DB
	jobs    *jobs.Runner
	blobs   blob.Store
	painter people.Painter
	log     *slog.Logger
	own     string // host
	web     *unfurl.Client
	kept    *keep.Keep[Settings]
}

// New returns the service and declares its jobs.
func New(o Options) *Service {
	s := &Service{
		db: o.DB, jobs: o.Jobs, blobs: o.Blobs, painter: o.Painter, log: o.Log, web: unfurl.New(o.Web),
		kept: keep.New(o.DB, 1, func(Settings) int { return 1 }),
	}
	if u, err := url.Parse(o.URL); err == nil {
		s.own = strings.ToLower(u.Hostname())
	}
	s.handleJobs()
	return s
}

// Write notes what a post links to, in the transaction that publishes it or changes its text, and has it opened where that is allowed. An
// empty text takes all away: the post is not seen, or wants none.
func (s *Service) Write(ctx context.Context, tx bun.Tx, postID, text string) error {
	var before []string
	if err := tx.NewSelect().Model((*link)(nil)).Column("pl.address").Where("pl.post_id = ?", postID).Order("pl.n").Scan(ctx, &before); err != nil {
		return fmt.Errorf("links of a post: %w", err)
	}
	after := s.named(text)
	if !slices.Equal(before, after) {
		if err := replace(ctx, tx, postID, after); err != nil {
			return err
		}
	}
	if len(after) == 0 {
		return nil
	}
	set, err := read(ctx, tx)
	if err != nil || !set.On {
		return err
	}
	return askJob.Enqueue(ctx, s.jobs, tx, askArgs{postID})
}

func replace(ctx context.Context, tx bun.Tx, postID string, addresses []string) error {
	if _, err := tx.NewDelete().Model((*link)(nil)).Where("post_id = ?", postID).Exec(ctx); err != nil || len(addresses) == 0 {
		return err
	}
	rows := make([]link, len(addresses))
	for i, a := range addresses {
		rows[i] = link{PostID: postID, N: i, Address: a}
	}
	_, err := tx.NewInsert().Model(&rows).Exec(ctx)
	return err
}

// Of returns what posts show, by post: of each the first address that gave something. The caller has found the posts visible.
func (s *Service) Of(ctx context.Context, postIDs []string) (map[string]*Preview, error) {
	set, err := s.now(ctx)
	if err != nil || !set.On || len(postIDs) == 0 {
		return nil, err
	}
	var rows []struct {
		PostID string
		Preview
	}
	err = s.db.Reader().NewSelect().TableExpr("post_links AS pl").ColumnExpr("pl.post_id, lp.*").Join("JOIN link_previews AS lp ON lp.address = pl.address").
		Where("pl.post_id IN (?)", bun.List(postIDs)).Where("lp.title <> ''").Order("pl.post_id", "pl.n").Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("previews: %w", db.Classify(err))
	}
	out := map[string]*Preview{}
	for i := range rows {
		p := &rows[i].Preview
		if out[rows[i].PostID] == nil && set.allows(p.Host()) {
			out[rows[i].PostID] = p
		}
	}
	return out, nil
}

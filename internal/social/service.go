package social

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/blob"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/jobs"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/links"
	"github.com/aanpak/aanpak/internal/live"
	"github.com/aanpak/aanpak/internal/notify"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/tenders"
)

// Options are what a Service needs.
type Options struct {
	DB      *db.DB
	Library *library.Service
	Tenders *tenders.Service
	Blobs   blob.Store
	Painter people.Painter // makes pictures anew
	Links   *links.Service // what pages say to which posts link
	Jobs    *jobs.Runner
	Notify  *notify.Service // nil where nobody is told
	Live    *live.Hub       // the same, for open pages
	// Changed is called after a commit that left marks for the index; nil where nobody listens.
	Changed func()
}

// Service is the use cases of posts, comments, reactions and follows.
type Service struct {
	db.Clock
	db      *db.DB
	library *library.Service
	tenders *tenders.Service
	blobs   blob.Store
	painter people.Painter
	links   *links.Service
	jobs    *jobs.Runner
	notify  *notify.Service
	live    *live.Hub
	changed func()
	limits  Limits

	onLent func(ctx context.Context, v auth.Viewer, seen map[string]string) error // nil where nobody has temporary access
	acting func(ctx context.Context, id string) (auth.Viewer, error)              // how an author publishes what was scheduled
}

// New returns the service and declares its jobs.
func New(o Options) *Service {
	s := &Service{
		db: o.DB, library: o.Library, tenders: o.Tenders, blobs: o.Blobs, painter: o.Painter, links: o.Links, jobs: o.Jobs, notify: o.Notify, live: o.Live, changed: o.Changed, limits: DefaultLimits,
	}
	if s.changed == nil {
		s.changed = func() {}
	}
	s.acting = func(context.Context, string) (auth.Viewer, error) { return auth.Viewer{}, nil }
	s.library.OnAudience(s.documentChanged)
	s.handleJobs()
	return s
}

// moment is now, as feeds sort by it: in milliseconds.
func (s *Service) moment() bun.NullTime {
	return bun.NullTime{Time: s.Now().Truncate(time.Millisecond)}
}

// said is when something was said: now, unless it is known to have been before.
func (s *Service) said(before time.Time) bun.NullTime {
	if before.IsZero() || before.After(s.Now()) {
		return s.moment()
	}
	return bun.NullTime{Time: before.UTC().Truncate(time.Millisecond)}
}

// old tells whether something was said too long ago to tell people of it: it came here from elsewhere.
func (s *Service) old(at time.Time) bool { return s.Now().Sub(at) > 24*time.Hour }

// OnLent says what is to be done before a viewer is shown posts that they see by temporary access only: seen has the key by which, by the
// post as target.
func (s *Service) OnLent(f func(ctx context.Context, v auth.Viewer, seen map[string]string) error) {
	s.onLent = f
}

// joined reads posts with their authors and whether the viewer owns a group that they are for.
func joined(v auth.Viewer) func(*bun.SelectQuery) *bun.SelectQuery {
	return func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.ColumnExpr("p.*").ColumnExpr("u.name AS author_name, "+people.FaceSQL+" AS author_photo, u.function AS author_job, b.name AS author_branch").
			ColumnExpr("coalesce((SELECT ver.number FROM versions AS ver WHERE ver.id = p.about_version), 0) AS about_number").
			ColumnExpr("("+inOwn+") AS in_own", v.UserID).
			Join("JOIN users AS u ON u.id = p.author_id").Join("JOIN branches AS b ON b.id = u.branch_id").
			Apply(lending(v))
	}
}

// present leaves out what was deleted.
func present(q *bun.SelectQuery) *bun.SelectQuery { return q.Where("p.state <> ?", StateDeleted) }

// Get returns a post.
func (s *Service) Get(ctx context.Context, v auth.Viewer, id string) (*Post, error) {
	p, err := get(ctx, s.db.Reader(), v, id)
	if err != nil {
		return nil, err
	}
	return p, s.noteLent(ctx, v, p)
}

func get(ctx context.Context, tx bun.IDB, v auth.Viewer, id string) (*Post, error) {
	p := new(Post)
	err := tx.NewSelect().Model(p).Apply(joined(v)).Apply(visibleTo(v)).Apply(present).Where("p.id = ?", id).Scan(ctx)
	if db.IsNoRows(err) {
		return nil, errs.NotFound("post")
	}
	if err != nil {
		return nil, fmt.Errorf("read post: %w", db.Classify(err))
	}
	return p, nil
}

// ByIDs returns the posts of the ids that the viewer may see, by id.
func (s *Service) ByIDs(ctx context.Context, v auth.Viewer, ids []string) (map[string]*Post, error) {
	out := make(map[string]*Post, len(ids))
	if len(ids) == 0 {
		return out, nil
	}
	var list []*Post
	err := s.db.Reader().NewSelect().Model(&list).Apply(joined(v)).Apply(visibleTo(v)).Apply(present).Where("p.id IN (?)", bun.List(ids)).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("read posts: %w", db.Classify(err))
	}
	for _, p := range list {
		out[p.ID] = p
	}
	return out, s.noteLent(ctx, v, list...)
}

// noteLent has written down what is seen by temporary access only; what cannot be written down is not shown.
func (s *Service) noteLent(ctx context.Context, v auth.Viewer, list ...*Post) error {
	seen := map[string]string{}
	for _, p := range list {
		if p.Lent() {
			seen[string(p.Target())] = p.LentKey
		}
	}
	if len(seen) == 0 {
		return nil
	}
	if s.onLent == nil {
		return errs.NotFound("post")
	}
	return s.onLent(ctx, v, seen)
}

// change lets somebody who sees a post do something with it, in one transaction.
func (s *Service) change(ctx context.Context, v auth.Viewer, id string, f func(context.Context, bun.Tx, *Post) error) error {
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		p, err := get(ctx, tx, v, id)
		if err != nil {
			return err
		}
		return f(ctx, tx, p)
	})
	if err != nil {
		return db.Classify(err)
	}
	s.changed()
	return nil
}

package spotlight

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/people"
)

// joined reads spotlights with who holds them up and whether the viewer has seen them.
func joined(v auth.Viewer) func(*bun.SelectQuery) *bun.SelectQuery {
	return func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.ColumnExpr("sp.*").ColumnExpr("u.name AS user_name, u.function AS user_function, "+people.FaceSQL+" AS user_photo").
			ColumnExpr("coalesce(b.name, '') AS branch_name").
			ColumnExpr("EXISTS (SELECT 1 FROM spotlight_seen AS se WHERE se.spotlight_id = sp.id AND se.user_id = ?) AS seen", v.UserID).
			Join("JOIN documents AS d ON d.id = sp.document_id").Join("JOIN users AS u ON u.id = sp.user_id").
			Join("LEFT JOIN branches AS b ON sp.audience = ? || b.id", auth.BranchKey(""))
	}
}

// Filter narrows List. Empty fields do not filter.
type Filter struct {
	DocumentID string
	BranchID   string // of the document
	Kind       library.Kind
	From, To   time.Time // when it began: from, and before
	On         bool      // only what is on now
	Unseen     bool      // only what the viewer has not seen
	After      string    // id of the last spotlight of the page before
	Limit      int
}

func (f Filter) apply(v auth.Viewer, now time.Time) func(*bun.SelectQuery) *bun.SelectQuery {
	return func(q *bun.SelectQuery) *bun.SelectQuery {
		where := func(on bool, query string, args ...any) {
			if on {
				q.Where(query, args...)
			}
		}
		where(f.DocumentID != "", "sp.document_id = ?", f.DocumentID)
		where(f.BranchID != "", "d.branch_id = ?", f.BranchID)
		where(f.Kind != "", "d.kind = ?", f.Kind)
		where(!f.From.IsZero(), "sp.created_at >= ?", f.From)
		where(!f.To.IsZero(), "sp.created_at < ?", f.To)
		where(f.On, "sp.until > ?", now)
		where(f.Unseen, "NOT EXISTS (SELECT 1 FROM spotlight_seen AS no WHERE no.spotlight_id = sp.id AND no.user_id = ?)", v.UserID)
		where(f.After != "", "(sp.created_at, sp.id) < (SELECT created_at, id FROM spotlights WHERE id = ?)", f.After)
		if f.Limit > 0 {
			q.Limit(int64(f.Limit))
		}
		return q
	}
}

// List returns spotlights, past ones too, the newest first, each with its document.
func (s *Service) List(ctx context.Context, v auth.Viewer, f Filter) (list []*Spotlight, err error) {
	q := s.db.Reader().NewSelect().Model(&list).Apply(joined(v)).Apply(visibleTo(v)).Apply(f.apply(v, s.Now())).Order("sp.created_at DESC", "sp.id DESC")
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("list spotlights: %w", db.Classify(err))
	}
	return s.withDocuments(ctx, v, list)
}

// Current returns the spotlights that are on now and for the viewer, the newest first: what the home page, ribbons and a digest are made of.
func (s *Service) Current(ctx context.Context, v auth.Viewer) ([]*Spotlight, error) {
	return s.List(ctx, v, Filter{On: true})
}

// Unseen returns those of Current that the viewer has not seen yet.
func (s *Service) Unseen(ctx context.Context, v auth.Viewer, limit int) ([]*Spotlight, error) {
	return s.List(ctx, v, Filter{On: true, Unseen: true, Limit: limit})
}

// Get returns a spotlight.
func (s *Service) Get(ctx context.Context, v auth.Viewer, id string) (*Spotlight, error) {
	var list []*Spotlight
	err := s.db.Reader().NewSelect().Model(&list).Apply(joined(v)).Apply(visibleTo(v)).Where("sp.id = ?", id).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("read spotlight: %w", db.Classify(err))
	}
	if list, err = s.withDocuments(ctx, v, list); err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, errs.NotFound("spotlight")
	}
	return list[0], nil
}

// withDocuments loads the documents of spotlights through the library's rule; one whose document went meanwhile drops out.
func (s *Service) withDocuments(ctx context.Context, v auth.Viewer, list []*Spotlight) ([]*Spotlight, error) {
	v.Grants = nil
	ids := make([]string, len(list))
	for i, sp := range list {
		ids[i] = sp.DocumentID
	}
	docs, err := s.library.ByIDs(ctx, v, ids)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(list, func(sp *Spotlight) bool {
		sp.Document = docs[sp.DocumentID]
		return sp.Document == nil
	}), nil
}

// Began returns when the spotlights that the viewer sees began, the newest first, for choosing a month.
func (s *Service) Began(ctx context.Context, v auth.Viewer) (list []time.Time, err error) {
	err = s.db.Reader().NewSelect().Model((*Spotlight)(nil)).Column("sp.created_at").Join("JOIN documents AS d ON d.id = sp.document_id").
		Apply(visibleTo(v)).OrderExpr("sp.created_at DESC").Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("when spotlights began: %w", db.Classify(err))
	}
	return list, nil
}

// lit are the documents that are held up for somebody.
type lit struct{ ids []string }

// Documents returns the ids of the documents that are held up for the viewer now. It is asked for with every search and every page with
// cards, and kept until something changes; what is said of time is true to the minute. The caller does not change it.
func (s *Service) Documents(ctx context.Context, v auth.Viewer) ([]string, error) {
	now := s.Now()
	key := now.Truncate(time.Minute).Format(time.RFC3339) + fmt.Sprint(v.IsSystem()) + strings.Join(v.OwnKeys(), " ")
	found, err := s.on.Get(ctx, key, func(ctx context.Context) (*lit, error) {
		out := &lit{}
		err := s.db.Reader().NewSelect().Model((*Spotlight)(nil)).ColumnExpr("DISTINCT sp.document_id").Join("JOIN documents AS d ON d.id = sp.document_id").
			Apply(visibleTo(v)).Where("sp.until > ?", now).OrderExpr("1").Scan(ctx, &out.ids)
		if err != nil {
			return nil, fmt.Errorf("documents held up: %w", db.Classify(err))
		}
		return out, nil
	})
	if err != nil {
		return nil, err
	}
	return found.ids, nil
}

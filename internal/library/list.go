package library

import (
	"context"
	"fmt"
	"strconv"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/fold"
)

// Sort is the order of a list.
type Sort string

// The orders of a list.
const (
	SortNewest Sort = "newest"
	SortTitle  Sort = "title"
	SortRead   Sort = "read"
	SortScore  Sort = "score"
	SortReused Sort = "reused"
)

// Filter narrows List and Facets. Values of one field are alternatives; fields are all required.
type Filter struct {
	Kind, Branch, Client, Outcome, Language, Tag, Tender []string
	Year                                                 []int
	Status                                               []Status
	Owner                                                string
	Group                                                string // id of a group: what is shared with it
	Unfinished                                           bool   // received or being read
	Trash                                                bool   // only what is in the trash, and what the viewer may restore
	Sort                                                 Sort
	Limit, Offset                                        int
}

// List returns documents that the viewer may see, and how many there are in all.
func (s *Service) List(ctx context.Context, v auth.Viewer, f Filter) (list []*Document, total int, err error) {
	if f.Trash {
		v.Grants = nil // nothing there is theirs to restore
	}
	q := s.db.Reader().NewSelect().Model(&list).Apply(s.joined).Apply(lending(v)).Apply(visibleTo(v)).Apply(f.where(v, ""))
	total, err = s.Count(ctx, v, f)
	if err != nil {
		return nil, 0, err
	}
	if err := f.page(q).Scan(ctx); err != nil {
		return nil, 0, fmt.Errorf("list documents: %w", db.Classify(err))
	}
	if err := s.noteLent(ctx, v, list...); err != nil {
		return nil, 0, err
	}
	return list, total, s.loadTags(ctx, list...)
}

// Count returns how many documents there are that List would page through.
func (s *Service) Count(ctx context.Context, v auth.Viewer, f Filter) (int, error) {
	chosen := f.choices()
	return s.totals.Get(ctx, f.set(v)+fmt.Sprintf("%q", chosen), func(ctx context.Context) (int, error) {
		if rows, ok := s.counted.Held(ctx, f.set(v)); ok {
			return passing(rows, chosen), nil
		}
		n, err := s.base(v, f, "").Count(ctx)
		if err != nil {
			return 0, fmt.Errorf("count documents: %w", db.Classify(err))
		}
		return int(n), nil
	})
}

// passing counts the documents that meet every choice.
func passing(rows []counted, chosen map[string][]string) (n int) {
	for i := range rows {
		if len(missing(&rows[i], chosen)) == 0 {
			n += rows[i].N
		}
	}
	return n
}

// base is the filtered set without the columns of a list.
func (s *Service) base(v auth.Viewer, f Filter, without string) *bun.SelectQuery {
	return s.db.Reader().NewSelect().TableExpr("documents AS d").Join("LEFT JOIN tenders AS t ON t.id = d.tender_id").
		Apply(visibleTo(v)).Apply(f.where(v, without))
}

func (f Filter) page(q *bun.SelectQuery) *bun.SelectQuery {
	switch f.Sort {
	case SortTitle:
		q.OrderExpr("d.title_folded, d.id")
	case SortRead:
		q.OrderExpr("d.reads DESC, d.created_at DESC, d.id DESC")
	case SortReused:
		q.OrderExpr("reused DESC, d.created_at DESC, d.id DESC")
	case SortScore:
		q.OrderExpr("coalesce(t.score, 0) DESC, d.created_at DESC, d.id DESC")
	default:
		q.OrderExpr("d.created_at DESC, d.id DESC")
	}
	limit := f.Limit
	if limit <= 0 || limit > 200 {
		limit = 30
	}
	return q.Limit(int64(limit)).Offset(int64(max(0, f.Offset)))
}

// where filters by every field but without: a facet counts what there would be with another choice of its own.
func (f Filter) where(v auth.Viewer, without string) func(*bun.SelectQuery) *bun.SelectQuery {
	return func(q *bun.SelectQuery) *bun.SelectQuery {
		in := func(field, column string, values []string) {
			if field != without && len(values) > 0 {
				q.Where("? IN (?)", bun.Safe(column), bun.List(values))
			}
		}
		in("kind", "d.kind", f.Kind)
		in("branch", "d.branch_id", f.Branch)
		in("client", "t.client_folded", folded(f.Client))
		in("outcome", "t.outcome", f.Outcome)
		in("language", "d.language", f.Language)
		in("tender", "d.tender_id", f.Tender)
		if without != "year" && len(f.Year) > 0 {
			q.Where("t.year IN (?)", bun.List(f.Year))
		}
		if without != "tag" && len(f.Tag) > 0 {
			q.Where("EXISTS (SELECT 1 FROM document_tags AS dt WHERE dt.document_id = d.id AND dt.tag_folded IN (?))", bun.List(folded(f.Tag)))
		}
		// The few versions in a state are found by their index, rather than the version of every document looked up.
		const inState = "d.version_id IN (SELECT id FROM versions WHERE status IN (?))"
		if len(f.Status) > 0 {
			q.Where(inState, bun.List(f.Status))
		}
		if f.Unfinished {
			q.Where(inState, bun.List([]Status{StatusReceived, StatusReading}))
		}
		if f.Owner != "" {
			q.Where("d.owner_id = ?", f.Owner)
		}
		if f.Group != "" {
			q.Where("d.id IN (SELECT document_id FROM document_audience WHERE key = ?)", auth.GroupKey(f.Group))
		}
		if f.Trash {
			return q.Where("d.deleted_at IS NOT NULL").Apply(editableBy(v))
		}
		return present(q)
	}
}

func folded(in []string) []string {
	out := make([]string, len(in))
	for i, s := range in {
		out[i] = fold.Key(s)
	}
	return out
}

// Years turns the values of the year facet into numbers, leaving out what is none.
func Years(values []string) (out []int) {
	for _, s := range values {
		if n, err := strconv.Atoi(s); err == nil {
			out = append(out, n)
		}
	}
	return out
}

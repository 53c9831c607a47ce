package notify

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/people"
)

// Filter narrows List.
type Filter struct {
	Unread bool   // only threads with something unread
	After  string // what the page before returned
	Limit  int    // 1 to 100; 30 when zero
}

const (
	perPage = 30
	maxPage = 100
	// perThread is how many of one thread are read to word it. Of what is older only the number is known.
	perThread = 50
)

// thread is one of somebody's threads, as they are sorted.
type thread struct {
	Thread string
	Unread int
	At     bun.NullTime
}

// List returns the viewer's threads that they may see something of: those with something unread first, in each half the newest first.
// next is for the page after this one, "" where there is none.
func (s *Service) List(ctx context.Context, v auth.Viewer, f Filter) (list []*Bundle, next string, err error) {
	if v.UserID == "" {
		return nil, "", errs.Unauthorized()
	}
	if f.Limit <= 0 {
		f.Limit = perPage
	}
	f.Limit = min(f.Limit, maxPage)
	after, err := parseCursor(f.After)
	if err != nil {
		return nil, "", err
	}
	for {
		threads, err := s.threads(ctx, v, f, after)
		if err != nil {
			return nil, "", fmt.Errorf("list notifications: %w", db.Classify(err))
		}
		more := len(threads) > f.Limit
		threads = threads[:min(len(threads), f.Limit)]
		found, err := s.bundles(ctx, v, threads, f.Unread)
		if err != nil {
			return nil, "", fmt.Errorf("list notifications: %w", db.Classify(err))
		}
		for _, b := range found {
			if list = append(list, b.Bundle); len(list) == f.Limit {
				if last := b.at == len(threads)-1; !more && last {
					return list, "", nil
				}
				return list, threads[b.at].cursor(), nil
			}
		}
		if !more {
			return list, "", nil
		}
		after = &threads[len(threads)-1]
	}
}

// threads reads a page of threads and one more.
func (s *Service) threads(ctx context.Context, v auth.Viewer, f Filter, after *thread) (list []thread, err error) {
	sums := s.DB.Reader().NewSelect().Model((*notification)(nil)).ColumnExpr("n.thread").ColumnExpr("max(n.at) AS at").
		ColumnExpr("sum(CASE WHEN n.read_at IS NULL THEN 1 ELSE 0 END) AS unread").Where("n.user_id = ?", v.UserID).GroupExpr("n.thread")
	if f.Unread {
		sums.Where("n.read_at IS NULL")
	}
	q := s.DB.Reader().NewSelect().TableExpr("(?) AS t", sums).ColumnExpr("t.thread, t.at, t.unread").
		OrderExpr("CASE WHEN t.unread > 0 THEN 1 ELSE 0 END DESC").OrderExpr("t.at DESC").OrderExpr("t.thread DESC").Limit(int64(f.Limit) + 1)
	if after != nil {
		q.Where("(CASE WHEN t.unread > 0 THEN 1 ELSE 0 END, t.at, t.thread) < (?, ?, ?)", min(after.Unread, 1), after.At, after.Thread)
	}
	return list, q.Scan(ctx, &list)
}

// placed is a bundle and where its thread stood in what was read.
type placed struct {
	*Bundle
	at int
}

// bundles reads what threads are made of and leaves out what the viewer may not see.
func (s *Service) bundles(ctx context.Context, v auth.Viewer, threads []thread, unread bool) ([]placed, error) {
	if len(threads) == 0 {
		return nil, nil
	}
	names := make([]string, len(threads))
	for i, t := range threads {
		names[i] = t.Thread
	}
	return s.made(ctx, v, threads, names, func(q *bun.SelectQuery) {
		if unread {
			q.Where("n.read_at IS NULL")
		}
	})
}

// bundlesOf is bundles of no other notifications than some.
func (s *Service) bundlesOf(ctx context.Context, v auth.Viewer, threads []thread, ids []string) ([]placed, error) {
	names := make([]string, len(threads))
	for i, t := range threads {
		names[i] = t.Thread
	}
	return s.made(ctx, v, threads, names, func(q *bun.SelectQuery) { q.Where("n.id IN (?)", bun.List(ids)) })
}

func (s *Service) made(ctx context.Context, v auth.Viewer, threads []thread, names []string, only func(*bun.SelectQuery)) ([]placed, error) {
	rows, err := s.rows(ctx, v, names, only)
	if err != nil {
		return nil, err
	}
	muted, err := s.mutedOf(ctx, v, names)
	if err != nil {
		return nil, err
	}
	byThread, seen, err := s.seen(ctx, v, rows)
	if err != nil {
		return nil, err
	}
	var out []placed
	for i, t := range threads {
		if list := byThread[t.Thread]; len(list) > 0 {
			out = append(out, placed{bundle(list, seen, muted[t.Thread]), i})
		}
	}
	return out, nil
}

// rows reads the latest notifications of threads, the newest first.
func (s *Service) rows(ctx context.Context, v auth.Viewer, threads []string, only func(*bun.SelectQuery)) (list []told, err error) {
	q := s.DB.Reader().NewSelect().Model((*notification)(nil)).
		ColumnExpr("n.thread, n.about, n.path, n.kind, n.at, n.read_at IS NULL AS unread, ev.word, ev.url, ev.text, ev.group_id, ev.actor_id").
		ColumnExpr("coalesce(u.name, '') AS name, coalesce("+people.FaceSQL+", '') AS photo").
		ColumnExpr("row_number() OVER (PARTITION BY n.thread ORDER BY n.at DESC, n.id DESC) AS place").
		Join("JOIN notify_events AS ev ON ev.id = n.event_id").Join("LEFT JOIN users AS u ON u.id = ev.actor_id").
		Where("n.user_id = ?", v.UserID).Where("n.thread IN (?)", bun.List(threads))
	only(q)
	err = s.DB.Reader().NewSelect().TableExpr("(?) AS x", q).
		ColumnExpr("x.thread, x.about, x.path, x.kind, x.at, x.unread, x.word, x.url, x.text, x.group_id, x.actor_id, x.name, x.photo").
		Where("x.place <= ?", perThread).OrderExpr("x.thread, x.place").Scan(ctx, &list)
	return list, err
}

// seen leaves out what the viewer may not see, and returns the rest by thread, with what they see.
func (s *Service) seen(ctx context.Context, v auth.Viewer, rows []told) (map[string][]told, map[string]Target, error) {
	var targets []string
	for _, n := range rows {
		targets = append(targets, n.About, n.Thread)
	}
	seen, err := s.visible(ctx, v, targets)
	if err != nil {
		return nil, nil, err
	}
	out := map[string][]told{}
	for _, n := range rows {
		if _, ok := seen[n.About]; ok {
			out[n.Thread] = append(out[n.Thread], n)
		}
	}
	return out, seen, nil
}

// place is a cursor: where a page of threads ended.
type place struct {
	Unread int       `json:"u"`
	At     time.Time `json:"a"`
	Thread string    `json:"t"`
}

func (t thread) cursor() string {
	b, _ := json.Marshal(place{min(t.Unread, 1), t.At.Time, t.Thread}) // of three plain values
	return base64.RawURLEncoding.EncodeToString(b)
}

func parseCursor(s string) (*thread, error) {
	if s == "" {
		return nil, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(s)
	var p place
	if err != nil || json.Unmarshal(b, &p) != nil {
		return nil, errs.Invalid("error.invalid").Field("after", "error.field.cursor")
	}
	return &thread{Thread: p.Thread, Unread: p.Unread, At: bun.NullTime{Time: p.At}}, nil
}

package social

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/library"
)

// Margin is what is said about a document, as it stands beside a page of one of its versions. The order is that of reading: by page, and on
// a page the latest first.
type Margin struct {
	Here  []*Item // about the page, with all comments on them
	Whole []*Item // about the whole document, with all comments on them
	Other []*Item // about other pages, with their last comments
	Gone  []*Item // whose passage this version does not have, with all comments on them
	Found map[string]Found
	Said  int   // posts and comments on them
	Pages []int // that have passages which somebody spoke of
}

// mostPlaced bounds how many posts about one document are placed, the latest; mostOther how many of other pages are read whole.
const (
	mostPlaced = 500
	mostOther  = 50
)

// Margin returns what the viewer sees said about a document, beside a page of a version that the caller has loaded for them.
func (s *Service) Margin(ctx context.Context, v auth.Viewer, ver *library.Version, page int) (*Margin, error) {
	list, err := s.about(ctx, v, DocumentTarget(ver.DocumentID))
	if err != nil {
		return nil, err
	}
	m := &Margin{}
	if m.Found, err = s.Locate(ctx, ver, list); err != nil {
		return nil, err
	}
	slices.SortStableFunc(list, func(a, b *Post) int { return cmp.Compare(m.Found[a.ID].Page, m.Found[b.ID].Page) })
	items, err := s.items(ctx, v, m.worth(list, page))
	if err != nil {
		return nil, err
	}
	for _, it := range items {
		m.put(it, page)
	}
	return m, s.Threads(ctx, v, slices.Concat(m.Here, m.Whole, m.Gone))
}

// worth counts what is said, and chooses what is read whole.
func (m *Margin) worth(list []*Post, page int) (ids []string) {
	other := 0
	for _, p := range list {
		f := m.Found[p.ID]
		m.Said += 1 + p.Comments
		if p.Quote != "" && !f.Orphan && !slices.Contains(m.Pages, f.Page) {
			m.Pages = append(m.Pages, f.Page)
		}
		if f.Page != page && f.Page != 0 && !f.Orphan {
			other++
		}
		if f.Page == page || f.Page == 0 || f.Orphan || other <= mostOther {
			ids = append(ids, p.ID)
		}
	}
	return ids
}

func (m *Margin) put(it *Item, page int) {
	switch f := m.Found[it.ID]; {
	case f.Orphan:
		m.Gone = append(m.Gone, it)
	case f.Page == 0:
		m.Whole = append(m.Whole, it)
	case f.Page == page:
		m.Here = append(m.Here, it)
	default:
		m.Other = append(m.Other, it)
	}
}

// about returns the posts about a thing that the viewer sees, the latest first.
func (s *Service) about(ctx context.Context, v auth.Viewer, t Target) (list []*Post, err error) {
	err = s.db.Reader().NewSelect().Model(&list).ColumnExpr("p.*").ColumnExpr("u.name AS author_name").Join("JOIN users AS u ON u.id = p.author_id").
		Apply(visibleTo(v)).Where("p.about <> ''").Where("p.about = ?", t).Where("p.state = ?", StatePublished).
		OrderExpr("p.published_at DESC, p.id DESC").Limit(mostPlaced).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("posts about %s: %w", t, db.Classify(err))
	}
	return list, nil
}

// Threads puts all comments on items that the viewer has been given, in place of the last few; on what is not published there are none.
func (s *Service) Threads(ctx context.Context, v auth.Viewer, items []*Item) error {
	posts := make([]*Post, len(items))
	for i, it := range items {
		it.Latest, posts[i] = nil, it.Post
	}
	ids := published(posts)
	if len(ids) == 0 {
		return nil
	}
	var all []*Comment
	err := s.db.Reader().NewSelect().Model(&all).Apply(withAuthors).Where("c.post_id IN (?)", bun.List(ids)).OrderExpr("c.created_at, c.id").Scan(ctx)
	if err != nil {
		return fmt.Errorf("read threads: %w", db.Classify(err))
	}
	of := map[string][]*Comment{}
	targets, bodies := targetsOf(ids), make([]string, 0, len(items)+len(all))
	for _, c := range all {
		of[c.PostID] = append(of[c.PostID], c)
		targets, bodies = append(targets, c.Target()), append(bodies, c.Body)
	}
	for _, it := range items {
		bodies = append(bodies, it.Body)
	}
	thinks, err := s.ReactionsOf(ctx, v, targets)
	if err != nil {
		return err
	}
	reported, err := s.Reported(ctx, v, targets...)
	if err != nil {
		return err
	}
	names, err := s.Names(ctx, v, bodies...)
	for _, it := range items {
		if it.Published() {
			it.Latest, it.Thinks, it.Reported, it.Names = threads(v, of[it.ID]), thinks, reported, names
		}
	}
	return err
}

// LastGroup is the id of the group that the viewer told something last, "" of none.
func (s *Service) LastGroup(ctx context.Context, v auth.Viewer) (string, error) {
	var audience string
	err := s.db.Reader().NewSelect().Model((*Post)(nil)).Column("p.audience").Where("p.author_id = ?", v.UserID).Where("p.state = ?", StatePublished).
		Where("p.audience LIKE ?", ForGroup+":%").OrderExpr("p.published_at DESC, p.id DESC").Limit(1).Scan(ctx, &audience)
	if db.IsNoRows(err) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("last group: %w", db.Classify(err))
	}
	a, err := storedAudience(audience)
	if err != nil || len(a.IDs) == 0 {
		return "", err
	}
	return a.IDs[0], nil
}

// Said counts for each of the things what the viewer sees said about it: posts and the comments on them.
func (s *Service) Said(ctx context.Context, v auth.Viewer, things ...Target) (map[Target]int, error) {
	out := make(map[Target]int, len(things))
	if len(things) == 0 {
		return out, nil
	}
	var rows []struct {
		About Target
		Said  int
	}
	err := s.db.Reader().NewSelect().TableExpr("posts AS p").Column("p.about").ColumnExpr("count(*) + coalesce(sum(p.comments), 0) AS said").Apply(visibleTo(v)).
		Where("p.about <> ''").Where("p.about IN (?)", bun.List(things)).Where("p.state = ?", StatePublished).Group("p.about").Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("count what is said: %w", db.Classify(err))
	}
	for _, r := range rows {
		out[r.About] = r.Said
	}
	return out, nil
}

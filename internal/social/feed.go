package social

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/fold"
)

// FeedKind is what a feed is of.
type FeedKind string

// The feeds.
const (
	FeedForYou    FeedKind = "for-you"   // what is likely to matter, see rank.go
	FeedAll       FeedKind = "all"       // everything that is for the viewer
	FeedFollowing FeedKind = "following" // of people, topics, tenders and documents that the viewer follows
	FeedCompany   FeedKind = "company"
	FeedBranch    FeedKind = "branch"
	FeedGroup     FeedKind = "group"
	FeedPerson    FeedKind = "person"
	FeedTopic     FeedKind = "topic"
	FeedAbout     FeedKind = "about" // a document or tender
	FeedNews      FeedKind = "news"
)

// Feed is a choice of posts in an order. All but FeedForYou are strictly by time.
type Feed struct {
	Kind   FeedKind
	ID     string // of the branch, group or person; the topic; the target of FeedAbout; the channel of FeedNews, "" = all
	Active bool   // by the last comment instead of by publication
	After  string // Page.Next of the page before
	Limit  int    // 30 when zero, at most 100
}

// key is the audience key whose posts the feed has: it is a feed of those who hold the key. "" = it is made otherwise.
func (f Feed) key() string {
	switch f.Kind {
	case FeedCompany:
		return auth.KeyCompany
	case FeedBranch:
		return auth.BranchKey(f.ID)
	case FeedGroup:
		return auth.GroupKey(f.ID)
	}
	return ""
}

// Page is a part of a feed.
type Page struct {
	Items []*Item
	Next  string // for Feed.After; empty at the end
}

// postsPerPage is how many posts a page of a feed has unless asked otherwise, mostPosts the most.
const (
	postsPerPage = 30
	mostPosts    = 100
)

// place is a post's place in a feed.
type spot struct {
	PostID string
	At     int64 // milliseconds of Unix
}

func (x spot) cursor() string { return strconv.FormatInt(x.At, 10) + "." + x.PostID }

func parseCursor(s string) (x spot, err error) {
	if s == "" {
		return x, nil
	}
	at, id, ok := strings.Cut(s, ".")
	x.PostID = id
	x.At, err = strconv.ParseInt(at, 10, 64)
	if err != nil || !ok || id == "" {
		return x, field("after", "error.field.cursor")
	}
	return x, nil
}

// Feed returns a page of a feed, each post with all that is shown of it.
func (s *Service) Feed(ctx context.Context, v auth.Viewer, f Feed) (*Page, error) {
	if v.UserID == "" {
		return nil, errs.Unauthorized()
	}
	if f.Limit <= 0 {
		f.Limit = postsPerPage
	}
	f.Limit = min(f.Limit, mostPosts)
	if f.Kind == FeedForYou {
		return s.forYou(ctx, v, f)
	}
	from, err := parseCursor(f.After)
	if err != nil {
		return nil, err
	}
	if key := f.key(); key != "" && !slices.Contains(v.AudienceKeys(), key) {
		return &Page{}, nil // not even a cursor, which would name the last post
	}
	spots, err := s.spots(ctx, v, f, from, f.Limit+1)
	if err != nil {
		return nil, err
	}
	spots = latest(spots, f.Limit+1)
	next := ""
	if len(spots) > f.Limit {
		spots = spots[:f.Limit]
		next = spots[f.Limit-1].cursor()
	}
	ids := make([]string, 0, len(spots))
	if f.After == "" {
		if ids, err = s.pinned(ctx, f); err != nil {
			return nil, err
		}
	}
	for _, x := range spots {
		if !slices.Contains(ids, x.PostID) {
			ids = append(ids, x.PostID)
		}
	}
	items, err := s.items(ctx, v, ids)
	if err != nil {
		return nil, err
	}
	return &Page{Items: items, Next: next}, nil
}

// spots returns places of a feed's posts after one, the latest of all among them, in no order and perhaps twice: see latest.
func (s *Service) spots(ctx context.Context, v auth.Viewer, f Feed, from spot, limit int) ([]spot, error) {
	switch f.Kind {
	case FeedAll:
		return s.byKeys(ctx, v.OwnKeys(), f.Active, from, limit)
	case FeedCompany, FeedBranch, FeedGroup:
		return s.byKeys(ctx, []string{f.key()}, f.Active, from, limit)
	case FeedFollowing:
		return s.followed(ctx, v, from, limit)
	case FeedTopic:
		return s.byTopics(ctx, v, []string{fold.Key(f.ID)}, from, limit)
	case FeedPerson:
		return s.byColumn(ctx, v, "author_id", []string{f.ID}, from, limit)
	case FeedAbout:
		return s.byColumn(ctx, v, "about", []string{f.ID}, from, limit)
	case FeedNews:
		return s.news(ctx, v, f.ID, from, limit)
	}
	return nil, field("feed", "error.field.choice")
}

// byKeys returns the latest few posts of each audience key. The index gives them in order, however many posts there are.
func (s *Service) byKeys(ctx context.Context, keys []string, active bool, from spot, each int) ([]spot, error) {
	at := "published"
	if active {
		at = "active"
	}
	list, err := ofEach[spot](ctx, s.db.Reader(), keys, func(key any) *bun.SelectQuery {
		return s.placesOf("post_audience", "key", key, at, from).Limit(int64(each))
	})
	if err != nil {
		return nil, fmt.Errorf("feed: %w", db.Classify(err))
	}
	return list, nil
}

// placesOf reads the places after one, the latest first, of a table that has them by a column.
func (s *Service) placesOf(table, column string, value any, at string, after spot) *bun.SelectQuery {
	q := s.db.Reader().NewSelect().TableExpr("? AS pl", bun.Ident(table)).ColumnExpr("pl.post_id, pl.? AS at", bun.Ident(at)).Where("pl.? = ?", bun.Ident(column), value).
		OrderExpr("pl.? DESC, pl.post_id DESC", bun.Ident(at))
	if after.PostID != "" {
		q.Where("(pl.?, pl.post_id) < (?, ?)", bun.Ident(at), after.At, after.PostID)
	}
	return q
}

// byColumn returns the posts of authors, or about things, that the viewer sees.
func (s *Service) byColumn(ctx context.Context, v auth.Viewer, column string, values []string, from spot, limit int) ([]spot, error) {
	list, err := ofEach[Post](ctx, s.db.Reader(), values, func(value any) *bun.SelectQuery {
		return s.publishedBy(column, value, from).Apply(visibleTo(v)).Limit(int64(limit))
	})
	if err != nil {
		return nil, fmt.Errorf("feed by %s: %w", column, db.Classify(err))
	}
	out := make([]spot, len(list))
	for i, p := range list {
		out[i] = spot{p.ID, p.PublishedAt.UnixMilli()}
	}
	return out, nil
}

// publishedBy reads the published posts after a place, the latest first, of an author or about a thing.
func (s *Service) publishedBy(column string, value any, after spot) *bun.SelectQuery {
	q := s.db.Reader().NewSelect().Model((*Post)(nil)).Column("p.id", "p.published_at").Where("p.state = ?", StatePublished).
		Where("p.? = ?", bun.Ident(column), value).OrderExpr("p.published_at DESC, p.id DESC")
	if column == "about" {
		q.Where("p.about <> ''") // so that the index is used
	}
	if after.PostID != "" {
		q.Where("(p.published_at < ? OR p.published_at = ? AND p.id < ?)", after.time(), after.time(), after.PostID)
	}
	return q
}

// mostUnited is how many questions are asked as one; SQLite takes 500.
const mostUnited = 100

// ofEach asks the same of many values: the latest few of each are found by an index, however many there are, where one question for all
// would read them all to sort them. PostgreSQL plans what is asked of each once for all values; SQLite, whose plans cost little, has no such join.
func ofEach[T any](ctx context.Context, tx bun.IDB, values []string, one func(value any) *bun.SelectQuery) (out []T, err error) {
	if len(values) > 0 && tx.Dialect().Name() == dialect.PG {
		err := tx.NewRaw("SELECT k.* FROM unnest(ARRAY[?]) AS many(value) CROSS JOIN LATERAL (?) AS k", bun.List(values), one(bun.Safe("many.value"))).Scan(ctx, &out)
		return out, err
	}
	for some := range slices.Chunk(values, mostUnited) {
		parts, args := make([]string, len(some)), make([]any, len(some))
		for i, value := range some {
			parts[i], args[i] = "SELECT * FROM (?) AS k"+strconv.Itoa(i), one(value)
		}
		var list []T
		if err := tx.NewRaw(strings.Join(parts, " UNION ALL "), args...).Scan(ctx, &list); err != nil {
			return nil, err
		}
		out = append(out, list...)
	}
	return out, nil
}

func (x spot) time() time.Time { return time.UnixMilli(x.At).UTC() }

// byTopics returns the posts with topics that the viewer sees.
func (s *Service) byTopics(ctx context.Context, v auth.Viewer, topics []string, from spot, limit int) ([]spot, error) {
	list, err := ofEach[spot](ctx, s.db.Reader(), topics, func(topic any) *bun.SelectQuery {
		q := s.db.Reader().NewSelect().TableExpr("post_topics AS pt").ColumnExpr("pt.post_id, pt.published AS at").Join("JOIN posts AS p ON p.id = pt.post_id").
			Apply(visibleTo(v)).Where("pt.topic = ?", topic).OrderExpr("pt.published DESC, pt.post_id DESC").Limit(int64(limit))
		if from.PostID != "" {
			q.Where("(pt.published, pt.post_id) < (?, ?)", from.At, from.PostID)
		}
		return q
	})
	if err != nil {
		return nil, fmt.Errorf("feed by topic: %w", db.Classify(err))
	}
	return list, nil
}

// compareSpots has the latest first, and of the same moment the higher id.
func compareSpots(a, b spot) int {
	return cmp.Or(cmp.Compare(b.At, a.At), strings.Compare(b.PostID, a.PostID))
}

// latest sorts places, the latest first, each post once.
func latest(all []spot, limit int) []spot {
	slices.SortFunc(all, compareSpots)
	all = slices.CompactFunc(all, func(a, b spot) bool { return a.PostID == b.PostID })
	return all[:min(limit, len(all))]
}

// pinned returns the posts that stand first in the feed of the company, a branch or a group.
func (s *Service) pinned(ctx context.Context, f Feed) (ids []string, err error) {
	key := f.key()
	if key == "" {
		return nil, nil
	}
	err = s.db.Reader().NewSelect().TableExpr("posts AS p").Column("p.id").Where("p.pinned").
		Where("EXISTS (SELECT 1 FROM post_audience AS a WHERE a.post_id = p.id AND a.key = ?)", key).OrderExpr("p.published_at DESC").Limit(3).Scan(ctx, &ids)
	if err != nil {
		return nil, fmt.Errorf("pinned posts: %w", db.Classify(err))
	}
	return ids, nil
}

package social

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/groups"
	"github.com/aanpak/aanpak/internal/links"
	"github.com/aanpak/aanpak/internal/markdown"
)

// Item is a post with all that is shown of it.
type Item struct {
	*Post
	For       []For
	Reactions Reactions
	Cards     []*Card
	Photos    []*Photo
	Preview   *links.Preview // of a page that it links to; nil = none
	Options   []*Option      // of a poll
	Praised   []*Praised
	Latest    []*Comment // the last two comments on the post, the older first
	Thinks    map[Target]Reactions
	Following bool
	Confirmed time.Time       // when the viewer confirmed to have read it; zero = not
	Reported  map[Target]bool // by the viewer, of the post and its comments
	Why       Why             // of the feed for you
	Names     markdown.Names  // of whom its texts name
}

// For is a group or branch that a post is for. A group that the viewer may not know of is left out.
type For struct {
	Kind     string // ForBranch or ForGroup
	ID, Name string
}

// latestComments is how many comments a post in a feed shows.
const latestComments = 2

// Item returns a post with all that is shown of it but its comments.
func (s *Service) Item(ctx context.Context, v auth.Viewer, id string) (*Item, error) {
	p, err := s.Get(ctx, v, id)
	if err != nil {
		return nil, err
	}
	list, err := s.Fill(ctx, v, []*Post{p})
	if err != nil {
		return nil, err
	}
	return list[0], nil
}

// Items returns posts with all that is shown of them, in the order of the ids; those that the viewer does not see are left out.
func (s *Service) Items(ctx context.Context, v auth.Viewer, ids []string) ([]*Item, error) {
	return s.items(ctx, v, ids)
}

// Input is a post as it was written, to be changed and given to Update.
func (s *Service) Input(ctx context.Context, v auth.Viewer, it *Item) (n Input, err error) {
	n = Input{Kind: it.Kind, Title: it.Title, Audience: it.Audience, Draft: it.State == StateDraft, PublishAt: it.PublishAt.Time}
	n.Closed, n.MustRead, n.ReadBy, n.NoPreview = it.Closed, it.MustRead, it.ReadBy.Time, it.NoPreview
	n.Poll.Many, n.Poll.EndsAt = it.PollMany, it.PollEndsAt.Time
	for _, o := range it.Options {
		n.Poll.Options = append(n.Poll.Options, o.Text)
	}
	for _, c := range it.Cards {
		n.Cards = append(n.Cards, Card{Target: c.Target, Page: c.Page})
	}
	n.Body, err = s.Typed(ctx, v, it.Body)
	return n, err
}

func (s *Service) items(ctx context.Context, v auth.Viewer, ids []string) ([]*Item, error) {
	found, err := s.ByIDs(ctx, v, ids)
	if err != nil {
		return nil, err
	}
	list := make([]*Post, 0, len(ids))
	for _, id := range ids {
		if p := found[id]; p != nil && p.Published() {
			list = append(list, p)
		}
	}
	return s.Fill(ctx, v, list)
}

// Fill reads all that is shown of posts, which the caller has found visible, each kind with one query for all.
func (s *Service) Fill(ctx context.Context, v auth.Viewer, posts []*Post) ([]*Item, error) {
	items := make([]*Item, len(posts))
	if len(posts) == 0 {
		return items, nil
	}
	ids := make([]string, len(posts))
	targets := make([]Target, len(posts))
	bodies := make([]string, 0, len(posts))
	for i, p := range posts {
		items[i], ids[i], targets[i] = &Item{Post: p}, p.ID, p.Target()
		bodies = append(bodies, p.Body)
	}
	comments, err := s.latest(ctx, published(posts))
	if err != nil {
		return nil, err
	}
	for _, list := range comments {
		for _, c := range list {
			targets, bodies = append(targets, c.Target()), append(bodies, c.Body)
		}
	}
	thinks, err := s.ReactionsOf(ctx, v, targets)
	if err != nil {
		return nil, err
	}
	reported, err := s.Reported(ctx, v, targets...)
	if err != nil {
		return nil, err
	}
	names, err := s.Names(ctx, v, bodies...)
	if err != nil {
		return nil, err
	}
	for _, it := range items {
		it.Reported, it.Latest, it.Reactions, it.Thinks, it.Names = reported, comments[it.ID], thinks[it.Target()], thinks, names
	}
	return items, s.fillParts(ctx, v, items, ids)
}

// fillParts reads what only some posts have.
func (s *Service) fillParts(ctx context.Context, v auth.Viewer, items []*Item, ids []string) error {
	cards, err := s.cards(ctx, ids)
	if err != nil {
		return err
	}
	photos, err := s.photosOf(ctx, ids)
	if err != nil {
		return err
	}
	previews, err := s.links.Of(ctx, ids)
	if err != nil {
		return err
	}
	follows, err := s.Follows(ctx, v, targetsOf(ids)...)
	if err != nil {
		return err
	}
	var options map[string][]*Option
	var praised map[string][]*Praised
	if some := ofKind(items, KindPoll); len(some) > 0 {
		if options, err = s.options(ctx, v, some); err != nil {
			return err
		}
	}
	if some := ofKind(items, KindPraise); len(some) > 0 {
		if praised, err = s.praised(ctx, some); err != nil {
			return err
		}
	}
	var confirmed map[string]time.Time
	if some := ofKind(items, KindNews); len(some) > 0 {
		if confirmed, err = s.confirmed(ctx, v, some); err != nil {
			return err
		}
	}
	for _, it := range items {
		it.Confirmed, it.Preview = confirmed[it.ID], previews[it.ID]
		it.Cards, it.Photos, it.Options, it.Praised, it.Following = cards[it.ID], photos[it.ID], options[it.ID], praised[it.ID], follows[it.Target()]
	}
	return s.nameAudiences(ctx, v, items)
}

// published are the ids of the posts that others see, and talk under.
func published(posts []*Post) (ids []string) {
	for _, p := range posts {
		if p.Published() {
			ids = append(ids, p.ID)
		}
	}
	return ids
}

func targetsOf(ids []string) []Target {
	out := make([]Target, len(ids))
	for i, id := range ids {
		out[i] = PostTarget(id)
	}
	return out
}

func ofKind(items []*Item, k Kind) (ids []string) {
	for _, it := range items {
		if it.Kind == k {
			ids = append(ids, it.ID)
		}
	}
	return ids
}

// nameAudiences says for which branch or groups posts are.
func (s *Service) nameAudiences(ctx context.Context, v auth.Viewer, items []*Item) error {
	var branchIDs, groupIDs []string
	for _, it := range items {
		switch a, _ := storedAudience(it.Audience); a.Kind {
		case ForBranch:
			branchIDs = append(branchIDs, a.IDs...)
		case ForGroup:
			groupIDs = append(groupIDs, a.IDs...)
		}
	}
	names := map[string]string{}
	if len(branchIDs) > 0 {
		var rows []struct{ ID, Name string }
		if err := s.db.Reader().NewSelect().TableExpr("branches").Column("id", "name").Where("id IN (?)", bun.List(branchIDs)).Scan(ctx, &rows); err != nil {
			return fmt.Errorf("branches of posts: %w", db.Classify(err))
		}
		for _, r := range rows {
			names[r.ID] = r.Name
		}
	}
	if len(groupIDs) > 0 {
		list, err := groups.Known(ctx, s.db.Reader(), v, groupIDs)
		if err != nil {
			return err
		}
		for _, g := range list {
			names[g.ID] = g.Name
		}
	}
	for _, it := range items {
		a, _ := storedAudience(it.Audience)
		for _, id := range a.IDs {
			if name := names[id]; name != "" {
				it.For = append(it.For, For{a.Kind, id, name})
			}
		}
	}
	return nil
}

// latest returns the last few comments on posts themselves, by post, the older first.
func (s *Service) latest(ctx context.Context, postIDs []string) (map[string][]*Comment, error) {
	list, err := ofEach[*Comment](ctx, s.db.Reader(), postIDs, func(id any) *bun.SelectQuery {
		return s.db.Reader().NewSelect().Model((*Comment)(nil)).Apply(withAuthors).Where("c.post_id = ?", id).Where("c.parent_id = ''").
			Where("c.state = ?", StatePublished).OrderExpr("c.created_at DESC, c.id DESC").Limit(latestComments)
	})
	if err != nil {
		return nil, fmt.Errorf("latest comments: %w", db.Classify(err))
	}
	out := map[string][]*Comment{}
	for _, c := range list {
		out[c.PostID] = append(out[c.PostID], c)
	}
	for _, some := range out {
		slices.SortFunc(some, func(a, b *Comment) int { return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), strings.Compare(a.ID, b.ID)) })
	}
	return out, nil
}

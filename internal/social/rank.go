package social

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
)

// The feed for you takes the latest posts of all that is the viewer's or that they follow, and puts first what is fresh, talked about and
// near: of people, groups, topics, tenders and documents that they follow, of their branch, of people to whom they react. Nothing is
// learned that is not shown: each post says why it is there.

// WhyKind is what brought a post into the feed for you.
type WhyKind string

// The reasons.
const (
	WhyPerson   WhyKind = "person"   // you follow its author
	WhyThing    WhyKind = "thing"    // you follow the document or tender that it is about
	WhyTopic    WhyKind = "topic"    // you follow a topic of it
	WhyGroup    WhyKind = "group"    // you are in the group
	WhyReacting WhyKind = "reacting" // you often react to its author
	WhyBranch   WhyKind = "branch"   // it is of your branch
	WhyQuestion WhyKind = "question" // a question that has no answer yet
	WhyTalk     WhyKind = "talk"     // much is said about it
	WhyNew      WhyKind = "new"      // it is new
)

// Why tells why a post is in the feed for you.
type Why struct {
	Kind WhyKind
	Name string // of the topic, where it is one
}

// How candidates are taken and weighed.
const (
	perKey     = 40  // of each audience key
	mostRanked = 400 // in all
	halfLife   = 36 * time.Hour
	justSaid   = time.Hour // for so long one's own post stands first: where one looks for it
	ownWeight  = 50        // more than all else together
)

// candidate is a post that may come into the feed for you.
type candidate struct {
	bun.BaseModel `bun:"table:posts,alias:p"`

	ID          string
	AuthorID    string
	Kind        Kind
	About       Target
	AnswerID    string
	Comments    int
	PublishedAt time.Time
	ActiveAt    time.Time

	Branch    string // of the author
	Reactions int
	topics    []string
	keys      []string
}

// near is what is near to a viewer.
type near struct {
	userID, branch string
	people, things map[string]bool
	topics         map[string]bool
	groups         map[string]bool // audience keys
	reacted        map[string]int  // by author, of the last reactions
}

// weigh gives a post's place in the feed for you, and what weighs most.
func (n *near) weigh(c *candidate, now time.Time) (score float64, why Why) {
	best := 0.0
	score = 1
	add := func(weight float64, w Why) {
		score += weight
		if weight > best {
			best, why = weight, w
		}
	}
	why = Why{Kind: WhyNew}
	if c.AuthorID == n.userID && now.Sub(c.PublishedAt) < justSaid {
		add(ownWeight, why)
	}
	if n.people[c.AuthorID] {
		add(3, Why{Kind: WhyPerson})
	}
	if c.About != "" && n.things[string(c.About)] {
		add(3, Why{Kind: WhyThing})
	}
	for _, t := range c.topics {
		if n.topics[t] {
			add(2, Why{Kind: WhyTopic, Name: t})
			break
		}
	}
	if slices.ContainsFunc(c.keys, func(k string) bool { return n.groups[k] }) {
		add(2, Why{Kind: WhyGroup})
	}
	if r := n.reacted[c.AuthorID]; r > 0 && c.AuthorID != n.userID {
		add(min(2, 0.4*float64(r)), Why{Kind: WhyReacting})
	}
	if c.Branch == n.branch {
		add(1.2, Why{Kind: WhyBranch})
	}
	if c.Kind == KindQuestion && c.AnswerID == "" {
		add(1, Why{Kind: WhyQuestion})
	}
	add(0.7*math.Log2(1+2*float64(c.Comments)+float64(c.Reactions)), Why{Kind: WhyTalk})
	return score * math.Exp2(-now.Sub(c.ActiveAt).Hours()/halfLife.Hours()), why
}

// rankCursor is a place in the feed for you: when it was ranked, and how many posts went before.
type rankCursor struct {
	at   time.Time
	from int
}

func (c rankCursor) String() string { return fmt.Sprintf("%d-%d", c.at.UnixMilli(), c.from) }

func parseRankCursor(s string, now time.Time) (c rankCursor, err error) {
	if s == "" {
		return rankCursor{at: now}, nil
	}
	at, from, _ := strings.Cut(s, "-")
	ms, err1 := strconv.ParseInt(at, 10, 64)
	n, err2 := strconv.Atoi(from)
	if err1 != nil || err2 != nil || n < 0 || n > mostRanked {
		return c, field("after", "error.field.cursor")
	}
	return rankCursor{time.UnixMilli(ms).UTC(), n}, nil
}

// forYou ranks the candidates as of the first page's time, so that the next page goes on where that one ended.
func (s *Service) forYou(ctx context.Context, v auth.Viewer, f Feed) (*Page, error) {
	c, err := parseRankCursor(f.After, s.Now())
	if err != nil {
		return nil, err
	}
	n, err := s.near(ctx, v)
	if err != nil {
		return nil, err
	}
	list, err := s.candidates(ctx, v, c.at)
	if err != nil {
		return nil, err
	}
	type ranked struct {
		id    string
		score float64
		why   Why
	}
	order := make([]ranked, len(list))
	for i, x := range list {
		order[i].id = x.ID
		order[i].score, order[i].why = n.weigh(x, c.at)
	}
	slices.SortFunc(order, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(b.score, a.score), strings.Compare(b.id, a.id))
	})
	order = order[min(c.from, len(order)):]
	page := &Page{}
	if len(order) > f.Limit {
		order = order[:f.Limit]
		page.Next = rankCursor{c.at, c.from + f.Limit}.String()
	}
	ids, whys := make([]string, len(order)), map[string]Why{}
	for i, r := range order {
		ids[i], whys[r.id] = r.id, r.why
	}
	if page.Items, err = s.items(ctx, v, ids); err != nil {
		return nil, err
	}
	for _, it := range page.Items {
		it.Why = whys[it.ID]
	}
	return page, nil
}

// candidates are the posts that were active last, of each of the viewer's keys and of all that they follow.
func (s *Service) candidates(ctx context.Context, v auth.Viewer, until time.Time) (list []*candidate, err error) {
	from := spot{At: until.UnixMilli() + 1, PostID: "~"}
	spots, err := s.byKeys(ctx, v.OwnKeys(), true, from, perKey) // of each, so that a quiet group is not crowded out by the company
	if err != nil {
		return nil, err
	}
	more, err := s.followed(ctx, v, from, mostRanked/2)
	if err != nil {
		return nil, err
	}
	spots = latest(append(spots, more...), mostRanked)
	if len(spots) == 0 {
		return nil, nil
	}
	ids := make([]string, len(spots))
	for i, x := range spots {
		ids[i] = x.PostID
	}
	err = s.db.Reader().NewSelect().Model(&list).ColumnExpr("p.id, p.author_id, p.kind, p.about, p.answer_id, p.comments, p.published_at, p.active_at, u.branch_id AS branch").
		ColumnExpr("(SELECT coalesce(sum(rc.count), 0) FROM reaction_counts AS rc WHERE rc.target = 'post:' || p.id) AS reactions").
		Join("JOIN users AS u ON u.id = p.author_id").Where("p.id IN (?)", bun.List(ids)).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("candidates: %w", db.Classify(err))
	}
	return list, s.fillCandidates(ctx, list, ids)
}

// fillCandidates reads the topics and keys of posts.
func (s *Service) fillCandidates(ctx context.Context, list []*candidate, ids []string) error {
	byID := make(map[string]*candidate, len(list))
	for _, c := range list {
		byID[c.ID] = c
	}
	var topics []topicRow
	if err := s.db.Reader().NewSelect().Model(&topics).Column("post_id", "topic").Where("pt.post_id IN (?)", bun.List(ids)).Scan(ctx); err != nil {
		return fmt.Errorf("topics of candidates: %w", db.Classify(err))
	}
	for _, t := range topics {
		byID[t.PostID].topics = append(byID[t.PostID].topics, t.Topic)
	}
	var keys []audienceRow
	if err := s.db.Reader().NewSelect().Model(&keys).Column("post_id", "key").Where("a.post_id IN (?)", bun.List(ids)).Scan(ctx); err != nil {
		return fmt.Errorf("keys of candidates: %w", db.Classify(err))
	}
	for _, k := range keys {
		byID[k.PostID].keys = append(byID[k.PostID].keys, k.Key)
	}
	return nil
}

// lastReactions is how many of the viewer's reactions tell to whom they react.
const lastReactions = 100

// near reads what is near to the viewer.
func (s *Service) near(ctx context.Context, v auth.Viewer) (*near, error) {
	n := &near{userID: v.UserID, branch: v.BranchID, people: map[string]bool{}, things: map[string]bool{}, topics: map[string]bool{}, groups: map[string]bool{}, reacted: map[string]int{}}
	list, err := s.Following(ctx, v)
	if err != nil {
		return nil, err
	}
	for _, f := range list {
		switch f.Target.Kind() {
		case OfUser:
			n.people[f.Target.ID()] = true
		case OfTopic:
			n.topics[f.Target.ID()] = true
		case OfDocument, OfTender:
			n.things[string(f.Target)] = true
		}
	}
	for _, g := range v.Groups {
		n.groups[auth.GroupKey(g)] = true
	}
	var authors []string
	last := s.db.Reader().NewSelect().Model((*Reaction)(nil)).ColumnExpr("substr(re.target, 6) AS id").Where("re.user_id = ?", v.UserID).
		Where("re.target LIKE 'post:%'").OrderExpr("re.created_at DESC").Limit(lastReactions)
	if err := s.db.Reader().NewSelect().TableExpr("posts AS p").Column("p.author_id").Where("p.id IN (SELECT id FROM (?) AS last)", last).Scan(ctx, &authors); err != nil {
		return nil, fmt.Errorf("whom the viewer reacts to: %w", db.Classify(err))
	}
	for _, id := range authors {
		n.reacted[id]++
	}
	return n, nil
}

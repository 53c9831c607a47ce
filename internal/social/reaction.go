package social

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/people"
)

// ReactionKind is how somebody reacts.
type ReactionKind string

// The reactions: like and four more. Each says something that "like" does not.
const (
	ReactionLike     ReactionKind = "like"
	ReactionUseful   ReactionKind = "useful"   // I can use this
	ReactionApplause ReactionKind = "applause" // well done
	ReactionInsight  ReactionKind = "insight"  // I had not thought of that
	ReactionSmile    ReactionKind = "smile"
)

// ReactionKinds lists every reaction in the order in which they are offered.
var ReactionKinds = []ReactionKind{ReactionLike, ReactionUseful, ReactionApplause, ReactionInsight, ReactionSmile}

// Valid tells whether k exists.
func (k ReactionKind) Valid() bool { return slices.Contains(ReactionKinds, k) }

// Reaction is one person's, of which everybody has one a thing.
type Reaction struct {
	bun.BaseModel `bun:"table:reactions,alias:re"`

	Target    Target `bun:",pk"`
	UserID    string `bun:",pk"`
	Kind      ReactionKind
	CreatedAt time.Time

	Name       string `bun:",scanonly"`
	Photo      string `bun:",scanonly"`
	BranchName string `bun:",scanonly"`
}

// reactionCount is how many have reacted in one way. It is written with the reactions, so that a feed need not count them.
type reactionCount struct {
	bun.BaseModel `bun:"table:reaction_counts,alias:rc"`

	Target Target       `bun:",pk"`
	Kind   ReactionKind `bun:",pk"`
	Count  int
}

// Reactions is what people think of a thing.
type Reactions struct {
	Counts map[ReactionKind]int
	Mine   ReactionKind // "" = none
}

// Total is how many people reacted.
func (r Reactions) Total() (n int) {
	for _, c := range r.Counts {
		n += c
	}
	return n
}

// React sets the viewer's reaction on a post, comment, document or page of a document that they see; with "" it is taken back.
func (s *Service) React(ctx context.Context, v auth.Viewer, t Target, k ReactionKind) error {
	return s.ReactAt(ctx, v, t, k, time.Time{})
}

// ReactAt is React for what was thought before it came here; the zero time is now.
func (s *Service) ReactAt(ctx context.Context, v auth.Viewer, t Target, k ReactionKind, at time.Time) error {
	if v.UserID == "" {
		return errs.Unauthorized()
	}
	if k != "" && !k.Valid() {
		return field("kind", "error.field.choice")
	}
	post, err := s.reachable(ctx, v, t)
	if err != nil {
		return err
	}
	err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if k != "" {
			if err := s.notSuspended(ctx, tx, v); err != nil {
				return err
			}
		}
		before, err := s.takeBack(ctx, tx, v.UserID, t)
		if err != nil {
			return err
		}
		if post != nil && at.IsZero() {
			if err := s.talked(ctx, tx, post.ID); err != nil {
				return err
			}
		}
		if k == "" {
			return s.notify.Withdraw(ctx, tx, reactSource(t, v.UserID))
		}
		row := &Reaction{Target: t, UserID: v.UserID, Kind: k, CreatedAt: s.said(at).Time}
		if _, err := tx.NewInsert().Model(row).Exec(ctx); err != nil {
			return err
		}
		if err := count(ctx, tx, t, k, 1); err != nil || before != "" || s.old(row.CreatedAt) {
			return err
		}
		return s.tellReacted(ctx, tx, v, t, post)
	})
	if err != nil {
		return fmt.Errorf("react: %w", db.Classify(err))
	}
	return nil
}

// takeBack removes somebody's reaction and returns what it was.
func (s *Service) takeBack(ctx context.Context, tx bun.Tx, userID string, t Target) (ReactionKind, error) {
	var row Reaction
	err := tx.NewSelect().Model(&row).Column("kind").Where("re.target = ?", t).Where("re.user_id = ?", userID).Scan(ctx)
	if db.IsNoRows(err) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	if _, err := tx.NewDelete().Model((*Reaction)(nil)).Where("target = ?", t).Where("user_id = ?", userID).Exec(ctx); err != nil {
		return "", err
	}
	return row.Kind, count(ctx, tx, t, row.Kind, -1)
}

func count(ctx context.Context, tx bun.Tx, t Target, k ReactionKind, by int) error {
	row := &reactionCount{Target: t, Kind: k, Count: by}
	_, err := tx.NewInsert().Model(row).On("CONFLICT (target, kind) DO UPDATE").Set("count = rc.count + EXCLUDED.count").Exec(ctx)
	return err
}

// reachable asks whether the viewer sees a thing, and may react to it; it returns the post that it is, or that it is on.
func (s *Service) reachable(ctx context.Context, v auth.Viewer, t Target) (p *Post, err error) {
	switch t.Kind() {
	case OfPost:
		p, err = s.Get(ctx, v, t.ID())
	case OfComment:
		var c *Comment
		if c, err = s.Comment(ctx, v, t.ID()); err == nil && c.State != StatePublished {
			return nil, errs.Conflict("error.comment_hidden")
		}
		if err == nil {
			p, err = s.Get(ctx, v, c.PostID)
		}
	case OfDocument, OfPage:
		d, err := s.library.Get(ctx, v, t.Document())
		if err != nil {
			return nil, err
		}
		if d.Lent {
			return nil, errs.Forbidden("error.lent")
		}
		return nil, onPage(t, d.Pages)
	case OfTender:
		_, err = s.tenders.Get(ctx, v, t.ID())
		return nil, err
	default:
		return nil, errs.NotFound("post")
	}
	if err != nil {
		return nil, err
	}
	return p, CanReact(v, p)
}

// onPage wants a target that is a page to be one of a document's.
func onPage(t Target, pages int) error {
	if t.Kind() != OfPage {
		return nil
	}
	_, digits, _ := strings.Cut(t.ID(), "/")
	if n, err := strconv.Atoi(digits); err != nil || n < 1 || n > pages || strconv.Itoa(n) != digits {
		return errs.NotFound("page_of_document")
	}
	return nil
}

// ReactionsOf returns what people think of things, which the caller has found visible.
func (s *Service) ReactionsOf(ctx context.Context, v auth.Viewer, targets []Target) (map[Target]Reactions, error) {
	out := make(map[Target]Reactions, len(targets))
	if len(targets) == 0 {
		return out, nil
	}
	var counts []reactionCount
	if err := s.db.Reader().NewSelect().Model(&counts).Where("rc.target IN (?)", bun.List(targets)).Where("rc.count > 0").Scan(ctx); err != nil {
		return nil, fmt.Errorf("reactions: %w", db.Classify(err))
	}
	for _, c := range counts {
		r := out[c.Target]
		if r.Counts == nil {
			r.Counts = map[ReactionKind]int{}
		}
		r.Counts[c.Kind] = c.Count
		out[c.Target] = r
	}
	var mine []Reaction
	if err := s.db.Reader().NewSelect().Model(&mine).Column("target", "kind").Where("re.user_id = ?", v.UserID).Where("re.target IN (?)", bun.List(targets)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("own reactions: %w", db.Classify(err))
	}
	for _, m := range mine {
		r := out[m.Target]
		r.Mine = m.Kind
		out[m.Target] = r
	}
	return out, nil
}

// maxReacted bounds the list of who reacted.
const maxReacted = 500

// WhoReacted returns who reacted to a thing that the viewer sees, the latest first, at most 500.
func (s *Service) WhoReacted(ctx context.Context, v auth.Viewer, t Target) (list []*Reaction, err error) {
	if _, err := s.seen(ctx, v, t); err != nil {
		return nil, err
	}
	err = s.db.Reader().NewSelect().Model(&list).ColumnExpr("re.*").ColumnExpr("u.name, b.name AS branch_name, "+people.FaceSQL+" AS photo").
		Join("JOIN users AS u ON u.id = re.user_id").Join("JOIN branches AS b ON b.id = u.branch_id").
		Where("re.target = ?", t).OrderExpr("re.created_at DESC, re.user_id").Limit(maxReacted).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("who reacted: %w", db.Classify(err))
	}
	return list, nil
}

// seen is reachable for who only looks.
func (s *Service) seen(ctx context.Context, v auth.Viewer, t Target) (*Post, error) {
	p, err := s.reachable(ctx, v, t)
	if errs.Is(err, errs.KindForbidden) || errs.Is(err, errs.KindConflict) {
		return p, nil
	}
	return p, err
}

package social

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/fold"
)

// Option is one answer of a poll.
type Option struct {
	bun.BaseModel `bun:"table:poll_options,alias:po"`

	PostID string `bun:",pk"`
	N      int    `bun:",pk"` // from 0
	Text   string

	Votes int  `bun:",scanonly"`
	Mine  bool `bun:",scanonly"`
}

type vote struct {
	bun.BaseModel `bun:"table:poll_votes,alias:pv"`

	PostID    string `bun:",pk"`
	N         int    `bun:",pk"`
	UserID    string `bun:",pk"`
	CreatedAt time.Time
}

// cleanPoll folds the options and leaves empty ones out.
func (n *Input) cleanPoll(e *errs.Error) {
	if n.Kind != KindPoll {
		n.Poll = Poll{}
		return
	}
	var options []string
	for _, o := range n.Poll.Options {
		if o = fold.Line(o); o == "" {
			continue
		}
		if len([]rune(o)) > maxOption {
			e.Field("options", "error.field.too_long", "Max", maxOption)
		}
		if slices.Contains(options, o) {
			e.Field("options", "error.field.twice")
		}
		options = append(options, o)
	}
	n.Poll.Options = options
	if len(options) < 2 && !n.Draft {
		e.Field("options", "error.field.poll_options")
	}
	if len(options) > maxOptions {
		e.Field("options", "error.field.too_many", "Max", maxOptions)
	}
}

// writeOptions writes what a poll offers. Once somebody has voted the options stay as they are.
func writeOptions(ctx context.Context, tx bun.Tx, p *Post, options []string) error {
	voted, err := tx.NewSelect().Model((*vote)(nil)).Where("pv.post_id = ?", p.ID).Exists(ctx)
	if err != nil || voted {
		return err
	}
	if _, err := tx.NewDelete().Model((*Option)(nil)).Where("post_id = ?", p.ID).Exec(ctx); err != nil || len(options) == 0 {
		return err
	}
	rows := make([]Option, len(options))
	for i, text := range options {
		rows[i] = Option{PostID: p.ID, N: i, Text: text}
	}
	_, err = tx.NewInsert().Model(&rows).Exec(ctx)
	return err
}

// Ended tells whether a poll takes no votes any more.
func (p *Post) Ended(now time.Time) bool {
	return p.Closed || !p.PollEndsAt.IsZero() && !p.PollEndsAt.After(now)
}

// Vote sets what the viewer chooses in a poll; nothing takes a vote back.
func (s *Service) Vote(ctx context.Context, v auth.Viewer, postID string, chosen []int) error {
	return s.change(ctx, v, postID, func(ctx context.Context, tx bun.Tx, p *Post) error {
		if err := CanComment(v, p); err != nil {
			return err
		}
		if p.Kind != KindPoll || p.Ended(s.Now()) {
			return errs.Conflict("error.poll_ended")
		}
		slices.Sort(chosen)
		chosen = slices.Compact(chosen)
		there, err := tx.NewSelect().Model((*Option)(nil)).Where("po.post_id = ?", postID).Where("po.n IN (?)", bun.List(append(chosen, -1))).Count(ctx)
		if err != nil {
			return err
		}
		if int(there) != len(chosen) || len(chosen) > 1 && !p.PollMany {
			return field("option", "error.field.choice")
		}
		if _, err := tx.NewDelete().Model((*vote)(nil)).Where("post_id = ?", postID).Where("user_id = ?", v.UserID).Exec(ctx); err != nil || len(chosen) == 0 {
			return err
		}
		rows := make([]vote, len(chosen))
		for i, n := range chosen {
			rows[i] = vote{PostID: postID, N: n, UserID: v.UserID, CreatedAt: s.Now()}
		}
		_, err = tx.NewInsert().Model(&rows).Exec(ctx)
		return err
	})
}

// options returns what polls offer with how it stands, by post.
func (s *Service) options(ctx context.Context, v auth.Viewer, ids []string) (map[string][]*Option, error) {
	var list []*Option
	err := s.db.Reader().NewSelect().Model(&list).ColumnExpr("po.*").
		ColumnExpr("(SELECT count(*) FROM poll_votes AS c WHERE c.post_id = po.post_id AND c.n = po.n) AS votes").
		ColumnExpr("EXISTS (SELECT 1 FROM poll_votes AS m WHERE m.post_id = po.post_id AND m.n = po.n AND m.user_id = ?) AS mine", v.UserID).
		Where("po.post_id IN (?)", bun.List(ids)).Order("po.post_id", "po.n").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("polls: %w", db.Classify(err))
	}
	out := map[string][]*Option{}
	for _, o := range list {
		out[o.PostID] = append(out[o.PostID], o)
	}
	return out, nil
}

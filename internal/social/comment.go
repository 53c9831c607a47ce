package social

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/rs/xid"
	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/audit"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/index"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/search"
)

// AddComment says something about a post, or with parentID in answer to a comment. An answer to an answer stands under the same comment.
func (s *Service) AddComment(ctx context.Context, v auth.Viewer, postID, parentID, body string) (*Comment, error) {
	return s.AddCommentAt(ctx, v, postID, parentID, body, time.Time{})
}

// AddCommentAt is AddComment for what was said before it came here; the zero time is now.
func (s *Service) AddCommentAt(ctx context.Context, v auth.Viewer, postID, parentID, body string, at time.Time) (*Comment, error) {
	c := &Comment{ID: xid.New().String(), PostID: postID, AuthorID: v.UserID, State: StatePublished, CreatedAt: s.said(at).Time}
	err := s.change(ctx, v, postID, func(ctx context.Context, tx bun.Tx, p *Post) (err error) {
		if err := CanComment(v, p); err != nil {
			return err
		}
		var answered *Comment
		if parentID != "" {
			if answered, err = getComment(ctx, tx, postID, parentID); err != nil {
				return err
			}
			if c.ParentID = answered.ParentID; c.ParentID == "" {
				c.ParentID = answered.ID
			}
		}
		may := s.mayComment
		if !at.IsZero() {
			may = s.notSuspended
		}
		if err := may(ctx, tx, v); err != nil {
			return err
		}
		if err := s.cleanComment(ctx, tx, v, c, body); err != nil {
			return err
		}
		if _, err := tx.NewInsert().Model(c).Exec(ctx); err != nil {
			return err
		}
		if c.State == StateHidden {
			return s.holdComment(ctx, tx, p, c)
		}
		if err := s.counted(ctx, tx, p, c.CreatedAt); err != nil {
			return err
		}
		if err := s.followOwn(ctx, tx, v.UserID, p.Target()); err != nil {
			return err
		}
		if s.old(c.CreatedAt) {
			return nil
		}
		if err := s.talked(ctx, tx, p.ID); err != nil {
			return err
		}
		return s.tellCommented(ctx, tx, p, c, answered)
	})
	if err != nil {
		return nil, fmt.Errorf("add comment: %w", err)
	}
	return s.Comment(ctx, v, c.ID)
}

// cleanComment checks what was typed and writes it into c, which is hidden where it has a word of the list.
func (s *Service) cleanComment(ctx context.Context, tx bun.Tx, v auth.Viewer, c *Comment, body string) (err error) {
	body = strings.TrimSpace(strings.ReplaceAll(body, "\r\n", "\n"))
	if body == "" {
		return field("body", "error.field.required")
	}
	if len([]rune(body)) > maxComment {
		return field("body", "error.field.too_long", "Max", maxComment)
	}
	if c.Body, err = s.withTokens(ctx, tx, v, body); err != nil {
		return err
	}
	found, err := listed(ctx, tx, c.Body)
	if found {
		c.State = StateHidden
	}
	return err
}

// counted counts a post's comments anew, and lets one that is new, by its time, bring the post up where feeds are sorted by activity.
func (s *Service) counted(ctx context.Context, tx bun.Tx, p *Post, active time.Time) error {
	n, err := tx.NewSelect().Model((*Comment)(nil)).Where("c.post_id = ?", p.ID).Where("c.state = ?", StatePublished).Count(ctx)
	if err != nil {
		return err
	}
	p.Comments = int(n)
	columns := []string{"comments"}
	if active.After(p.ActiveAt.Time) {
		p.ActiveAt = bun.NullTime{Time: active}
		columns = append(columns, "active_at")
		_, err := tx.NewUpdate().Model((*audienceRow)(nil)).Set("active = ?", p.ActiveAt.UnixMilli()).Where("post_id = ?", p.ID).Exec(ctx)
		if err != nil {
			return err
		}
	}
	if _, err := tx.NewUpdate().Model(p).Column(columns...).WherePK().Exec(ctx); err != nil {
		return err
	}
	return index.Mark(ctx, tx, search.TypePost, p.ID)
}

// getComment returns a published comment of a post.
func getComment(ctx context.Context, tx bun.IDB, postID, id string) (*Comment, error) {
	c := new(Comment)
	err := tx.NewSelect().Model(c).Where("c.id = ?", id).Where("c.post_id = ?", postID).Where("c.state = ?", StatePublished).Scan(ctx)
	if db.IsNoRows(err) {
		return nil, errs.NotFound("comment")
	}
	return c, err
}

func withAuthors(q *bun.SelectQuery) *bun.SelectQuery {
	return q.ColumnExpr("c.*").ColumnExpr("u.name AS author_name, " + people.FaceSQL + " AS author_photo, b.name AS author_branch").
		Join("JOIN users AS u ON u.id = c.author_id").Join("JOIN branches AS b ON b.id = u.branch_id")
}

// Comment returns a comment on a post that the viewer sees; a hidden one to its author. What others said under a post that is hidden is not
// for its author, who may have lost sight of those for whom it was.
func (s *Service) Comment(ctx context.Context, v auth.Viewer, id string) (*Comment, error) {
	c := new(Comment)
	err := s.db.Reader().NewSelect().Model(c).Apply(withAuthors).Where("c.id = ?", id).
		Where("(c.state = ? OR c.state = ? AND c.author_id = ?)", StatePublished, StateHidden, v.UserID).Scan(ctx)
	if db.IsNoRows(err) {
		return nil, errs.NotFound("comment")
	}
	if err != nil {
		return nil, fmt.Errorf("read comment: %w", db.Classify(err))
	}
	p, err := s.Get(ctx, v, c.PostID)
	if err != nil || !p.Published() && c.AuthorID != v.UserID && !v.IsSystem() {
		return nil, errs.NotFound("comment").Because(err)
	}
	return c, nil
}

// PostsOfComments returns the posts that comments of the ids are on, by the comment's id, as far as the viewer sees both.
func (s *Service) PostsOfComments(ctx context.Context, v auth.Viewer, ids []string) (map[string]*Post, error) {
	out := make(map[string]*Post, len(ids))
	if len(ids) == 0 {
		return out, nil
	}
	var list []*Comment
	err := s.db.Reader().NewSelect().Model(&list).Column("c.id", "c.post_id").Where("c.id IN (?)", bun.List(ids)).Where("c.state = ?", StatePublished).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("posts of comments: %w", db.Classify(err))
	}
	on := make([]string, len(list))
	for i, c := range list {
		on[i] = c.PostID
	}
	posts, err := s.ByIDs(ctx, v, on)
	for _, c := range list {
		if p := posts[c.PostID]; p != nil {
			out[c.ID] = p
		}
	}
	return out, err
}

// Comments returns what was said about a post that the viewer sees, as threads in the order of time: each comment on the post, followed by
// the answers to it. A deleted or hidden comment stays, without its text, while others answer it; who wrote a hidden one sees it as it was. Under
// a post that is not published there are none.
func (s *Service) Comments(ctx context.Context, v auth.Viewer, postID string) (list []*Comment, err error) {
	p, err := s.Get(ctx, v, postID)
	if err != nil {
		return nil, err
	}
	it := &Item{Post: p}
	err = s.Threads(ctx, v, []*Item{it})
	return it.Latest, err
}

// sees tells whether the viewer, who sees the post, sees what a comment says.
func (c *Comment) sees(v auth.Viewer) bool {
	return c.State == StatePublished || c.State == StateHidden && c.AuthorID == v.UserID
}

func threads(v auth.Viewer, all []*Comment) (list []*Comment) {
	answers := map[string][]*Comment{}
	for _, c := range all {
		if c.ParentID != "" && c.sees(v) {
			answers[c.ParentID] = append(answers[c.ParentID], c)
		}
	}
	for _, c := range all {
		if c.ParentID != "" || !c.sees(v) && len(answers[c.ID]) == 0 {
			continue
		}
		if !c.sees(v) {
			c.Body, c.HiddenWhy = "", ""
		}
		list = append(append(list, c), answers[c.ID]...)
	}
	return list
}

// EditComment changes what a comment says. What it said before is kept.
func (s *Service) EditComment(ctx context.Context, v auth.Viewer, id, body string) (*Comment, error) {
	err := s.changeComment(ctx, v, id, func(ctx context.Context, tx bun.Tx, p *Post, c *Comment) (err error) {
		if err := CanEditComment(v, c); err != nil {
			return err
		}
		before := *c
		if err := s.notSuspended(ctx, tx, v); err != nil {
			return err
		}
		if err := s.cleanComment(ctx, tx, v, c, body); err != nil || c.Body == before.Body {
			return err
		}
		said := before.CreatedAt
		if !before.EditedAt.IsZero() {
			said = before.EditedAt.Time
		}
		if err := s.keepRevision(ctx, tx, c.Target(), "", before.Body, said); err != nil {
			return err
		}
		c.EditedAt = bun.NullTime{Time: s.Now()}
		if _, err := tx.NewUpdate().Model(c).Column("body", "state", "edited_at").WherePK().Exec(ctx); err != nil {
			return err
		}
		if c.State == StateHidden {
			if err := s.recounted(ctx, tx, p); err != nil {
				return err
			}
			return s.holdComment(ctx, tx, p, c)
		}
		if err := s.talked(ctx, tx, p.ID); err != nil {
			return err
		}
		return index.Mark(ctx, tx, search.TypePost, p.ID)
	})
	if err != nil {
		return nil, fmt.Errorf("edit comment: %w", err)
	}
	return s.Comment(ctx, v, id)
}

// DeleteComment takes a comment away: its author, who moderates the post, and nobody else.
func (s *Service) DeleteComment(ctx context.Context, v auth.Viewer, id string) error {
	return s.changeComment(ctx, v, id, func(ctx context.Context, tx bun.Tx, p *Post, c *Comment) error {
		if err := CanDeleteComment(v, p, c); err != nil {
			return err
		}
		return s.setCommentState(ctx, tx, v, p, c, StateDeleted, "")
	})
}

func (s *Service) setCommentState(ctx context.Context, tx bun.Tx, v auth.Viewer, p *Post, c *Comment, to State, why string) error {
	c.State, c.HiddenWhy = to, ""
	if to == StateHidden {
		c.HiddenWhy = why
	}
	if _, err := tx.NewUpdate().Model(c).Column("state", "hidden_why").WherePK().Exec(ctx); err != nil {
		return err
	}
	if p.AnswerID == c.ID && to != StatePublished {
		if err := s.setAnswer(ctx, tx, p, ""); err != nil {
			return err
		}
	}
	if err := audit.Log(ctx, tx, v, "comment."+string(to), string(c.Target()), why); err != nil {
		return err
	}
	return s.recounted(ctx, tx, p)
}

// recounted is counted where a comment went or came back, which open pages hear of.
func (s *Service) recounted(ctx context.Context, tx bun.Tx, p *Post) error {
	if err := s.counted(ctx, tx, p, time.Time{}); err != nil {
		return err
	}
	return s.talked(ctx, tx, p.ID)
}

// changeComment lets somebody who sees a comment do something with it, in one transaction.
func (s *Service) changeComment(ctx context.Context, v auth.Viewer, id string, f func(context.Context, bun.Tx, *Post, *Comment) error) error {
	var postID string
	err := s.db.Reader().NewSelect().Model((*Comment)(nil)).Column("post_id").Where("c.id = ?", id).Scan(ctx, &postID)
	if db.IsNoRows(err) {
		return errs.NotFound("comment")
	}
	if err != nil {
		return db.Classify(err)
	}
	err = s.change(ctx, v, postID, func(ctx context.Context, tx bun.Tx, p *Post) error {
		c, err := getComment(ctx, tx, postID, id)
		if err != nil {
			return err
		}
		return f(ctx, tx, p, c)
	})
	if errs.Is(err, errs.KindNotFound) {
		return errs.NotFound("comment").Because(err)
	}
	return err
}

// Accept makes a comment the answer to the question that it is on; with "" it is open again.
func (s *Service) Accept(ctx context.Context, v auth.Viewer, postID, commentID string) error {
	return s.change(ctx, v, postID, func(ctx context.Context, tx bun.Tx, p *Post) error {
		if err := CanAccept(v, p); err != nil {
			return err
		}
		var c *Comment
		if commentID != "" {
			var err error
			if c, err = getComment(ctx, tx, postID, commentID); err != nil {
				return err
			}
		}
		if err := s.setAnswer(ctx, tx, p, commentID); err != nil || c == nil {
			return err
		}
		return s.tellAccepted(ctx, tx, v, p, c)
	})
}

func (s *Service) setAnswer(ctx context.Context, tx bun.Tx, p *Post, commentID string) error {
	p.AnswerID, p.UpdatedAt = commentID, s.Now()
	if _, err := tx.NewUpdate().Model(p).Column("answer_id", "updated_at").WherePK().Exec(ctx); err != nil {
		return err
	}
	return s.talked(ctx, tx, p.ID)
}

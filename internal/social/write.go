package social

import (
	"context"
	"fmt"
	"strings"

	"github.com/rs/xid"
	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/audit"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/fold"
	"github.com/aanpak/aanpak/internal/index"
	"github.com/aanpak/aanpak/internal/search"
)

// Create writes a post: published at once, or kept as a draft, or to be published later.
func (s *Service) Create(ctx context.Context, v auth.Viewer, n Input) (*Post, error) {
	if v.UserID == "" {
		return nil, errs.Unauthorized()
	}
	p := &Post{ID: xid.New().String(), AuthorID: v.UserID, State: StateDraft, CreatedAt: s.Now()}
	if err := s.place(ctx, v, p, n.About); err != nil {
		return nil, err
	}
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := s.apply(ctx, tx, v, p, &n); err != nil {
			return err
		}
		if err := s.guard(ctx, tx, v, p, &n, true); err != nil {
			return err
		}
		if _, err := tx.NewInsert().Model(p).Exec(ctx); err != nil {
			return err
		}
		return s.finish(ctx, tx, v, p, &n, true)
	})
	if err != nil {
		return nil, fmt.Errorf("create post: %w", db.Classify(err))
	}
	s.changed()
	return s.Get(ctx, v, p.ID)
}

// contentColumns are what Update writes of a post.
var contentColumns = []string{
	"kind", "state", "title", "body", "audience", "publish_at", "published_at", "active_at", "edited_at", "poll_many", "poll_ends_at", "updated_at",
	"closed", "must_read", "read_by", "no_preview",
}

// Update changes what a post says. What a published post said before is kept; whom it is for stays.
func (s *Service) Update(ctx context.Context, v auth.Viewer, id string, n Input) (*Post, error) {
	err := s.change(ctx, v, id, func(ctx context.Context, tx bun.Tx, p *Post) error {
		if err := CanEdit(v, p); err != nil {
			return err
		}
		first := !p.Published()
		if !first {
			n.Audience, n.PublishAt, n.Draft = p.Audience, p.PublishAt.Time, false
		}
		before := *p
		if err := s.apply(ctx, tx, v, p, &n); err != nil {
			return err
		}
		if !first && (p.Body != before.Body || p.Title != before.Title) {
			if err := s.keepRevision(ctx, tx, p.Target(), before.Title, before.Body, before.said()); err != nil {
				return err
			}
			p.EditedAt = bun.NullTime{Time: s.Now()}
		}
		if err := s.guard(ctx, tx, v, p, &n, first); err != nil {
			return err
		}
		if _, err := tx.NewUpdate().Model(p).Column(contentColumns...).WherePK().Exec(ctx); err != nil {
			return err
		}
		return s.finish(ctx, tx, v, p, &n, first)
	})
	if err != nil {
		return nil, fmt.Errorf("update post: %w", err)
	}
	return s.Get(ctx, v, id)
}

// apply checks the input and writes it into p.
func (s *Service) apply(ctx context.Context, tx bun.Tx, v auth.Viewer, p *Post, n *Input) error {
	a, err := n.clean(p)
	if err != nil {
		return err
	}
	if p.Published() && (p.Kind == KindNews) != (n.Kind == KindNews) {
		return field("kind", "error.field.news_kind")
	}
	p.Kind = n.Kind
	if !p.Published() {
		if err := s.mayWrite(ctx, tx, v, p, a); err != nil {
			return err
		}
	}
	if err := s.applyNews(p, n); err != nil {
		return err
	}
	if p.Body, err = s.withTokens(ctx, tx, v, n.Body); err != nil {
		return err
	}
	p.Title, p.Audience, p.NoPreview, p.UpdatedAt = n.Title, a.String(), n.NoPreview, s.Now()
	p.PollMany, p.PollEndsAt = n.Poll.Many, bun.NullTime{Time: n.Poll.EndsAt}
	if p.Published() {
		return nil
	}
	p.PublishAt = bun.NullTime{Time: n.PublishAt}
	switch {
	case n.Draft:
		p.State = StateDraft
	case n.PublishAt.After(s.Now()):
		p.State = StateScheduled
	default:
		p.publish(s.said(n.SaidAt))
		return closeByChannel(ctx, tx, p)
	}
	return nil
}

// guard asks, of what others are about to see, whether its author may say it now, and holds it back where the word list says so. What was
// said before it came here is not counted.
func (s *Service) guard(ctx context.Context, tx bun.Tx, v auth.Viewer, p *Post, n *Input, first bool) error {
	if !p.Published() {
		return nil
	}
	may := s.notSuspended
	if first && n.SaidAt.IsZero() {
		may = s.mayPost
	}
	if err := may(ctx, tx, v); err != nil {
		return err
	}
	return s.holdListed(ctx, tx, p, first, n.Poll.Options...)
}

// holdListed hides a post that has a word of the list; first tells that nobody has seen it yet.
func (s *Service) holdListed(ctx context.Context, tx bun.Tx, p *Post, first bool, options ...string) error {
	found, err := listed(ctx, tx, append(options, p.Title, p.Body)...)
	if err != nil || !found {
		return err
	}
	p.State = StateHidden
	if first {
		p.PublishedAt, p.ActiveAt = bun.NullTime{}, bun.NullTime{}
	}
	return nil
}

func (p *Post) publish(at bun.NullTime) {
	p.State, p.PublishedAt, p.ActiveAt = StatePublished, at, at
}

// finish writes all that hangs on a post; first tells that nobody has seen it yet.
func (s *Service) finish(ctx context.Context, tx bun.Tx, v auth.Viewer, p *Post, n *Input, first bool) error {
	for _, f := range []func() error{
		func() error { return s.writeCards(ctx, tx, v, p, n.Cards) },
		func() error { return writeOptions(ctx, tx, p, n.Poll.Options) },
		func() error { return writePraised(ctx, tx, p) },
		func() error { return writeTopics(ctx, tx, p) },
		func() error { return s.writeLinks(ctx, tx, p) },
		func() error { return writeAudience(ctx, tx, p) },
		func() error { return s.disclose(ctx, tx, p) },
		func() error { return index.Mark(ctx, tx, search.TypePost, p.ID) },
	} {
		if err := f(); err != nil {
			return err
		}
	}
	switch {
	case p.State == StateHidden:
		return s.holdPost(ctx, tx, p)
	case first && p.Published():
		return s.published(ctx, tx, p)
	}
	return nil
}

// published is done once for each post, when others first see it.
func (s *Service) published(ctx context.Context, tx bun.Tx, p *Post) error {
	if err := s.followOwn(ctx, tx, p.AuthorID, p.Target()); err != nil {
		return err
	}
	if s.old(p.PublishedAt.Time) {
		return nil
	}
	if err := s.announce(ctx, tx, p); err != nil {
		return err
	}
	return s.tellPublished(ctx, tx, p)
}

// clean folds and checks what was typed.
func (n *Input) clean(p *Post) (a Audience, err error) {
	if n.Kind == "" {
		n.Kind = KindText
	}
	n.Title, n.Body = fold.Line(n.Title), strings.TrimSpace(strings.ReplaceAll(n.Body, "\r\n", "\n"))
	e := errs.Invalid("error.invalid")
	if p.About != "" && p.About.Kind() == OfDocument {
		a = Audience{Kind: ForDocument}
	} else if a, err = ParseAudience(n.Audience); err != nil {
		e.Also(err)
	}
	if !n.Kind.Valid() {
		e.Field("kind", "error.field.choice")
	}
	if n.Body == "" && !n.Draft {
		e.Field("body", "error.field.required")
	}
	long := func(name, text string, most int) {
		if len([]rune(text)) > most {
			e.Field(name, "error.field.too_long", "Max", most)
		}
	}
	long("title", n.Title, maxTitle)
	long("body", n.Body, maxBody)
	n.cleanPoll(e)
	n.cleanNews(e, p, a)
	if len(n.Cards) > maxCards {
		e.Field("cards", "error.field.too_many", "Max", maxCards)
	}
	return a, e.OrNil()
}

// Delete takes a post away from everybody. Its comments go with it.
func (s *Service) Delete(ctx context.Context, v auth.Viewer, id string) error {
	return s.change(ctx, v, id, func(ctx context.Context, tx bun.Tx, p *Post) error {
		if err := CanDelete(v, p); err != nil {
			return err
		}
		return s.setState(ctx, tx, v, p, StateDeleted, "")
	})
}

// setState hides, shows or deletes a post.
func (s *Service) setState(ctx context.Context, tx bun.Tx, v auth.Viewer, p *Post, to State, why string) error {
	p.State, p.UpdatedAt, p.HiddenWhy = to, s.Now(), ""
	if to == StateHidden {
		p.HiddenWhy = why
	}
	if _, err := tx.NewUpdate().Model(p).Column("state", "published_at", "active_at", "hidden_why", "updated_at").WherePK().Exec(ctx); err != nil {
		return err
	}
	if err := writeAudience(ctx, tx, p); err != nil {
		return err
	}
	if err := s.disclose(ctx, tx, p); err != nil {
		return err
	}
	if err := writeTopics(ctx, tx, p); err != nil {
		return err
	}
	if err := s.writeLinks(ctx, tx, p); err != nil {
		return err
	}
	if err := audit.Log(ctx, tx, v, "post."+string(to), string(p.Target()), why); err != nil {
		return err
	}
	return index.Mark(ctx, tx, search.TypePost, p.ID)
}

// SetClosed stops, or allows again, comments on a post.
func (s *Service) SetClosed(ctx context.Context, v auth.Viewer, id string, closed bool) error {
	return s.set(ctx, v, id, "closed", closed, CanDelete)
}

// SetPinned puts a post first in the feed of what it is for.
func (s *Service) SetPinned(ctx context.Context, v auth.Viewer, id string, pinned bool) error {
	return s.set(ctx, v, id, "pinned", pinned, CanModerate)
}

func (s *Service) set(ctx context.Context, v auth.Viewer, id, column string, on bool, may func(auth.Viewer, *Post) error) error {
	return s.change(ctx, v, id, func(ctx context.Context, tx bun.Tx, p *Post) error {
		if err := may(v, p); err != nil {
			return err
		}
		if !p.Published() {
			return errs.Conflict("error.post_unpublished")
		}
		_, err := tx.NewUpdate().Model(p).Set("? = ?", bun.Ident(column), on).Set("updated_at = ?", s.Now()).WherePK().Exec(ctx)
		return err
	})
}

// Drafts are the viewer's posts that are not published, the last changed first.
func (s *Service) Drafts(ctx context.Context, v auth.Viewer) (list []*Post, err error) {
	err = s.db.Reader().NewSelect().Model(&list).Apply(joined(v)).Where("p.author_id = ?", v.UserID).
		Where("p.state IN (?, ?)", StateDraft, StateScheduled).OrderExpr("p.updated_at DESC, p.id DESC").Limit(100).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("drafts: %w", db.Classify(err))
	}
	return list, nil
}

package social

import (
	"context"
	"slices"
	"strconv"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/live"
	"github.com/aanpak/aanpak/internal/markdown"
	"github.com/aanpak/aanpak/internal/notify"
)

// teller tells of one happening: whoever is told for one reason is not told again for a lesser one.
type teller struct {
	s    *Service
	tx   bun.Tx
	base notify.Event
	told []string
}

func (s *Service) teller(ctx context.Context, tx bun.Tx, actor string, p *Post, about Target, body string) (*teller, error) {
	names, err := namesIn(ctx, tx, auth.System(), body)
	if err != nil {
		return nil, err
	}
	t := &teller{s: s, tx: tx, told: []string{actor}}
	t.base = notify.Event{Source: string(about), Thread: string(p.Target()), Actor: actor, About: string(about), URL: p.Place(about), Text: markdown.Text(body, names)}
	if a, _ := storedAudience(p.Audience); a.Kind == ForGroup && len(a.IDs) == 1 {
		t.base.Group = a.IDs[0]
	}
	return t, nil
}

// URL is where a post, or a comment on it, is read.
func (p *Post) URL(about Target) string {
	if about.Kind() == OfComment {
		return "/posts/" + p.ID + "#comment-" + about.ID()
	}
	return "/posts/" + p.ID
}

// Place is where a post, or a comment on it, is read beside what it is about: of a document at its page, else URL.
func (p *Post) Place(about Target) string {
	if p.About.Kind() != OfDocument {
		return p.URL(about)
	}
	url, mark := "/documents/"+p.About.ID()+"?", "#talk-"+p.ID
	if p.AboutPage > 0 {
		url += "page=" + strconv.Itoa(p.AboutPage) + "&"
	}
	if about.Kind() == OfComment {
		mark = "#comment-" + about.ID()
	}
	return url + "tab=talk" + mark
}

// tell tells those who were not told yet.
func (t *teller) tell(ctx context.Context, kind notify.Kind, to ...string) error {
	e := t.base
	e.Kind = kind
	for _, id := range to {
		if id != "" && !slices.Contains(t.told, id) {
			e.To = append(e.To, id)
			t.told = append(t.told, id)
		}
	}
	if len(e.To) == 0 || t.s.notify == nil {
		return nil
	}
	return t.s.notify.Tell(ctx, t.tx, e)
}

// mentions tells whom a text names, and the members of the groups that it names.
func (t *teller) mentions(ctx context.Context, body string) error {
	users, list := addressed(body)
	if err := t.tell(ctx, notify.Mention, users...); err != nil || len(list) == 0 {
		return err
	}
	var members []string
	err := t.tx.NewSelect().TableExpr("group_members").Column("user_id").Where("group_id IN (?)", bun.List(list)).Where("state = 'member'").Scan(ctx, &members)
	if err != nil {
		return err
	}
	return t.tell(ctx, notify.Mention, members...)
}

// tellPublished tells of a new post.
func (s *Service) tellPublished(ctx context.Context, tx bun.Tx, p *Post) error {
	if s.notify == nil {
		return nil
	}
	t, err := s.teller(ctx, tx, p.AuthorID, p, p.Target(), p.Body)
	if err != nil {
		return err
	}
	if err := t.mentions(ctx, p.Body); err != nil {
		return err
	}
	if p.Kind == KindPraise {
		var ids []string
		if err := tx.NewSelect().Model((*Praised)(nil)).Column("user_id").Where("pp.post_id = ?", p.ID).Scan(ctx, &ids); err != nil {
			return err
		}
		if err := t.tell(ctx, notify.Praise, ids...); err != nil {
			return err
		}
	}
	if told, err := t.news(ctx, p); told || err != nil {
		return err
	}
	if err := t.owner(ctx, p); err != nil {
		return err
	}
	return t.followers(ctx, p)
}

// owner tells the owner of the document that a post is about.
func (t *teller) owner(ctx context.Context, p *Post) error {
	if p.About.Kind() != OfDocument {
		return nil
	}
	var owner string
	if err := t.tx.NewSelect().TableExpr("documents").Column("owner_id").Where("id = ?", p.About.ID()).Scan(ctx, &owner); err != nil {
		return err
	}
	kind := notify.Comment
	if p.Kind == KindQuestion {
		kind = notify.Question
	}
	return t.tell(ctx, kind, owner)
}

// followers tells who follows the author, a topic, or what the post is about, and the members of the groups that it is for.
func (t *teller) followers(ctx context.Context, p *Post) error {
	targets := []Target{UserTarget(p.AuthorID)}
	if p.About != "" {
		targets = append(targets, p.About)
	}
	for topic := range topicsOf(p.Body) {
		targets = append(targets, TopicTarget(topic))
	}
	var ids []string
	if err := t.tx.NewSelect().Model((*Follow)(nil)).Column("user_id").Where("f.target IN (?)", bun.List(targets)).Scan(ctx, &ids); err != nil {
		return err
	}
	if err := t.tell(ctx, notify.Post, ids...); err != nil {
		return err
	}
	a, err := storedAudience(p.Audience)
	if err != nil || a.Kind != ForGroup || t.s.notify == nil {
		return err
	}
	e := t.base
	e.Kind = notify.Post
	for _, id := range a.IDs {
		e.Keys = append(e.Keys, auth.GroupKey(id))
	}
	return t.s.notify.Tell(ctx, t.tx, e)
}

// tellCommented tells of a new comment: whom it names, whom it answers, who wrote the post and who follows it.
func (s *Service) tellCommented(ctx context.Context, tx bun.Tx, p *Post, c, answered *Comment) error {
	if s.notify == nil || s.old(c.CreatedAt) {
		return nil
	}
	t, err := s.teller(ctx, tx, c.AuthorID, p, c.Target(), c.Body)
	if err != nil {
		return err
	}
	if err := t.mentions(ctx, c.Body); err != nil {
		return err
	}
	if answered != nil {
		if err := t.tell(ctx, notify.Reply, answered.AuthorID); err != nil {
			return err
		}
	}
	var ids []string
	if err := tx.NewSelect().Model((*Follow)(nil)).Column("user_id").Where("f.target = ?", p.Target()).Scan(ctx, &ids); err != nil {
		return err
	}
	return t.tell(ctx, notify.Comment, ids...)
}

func (s *Service) tellAccepted(ctx context.Context, tx bun.Tx, v auth.Viewer, p *Post, c *Comment) error {
	if s.notify == nil {
		return nil
	}
	t, err := s.teller(ctx, tx, v.UserID, p, c.Target(), c.Body)
	if err != nil {
		return err
	}
	t.base.Source = "answer:" + c.ID
	return t.tell(ctx, notify.Answer, c.AuthorID)
}

// tellReacted tells who wrote what somebody reacted to, for the first time; p is nil for a document.
func (s *Service) tellReacted(ctx context.Context, tx bun.Tx, v auth.Viewer, on Target, p *Post) error {
	if s.notify == nil || p == nil {
		return nil
	}
	body, author := p.Body, p.AuthorID
	if on.Kind() == OfComment {
		c, err := getComment(ctx, tx, p.ID, on.ID())
		if err != nil {
			return err
		}
		body, author = c.Body, c.AuthorID
	}
	t, err := s.teller(ctx, tx, v.UserID, p, on, body)
	if err != nil {
		return err
	}
	t.base.Source = reactSource(on, v.UserID)
	return t.tell(ctx, notify.Reaction, author)
}

// reactSource names a reaction, so that it is told of once, and no more when it is taken back.
func reactSource(on Target, userID string) string { return "react:" + string(on) + ":" + userID }

// Events of open pages: that there is a post, with what it is about, and that something changed in the talk under one, with its id.
const (
	LivePost = "post"
	LiveTalk = "talk"
)

// announce tells open pages that there is a post for them.
func (s *Service) announce(ctx context.Context, tx bun.Tx, p *Post) error {
	return s.tellOpen(ctx, tx, p.ID, live.Event{Name: LivePost, Data: string(p.About)})
}

// talked tells open pages that something was said under a post, changed or taken away, or that somebody reacted there.
func (s *Service) talked(ctx context.Context, tx bun.Tx, postID string) error {
	return s.tellOpen(ctx, tx, postID, live.Event{Name: LiveTalk, Data: postID})
}

// tellOpen tells an event to the open pages of who sees a post.
func (s *Service) tellOpen(ctx context.Context, tx bun.Tx, postID string, e live.Event) error {
	if s.live == nil {
		return nil
	}
	if err := tx.NewSelect().Model((*audienceRow)(nil)).Column("key").Where("a.post_id = ?", postID).Scan(ctx, &e.To); err != nil {
		return err
	}
	return s.live.Tell(ctx, tx, e)
}

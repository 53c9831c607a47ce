package social

import (
	"context"
	"fmt"
	"strings"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/fold"
	"github.com/aanpak/aanpak/internal/markdown"
	"github.com/aanpak/aanpak/internal/search"
)

// Entries gives posts with their comments to the search index. It implements index.Source.
func (s *Service) Entries(ctx context.Context, ids []string, f func(string, []search.Entry) error) error {
	posts, err := s.ByIDs(ctx, auth.System(), ids)
	if err != nil {
		return err
	}
	keys, err := s.keysOf(ctx, ids)
	if err != nil {
		return err
	}
	comments, err := s.saidOn(ctx, ids)
	if err != nil {
		return err
	}
	for _, id := range ids {
		var entries []search.Entry
		if p := posts[id]; p != nil && len(keys[id]) > 0 {
			e, err := s.entry(ctx, p, comments[id], keys[id])
			if err != nil {
				return err
			}
			entries = []search.Entry{e}
		}
		if err := f(id, entries); err != nil {
			return err
		}
	}
	return nil
}

// entry is a post as it is found: by its title or first words, its text, its passage, its comments and its author.
func (s *Service) entry(ctx context.Context, p *Post, comments []string, keys []string) (search.Entry, error) {
	names, err := s.Names(ctx, auth.System(), append(comments, p.Body)...)
	if err != nil {
		return search.Entry{}, err
	}
	return search.Entry{
		Type: search.TypePost, Parent: p.ID, Title: p.Heading(names), Extra: p.AuthorName, Text: p.words(comments, names),
		Created: p.PublishedAt.Time, Audience: keys,
	}, nil
}

// headingRunes is how much of a text stands for a post without a title.
const headingRunes = 80

// Heading is a post in one line: its title, or how its text begins.
func (p *Post) Heading(names markdown.Names) string {
	if p.Title != "" {
		return p.Title
	}
	line, _, _ := strings.Cut(markdown.Text(p.Body, names), "\n")
	if short := fold.Cut(line, headingRunes); short != line {
		if i := strings.LastIndexByte(short, ' '); i > headingRunes/2 {
			short = short[:i]
		}
		return short + "…"
	}
	return line
}

// Words returns the text of a post with its comments, plain, for the snippet of a hit, and the names of whom it mentions.
func (s *Service) Words(ctx context.Context, v auth.Viewer, p *Post) (markdown.Names, string, error) {
	comments, err := s.saidOn(ctx, []string{p.ID})
	if err != nil {
		return nil, "", err
	}
	names, err := s.Names(ctx, v, append(comments[p.ID], p.Body)...)
	if err != nil {
		return nil, "", err
	}
	return names, p.words(comments[p.ID], names), nil
}

// words is all that is said, plain.
func (p *Post) words(comments []string, names markdown.Names) string {
	text := []string{markdown.Text(p.Body, names)}
	if p.Quote != "" {
		text = append(text, p.Quote)
	}
	for _, c := range comments {
		text = append(text, markdown.Text(c, names))
	}
	return strings.Join(text, "\n\n")
}

// maxSaid is how many comments of a post are found by their words, the first ones.
const maxSaid = 200

// saidOn returns what was said on posts, by post, in the order of time.
func (s *Service) saidOn(ctx context.Context, ids []string) (map[string][]string, error) {
	var list []*Comment
	err := s.db.Reader().NewSelect().Model(&list).Column("c.post_id", "c.body").Where("c.post_id IN (?)", bun.List(ids)).Where("c.state = ?", StatePublished).
		OrderExpr("c.post_id, c.created_at, c.id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("comments of posts: %w", db.Classify(err))
	}
	out := map[string][]string{}
	for _, c := range list {
		if len(out[c.PostID]) < maxSaid {
			out[c.PostID] = append(out[c.PostID], c.Body)
		}
	}
	return out, nil
}

func (s *Service) keysOf(ctx context.Context, ids []string) (map[string][]string, error) {
	var rows []audienceRow
	if err := s.db.Reader().NewSelect().Model(&rows).Column("post_id", "key").Where("a.post_id IN (?)", bun.List(ids)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("audience of posts: %w", db.Classify(err))
	}
	out := map[string][]string{}
	for _, r := range rows {
		out[r.PostID] = append(out[r.PostID], r.Key)
	}
	return out, nil
}

// IDs gives the id of every published post.
func (s *Service) IDs(ctx context.Context, f func([]string) error) error {
	for last := ""; ; {
		var ids []string
		err := s.db.Reader().NewSelect().Model((*Post)(nil)).Column("p.id").Where("p.state = ?", StatePublished).Where("p.id > ?", last).Order("p.id").Limit(1000).Scan(ctx, &ids)
		if err != nil {
			return fmt.Errorf("post ids: %w", db.Classify(err))
		}
		if len(ids) == 0 {
			return nil
		}
		if err := f(ids); err != nil {
			return err
		}
		last = ids[len(ids)-1]
	}
}

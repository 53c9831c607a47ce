package social

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
)

// writeCards writes what a post shows. The viewer must see each thing; whoever reads the post sees of them what they may see.
func (s *Service) writeCards(ctx context.Context, tx bun.Tx, v auth.Viewer, p *Post, list []Card) error {
	var before []Card
	if err := tx.NewSelect().Model(&before).Where("pc.post_id = ?", p.ID).Scan(ctx); err != nil {
		return err
	}
	for i := range list {
		list[i].PostID, list[i].N = p.ID, i
		known := slices.IndexFunc(before, func(c Card) bool { return c.Target == list[i].Target && c.Page == list[i].Page })
		if known >= 0 && before[known].Attached { // and stays, also where its file was shared in another way since
			list[i].Attached = true
			continue
		}
		if known < 0 { // what was there stays, also for an author who lost sight of it
			if err := s.canShow(ctx, tx, v, list[i]); err != nil {
				return err
			}
		}
		if err := s.canAttach(ctx, tx, v, p, &list[i]); err != nil {
			return err
		}
	}
	if _, err := tx.NewDelete().Model((*Card)(nil)).Where("post_id = ?", p.ID).Exec(ctx); err != nil || len(list) == 0 {
		return err
	}
	_, err := tx.NewInsert().Model(&list).Exec(ctx)
	return err
}

// canShow wants a card to be of something that the viewer sees.
func (s *Service) canShow(ctx context.Context, tx bun.Tx, v auth.Viewer, c Card) error {
	var err error
	switch c.Target.Kind() {
	case OfDocument:
		err = s.library.CanShow(ctx, tx, v, c.Target.ID(), c.Page)
	case OfTender:
		var there bool
		if there, err = tx.NewSelect().TableExpr("tenders").Where("id = ?", c.Target.ID()).Exists(ctx); err == nil && !there {
			err = errs.NotFound("tender")
		}
	case OfPost:
		_, err = get(ctx, tx, v, c.Target.ID())
	default:
		err = errs.NotFound("post")
	}
	if errs.Is(err, errs.KindNotFound) {
		return field("cards", "error.field.card")
	}
	return err
}

// cards returns what posts show, by post.
func (s *Service) cards(ctx context.Context, ids []string) (map[string][]*Card, error) {
	var list []*Card
	if err := s.db.Reader().NewSelect().Model(&list).Where("pc.post_id IN (?)", bun.List(ids)).Order("pc.post_id", "pc.n").Scan(ctx); err != nil {
		return nil, fmt.Errorf("cards: %w", db.Classify(err))
	}
	out := map[string][]*Card{}
	for _, c := range list {
		out[c.PostID] = append(out[c.PostID], c)
	}
	return out, nil
}

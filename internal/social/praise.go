package social

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/people"
)

// Praised is somebody whom a post praises.
type Praised struct {
	bun.BaseModel `bun:"table:post_praised,alias:pp"`

	PostID string `bun:",pk"`
	UserID string `bun:",pk"`

	Name  string `bun:",scanonly"`
	Photo string `bun:",scanonly"`
}

// writePraised makes whom a post praises those whom its text names.
func writePraised(ctx context.Context, tx bun.Tx, p *Post) error {
	if _, err := tx.NewDelete().Model((*Praised)(nil)).Where("post_id = ?", p.ID).Exec(ctx); err != nil || p.Kind != KindPraise {
		return err
	}
	ids, _ := addressed(p.Body)
	if len(ids) > maxPraised {
		return field("body", "error.field.too_many", "Max", maxPraised)
	}
	if len(ids) == 0 {
		if p.State == StateDraft {
			return nil
		}
		return field("body", "error.field.praise_nobody")
	}
	rows := make([]Praised, len(ids))
	for i, id := range ids {
		rows[i] = Praised{PostID: p.ID, UserID: id}
	}
	_, err := tx.NewInsert().Model(&rows).Exec(ctx)
	return err
}

// praised returns whom posts praise, by post.
func (s *Service) praised(ctx context.Context, ids []string) (map[string][]*Praised, error) {
	var list []*Praised
	err := s.db.Reader().NewSelect().Model(&list).ColumnExpr("pp.*").ColumnExpr("u.name, "+people.FaceSQL+" AS photo").Join("JOIN users AS u ON u.id = pp.user_id").
		Where("pp.post_id IN (?)", bun.List(ids)).Order("pp.post_id", "u.name_folded").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("praised: %w", db.Classify(err))
	}
	out := map[string][]*Praised{}
	for _, x := range list {
		out[x.PostID] = append(out[x.PostID], x)
	}
	return out, nil
}

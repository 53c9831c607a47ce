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

func writePraised(ctx context.Context, tx bun.Tx, p *Post, ids []string) error {
	if _, err := tx.NewDelete().Model((*Praised)(nil)).Where("post_id = ?", p.ID).Exec(ctx); err != nil || len(ids) == 0 {
		return err
	}
	n, err := tx.NewSelect().TableExpr("users").Where("id IN (?)", bun.List(ids)).Where("deactivated_at IS NULL").Count(ctx)
	if err != nil {
		return err
	}
	rows := make([]Praised, 0, len(ids))
	seen := map[string]bool{}
	for _, id := range ids {
		if !seen[id] {
			seen[id] = true
			rows = append(rows, Praised{PostID: p.ID, UserID: id})
		}
	}
	if int(n) != len(rows) {
		return field("praised", "error.field.person_unknown")
	}
	_, err = tx.NewInsert().Model(&rows).Exec(ctx)
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

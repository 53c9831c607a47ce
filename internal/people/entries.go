package people

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/search"
)

// Entries gives people to the search index; who left is not found any more. It implements index.Source.
func (s *Service) Entries(ctx context.Context, ids []string, f func(string, []search.Entry) error) error {
	var list []*User
	err := s.db.Reader().NewSelect().Model(&list).Apply(selectUsers).Where("u.id IN (?)", bun.List(ids)).Where("u.deactivated_at IS NULL").Scan(ctx)
	if err != nil {
		return fmt.Errorf("users for the index: %w", db.Classify(err))
	}
	found := make(map[string]*User, len(list))
	for _, u := range list {
		found[u.ID] = u
	}
	for _, id := range ids {
		var entries []search.Entry
		if u := found[id]; u != nil {
			entries = []search.Entry{u.entry()}
		}
		if err := f(id, entries); err != nil {
			return err
		}
	}
	return nil
}

func (u *User) entry() search.Entry {
	return search.Entry{
		Type: search.TypePerson, Parent: u.ID, Title: u.Name, Extra: u.Function + " " + u.BranchName, Text: u.About,
		Branch: u.BranchID, Created: u.CreatedAt, Audience: []string{auth.KeyCompany},
	}
}

// IDs gives every active person's id.
func (s *Service) IDs(ctx context.Context, f func([]string) error) error {
	var ids []string
	if err := s.db.Reader().NewSelect().Model((*User)(nil)).Column("id").Where("deactivated_at IS NULL").Scan(ctx, &ids); err != nil {
		return fmt.Errorf("user ids: %w", db.Classify(err))
	}
	return f(ids)
}

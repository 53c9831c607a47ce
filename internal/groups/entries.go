package groups

import (
	"context"
	"fmt"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/search"
)

// Entries gives groups to the search index. It implements index.Source.
func (s *Service) Entries(ctx context.Context, ids []string, f func(string, []search.Entry) error) error {
	found, err := s.ByIDs(ctx, auth.System(), ids)
	if err != nil {
		return err
	}
	for _, id := range ids {
		var entries []search.Entry
		if g := found[id]; g != nil {
			entries = []search.Entry{g.entry()}
		}
		if err := f(id, entries); err != nil {
			return err
		}
	}
	return nil
}

func (g *Group) entry() search.Entry {
	return search.Entry{Type: search.TypeGroup, Parent: g.ID, Title: g.Name, Text: g.About, Created: g.CreatedAt, Audience: g.audience()}
}

// IDs gives every group's id.
func (s *Service) IDs(ctx context.Context, f func([]string) error) error {
	var ids []string
	if err := s.db.Reader().NewSelect().Model((*Group)(nil)).Column("id").Scan(ctx, &ids); err != nil {
		return fmt.Errorf("group ids: %w", db.Classify(err))
	}
	return f(ids)
}

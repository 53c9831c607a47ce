package tenders

import (
	"context"
	"fmt"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/search"
)

// Entries gives tenders to the search index. It implements index.Source.
func (s *Service) Entries(ctx context.Context, ids []string, f func(string, []search.Entry) error) error {
	found, err := s.ByIDs(ctx, auth.System(), ids)
	if err != nil {
		return err
	}
	for _, id := range ids {
		var entries []search.Entry
		if t := found[id]; t != nil {
			entries = []search.Entry{t.entry()}
		}
		if err := f(id, entries); err != nil {
			return err
		}
	}
	return nil
}

func (t *Tender) entry() search.Entry {
	return search.Entry{
		Type: search.TypeTender, Parent: t.ID, Title: t.Title,
		Extra: t.Reference + " " + t.Client + " " + t.Place + " " + t.Work + " " + t.BranchName, Text: t.Summary,
		Branch: t.BranchID, Client: t.Client, Tender: t.ID, Year: t.Year, Outcome: string(t.Outcome), Score: t.Score,
		Created: t.CreatedAt, Audience: audience(),
	}
}

// IDs gives every tender's id.
func (s *Service) IDs(ctx context.Context, f func([]string) error) error {
	var ids []string
	if err := s.db.Reader().NewSelect().Model((*Tender)(nil)).Column("id").Scan(ctx, &ids); err != nil {
		return fmt.Errorf("tender ids: %w", db.Classify(err))
	}
	return f(ids)
}

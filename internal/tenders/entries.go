package tenders

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/index"
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

// OfPeople returns the words by which people are found for the tenders of whose team they are: title, reference and client. It is told to the
// index, so it holds only because everybody sees every tender. It is a people.WorkWords.
func (s *Service) OfPeople(ctx context.Context, ids []string) (map[string][]string, error) {
	var rows []struct{ UserID, Title, Reference, Client string }
	err := s.db.Reader().NewSelect().Model((*Member)(nil)).ColumnExpr("tm.user_id, t.title, t.reference, t.client").Join("JOIN tenders AS t ON t.id = tm.tender_id").
		Where("tm.user_id IN (?)", bun.List(ids)).Order("t.created_at DESC", "t.id").Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("tenders of people: %w", db.Classify(err))
	}
	out := map[string][]string{}
	for _, r := range rows {
		out[r.UserID] = append(out[r.UserID], r.Title, r.Reference, r.Client)
	}
	return out, nil
}

// markTeam has the people of a tender's team indexed again.
func markTeam(ctx context.Context, tx bun.IDB, id string) error {
	var ids []string
	if err := tx.NewSelect().Model((*Member)(nil)).Column("user_id").Where("tm.tender_id = ?", id).Scan(ctx, &ids); err != nil {
		return err
	}
	return index.Mark(ctx, tx, search.TypePerson, ids...)
}

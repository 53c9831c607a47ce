package library

import (
	"context"
	"fmt"
	"strings"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/search"
)

// Entries gives documents to the search index, an entry for each page of the readable version. It implements
// index.Source. A document without readable pages is found by its title; what is in the trash is not found.
func (s *Service) Entries(ctx context.Context, ids []string, f func(string, []search.Entry) error) error {
	docs, err := s.ByIDs(ctx, auth.System(), ids)
	if err != nil {
		return err
	}
	keys, err := s.audienceKeys(ctx, ids)
	if err != nil {
		return err
	}
	for _, id := range ids {
		var entries []search.Entry
		if d := docs[id]; d != nil {
			if entries, err = s.entriesOf(ctx, d, keys[id]); err != nil {
				return err
			}
		}
		if err := f(id, entries); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) audienceKeys(ctx context.Context, ids []string) (map[string][]string, error) {
	var rows []audienceKey
	if err := s.db.Reader().NewSelect().Model(&rows).Where("document_id IN (?)", bun.List(ids)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("audience: %w", db.Classify(err))
	}
	out := make(map[string][]string, len(ids))
	for _, r := range rows {
		out[r.DocumentID] = append(out[r.DocumentID], r.Key)
	}
	return out, nil
}

func (s *Service) entriesOf(ctx context.Context, d *Document, audience []string) ([]search.Entry, error) {
	head := d.entry(audience)
	if d.ReadableID == "" {
		head.Page = 1
		return []search.Entry{head}, nil
	}
	entries := make([]search.Entry, 0, d.Pages)
	err := s.eachPage(ctx, d.ReadableID, func(p *Page) error {
		e := head
		e.Page, e.Label, e.Text = p.Number, p.Label, p.Text
		entries = append(entries, e)
		return nil
	})
	if err == nil && len(entries) == 0 {
		head.Page = 1
		entries = append(entries, head)
	}
	return entries, err
}

// entry is what all pages of a document share.
func (d *Document) entry(audience []string) search.Entry {
	extra := []string{d.Client, d.Place, d.TenderRef, d.TenderTitle, d.Filename}
	extra = append(extra, d.Tags...)
	return search.Entry{
		Type: search.TypeDocument, Parent: d.ID, Title: d.Title, Extra: strings.Join(extra, " "),
		Kind: string(d.Kind), Branch: d.BranchID, Client: d.Client, Tender: d.TenderID, Year: d.Year, Outcome: d.Outcome,
		Language: d.Language, Tags: d.Tags, Score: d.Score, Reused: d.Reused, Created: d.CreatedAt, Audience: audience,
	}
}

// IDs gives the id of every document that can be found.
func (s *Service) IDs(ctx context.Context, f func([]string) error) error {
	for last := ""; ; {
		var ids []string
		err := s.db.Reader().NewSelect().Model((*Document)(nil)).Column("d.id").Apply(present).Where("d.id > ?", last).Order("d.id").Limit(1000).Scan(ctx, &ids)
		if err != nil {
			return fmt.Errorf("document ids: %w", db.Classify(err))
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

// Expects counts the files that wait to be read or are being read, no further than to most: their documents will be marked. It
// implements index.Expecting.
func (s *Service) Expects(ctx context.Context, most int) (int, error) {
	some := s.db.Reader().NewSelect().Model((*Version)(nil)).ColumnExpr("1").Where("status IN (?, ?)", StatusReceived, StatusReading).Limit(int64(most))
	coming, err := s.db.Reader().NewSelect().TableExpr("(?) AS coming", some).Count(ctx)
	if err != nil {
		return 0, fmt.Errorf("documents to come: %w", db.Classify(err))
	}
	return int(coming), nil
}

package people

import (
	"context"
	"fmt"
	"strings"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/i18n"
	"github.com/aanpak/aanpak/internal/search"
)

// Entries gives people to the search index; who left is not found any more. It implements index.Source.
func (s *Service) Entries(ctx context.Context, ids []string, f func(string, []search.Entry) error) error {
	var list []*User
	err := s.db.Reader().NewSelect().Model(&list).Apply(selectUsers).ColumnExpr("b.place AS branch_place").Where("u.id IN (?)", bun.List(ids)).Where("u.deactivated_at IS NULL").Scan(ctx)
	if err != nil {
		return fmt.Errorf("users for the index: %w", db.Classify(err))
	}
	if err := s.withExpertise(ctx, s.db.Reader(), list); err != nil {
		return err
	}
	work, err := s.work(ctx, ids)
	if err != nil {
		return err
	}
	found := make(map[string]*User, len(list))
	for _, u := range list {
		found[u.ID] = u
	}
	for _, id := range ids {
		var entries []search.Entry
		if u := found[id]; u != nil {
			entries = []search.Entry{s.entry(u, work[id])}
		}
		if err := f(id, entries); err != nil {
			return err
		}
	}
	return nil
}

// WorkWords returns, by the ids of people, the words of what they work on that everybody may see.
type WorkWords func(ctx context.Context, ids []string) (map[string][]string, error)

// FoundByWork has people found by what they work on too. Whoever changes that marks them for the index.
func (s *Service) FoundByWork(f WorkWords) { s.workWords = f }

func (s *Service) work(ctx context.Context, ids []string) (map[string][]string, error) {
	if s.workWords == nil {
		return nil, nil
	}
	return s.workWords(ctx, ids)
}

// entry is how somebody is found: by name, and by what everybody may know of them. Telephone numbers are not among it.
func (s *Service) entry(u *User, work []string) search.Entry {
	s.fade(u)
	extra := []string{u.Function, u.BranchName, u.BranchPlace}
	for _, k := range u.Expertise {
		extra = append(extra, k.Name)
	}
	for _, tag := range u.Speaks() {
		extra = append(extra, i18n.LanguageName("nl", tag), i18n.LanguageName("en", tag))
	}
	return search.Entry{
		Type: search.TypePerson, Parent: u.ID, Title: u.Name, Extra: strings.Join(append(extra, work...), "\n"), Text: strings.TrimSpace(u.About + "\n" + u.WorkingOn),
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

package people

import (
	"context"
	"fmt"
	"strings"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
)

// Names returns what people of the ids are called, by id; those who were erased are not among them.
func (s *Service) Names(ctx context.Context, v auth.Viewer, ids []string) (map[string]string, error) {
	if !v.SignedIn() {
		return nil, errs.Unauthorized()
	}
	var list []struct{ ID, Name string }
	if err := s.db.Reader().NewSelect().TableExpr("users").Column("id", "name").Where("id IN (?)", bun.List(ids)).Where("name_folded <> ''").Scan(ctx, &list); err != nil {
		return nil, fmt.Errorf("names of people: %w", db.Classify(err))
	}
	out := make(map[string]string, len(list))
	for _, u := range list {
		out[u.ID] = u.Name
	}
	return out, nil
}

// FoldedNames returns the words of everybody's name, for leaving names out of what is counted. It is for jobs, not for viewers.
func (s *Service) FoldedNames(ctx context.Context) ([][]string, error) {
	var names []string
	if err := s.db.Reader().NewSelect().TableExpr("users").Column("name_folded").Scan(ctx, &names); err != nil {
		return nil, fmt.Errorf("names of people: %w", db.Classify(err))
	}
	out := make([][]string, len(names))
	for i, n := range names {
		out[i] = strings.Fields(n)
	}
	return out, nil
}

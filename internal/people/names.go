package people

import (
	"context"
	"fmt"
	"strings"

	"github.com/aanpak/aanpak/internal/db"
)

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

package library

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
)

// CountByTender returns how many documents of each tender the viewer may see, by tender id.
func (s *Service) CountByTender(ctx context.Context, v auth.Viewer, tenderIDs []string) (map[string]int, error) {
	out := make(map[string]int, len(tenderIDs))
	if len(tenderIDs) == 0 {
		return out, nil
	}
	var rows []struct {
		TenderID string
		N        int
	}
	err := s.db.Reader().NewSelect().TableExpr("documents AS d").ColumnExpr("d.tender_id, count(*) AS n").
		Apply(visibleTo(v)).Apply(present).Where("d.tender_id IN (?)", bun.List(tenderIDs)).GroupExpr("d.tender_id").Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("count documents of tenders: %w", db.Classify(err))
	}
	for _, r := range rows {
		out[r.TenderID] = r.N
	}
	return out, nil
}

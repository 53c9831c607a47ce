package reuse

import (
	"context"
	"strconv"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/tenders"
)

// outcomeTold is the outcome as it is told, empty while there is nothing to tell.
func outcomeTold(o tenders.Outcome, score float64) string {
	if o != tenders.OutcomeWon && o != tenders.OutcomeLost {
		return ""
	}
	if score > 0 {
		return string(o) + " " + strconv.FormatFloat(score, 'f', -1, 64)
	}
	return string(o)
}

// tenderChanged tells the owners of what a tender was made with how it ended: when the outcome is entered, and once more when its score
// comes later. A correction of either is not told again.
func (s *Service) tenderChanged(ctx context.Context, tx bun.Tx, id string) error {
	var list []*Use
	if err := tx.NewSelect().Model(&list).Apply(joined).Where("us.tender_id = ?", id).Order("us.document_id", "us.created_at").Scan(ctx); err != nil || len(list) == 0 {
		return err
	}
	now := outcomeTold(list[0].Outcome, list[0].Score)
	told := map[string]bool{}
	for _, u := range list {
		if !news(u.Told, now) {
			continue
		}
		_, err := tx.NewUpdate().Model((*Use)(nil)).Set("told = ?", now).Where("document_id = ?", u.DocumentID).Where("user_id = ?", u.UserID).
			Where("page = ?", u.Page).Where("tender_id = ?", id).Exec(ctx)
		if err != nil {
			return err
		}
		if !u.ByOther() || told[u.DocumentID] || s.told.Scored == nil {
			continue
		}
		told[u.DocumentID] = true
		if err := s.told.Scored(ctx, tx, u); err != nil {
			return err
		}
	}
	return nil
}

// news tells whether an outcome is worth telling to who heard another.
func news(heard, now string) bool {
	hadScore := len(heard) > len(tenders.OutcomeLost) // "won" and "lost" have none
	return now != "" && heard != now && (heard == "" || !hadScore && len(now) > len(tenders.OutcomeLost))
}

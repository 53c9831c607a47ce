package insight

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/reuse"
)

// How recent a reuse is that is worth praise, how many documents are looked at, and what makes one worth holding up.
const (
	praiseDays  = 45
	mostWorth   = 5
	worthReads  = 5
	worthScore  = 8
	reuseWeight = 5  // a reuse counts for as many readings
	scoreWeight = 10 // the same for a score of worthScore or more
)

// praiseTips are documents of colleagues of the branch that others used of late, and for which the viewer did not praise them since.
func (s *Service) praiseTips(ctx context.Context, v auth.Viewer) (list []*Tip, err error) {
	var rows []struct {
		DocumentID string
		At         time.Time
	}
	err = s.DB.Reader().NewSelect().TableExpr("uses AS us").ColumnExpr("us.document_id, us.created_at AS at").
		Join("JOIN documents AS d ON d.id = us.document_id").Join("JOIN users AS o ON o.id = d.owner_id").Apply(library.Visible(v)).
		Where("us.created_at >= ?", s.Now().AddDate(0, 0, -praiseDays)).Where("us.user_id <> d.owner_id").Where("o.branch_id = ?", v.BranchID).
		Where("o.id <> ?", v.UserID).Where("o.deactivated_at IS NULL").
		Where(`NOT EXISTS (SELECT 1 FROM post_praised AS pp JOIN posts AS p ON p.id = pp.post_id
			WHERE pp.user_id = d.owner_id AND p.author_id = ? AND p.state = 'published' AND p.published_at >= us.created_at)`, v.UserID).
		OrderExpr("us.created_at DESC, us.document_id").Limit(mostTasks).Scan(ctx, &rows)
	if err != nil {
		return nil, scan("reuse to praise", err)
	}
	var ids []string
	at := map[string]time.Time{}
	for _, r := range rows {
		if at[r.DocumentID].IsZero() {
			ids, at[r.DocumentID] = append(ids, r.DocumentID), r.At
		}
	}
	return s.documentTips(ctx, v, TipPraise, ids, at)
}

// spotlightTips are documents of the branch, for a branch at least, that were read, reused or well scored and not held up in the last year.
func (s *Service) spotlightTips(ctx context.Context, v auth.Viewer) ([]*Tip, error) {
	var ids []string
	err := s.DB.Reader().NewSelect().TableExpr("documents AS d").Column("d.id").Join("LEFT JOIN tenders AS t ON t.id = d.tender_id").Apply(library.Visible(v)).
		Where("d.branch_id = ?", v.BranchID).Where("d.readable_id <> ''").Where("(d.audience = 'company' OR d.audience LIKE 'branch%')").
		Where("NOT EXISTS (SELECT 1 FROM spotlights AS sp WHERE sp.document_id = d.id AND sp.until > ?)", s.Now().AddDate(-1, 0, 0)).
		Where("(d.reads >= ? OR coalesce(t.score, 0) >= ? OR d.id IN (SELECT document_id FROM uses))", worthReads, worthScore).
		OrderExpr("? * ? + d.reads + CASE WHEN coalesce(t.score, 0) >= ? THEN ? ELSE 0 END DESC, d.id", bun.Safe(reuse.TimesSQL), reuseWeight, worthScore, scoreWeight).
		Limit(mostWorth+asideDays). // those put aside are among them
		Scan(ctx, &ids)
	if err != nil {
		return nil, scan("documents to hold up", err)
	}
	return s.documentTips(ctx, v, TipSpotlight, ids, nil)
}

func (s *Service) documentTips(ctx context.Context, v auth.Viewer, kind TipKind, ids []string, at map[string]time.Time) (list []*Tip, err error) {
	found, err := s.Library.ByIDs(ctx, v, ids)
	for _, id := range ids {
		d := found[id]
		if d == nil {
			continue
		}
		t := &Tip{Key: key(string(kind), id), Kind: kind, Title: d.Title, Document: d, Wide: d.Wide(), At: at[id]}
		if kind == TipPraise {
			t.Person = Person{d.OwnerID, d.OwnerName, d.OwnerPhoto, ""}
		}
		list = append(list, t)
	}
	return list, err
}

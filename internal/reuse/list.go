package reuse

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/tenders"
)

// joined reads uses with who, the tender as it is now, and the document.
func joined(q *bun.SelectQuery) *bun.SelectQuery {
	return q.ColumnExpr("us.*").ColumnExpr("u.name AS user_name, " + people.FaceSQL + " AS user_photo").
		ColumnExpr("coalesce(t.reference, '') AS reference, coalesce(t.title, '') AS tender, coalesce(t.client, '') AS client").
		ColumnExpr("coalesce(t.outcome, '') AS outcome, coalesce(t.score, 0.0) AS score, d.title, d.owner_id").
		Join("JOIN documents AS d ON d.id = us.document_id").Join("JOIN users AS u ON u.id = us.user_id").Join("LEFT JOIN tenders AS t ON t.id = us.tender_id")
}

// Of returns where a document was used, the newest first.
func (s *Service) Of(ctx context.Context, v auth.Viewer, documentID string) (list []*Use, err error) {
	if _, err := s.library.Get(ctx, v, documentID); err != nil {
		return nil, err
	}
	q := s.db.Reader().NewSelect().Model(&list).Apply(joined).Where("us.document_id = ?", documentID).Order("us.created_at DESC", "us.tender_id", "us.user_id", "us.page")
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("uses: %w", db.Classify(err))
	}
	return list, nil
}

// Made is a document that a tender was made with.
type Made struct {
	Document *library.Document
	Uses     []*Use
}

// Made returns the documents that a tender was made with and that the viewer sees, what was used last first.
func (s *Service) Made(ctx context.Context, v auth.Viewer, tenderID string) ([]Made, error) {
	if _, err := s.tenders.Get(ctx, v, tenderID); err != nil {
		return nil, err
	}
	return s.grouped(ctx, v, func(q *bun.SelectQuery) *bun.SelectQuery { return q.Where("us.tender_id = ?", tenderID) })
}

// ByOthers returns the documents of a person that others used and that the viewer sees, what was used last first.
func (s *Service) ByOthers(ctx context.Context, v auth.Viewer, ownerID string) ([]Made, error) {
	return s.grouped(ctx, v, func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("d.owner_id = ?", ownerID).Where("us.user_id <> d.owner_id")
	})
}

// grouped reads uses by document. What is seen by temporary access only is left out: the list is of what is for the viewer.
func (s *Service) grouped(ctx context.Context, v auth.Viewer, which func(*bun.SelectQuery) *bun.SelectQuery) ([]Made, error) {
	v.Grants = nil
	var list []*Use
	q := s.db.Reader().NewSelect().Model(&list).Apply(joined).Apply(library.Visible(v)).Apply(which).Order("us.created_at DESC", "us.document_id", "us.user_id", "us.page")
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("documents used: %w", db.Classify(err))
	}
	var ids []string
	uses := map[string][]*Use{}
	for _, u := range list {
		if uses[u.DocumentID] == nil {
			ids = append(ids, u.DocumentID)
		}
		uses[u.DocumentID] = append(uses[u.DocumentID], u)
	}
	docs, err := s.library.ByIDs(ctx, v, ids)
	if err != nil {
		return nil, err
	}
	var out []Made
	for _, id := range ids {
		if d := docs[id]; d != nil {
			out = append(out, Made{d, uses[id]})
		}
	}
	return out, nil
}

// Choices returns the tenders for which the viewer can say that they used something: the running ones of whose team they are, what is due
// first, then those of their branch.
func (s *Service) Choices(ctx context.Context, v auth.Viewer) (own, branch []*tenders.Tender, err error) {
	if v.UserID == "" {
		return nil, nil, nil
	}
	if own, err = s.tenders.List(ctx, v, tenders.Filter{Member: v.UserID, Running: true}); err != nil {
		return nil, nil, err
	}
	tenders.ByDeadline(own)
	all, err := s.tenders.List(ctx, v, tenders.Filter{BranchID: v.BranchID, Running: true})
	if err != nil {
		return nil, nil, err
	}
	mine := map[string]bool{}
	for _, t := range own {
		mine[t.ID] = true
	}
	for _, t := range all {
		if !mine[t.ID] {
			branch = append(branch, t)
		}
	}
	tenders.ByDeadline(branch)
	return own, branch, nil
}

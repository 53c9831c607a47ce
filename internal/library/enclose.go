package library

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/audit"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/index"
	"github.com/aanpak/aanpak/internal/search"
)

// alone is the audience of what only its owner sees.
func alone(ownerID string) string { return audiencePeople + ":" + ownerID }

// UploadEnclosed stores a file that goes with something that is not said yet: until Disclose only its owner sees it.
func (s *Service) UploadEnclosed(ctx context.Context, v auth.Viewer, f File) (*Document, error) {
	if v.UserID == "" {
		return nil, errs.Unauthorized()
	}
	kind, audience := KindOther, alone(v.UserID)
	return s.Upload(ctx, v, f, Meta{Kind: &kind, Audience: &audience})
}

// Enclosed tells, inside a transaction, whether a document is the viewer's own and seen by nobody else, so that it can go with what they say.
func (s *Service) Enclosed(ctx context.Context, tx bun.IDB, v auth.Viewer, id string) (bool, error) {
	there, err := tx.NewSelect().Model((*Document)(nil)).Apply(enclosed(v.UserID)).Where("d.id = ?", id).Exists(ctx)
	return there, db.Classify(err)
}

func enclosed(ownerID string) func(*bun.SelectQuery) *bun.SelectQuery {
	return func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("d.owner_id = ?", ownerID).Where("d.audience = ?", alone(ownerID)).Apply(present)
	}
}

// Disclose lets the audience of what a person said see the files that go with it, and what was packed in them, in the transaction in which
// it is said; v is who says it, and who may say something to that audience. What its owner has shared in another way meanwhile stays as it is.
// A calculation that was packed in a file for everybody is for whom calculations are.
func (s *Service) Disclose(ctx context.Context, tx bun.Tx, v auth.Viewer, ids []string, audience string) error {
	if len(ids) == 0 {
		return nil
	}
	var list []*Document
	q := tx.NewSelect().Model(&list).Apply(enclosed(v.UserID)).Where("(d.id IN (?) OR d.source_id IN (?))", bun.List(ids), bun.List(ids)).Order("d.id")
	if err := q.Scan(ctx); err != nil || len(list) == 0 {
		return err
	}
	sets := map[string][]*Document{}
	for _, d := range list {
		to := audience
		if audience == audienceCompany && d.SourceID != "" {
			to = DefaultAudience(d.Kind)
		}
		sets[to] = append(sets[to], d)
	}
	for to, set := range sets {
		if err := s.disclose(ctx, tx, v, set, to); err != nil {
			return fmt.Errorf("disclose: %w", err)
		}
	}
	return nil
}

// disclose gives documents that only their owner sees another audience.
func (s *Service) disclose(ctx context.Context, tx bun.Tx, v auth.Viewer, list []*Document, audience string) error {
	a, err := ParseAudience(audience)
	if err != nil {
		return err
	}
	ids, rows := make([]string, len(list)), []audienceKey{}
	for i, d := range list {
		ids[i] = d.ID
		for _, k := range a.keys(d) {
			rows = append(rows, audienceKey{DocumentID: d.ID, Key: k})
		}
	}
	if _, err := tx.NewUpdate().Model((*Document)(nil)).Set("audience = ?", a.String()).Set("updated_at = ?", s.now()).Where("id IN (?)", bun.List(ids)).Exec(ctx); err != nil {
		return err
	}
	if _, err := tx.NewDelete().Model((*audienceKey)(nil)).Where("document_id IN (?)", bun.List(ids)).Exec(ctx); err != nil {
		return err
	}
	if _, err := tx.NewInsert().Model(&rows).Exec(ctx); err != nil {
		return err
	}
	for _, id := range ids {
		if err := s.audienceChanged(ctx, tx, id); err != nil {
			return err
		}
		if err := audit.Log(ctx, tx, v, "document.audience", "document:"+id, alone(v.UserID)+" → "+a.String()); err != nil {
			return err
		}
	}
	return index.Mark(ctx, tx, search.TypeDocument, ids...)
}

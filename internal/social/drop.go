package social

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
)

// DraftFile is a file that was uploaded for a draft. Without the draft it stays in the library, seen by its owner alone.
type DraftFile struct {
	PostID string
	ID     string // of the document
	Title  string
	Unused bool // by anything else: no other post, no tender, nothing said about it, and nobody else sees it
}

// DraftFiles returns the files of the viewer's drafts, by the draft's id.
func (s *Service) DraftFiles(ctx context.Context, v auth.Viewer, drafts ...string) (map[string][]DraftFile, error) {
	out := map[string][]DraftFile{}
	if len(drafts) == 0 || v.UserID == "" {
		return out, nil
	}
	list, err := draftFiles(ctx, s.db.Reader(), v, drafts)
	if err != nil {
		return nil, fmt.Errorf("files of drafts: %w", db.Classify(err))
	}
	for _, f := range list {
		out[f.PostID] = append(out[f.PostID], f)
	}
	return out, nil
}

func draftFiles(ctx context.Context, tx bun.IDB, v auth.Viewer, drafts []string) (list []DraftFile, err error) {
	err = tx.NewSelect().TableExpr("post_cards AS pc").ColumnExpr("pc.post_id, d.id, d.title").
		ColumnExpr(`(d.audience = ? AND coalesce(d.tender_id, '') = '' AND NOT EXISTS (SELECT 1 FROM posts AS x WHERE x.about = pc.target AND x.state <> 'deleted')
			AND NOT EXISTS (SELECT 1 FROM post_cards AS o JOIN posts AS x ON x.id = o.post_id WHERE o.target = pc.target AND o.post_id <> pc.post_id AND x.state <> 'deleted')) AS unused`,
			"people:"+v.UserID).
		Join("JOIN posts AS p ON p.id = pc.post_id").Join("JOIN documents AS d ON 'document:' || d.id = pc.target").
		Where("pc.post_id IN (?)", bun.List(drafts)).Where("pc.attached").Where("p.author_id = ?", v.UserID).Where("p.state IN (?, ?)", StateDraft, StateScheduled).
		Where("d.owner_id = ?", v.UserID).Where("d.deleted_at IS NULL").OrderExpr("pc.post_id, pc.n").Scan(ctx, &list)
	return list, err
}

// Drop throws a draft of the viewer's away and, of the files that were uploaded for it, those of the ids into the trash.
func (s *Service) Drop(ctx context.Context, v auth.Viewer, id string, files ...string) error {
	err := s.change(ctx, v, id, func(ctx context.Context, tx bun.Tx, p *Post) error {
		if p.AuthorID != v.UserID || p.State != StateDraft && p.State != StateScheduled {
			return errs.NotFound("post")
		}
		list, err := draftFiles(ctx, tx, v, []string{id})
		if err != nil {
			return err
		}
		var own []string
		for _, f := range list {
			if slices.Contains(files, f.ID) {
				own = append(own, f.ID)
			}
		}
		if err := s.library.DeleteOwn(ctx, tx, v, own); err != nil {
			return err
		}
		return s.setState(ctx, tx, v, p, StateDeleted, "")
	})
	if err != nil {
		return fmt.Errorf("drop draft: %w", err)
	}
	return nil
}

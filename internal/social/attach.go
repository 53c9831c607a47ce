package social

import (
	"context"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
)

// A file of a post is a document of the library, uploaded by library.UploadEnclosed and shown as a card that says so. While the post is a draft,
// or is to be published later, only its author sees the document. It gets the audience that the post has when others first see that, in the
// same transaction; from then on it is a document like every other.

// canAttach keeps the mark of a card only where its document is the author's own and nobody else's yet.
func (s *Service) canAttach(ctx context.Context, tx bun.IDB, v auth.Viewer, p *Post, c *Card) (err error) {
	if !c.Attached {
		return nil
	}
	if p.Audience == ForDocument {
		return field("file", "error.field.file_about")
	}
	c.Attached = false
	if c.Target.Kind() == OfDocument && v.UserID == p.AuthorID {
		c.Attached, err = s.library.Enclosed(ctx, tx, v, c.Target.ID())
	}
	return err
}

// disclose lets whoever sees a published post see its files.
func (s *Service) disclose(ctx context.Context, tx bun.Tx, p *Post) error {
	if !p.Published() || p.Audience == ForDocument {
		return nil
	}
	var list []Card
	if err := tx.NewSelect().Model(&list).Where("pc.post_id = ?", p.ID).Where("pc.attached").Scan(ctx); err != nil || len(list) == 0 {
		return err
	}
	ids := make([]string, len(list))
	for i, c := range list {
		ids[i] = c.Target.ID()
	}
	author := auth.Viewer{UserID: p.AuthorID} // who published it may be the clock, or who moderates
	return s.library.Disclose(ctx, tx, author, ids, p.Audience)
}

package social

import (
	"context"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/blob"
	"github.com/aanpak/aanpak/internal/links"
)

// writeLinks notes what a post links to, as far as others see it and its author wants a preview. What is said of a document or tender is a
// comment, and gets none.
func (s *Service) writeLinks(ctx context.Context, tx bun.Tx, p *Post) error {
	text := p.Body
	if !p.Published() || p.NoPreview || p.About != "" {
		text = ""
	}
	return s.links.Write(ctx, tx, p.ID, text)
}

// OpenPreview opens the picture of the preview under a post that the viewer sees.
func (s *Service) OpenPreview(ctx context.Context, v auth.Viewer, postID string) (blob.Blob, *links.Preview, error) {
	if _, err := s.Get(ctx, v, postID); err != nil {
		return nil, nil, err
	}
	return s.links.OpenPicture(ctx, postID)
}

package links

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image/jpeg"
	"strings"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/blob"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/people"
)

// The sides of a picture, in pixels: what is kept at most, and what is worth showing at least.
const (
	pictureSide = 480
	leastSide   = 64 // below are marks that count readers, and icons
	pictureGood = 82 // quality of what is kept
)

// PicturePrefix begins the names of the files of pictures. They are named by content.
const PicturePrefix = "link/"

// keepPicture stores a picture, made anew. A preview does without one that cannot be read or kept.
func (s *Service) keepPicture(ctx context.Context, p *Preview, picture []byte) {
	if len(picture) == 0 {
		return
	}
	err := s.makePicture(ctx, p, picture)
	if err != nil {
		s.log.Debug("a preview does without its picture", "host", p.Host(), "err", err)
	}
}

func (s *Service) makePicture(ctx context.Context, p *Preview, picture []byte) error {
	img, err := people.ReadPicture(ctx, s.painter, bytes.NewReader(picture))
	if err != nil {
		return err
	}
	if b := img.Bounds(); b.Dx() < leastSide || b.Dy() < leastSide {
		return errs.NotFound("picture")
	}
	img = people.Fitted(img, pictureSide, pictureSide)
	var buf bytes.Buffer
	if err := jpeg.Encode(&buf, img, &jpeg.Options{Quality: pictureGood}); err != nil {
		return err
	}
	hash := sha256.Sum256(buf.Bytes())
	sum := hex.EncodeToString(hash[:])
	if err := s.blobs.Put(ctx, PicturePrefix+sum, &buf, int64(buf.Len())); err != nil {
		return err
	}
	p.Picture, p.Width, p.Height = sum, img.Bounds().Dx(), img.Bounds().Dy()
	return nil
}

// OpenPicture opens the picture of the preview that a post shows. The caller has found the post visible.
func (s *Service) OpenPicture(ctx context.Context, postID string) (blob.Blob, *Preview, error) {
	shown, err := s.Of(ctx, []string{postID})
	if err != nil {
		return nil, nil, err
	}
	p := shown[postID]
	if p == nil || p.Picture == "" {
		return nil, nil, errs.NotFound("picture")
	}
	b, err := s.blobs.Open(ctx, PicturePrefix+p.Picture)
	if errors.Is(err, blob.ErrNotFound) {
		return nil, nil, errs.NotFound("picture").Because(err)
	}
	if err != nil {
		return nil, nil, errs.Unavailable("storage", err)
	}
	return b, p, nil
}

// PictureNamed tells whether a file is the picture of a preview, for the sweep of files.
func PictureNamed(ctx context.Context, tx bun.IDB, key string) (bool, error) {
	return tx.NewSelect().Model((*Preview)(nil)).Where("lp.picture = ?", strings.TrimPrefix(key, PicturePrefix)).Exists(ctx)
}

// PictureFiles lists the files of all pictures as d sees them, each once, for a backup.
func PictureFiles(ctx context.Context, d bun.IDB) (keys []string, err error) {
	var list []string
	if err := d.NewSelect().Model((*Preview)(nil)).ColumnExpr("DISTINCT lp.picture").Where("lp.picture <> ''").OrderExpr("lp.picture").Scan(ctx, &list); err != nil {
		return nil, fmt.Errorf("pictures of previews: %w", db.Classify(err))
	}
	for _, sum := range list {
		keys = append(keys, PicturePrefix+sum)
	}
	return keys, nil
}

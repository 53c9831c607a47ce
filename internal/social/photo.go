package social

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"strconv"
	"strings"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/blob"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/fold"
	"github.com/aanpak/aanpak/internal/people"
)

// Photo is a picture of a post.
type Photo struct {
	bun.BaseModel `bun:"table:post_photos,alias:ph"`

	PostID        string `bun:",pk"`
	N             int    `bun:",pk"` // from 1
	Sum           string // SHA-256 of the largest size
	Width, Height int    // of the largest size, in pixels
	Alt           string // what it shows, for who does not see it
}

// PhotoWidths are the widths in pixels in which pictures are kept, the largest first. Narrower pictures are not enlarged.
var PhotoWidths = []int{1600, 640}

const (
	maxPhotos   = 10
	maxAlt      = 300
	photoGood   = 82 // quality of what is kept
	photoPrefix = "post/"
)

// AddPhoto adds a picture to a post of the viewer's: JPEG, PNG or WebP. It is made anew, so that nothing of the file is kept but what is seen.
func (s *Service) AddPhoto(ctx context.Context, v auth.Viewer, postID string, picture io.Reader, alt string) (*Photo, error) {
	p, err := s.Get(ctx, v, postID)
	if err != nil {
		return nil, err
	}
	if err := CanEdit(v, p); err != nil {
		return nil, err
	}
	img, err := people.ReadPicture(ctx, s.painter, picture)
	if err != nil {
		return nil, err
	}
	row := &Photo{PostID: postID, Alt: fold.Cut(fold.Line(alt), maxAlt)}
	if err := s.keepPhoto(ctx, row, img); err != nil {
		return nil, err
	}
	err = s.change(ctx, v, postID, func(ctx context.Context, tx bun.Tx, _ *Post) error {
		var last struct{ Count, N int }
		err := tx.NewSelect().Model((*Photo)(nil)).ColumnExpr("count(*) AS count, coalesce(max(ph.n), 0) AS n").Where("ph.post_id = ?", postID).Scan(ctx, &last)
		if err != nil {
			return err
		}
		if last.Count >= maxPhotos {
			return field("photo", "error.field.too_many", "Max", maxPhotos)
		}
		row.N = last.N + 1
		_, err = tx.NewInsert().Model(row).Exec(ctx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("add photo: %w", err)
	}
	return row, nil
}

// RemovePhoto takes a picture from a post of the viewer's. Its files go with the next sweep.
func (s *Service) RemovePhoto(ctx context.Context, v auth.Viewer, postID string, n int) error {
	return s.change(ctx, v, postID, func(ctx context.Context, tx bun.Tx, p *Post) error {
		if err := CanEdit(v, p); err != nil {
			return err
		}
		res, err := tx.NewDelete().Model((*Photo)(nil)).Where("post_id = ?", postID).Where("n = ?", n).Exec(ctx)
		if err != nil {
			return err
		}
		if gone, _ := res.RowsAffected(); gone == 0 {
			return errs.NotFound("picture")
		}
		return nil
	})
}

// keepPhoto writes a picture in every size.
func (s *Service) keepPhoto(ctx context.Context, row *Photo, img image.Image) error {
	for i, width := range PhotoWidths {
		out := people.Fitted(img, width, img.Bounds().Dy())
		var buf bytes.Buffer
		if err := jpeg.Encode(&buf, out, &jpeg.Options{Quality: photoGood}); err != nil {
			return err
		}
		if i == 0 {
			sum := sha256.Sum256(buf.Bytes())
			row.Sum, row.Width, row.Height = hex.EncodeToString(sum[:]), out.Bounds().Dx(), out.Bounds().Dy()
		}
		if err := s.blobs.Put(ctx, row.key(width), &buf, int64(buf.Len())); err != nil {
			return errs.Unavailable("storage", err)
		}
	}
	return nil
}

func (ph *Photo) key(width int) string {
	return photoPrefix + ph.PostID + "/" + ph.Sum + "-" + strconv.Itoa(width)
}

// OpenPhoto opens a picture of a post that the viewer sees, in the smallest size that is not narrower than asked for.
func (s *Service) OpenPhoto(ctx context.Context, v auth.Viewer, postID string, n, width int) (blob.Blob, *Photo, error) {
	if _, err := s.Get(ctx, v, postID); err != nil {
		return nil, nil, err
	}
	row := new(Photo)
	err := s.db.Reader().NewSelect().Model(row).Where("ph.post_id = ?", postID).Where("ph.n = ?", n).Scan(ctx)
	if db.IsNoRows(err) {
		return nil, nil, errs.NotFound("picture")
	}
	if err != nil {
		return nil, nil, fmt.Errorf("photo: %w", db.Classify(err))
	}
	size := PhotoWidths[0]
	for _, w := range PhotoWidths {
		if width <= w {
			size = w
		}
	}
	b, err := s.blobs.Open(ctx, row.key(size))
	if errors.Is(err, blob.ErrNotFound) {
		return nil, nil, errs.NotFound("picture").Because(err)
	}
	if err != nil {
		return nil, nil, errs.Unavailable("storage", err)
	}
	return b, row, nil
}

// photosOf returns the pictures of posts, by post.
func (s *Service) photosOf(ctx context.Context, ids []string) (map[string][]*Photo, error) {
	var list []*Photo
	if err := s.db.Reader().NewSelect().Model(&list).Where("ph.post_id IN (?)", bun.List(ids)).Order("ph.post_id", "ph.n").Scan(ctx); err != nil {
		return nil, fmt.Errorf("photos: %w", db.Classify(err))
	}
	out := map[string][]*Photo{}
	for _, p := range list {
		out[p.PostID] = append(out[p.PostID], p)
	}
	return out, nil
}

// PhotoNamed tells whether a file is a size of a picture of a post, for the sweep of files.
func PhotoNamed(ctx context.Context, tx bun.IDB, key string) (bool, error) {
	parts := strings.Split(key, "/")
	if len(parts) != 3 {
		return false, nil
	}
	sum, _, _ := strings.Cut(parts[2], "-")
	return tx.NewSelect().Model((*Photo)(nil)).Where("ph.post_id = ?", parts[1]).Where("ph.sum = ?", sum).Exists(ctx)
}

// PhotoFiles lists the files of all pictures as d sees them, for a backup.
func PhotoFiles(ctx context.Context, d bun.IDB) (keys []string, err error) {
	var list []*Photo
	if err := d.NewSelect().Model(&list).Order("ph.post_id", "ph.n").Scan(ctx); err != nil {
		return nil, fmt.Errorf("photos: %w", db.Classify(err))
	}
	for _, p := range list {
		for _, width := range PhotoWidths {
			keys = append(keys, p.key(width))
		}
	}
	return keys, nil
}

package people

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
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/uptrace/bun"
	"golang.org/x/image/draw"

	"github.com/aanpak/aanpak/internal/audit"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/blob"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/reader"
)

const (
	maxPhoto   = 12 << 20 // bytes of a picture that comes in
	photoWidth = 1600     // at most, in pixels, of the picture that is cut
	photoGood  = 85       // quality of what is kept
)

// PhotoSizes are the sides in pixels in which a photo is kept, the largest first.
var PhotoSizes = []int{480, 96}

// MaxPhoto is the most bytes of a picture that is taken.
const MaxPhoto = maxPhoto

// FaceSQL is the photo of a person u in a query: who left has none.
const FaceSQL = "CASE WHEN u.deactivated_at IS NULL THEN u.photo ELSE '' END"

// Painter turns a picture upright and scales it, in a process of its own with limits: what it gives is made anew and carries nothing of
// the file but what is seen. reader.Pool is one.
type Painter interface {
	Image(ctx context.Context, f reader.File, name string, n, width int, w io.Writer) (mediaType string, err error)
}

// photos is what photos need.
type photos struct {
	blobs   blob.Store
	painter Painter
}

// UsePhotos says where photos are kept and who reads the pictures that people send.
func (s *Service) UsePhotos(b blob.Store, p Painter) { s.photos = photos{b, p} }

// Crop is the square of a picture that becomes the photo: its left upper corner in parts of the width and of the height of the picture as it
// stands upright, and its side in parts of the shorter one. The zero value is the largest square in the middle.
type Crop struct{ X, Y, Side float64 }

// square returns the crop in pixels, always inside of the picture.
func (c Crop) square(w, h int) image.Rectangle {
	short := min(w, h)
	if !(c.Side > 0 && c.Side <= 1) || !(c.X >= 0 && c.X <= 1) || !(c.Y >= 0 && c.Y <= 1) {
		x, y := (w-short)/2, (h-short)/2
		return image.Rect(x, y, x+short, y+short)
	}
	side := max(1, int(c.Side*float64(short)))
	x, y := min(int(c.X*float64(w)), w-side), min(int(c.Y*float64(h)), h-side)
	return image.Rect(x, y, x+side, y+side)
}

// SetPhoto makes a picture the viewer's photo: JPEG, PNG or WebP, whatever its name says.
func (s *Service) SetPhoto(ctx context.Context, v auth.Viewer, picture io.Reader, c Crop) error {
	if v.UserID == "" {
		return errs.Unauthorized()
	}
	img, err := ReadPicture(ctx, s.photos.painter, picture)
	if err != nil {
		return err
	}
	sum, err := s.photos.keep(ctx, v.UserID, img, c.square(img.Bounds().Dx(), img.Bounds().Dy()))
	if err != nil {
		return err
	}
	return s.writePhoto(ctx, v, sum, "user.photo")
}

// RemovePhoto takes the viewer's photo away. The files go with the next sweep.
func (s *Service) RemovePhoto(ctx context.Context, v auth.Viewer) error {
	if v.UserID == "" {
		return errs.Unauthorized()
	}
	return s.writePhoto(ctx, v, "", "user.photo.remove")
}

func (s *Service) writePhoto(ctx context.Context, v auth.Viewer, sum, action string) error {
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		u := &User{ID: v.UserID, Photo: sum, UpdatedAt: s.Now()}
		if err := updateUserTx(ctx, tx, u, "photo", "updated_at"); err != nil {
			return err
		}
		return audit.Log(ctx, tx, v, action, "user:"+u.ID, "")
	})
	if err != nil {
		return fmt.Errorf("photo: %w", db.Classify(err))
	}
	return nil
}

func badPhoto(key string, args ...any) *errs.Error {
	return errs.Invalid("error.invalid").Field("photo", key, args...)
}

// ReadPicture returns a picture that people send, upright and at most 1,600 pixels wide: a JPEG, PNG or WebP of at most MaxPhoto bytes.
func ReadPicture(ctx context.Context, p Painter, picture io.Reader) (image.Image, error) {
	f, err := receivePhoto(picture)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return upright(ctx, p, f)
}

// Fitted returns a picture that is no wider and no higher than so many pixels.
func Fitted(img image.Image, width, height int) image.Image {
	b := img.Bounds()
	if b.Dx() <= width && b.Dy() <= height {
		return img
	}
	w, h := width, b.Dy()*width/b.Dx()
	if h > height {
		w, h = b.Dx()*height/b.Dy(), height
	}
	out := image.NewRGBA(image.Rect(0, 0, max(1, w), max(1, h)))
	draw.CatmullRom.Scale(out, out.Bounds(), img, b, draw.Src, nil)
	return out
}

// receivePhoto takes a picture into a file that has no name any more, if it begins as one of the kinds that are taken.
func receivePhoto(r io.Reader) (f *os.File, err error) {
	head := make([]byte, 16)
	n, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && err != io.EOF {
		return nil, errs.Invalid("error.upload_broken").Because(err)
	}
	head = head[:n]
	if n == 0 {
		return nil, badPhoto("error.field.required")
	}
	if !isPhoto(head) {
		return nil, badPhoto("error.field.photo_kind")
	}
	if f, err = os.CreateTemp("", "aanpak-photo-*"); err != nil {
		return nil, err
	}
	_ = os.Remove(f.Name())
	size, err := io.Copy(f, io.LimitReader(io.MultiReader(bytes.NewReader(head), r), maxPhoto+1))
	switch {
	case err != nil:
		err = errs.Invalid("error.upload_broken").Because(err)
	case size > maxPhoto:
		err = badPhoto("error.field.photo_large", "Max", maxPhoto>>20)
	default:
		return f, nil
	}
	f.Close()
	return nil, err
}

// isPhoto knows a JPEG, PNG or WebP by its first bytes.
func isPhoto(head []byte) bool {
	return bytes.HasPrefix(head, []byte("\xff\xd8\xff")) || bytes.HasPrefix(head, []byte("\x89PNG\r\n\x1a\n")) ||
		bytes.HasPrefix(head, []byte("RIFF")) && len(head) >= 12 && string(head[8:12]) == "WEBP"
}

// upright has the picture read in a child process, and returns what that drew.
func upright(ctx context.Context, p Painter, f *os.File) (image.Image, error) {
	var drawn bytes.Buffer
	_, err := p.Image(ctx, f, "photo", 1, photoWidth, &drawn)
	var failure *reader.Failure
	switch {
	case errors.As(err, &failure) && (failure.Reason == reader.ReasonMemory || failure.Reason == reader.ReasonTooLarge):
		return nil, badPhoto("error.field.photo_pixels").Because(err)
	case errors.As(err, &failure) || errors.Is(err, reader.ErrNoImage):
		return nil, badPhoto("error.field.photo_broken").Because(err)
	case err != nil:
		return nil, fmt.Errorf("read photo: %w", err)
	}
	img, err := jpeg.Decode(&drawn)
	if err != nil {
		return nil, fmt.Errorf("read photo: %w", err)
	}
	return img, nil
}

// keep writes the square in every size and returns the SHA-256 of the largest, by which all are found.
func (p photos) keep(ctx context.Context, userID string, img image.Image, square image.Rectangle) (sum string, err error) {
	for _, size := range PhotoSizes {
		out := image.NewRGBA(image.Rect(0, 0, size, size))
		draw.CatmullRom.Scale(out, out.Bounds(), img, square.Add(img.Bounds().Min), draw.Src, nil)
		var buf bytes.Buffer
		if err := jpeg.Encode(&buf, out, &jpeg.Options{Quality: photoGood}); err != nil {
			return "", err
		}
		if sum == "" {
			hash := sha256.Sum256(buf.Bytes())
			sum = hex.EncodeToString(hash[:])
		}
		if err := p.blobs.Put(ctx, photoKey(userID, sum, size), &buf, int64(buf.Len())); err != nil {
			return "", errs.Unavailable("storage", err)
		}
	}
	return sum, nil
}

// photoKey has the person before the content: so nobody's photo is shared with another's, and one can go without a look at others.
func photoKey(userID, sum string, size int) string {
	return "photo/" + userID + "/" + sum + "-" + strconv.Itoa(size)
}

// Photo opens somebody's photo in the smallest size that is not below the one asked for, with the SHA-256 of the photo.
func (s *Service) Photo(ctx context.Context, v auth.Viewer, id string, size int) (blob.Blob, string, error) {
	u, err := s.User(ctx, v, id)
	if err != nil {
		return nil, "", err
	}
	if u.Photo == "" {
		return nil, "", errs.NotFound("photo")
	}
	b, err := s.openPhoto(ctx, u, size)
	if errors.Is(err, blob.ErrNotFound) {
		return nil, "", errs.NotFound("photo").Because(err)
	}
	if err != nil {
		return nil, "", errs.Unavailable("storage", err)
	}
	return b, u.Photo, nil
}

func (s *Service) openPhoto(ctx context.Context, u *User, size int) (blob.Blob, error) {
	return s.photos.blobs.Open(ctx, photoKey(u.ID, u.Photo, PhotoSize(size)))
}

// PhotoSize is the size that is kept for one that is asked for.
func PhotoSize(want int) int {
	for _, size := range slices.Backward(PhotoSizes) {
		if want <= size {
			return size
		}
	}
	return PhotoSizes[0]
}

// PhotoNamed tells whether a file is a size of somebody's photo of now, for the sweep of files.
func PhotoNamed(ctx context.Context, tx bun.IDB, key string) (bool, error) {
	parts := strings.Split(key, "/")
	if len(parts) != 3 {
		return false, nil
	}
	sum, _, _ := strings.Cut(parts[2], "-")
	return tx.NewSelect().Model((*User)(nil)).Where("u.id = ?", parts[1]).Where("u.photo = ?", sum).Exists(ctx)
}

// PhotoFiles lists the files of everybody's photo as d sees them, for a backup.
func PhotoFiles(ctx context.Context, d bun.IDB) (keys []string, err error) {
	var list []*User
	if err := d.NewSelect().Model(&list).Column("id", "photo").Where("u.photo <> ''").Order("u.id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("photos: %w", db.Classify(err))
	}
	for _, u := range list {
		for _, size := range PhotoSizes {
			keys = append(keys, photoKey(u.ID, u.Photo, size))
		}
	}
	return keys, nil
}

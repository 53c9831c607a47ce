package library

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/aanpak/aanpak/internal/blob"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/paper"
	"github.com/aanpak/aanpak/internal/reader"
)

// imageWidths are the widths that page images are made in: a card, a hit, a phone, a screen. Any other is rounded up, so
// that nobody fills the disk by asking for every width there is.
var imageWidths = []int{160, 320, 800, 1600}

// Image is a picture of a page.
type Image struct {
	MediaType string
	Data      []byte
}

// PageImage returns page n of a version that the caller has loaded for its viewer, made at the first request and kept.
func (s *Service) PageImage(ctx context.Context, ver *Version, n, width int) (*Image, error) {
	if n < 1 || n > max(ver.Pages, 1) {
		return nil, errs.NotFound("page_of_document")
	}
	if err := s.Openable(ver); err != nil {
		return nil, err
	}
	w := imageWidths[len(imageWidths)-1]
	for _, have := range imageWidths {
		if width <= have {
			w = have
			break
		}
	}
	key := fmt.Sprintf("made/%s/p%d-w%d", ver.ID, n, w)
	if img, err := s.kept(ctx, key); err == nil {
		return img, nil
	} else if !errors.Is(err, blob.ErrNotFound) {
		s.log.WarnContext(ctx, "kept page image", "key", key, "err", err)
	}
	img, err := s.drawPage(ctx, ver, n, w)
	if err != nil {
		return nil, err
	}
	if err := s.blobs.Put(ctx, key, bytes.NewReader(img.Data), int64(len(img.Data))); err != nil {
		s.log.WarnContext(ctx, "keep page image", "key", key, "err", err)
	}
	return img, nil
}

func (s *Service) kept(ctx context.Context, key string) (*Image, error) {
	b, err := s.blobs.Open(ctx, key)
	if err != nil {
		return nil, err
	}
	defer b.Close()
	data, err := io.ReadAll(b)
	if err != nil {
		return nil, err
	}
	return &Image{MediaType: sniffImage(data), Data: data}, nil
}

// sniffImage tells the two kinds that drawPage makes apart.
func sniffImage(data []byte) string {
	if bytes.HasPrefix(data, []byte("\x89PNG")) {
		return "image/png"
	}
	return "image/jpeg"
}

func (s *Service) drawPage(ctx context.Context, ver *Version, n, width int) (*Image, error) {
	f, err := s.local(ctx, ver)
	if err != nil {
		return nil, errs.Unavailable("storage", err)
	}
	defer f.Close()
	var out bytes.Buffer
	mediaType, err := s.reader.Image(ctx, f, ver.Filename, n, width, &out)
	var failure *reader.Failure
	switch {
	case errors.Is(err, reader.ErrNoImage):
		return s.drawText(ctx, ver, n, width)
	case errors.As(err, &failure):
		return nil, errs.NotFound("page_image").Because(err)
	case err != nil:
		return nil, fmt.Errorf("page image: %w", err)
	}
	return &Image{MediaType: mediaType, Data: out.Bytes()}, nil
}

// drawText pictures a page that has no look of its own from what was read of it.
func (s *Service) drawText(ctx context.Context, ver *Version, n, width int) (*Image, error) {
	p, err := s.PageOf(ctx, ver, n)
	if err != nil {
		return nil, err
	}
	sheet := paper.Page{Text: p.Text}
	if p.Grid {
		for _, r := range reader.ParseGrid(p.Text) {
			sheet.Rows = append(sheet.Rows, r.Cells)
		}
	}
	var out bytes.Buffer
	if err := paper.Draw(&out, sheet, width); err != nil {
		return nil, fmt.Errorf("draw page: %w", err)
	}
	return &Image{MediaType: "image/png", Data: out.Bytes()}, nil
}

// PageWords returns the words of a page with their boxes, for marking hits on its image; none where the page has no boxes.
func (s *Service) PageWords(ctx context.Context, ver *Version, n int) ([]reader.Word, error) {
	if err := s.Openable(ver); err != nil {
		return nil, err
	}
	f, err := s.local(ctx, ver)
	if err != nil {
		return nil, errs.Unavailable("storage", err)
	}
	defer f.Close()
	words, err := s.reader.Words(ctx, f, ver.Filename, n)
	var failure *reader.Failure
	if errors.As(err, &failure) || errors.Is(err, reader.ErrNoImage) {
		return nil, nil
	}
	return words, err
}

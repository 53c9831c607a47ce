package reader

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	_ "image/gif" // registers the decoder
	"image/jpeg"
	_ "image/png" // registers the decoder
	"io"

	_ "golang.org/x/image/bmp" // registers the decoder
	scale "golang.org/x/image/draw"
	_ "golang.org/x/image/tiff" // registers the decoder
	_ "golang.org/x/image/webp" // registers the decoder
)

// readImage reads an image: one page, with text where OCR finds some.
func readImage(t *task) (Info, error) {
	page := Page{Number: 1, Reader: readerOCR}
	o := t.ocr()
	img, stands, err := decodeImage(t)
	if err != nil {
		return Info{}, err
	}
	if o == nil {
		page.NoText, page.Reader = true, "image"
		return Info{}, t.emit(page)
	}
	if page.Text, err = o.recognise(t.ctx, fit(img, stands, 3000)); err != nil {
		page.NoText, page.Reader = true, "image"
	}
	return Info{}, t.emit(page)
}

// decodeImage decodes the document after a look at its size, and says how it must be turned.
func decodeImage(t *task) (image.Image, turn, error) {
	whole := io.NewSectionReader(t.file, 0, t.size)
	conf, format, err := image.DecodeConfig(whole)
	if err != nil {
		return nil, 0, failf(ReasonDamaged, "the image cannot be read: %v", err)
	}
	if conf.Width <= 0 || conf.Height <= 0 || conf.Width > maxPixels/conf.Height {
		return nil, 0, failf(ReasonTooLarge, "the image has %d × %d pixels, more than allowed", conf.Width, conf.Height)
	}
	// A decoder asks for all of it at once, before it has read a byte of it. The kernel does not see that: it lets Go use the addresses that
	// Go had reserved, and refuses only what is asked for next.
	if decoded := uint64(conf.Width) * uint64(conf.Height) * pixelBytes(conf.ColorModel); decoded > t.limits.Memory {
		return nil, 0, failf(ReasonMemory, "the image takes %d MB when it is decoded, more than allowed", decoded>>20)
	}
	if _, err := whole.Seek(0, io.SeekStart); err != nil {
		return nil, 0, failf(ReasonDamaged, "the image cannot be read: %v", err)
	}
	img, _, err := image.Decode(whole)
	if err != nil {
		return nil, 0, failf(ReasonDamaged, "the image cannot be read, perhaps it is cut short: %v", err)
	}
	return img, turnOf(io.NewSectionReader(t.file, 0, t.size), format), nil
}

// pixelBytes is what a decoded pixel takes.
func pixelBytes(m color.Model) uint64 {
	switch m {
	case color.RGBA64Model, color.NRGBA64Model:
		return 8
	case color.YCbCrModel: // without subsampling
		return 3
	case color.Gray16Model, color.Alpha16Model:
		return 2
	case color.GrayModel, color.AlphaModel:
		return 1
	}
	if _, ok := m.(color.Palette); ok {
		return 1
	}
	return 4
}

// fit turns an image upright and scales it down to at most the width, and at most three times that in height.
func fit(img image.Image, stands turn, width int) image.Image {
	b := img.Bounds()
	across, down := float64(b.Dx()), float64(b.Dy())
	if stands.sideways() {
		across, down = down, across
	}
	factor := min(1, float64(width)/across, 3*float64(width)/down)
	w, h := max(1, int(float64(b.Dx())*factor)), max(1, int(float64(b.Dy())*factor))
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(out, out.Bounds(), image.White, image.Point{}, draw.Src)
	if factor == 1 {
		draw.Draw(out, out.Bounds(), img, b.Min, draw.Over)
	} else {
		scale.ApproxBiLinear.Scale(out, out.Bounds(), img, b, draw.Over, nil)
	}
	return stands.apply(out)
}

// image sends the picture of a page as JPEG.
func (t *task) image() error {
	var picture []byte
	var err error
	switch {
	case t.kind.mediaType == formatPDF.mediaType:
		picture, err = t.pdfImage()
	case isImage(t.kind) && t.kind.read != nil:
		picture, err = t.scaledImage()
	default:
		err = ErrNoImage
	}
	if err != nil {
		return err
	}
	if err := writeFrame(t.out.w, frameType, []byte(mediaJPEG)); err != nil {
		return err
	}
	_, err = t.out.Write(picture)
	return err
}

func (t *task) scaledImage() ([]byte, error) {
	if t.req.Page != 1 {
		return nil, ErrNoPage
	}
	img, stands, err := decodeImage(t)
	if err != nil {
		return nil, err
	}
	var buf bytes.Buffer
	if err := jpeg.Encode(&buf, fit(img, stands, t.req.Width), &jpeg.Options{Quality: 80}); err != nil {
		return nil, failf(ReasonDamaged, "the image cannot be shown: %v", err)
	}
	return buf.Bytes(), nil
}

func (t *task) pdfImage() (picture []byte, err error) {
	err = t.withPDFPage(func(d *pdfiumDoc, i int) error {
		picture, err = d.jpeg(i, t.req.Width)
		return err
	})
	return picture, err
}

// words sends the words of a PDF page; other formats have none.
func (t *task) words() error {
	if t.kind.mediaType != formatPDF.mediaType {
		return nil
	}
	return t.withPDFPage(func(d *pdfiumDoc, i int) error {
		words, err := d.words(i)
		if err != nil {
			return err
		}
		const batch = 20_000 // words in one frame
		for len(words) > 0 {
			n := min(batch, len(words))
			if err := t.out.json(frameWords, words[:n]); err != nil {
				return err
			}
			words = words[n:]
		}
		return nil
	})
}

// withPDFPage opens the PDF and calls f with the index of the page that was asked for.
func (t *task) withPDFPage(f func(d *pdfiumDoc, i int) error) error {
	p := &pdfTask{task: t}
	d, err := p.openPDFium()
	if err != nil {
		return pdfFailure(err)
	}
	defer d.close()
	if t.req.Page < 1 || t.req.Page > d.pages {
		return ErrNoPage
	}
	if err := f(d, t.req.Page-1); err != nil {
		return failf(ReasonDamaged, "page %d cannot be shown: %v", t.req.Page, err)
	}
	return nil
}

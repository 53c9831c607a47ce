package reader

import (
	"image"
	"io"
	"time"

	"github.com/bep/imagemeta"
)

// turn is how a picture must be turned to stand upright, as EXIF counts: 1 is upright, 3 upside down, 6 and 8 on its side, the
// even ones below 6 and 5 and 7 mirrored. Phones leave the picture as the sensor saw it and write this beside it.
type turn int

const upright turn = 1

// withEXIF are the formats of package image that may say how they stand.
var withEXIF = map[string]imagemeta.ImageFormat{"jpeg": imagemeta.JPEG, "png": imagemeta.PNG, "tiff": imagemeta.TIFF, "webp": imagemeta.WebP}

// turnOf reads the orientation in a picture of a format, upright where it says none or nonsense.
func turnOf(r io.ReadSeeker, format string) turn {
	found := upright
	_, err := imagemeta.Decode(imagemeta.Options{
		R: r, ImageFormat: withEXIF[format], Sources: imagemeta.EXIF, Timeout: 5 * time.Second,
		ShouldHandleTag: func(tag imagemeta.TagInfo) bool { return tag.Namespace == "IFD0" && tag.Tag == "Orientation" },
		HandleTag: func(tag imagemeta.TagInfo) error {
			if v, ok := tag.Value.(uint16); ok && v >= 1 && v <= 8 {
				found = turn(v)
			}
			return nil
		},
	})
	if err != nil {
		return upright // a picture is shown as it lies rather than not at all
	}
	return found
}

// sideways tells whether turning swaps width and height.
func (t turn) sideways() bool { return t >= 5 && t <= 8 }

// apply returns the picture upright.
func (t turn) apply(in *image.RGBA) *image.RGBA {
	if t == upright {
		return in
	}
	w, h := in.Rect.Dx(), in.Rect.Dy()
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	if t.sideways() {
		out = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range out.Rect.Dy() {
		for x := range out.Rect.Dx() {
			sx, sy := t.source(x, y, w-1, h-1)
			copy(out.Pix[out.PixOffset(x, y):][:4], in.Pix[in.PixOffset(sx, sy):][:4])
		}
	}
	return out
}

// source is where the point x, y of the upright picture lies in the one that was taken, whose last column and row are given.
func (t turn) source(x, y, right, bottom int) (int, int) {
	switch t {
	case 2:
		return right - x, y
	case 3:
		return right - x, bottom - y
	case 4:
		return x, bottom - y
	case 5:
		return y, x
	case 6:
		return y, bottom - x
	case 7:
		return right - y, bottom - x
	case 8:
		return right - y, x
	}
	return x, y
}

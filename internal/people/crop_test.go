package people

import (
	"image"
	"math"
	"testing"
)

// Whatever a form says, the square is inside of the picture and a square.
func TestCropStaysInside(t *testing.T) {
	for _, c := range []struct {
		crop Crop
		w, h int
		want image.Rectangle
	}{
		{Crop{}, 300, 200, image.Rect(50, 0, 250, 200)},
		{Crop{}, 200, 301, image.Rect(0, 50, 200, 250)},
		{Crop{X: 0, Y: 0, Side: .5}, 300, 200, image.Rect(0, 0, 100, 100)},
		{Crop{X: 1, Y: 1, Side: .5}, 300, 200, image.Rect(200, 100, 300, 200)},
		{Crop{X: .9, Y: 0, Side: 1}, 300, 200, image.Rect(100, 0, 300, 200)},
		{Crop{X: -1, Side: .5}, 300, 200, image.Rect(50, 0, 250, 200)},
		{Crop{X: math.NaN(), Side: math.Inf(1)}, 300, 200, image.Rect(50, 0, 250, 200)},
		{Crop{Side: 1e-9}, 300, 200, image.Rect(0, 0, 1, 1)},
		{Crop{Side: .5}, 1, 1, image.Rect(0, 0, 1, 1)},
	} {
		got := c.crop.square(c.w, c.h)
		if got != c.want || got.Dx() != got.Dy() || !got.In(image.Rect(0, 0, c.w, c.h)) {
			t.Errorf("%+v of %d × %d is %v, want %v", c.crop, c.w, c.h, got, c.want)
		}
	}
}

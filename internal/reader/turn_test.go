package reader

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"os/exec"
	"strings"
	"testing"

	"github.com/aanpak/aanpak/internal/testenv"
)

// withTurn writes an EXIF block with an orientation into a JPEG, behind its first marker.
func withTurn(picture []byte, t turn) []byte {
	exif := "Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00" + string(rune(t)) + "\x00\x00\x00\x00\x00\x00"
	return fmt.Appendf(nil, "%s\xff\xe1\x00%c%s%s", picture[:2], len(exif)+2, exif, picture[2:])
}

// taken is the JPEG of an upright picture as a camera leaves it that was held so: apply turns it back.
func taken(tb testing.TB, upright image.Image, t turn) []byte {
	tb.Helper()
	b := upright.Bounds()
	back := map[turn]turn{6: 8, 8: 6}[t]
	if back == 0 {
		back = t
	}
	in := image.NewRGBA(b)
	draw.Draw(in, b, upright, b.Min, draw.Src)
	var buf bytes.Buffer
	if err := jpeg.Encode(&buf, back.apply(in), &jpeg.Options{Quality: 95}); err != nil {
		tb.Fatal(err)
	}
	return withTurn(buf.Bytes(), t)
}

// TestTurn shows a picture upright, however the camera was held, at the size that was asked for.
func TestTurn(t *testing.T) {
	pool := newTestPool(t, nil)
	flag := image.NewRGBA(image.Rect(0, 0, 240, 160)) // red, green above; blue, white below
	for i, c := range []color.Color{color.RGBA{255, 0, 0, 255}, color.RGBA{0, 255, 0, 255}, color.RGBA{0, 0, 255, 255}, color.White} {
		draw.Draw(flag, image.Rect(i%2*120, i/2*80, i%2*120+120, i/2*80+80), image.NewUniform(c), image.Point{}, draw.Src)
	}
	for n := range turn(10) { // 0 and 9 are nonsense, and leave it as it is
		var buf bytes.Buffer
		if _, err := pool.Image(context.Background(), tempFile(t, taken(t, flag, n)), "foto.jpg", 1, 120, &buf); err != nil {
			t.Fatal(n, err)
		}
		img, err := jpeg.Decode(&buf)
		if err != nil || img.Bounds().Dx() != 120 || img.Bounds().Dy() != 80 {
			t.Errorf("orientation %d: %v, %v", n, img.Bounds(), err)
			continue
		}
		if got := corners(img); got != "red green blue white" {
			t.Errorf("orientation %d: %s", n, got)
		}
	}
}

// corners names the colours of the four quarters.
func corners(img image.Image) string {
	var names []string
	b := img.Bounds()
	for i := range 4 {
		r, g, bl, _ := img.At(b.Dx()/4+i%2*b.Dx()/2, b.Dy()/4+i/2*b.Dy()/2).RGBA()
		const half = 1 << 15
		name := map[[3]bool]string{{true, false, false}: "red", {false, true, false}: "green", {false, false, true}: "blue", {true, true, true}: "white"}
		names = append(names, name[[3]bool{r > half, g > half, bl > half}])
	}
	return strings.Join(names, " ")
}

// TestTurnedScan reads a page that was photographed on its side.
func TestTurnedScan(t *testing.T) {
	_, err := exec.LookPath("tesseract")
	testenv.Need(t, "tesseract", err == nil, "apt install tesseract-ocr tesseract-ocr-nld")
	_, picture := scanPDF(t, "De omgevingsmanager spreekt met de bewoners van de wijk")
	page, err := jpeg.Decode(bytes.NewReader(picture))
	if err != nil {
		t.Fatal(err)
	}
	pages, _, err := readAll(t, newTestPool(t, func(o *Options) { o.NoOCR = false }), "foto.jpg", taken(t, page, 6))
	if err != nil || len(pages) != 1 || !strings.Contains(pages[0].Text, "omgevingsmanager") {
		t.Errorf("%+v, %v", pages, err)
	}
}

package reader

import (
	"bytes"
	"context"
	"image"
	"image/jpeg"
	"os/exec"
	"strings"
	"testing"

	"github.com/aanpak/aanpak/internal/testenv"
	"github.com/go-pdf/fpdf"
)

// scanPDF prints a page, and puts the picture of it into a PDF without text.
func scanPDF(tb testing.TB, text string) (pdf, picture []byte) {
	tb.Helper()
	pool := newTestPool(tb, nil)
	var page bytes.Buffer
	printed := makePDF(tb, func(d *fpdf.Fpdf) { d.SetFont("Helvetica", "", 20) }, text)
	if _, err := pool.Image(context.Background(), tempFile(tb, printed), "a.pdf", 1, 1600, &page); err != nil {
		tb.Fatal(err)
	}
	picture = page.Bytes()
	pdf = makePDF(tb, func(d *fpdf.Fpdf) {
		d.RegisterImageOptionsReader("scan", fpdf.ImageOptions{ImageType: "JPG"}, bytes.NewReader(picture))
		d.AddPage()
		d.ImageOptions("scan", 0, 0, 595, 842, false, fpdf.ImageOptions{}, 0, "")
	})
	return pdf, picture
}

// TestScan says of a page without text that OCR is needed, and reads it where OCR is installed.
func TestScan(t *testing.T) {
	pdf, picture := scanPDF(t, "De omgevingsmanager spreekt met de bewoners van de wijk")
	pages, info, err := readAll(t, newTestPool(t, nil), "scan.pdf", pdf)
	if err != nil || !pages[0].NoText || info.OCRNeeded != 1 {
		t.Fatalf("without OCR: %+v, %+v, %v", pages, info, err)
	}
	_, err = exec.LookPath("tesseract")
	testenv.Need(t, "tesseract", err == nil, "apt install tesseract-ocr tesseract-ocr-nld")
	for name, data := range map[string][]byte{"scan.pdf": pdf, "scan.jpg": picture} {
		pages, info, err = readAll(t, newTestPool(t, func(o *Options) { o.NoOCR = false }), name, data)
		if err != nil || len(pages) != 1 || pages[0].Reader != "ocr" || pages[0].NoText || info.OCRNeeded != 0 || !strings.Contains(pages[0].Text, "omgevingsmanager") {
			t.Errorf("%s: %+v, %+v, %v", name, pages, info, err)
		}
	}
}

// TestPGM keeps the size and the grey of a picture.
func TestPGM(t *testing.T) {
	img, err := jpeg.Decode(bytes.NewReader(mustJPEG(t)))
	if err != nil {
		t.Fatal(err)
	}
	if got := pgm(img); !bytes.HasPrefix(got, []byte("P5\n4 3\n255\n")) || len(got) != 11+12 {
		t.Errorf("got %d bytes: %q", len(got), got)
	}
}

func mustJPEG(tb testing.TB) []byte {
	tb.Helper()
	var buf bytes.Buffer
	if err := jpeg.Encode(&buf, image.NewRGBA(image.Rect(0, 0, 4, 3)), nil); err != nil {
		tb.Fatal(err)
	}
	return buf.Bytes()
}

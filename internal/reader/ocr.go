package reader

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"image"
	"image/draw"
	"os"
	"os/exec"
	"slices"
	"strings"
)

// ocr runs tesseract, one page at a time on one thread: more threads cost five times the processor for little.
type ocr struct {
	path      string
	languages string // as tesseract takes them, for example "nld+eng"
}

// findOCR returns nil where tesseract or its languages are missing.
func findOCR(ctx context.Context) *ocr {
	path, err := exec.LookPath("tesseract")
	if err != nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, ocrTimeout/4)
	defer cancel()
	out, err := exec.CommandContext(ctx, path, "--list-langs").Output()
	if err != nil {
		return nil
	}
	return newOCR(path, strings.Fields(string(out)))
}

func newOCR(path string, installed []string) *ocr {
	var use []string
	for _, l := range []string{"nld", "eng"} {
		if slices.Contains(installed, l) {
			use = append(use, l)
		}
	}
	if len(use) == 0 {
		return nil
	}
	return &ocr{path: path, languages: strings.Join(use, "+")}
}

// recognise returns the clean text in a picture. The child's process group ends tesseract with the child.
func (o *ocr) recognise(ctx context.Context, img image.Image) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, ocrTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, o.path, "stdin", "stdout", "-l", o.languages, "--psm", "3")
	cmd.Env = append(os.Environ(), "OMP_THREAD_LIMIT=1")
	cmd.Stdin = bytes.NewReader(pgm(img))
	var out, msg bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &msg
	tether(cmd)
	if err := cmd.Run(); err != nil {
		line, _, _ := strings.Cut(msg.String(), "\n")
		return "", fmt.Errorf("tesseract: %w: %s", err, line)
	}
	return cutText(cleanText(joinPrintedHyphens(out.String())), maxPageText), nil
}

// joinPrintedHyphens marks hyphens at line ends as PDFium does: in print nearly all of them break a word.
func joinPrintedHyphens(s string) string {
	return strings.ReplaceAll(s, "-\n", string(hyphenMark)+"\n")
}

// pgm writes a picture as portable grey map, which needs no decoder worth attacking.
func pgm(img image.Image) []byte {
	gray, ok := img.(*image.Gray)
	b := img.Bounds()
	if !ok {
		gray = image.NewGray(b)
		draw.Draw(gray, b, image.White, image.Point{}, draw.Src)
		draw.Draw(gray, b, img, b.Min, draw.Over)
	}
	var buf bytes.Buffer
	w := bufio.NewWriter(&buf)
	fmt.Fprintf(w, "P5\n%d %d\n255\n", b.Dx(), b.Dy())
	for y := range b.Dy() {
		row := gray.Pix[y*gray.Stride:]
		_, _ = w.Write(row[:b.Dx()])
	}
	_ = w.Flush()
	return buf.Bytes()
}

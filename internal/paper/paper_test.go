package paper_test

import (
	"bytes"
	"image/png"
	"strings"
	"testing"

	"github.com/aanpak/aanpak/internal/paper"
)

// dark counts the pixels that somebody wrote on.
func dark(t *testing.T, p paper.Page, width int) (n int) {
	t.Helper()
	var b bytes.Buffer
	if err := paper.Draw(&b, p, width); err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(&b)
	if err != nil {
		t.Fatal(err)
	}
	if img.Bounds().Dx() != width {
		t.Errorf("%d pixels wide, want %d", img.Bounds().Dx(), width)
	}
	for y := range img.Bounds().Dy() {
		for x := range width {
			if r, _, _, _ := img.At(x, y).RGBA(); r < 0x8000 {
				n++
			}
		}
	}
	return n
}

func TestDraw(t *testing.T) {
	empty := dark(t, paper.Page{}, 320)
	some := dark(t, paper.Page{Text: "Een kop\nEn een regel tekst."}, 320)
	more := dark(t, paper.Page{Text: "Een kop\n" + strings.Repeat("En een regel tekst. ", 100)}, 320)
	if empty != 0 || some == 0 || more < 5*some {
		t.Errorf("dark pixels: %d, %d, %d", empty, some, more)
	}
	if dark(t, paper.Page{Rows: [][]string{{"post", "prijs"}, {"steiger", "450"}}}, 320) == 0 {
		t.Error("a sheet is empty")
	}
}

// Whatever text there is, drawing ends and stays in its frame.
func FuzzDraw(f *testing.F) {
	f.Add("tekst", 160)
	f.Add(strings.Repeat("a", 10_000), 50)
	f.Add("\x00\xff\u202e漢字", 320)
	f.Fuzz(func(t *testing.T, text string, width int) {
		width = min(max(width, 50), 400)
		var b bytes.Buffer
		for _, p := range []paper.Page{{Text: text}, {Rows: [][]string{{text, text}, strings.Split(text, " ")}}} {
			if err := paper.Draw(&b, p, width); err != nil {
				t.Fatal(err)
			}
		}
	})
}

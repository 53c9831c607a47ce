// Package paper draws a small picture of a page that has text but no look of its own (a sheet, a letter, a mail), so that it
// can be told apart at a glance beside the pages of PDFs. It needs no child process: what it draws is text that was read.
package paper

import (
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"strings"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// The look: measures are parts of the width.
const (
	margin  = 0.09
	letters = 0.026 // size of the text
	leading = 1.5   // lines apart, in sizes
	shape   = 1.414 // height for a width, as A4
)

var (
	ink   = color.RGBA{0x15, 0x23, 0x3a, 0xff}
	line  = color.RGBA{0xdd, 0xd8, 0xcd, 0xff}
	shade = color.RGBA{0xf2, 0xef, 0xe8, 0xff}
)

// fonts are parsed once; they are part of the program, so a failure is a mistake of ours.
var fonts = sync.OnceValue(func() (f struct{ regular, bold *opentype.Font }) {
	f.regular, f.bold = parse(goregular.TTF), parse(gobold.TTF)
	return f
})

func parse(ttf []byte) *opentype.Font {
	f, err := opentype.Parse(ttf)
	if err != nil {
		panic(err)
	}
	return f
}

// Page is what is drawn: lines of text, or rows of cells.
type Page struct {
	Text string
	Rows [][]string // where set, drawn as a sheet instead of Text
}

// Draw writes the page as a PNG of the given width in pixels.
func Draw(w io.Writer, p Page, width int) error {
	s, err := newSheet(width)
	if err != nil {
		return err
	}
	defer s.close()
	if len(p.Rows) > 0 {
		s.table(p.Rows)
	} else {
		s.text(p.Text)
	}
	return (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(w, s.img)
}

// sheet is a page being drawn.
type sheet struct {
	img           *image.RGBA
	regular, bold font.Face
	left, right   int
	y, step       int
}

func newSheet(width int) (*sheet, error) {
	w := float64(width)
	size := max(w*letters, 3)
	s := &sheet{
		img:  image.NewRGBA(image.Rect(0, 0, width, int(w*shape))),
		left: int(w * margin), right: int(w * (1 - margin)), step: max(int(size*leading), 4),
	}
	s.y = s.left + s.step
	draw.Draw(s.img, s.img.Bounds(), image.White, image.Point{}, draw.Src)
	var err error
	opts := &opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingFull}
	if s.regular, err = opentype.NewFace(fonts().regular, opts); err != nil {
		return nil, err
	}
	s.bold, err = opentype.NewFace(fonts().bold, &opentype.FaceOptions{Size: size * 1.35, DPI: 72, Hinting: font.HintingFull})
	return s, err
}

func (s *sheet) close() {
	s.regular.Close()
	s.bold.Close()
}

func (s *sheet) full() bool { return s.y > s.img.Bounds().Dy()-s.left }

// write draws a line and returns where it ends.
func (s *sheet) write(face font.Face, x, y int, text string) int {
	d := font.Drawer{Dst: s.img, Src: image.NewUniform(ink), Face: face, Dot: fixed.P(x, y)}
	d.DrawString(text)
	return d.Dot.X.Round()
}

// text draws the first line as a heading and wraps the others.
func (s *sheet) text(text string) {
	face := s.bold
	for l := range strings.Lines(text) {
		words := strings.Fields(l)
		if len(words) == 0 {
			continue
		}
		for len(words) > 0 && !s.full() {
			n := s.fit(face, words)
			s.write(face, s.left, s.y, strings.Join(words[:n], " "))
			words = words[n:]
			s.y += s.step
		}
		if s.full() {
			return
		}
		if face == s.bold {
			s.y += s.step / 2
		}
		face = s.regular
		s.y += s.step / 3
	}
}

// fit returns how many words stand on a line, at least one.
func (s *sheet) fit(face font.Face, words []string) int {
	for n := 1; n < len(words); n++ {
		if font.MeasureString(face, strings.Join(words[:n+1], " ")).Round() > s.right-s.left {
			return n
		}
	}
	return len(words)
}

// maxColumns is how many columns a sheet shows.
const maxColumns = 5

// table draws rows with lines between them, the first on a shade.
func (s *sheet) table(rows [][]string) {
	columns := 1
	for _, r := range rows {
		columns = max(columns, min(len(r), maxColumns))
	}
	height := s.step * 3 / 2
	width := (s.right - s.left) / (columns + 1) // the first column is twice as wide
	s.y = s.left
	for i, r := range rows {
		if s.full() {
			return
		}
		box := image.Rect(s.left, s.y, s.right, s.y+height)
		if i == 0 {
			draw.Draw(s.img, box, image.NewUniform(shade), image.Point{}, draw.Src)
		}
		for j, cell := range r[:min(len(r), columns)] {
			s.cell(cell, s.left+(j+min(j, 1))*width, s.y+height*7/10, width*(2-min(j, 1))-2)
		}
		s.y += height
		draw.Draw(s.img, image.Rect(s.left, s.y, s.right, s.y+1), image.NewUniform(line), image.Point{}, draw.Src)
	}
}

// cell writes as much of a cell as has room.
func (s *sheet) cell(text string, x, y, room int) {
	r := []rune(strings.Join(strings.Fields(text), " "))
	r = r[:min(len(r), 60)]
	for len(r) > 0 && font.MeasureString(s.regular, string(r)).Round() > room {
		r = r[:len(r)-1]
	}
	s.write(s.regular, x+1, y, string(r))
}

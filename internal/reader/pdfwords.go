package reader

import (
	"fmt"
	"unicode"

	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/responses"
)

// device is the size in pixels of the imaginary screen on which boxes are measured.
const device = 1_000_000

// affine maps points of a PDF page, whatever its rotation and crop, to fractions from the top left corner.
type affine struct{ ax, bx, cx, ay, by, cy float64 }

func (a affine) apply(x, y float64) (float64, float64) {
	return a.ax*x + a.bx*y + a.cx, a.ay*x + a.by*y + a.cy
}

// affine asks PDFium where three points land; all others follow.
func (d *pdfiumDoc) affine(i int) (affine, error) {
	var px, py [3]float64
	for k, pt := range [3][2]float64{{0, 0}, {1000, 0}, {0, 1000}} {
		res, err := d.inst.FPDF_PageToDevice(&requests.FPDF_PageToDevice{
			Page: d.at(i), SizeX: device, SizeY: device, PageX: pt[0], PageY: pt[1],
		})
		if err != nil {
			return affine{}, fmt.Errorf("page to device: %w", err)
		}
		px[k], py[k] = float64(res.DeviceX)/device, float64(res.DeviceY)/device
	}
	return affine{
		ax: (px[1] - px[0]) / 1000, bx: (px[2] - px[0]) / 1000, cx: px[0],
		ay: (py[1] - py[0]) / 1000, by: (py[2] - py[0]) / 1000, cy: py[0],
	}, nil
}

// words returns the words of page i with their boxes; their offsets are those of the text that first makes.
func (d *pdfiumDoc) words(i int) ([]Word, error) {
	if err := d.flatten(i); err != nil {
		return nil, err
	}
	res, err := d.inst.GetPageTextStructured(&requests.GetPageTextStructured{
		Page: d.at(i), Mode: requests.GetPageTextStructuredModeChars,
	})
	if err != nil {
		return nil, fmt.Errorf("words: %w", err)
	}
	to, err := d.affine(i)
	if err != nil {
		return nil, err
	}
	runes, boxes := charBoxes(res.Chars, to)
	runes = d.mend(i, runes)
	more := d.unseen(runes)
	runes, boxes = append(runes, more...), append(boxes, make([]Rect, len(more))...)
	return groupWords(cleanGlyphs(runes), boxes), nil
}

func charBoxes(chars []*responses.GetPageTextStructuredChar, to affine) ([]rune, []Rect) {
	runes, boxes := make([]rune, 0, len(chars)), make([]Rect, 0, len(chars))
	for _, c := range chars {
		for _, r := range c.Text { // none for a character without a meaning, else one
			runes = append(runes, r)
			boxes = append(boxes, toRect(c.PointPosition, to))
		}
	}
	return runes, boxes
}

func toRect(p responses.CharPosition, to affine) Rect {
	x1, y1 := to.apply(p.Left, p.Top)
	x2, y2 := to.apply(p.Right, p.Bottom)
	left, top := max(0, min(x1, x2)), max(0, min(y1, y2))
	return Rect{X: left, Y: top, W: min(1, max(x1, x2)) - left, H: min(1, max(y1, y2)) - top}
}

// groupWords cuts the clean text into runs of letters and digits and joins the boxes of each.
func groupWords(gs []glyph, boxes []Rect) []Word {
	var words []Word
	var cur *Word
	offset, last := 0, int32(-1)
	for _, g := range gs {
		n := len(string(g.r))
		if !wordRune(g.r) {
			cur = nil
		} else {
			if cur == nil {
				words = append(words, Word{Offset: offset})
				cur, last = &words[len(words)-1], -1
			}
			cur.Length += n
			if g.src != last {
				cur.Boxes = addBox(cur.Boxes, boxes[g.src])
			}
			last = g.src
		}
		offset += n
	}
	return words
}

func wordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) }

// addBox joins a letter to the last box when it is on the same line, else starts a new one.
func addBox(boxes []Rect, b Rect) []Rect {
	if b.W <= 0 && b.H <= 0 {
		return boxes
	}
	if n := len(boxes); n > 0 && sameLine(boxes[n-1], b) {
		boxes[n-1] = union(boxes[n-1], b)
		return boxes
	}
	return append(boxes, b)
}

// sameLine tells whether two boxes overlap in height and lie close together, or, on a page written sideways, the
// other way round.
func sameLine(a, b Rect) bool {
	h, w := max(a.H, b.H), max(b.W, 0.005)
	across := min(a.Y+a.H, b.Y+b.H)-max(a.Y, b.Y) > -0.3*h && b.X > a.X-w && b.X-(a.X+a.W) < 6*w
	down := min(a.X+a.W, b.X+b.W)-max(a.X, b.X) > 0 && max(a.Y, b.Y)-min(a.Y+a.H, b.Y+b.H) < 0.5*b.H
	return across || down
}

func union(a, b Rect) Rect {
	x, y := min(a.X, b.X), min(a.Y, b.Y)
	return Rect{X: x, Y: y, W: max(a.X+a.W, b.X+b.W) - x, H: max(a.Y+a.H, b.Y+b.H) - y}
}

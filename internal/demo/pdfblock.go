package demo

import (
	"fmt"
	"strconv"
	"strings"
)

// block draws a piece of text and leaves the pen below it.
func (p *page) block(b block) {
	switch b.kind {
	case chapter:
		p.heading(b.text)
	case section:
		p.subheading(b.text)
	case bullet:
		p.bullet(b.text)
	case promise:
		p.promise(b.text)
	case table:
		p.grid(b.rows)
	case phases:
		p.phases(b.rows)
	case flow:
		p.flow(strings.Split(b.text, " > "))
	default:
		p.paragraph(b.text)
	}
}

// heading begins a chapter, on a new page where little is left.
func (p *page) heading(text string) {
	p.chapter, p.section = p.chapter+1, 0
	if p.plan {
		text = fmt.Sprintf("%d  %s", p.chapter, text)
		p.room(120)
	} else {
		p.room(30)
	}
	p.contents = append(p.contents, entry{text: text, page: p.PageNo()})
	if p.GetY() > marginTop+1 {
		p.Ln(5)
	}
	size := 17.0
	if !p.plan {
		size = 13
	}
	p.face("B", size, p.bar)
	p.MultiCell(p.width(), size*0.48, text, "", "L", false)
	p.Ln(2.5)
}

func (p *page) subheading(text string) {
	p.section++
	if p.plan {
		text = fmt.Sprintf("%d.%d  %s", p.chapter, p.section, text)
	}
	p.room(28)
	p.contents = append(p.contents, entry{text: text, page: p.PageNo(), deep: true})
	p.Ln(1.5)
	p.face("B", 12, ink)
	p.MultiCell(p.width(), 6.2, text, "", "L", false)
	p.Ln(1)
}

func (p *page) paragraph(text string) {
	p.room(2 * lineHeight)
	p.runs(text)
	p.Ln(lineHeight + 2.4)
}

// runs writes text from the pen on, its bold stretches bold.
func (p *page) runs(text string) {
	for _, r := range runs(text) {
		style := ""
		if r.bold {
			style = "B"
		}
		p.face(style, bodySize, ink)
		p.Write(lineHeight, r.text)
	}
}

func (p *page) bullet(text string) {
	p.room(2 * lineHeight)
	p.brush(p.bar)
	p.Circle(marginLeft+2, p.GetY()+lineHeight/2, 0.8, "F")
	p.SetLeftMargin(marginLeft + 6)
	p.SetX(marginLeft + 6)
	p.runs(text)
	p.SetLeftMargin(marginLeft)
	p.Ln(lineHeight + 1)
}

// promise draws a box with what we commit to.
func (p *page) promise(text string) {
	text = plain(text)
	p.face("", bodySize, ink)
	lines := len(p.SplitText(text, p.width()-12))
	h := float64(lines)*lineHeight + 7
	p.room(h + 4)
	y := p.GetY() + 1
	p.brush(pale)
	p.Rect(marginLeft, y, p.width(), h, "F")
	p.brush(p.bar)
	p.Rect(marginLeft, y, 1.6, h, "F")
	p.SetXY(marginLeft+6, y+3.5)
	p.MultiCell(p.width()-12, lineHeight, text, "", "L", false)
	p.SetXY(marginLeft, y+h+4)
}

// grid draws a table; every page it reaches gets its head.
func (p *page) grid(rows [][]string) {
	columns := p.columns(rows)
	p.room(24)
	p.row(rows[0], columns, true, false)
	for i, r := range rows[1:] {
		if p.row(r, columns, false, i%2 == 1) {
			continue
		}
		p.AddPage()
		p.row(rows[0], columns, true, false)
		p.row(r, columns, false, i%2 == 1)
	}
	p.Ln(4.5)
}

// column is how a column of a table is drawn.
type column struct {
	width  float64
	weight float64
	align  string
}

// columns shares the width by the longest text of each column, within bounds. Columns of sums and numbers stand to the right.
func (p *page) columns(rows [][]string) []column {
	list, sum := make([]column, len(rows[0])), 0.0
	for i := range list {
		longest, word := 0, 0.0
		list[i].align = "R"
		for n, r := range rows {
			if i >= len(r) {
				continue
			}
			longest = max(longest, len([]rune(r[i])))
			for w := range strings.FieldsSeq(r[i]) {
				word = max(word, float64(len([]rune(w))))
			}
			if n > 0 && !numeric(r[i]) {
				list[i].align = "L"
			}
		}
		list[i].weight = max(word*1.25+2, min(float64(longest), 44))
		sum += list[i].weight
	}
	for i := range list {
		list[i].width = list[i].weight * p.width() / sum
	}
	return list
}

// row draws one row and tells whether it fitted on the page.
func (p *page) row(cells []string, columns []column, head, shaded bool) bool {
	const line, pad = 4.6, 1.6
	style, c := "", ink
	if head {
		style, c = "B", colour{255, 255, 255}
	}
	p.face(style, 9, c)
	lines := 1
	for i, c := range columns {
		if i < len(cells) {
			lines = max(lines, len(p.SplitText(plain(cells[i]), c.width-2*pad)))
		}
	}
	h := float64(lines)*line + 2*pad
	_, height := p.GetPageSize()
	if p.GetY()+h > height-marginBottom {
		return false
	}
	y, x := p.GetY(), marginLeft
	switch {
	case head:
		p.brush(p.bar)
	case shaded:
		p.brush(pale)
	default:
		p.brush(colour{255, 255, 255})
	}
	p.Rect(x, y, p.width(), h, "F")
	for i, c := range columns {
		if i < len(cells) {
			p.SetXY(x+pad-1, y+pad)
			p.MultiCell(c.width-2*pad+2, line, plain(cells[i]), "", c.align, false)
		}
		x += c.width
	}
	p.pen(colour{205, 208, 214})
	p.Line(marginLeft, y+h, marginLeft+p.width(), y+h)
	p.SetXY(marginLeft, y+h)
	return true
}

// numeric tells whether a cell is a number, a sum of money or nothing.
func numeric(s string) bool {
	s = strings.TrimSpace(strings.Trim(plain(s), "€−–- "))
	if s == "" {
		return true
	}
	_, err := strconv.ParseFloat(strings.NewReplacer(".", "", ",", ".").Replace(s), 64)
	return err == nil
}

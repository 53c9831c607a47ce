package demo

import (
	"fmt"
	"strconv"
	"strings"
)

// phases draws bars on a scale of weeks.
func (p *page) phases(rows [][]string) {
	const label, h = 58.0, 6.6
	last := 1
	for _, r := range rows {
		last = max(last, number(r, 1)+number(r, 2)-1)
	}
	p.room(h*float64(len(rows)+2) + 4)
	y, scale := p.GetY()+1, (p.width()-label)/float64(last)
	step := max(1, last/8)
	p.face("", 8, grey)
	for w := 1; w <= last; w += step {
		x := marginLeft + label + float64(w-1)*scale
		p.pen(colour{222, 224, 228})
		p.Line(x, y+5, x, y+5+h*float64(len(rows)))
		p.SetXY(x-1, y)
		p.CellFormat(14, 5, p.label("wk ", "wk ")+strconv.Itoa(w), "", 0, "L", false, 0, "")
	}
	for i, r := range rows {
		top := y + 5 + float64(i)*h
		p.face("", 8.5, ink)
		p.SetXY(marginLeft, top)
		p.CellFormat(label-2, h, r[0], "", 0, "L", false, 0, "")
		p.brush(p.bar)
		p.SetAlpha(1-0.45*float64(i%2), "Normal")
		p.RoundedRect(marginLeft+label+float64(number(r, 1)-1)*scale, top+1.2, max(1.4, float64(number(r, 2))*scale), h-2.4, 0.8, "1234", "F")
		p.SetAlpha(1, "Normal")
	}
	p.SetXY(marginLeft, y+5+h*float64(len(rows))+5)
}

// number reads a cell, 0 where there is none.
func number(r []string, i int) int {
	if i >= len(r) {
		return 0
	}
	n, _ := strconv.Atoi(r[i])
	return n
}

// flow draws steps as boxes in a row.
func (p *page) flow(steps []string) {
	const h, gap = 15.0, 4.0
	p.room(h + 6)
	w := (p.width() - gap*float64(len(steps)-1)) / float64(len(steps))
	x, y := marginLeft, p.GetY()+1
	size := p.fitting(steps, w-4)
	for i, s := range steps {
		p.brush(p.bar)
		p.SetAlpha(0.14, "Normal")
		p.RoundedRect(x, y, w, h, 1.6, "1234", "F")
		p.SetAlpha(1, "Normal")
		if i > 0 {
			p.pen(p.bar)
			p.SetLineWidth(0.5)
			p.Line(x-gap+0.5, y+h/2, x-0.8, y+h/2)
			p.SetLineWidth(0.2)
		}
		p.face("B", size, ink)
		lines := len(p.SplitText(s, w-3))
		p.SetXY(x+0.5, y+(h-4.2*float64(lines))/2)
		p.MultiCell(w-1, 4.2, s, "", "C", false)
		x += w + gap
	}
	p.SetXY(marginLeft, y+h+5)
}

// fitting is the size, in points, at which no word is wider than w.
func (p *page) fitting(texts []string, w float64) float64 {
	size := 8.5
	for _, t := range texts {
		for word := range strings.FieldsSeq(t) {
			p.face("B", 8.5, ink)
			size = min(size, 8.5*w/p.GetStringWidth(word))
		}
	}
	return size
}

// scheduleGraph draws a schedule on a lying page: a task a line with a bar on weeks.
func scheduleGraph(f *file) ([]byte, error) {
	tasks, err := readTasks(f)
	if err != nil {
		return nil, err
	}
	p := newPage(f, true)
	p.AddPage()
	p.letterhead()
	const label, h = 92.0, 6.1
	last := 1
	for _, t := range tasks {
		last = max(last, t.start+t.weeks-1)
	}
	scale := (p.width() - label) / float64(last)
	head := func() float64 {
		p.face("B", 8, grey)
		for w := 1; w <= last; w += max(1, last/16) {
			p.SetX(marginLeft + label + float64(w-1)*scale)
			p.CellFormat(12, 5, strconv.Itoa(w), "", 0, "L", false, 0, "")
		}
		p.SetXY(marginLeft, p.GetY())
		p.CellFormat(label, 5, "Activiteit (weeknummers vanaf start bouw)", "", 1, "L", false, 0, "")
		return p.GetY()
	}
	top := head()
	_, height := p.GetPageSize()
	for i, t := range tasks {
		if top+h > height-marginBottom {
			p.AddPage()
			top = head()
		}
		p.task(t, i, top, label, h, scale, last)
		top += h
	}
	return p.bytes()
}

// task draws a line of a schedule; a phase is bold and has no bar of its own colour.
func (p *page) task(t task, i int, top, label, h, scale float64, last int) {
	if i%2 == 1 {
		p.brush(pale)
		p.Rect(marginLeft, top, p.width(), h, "F")
	}
	style, size := "", 8.5
	if t.phase {
		style = "B"
	}
	p.face(style, size, ink)
	p.SetXY(marginLeft, top)
	p.CellFormat(label-22, h, t.name, "", 0, "L", false, 0, "")
	p.face("", 8, grey)
	p.CellFormat(20, h, fmt.Sprintf("%d–%d", t.start, t.start+t.weeks-1), "", 0, "R", false, 0, "")
	c := p.bar
	if t.phase {
		c = ink
	}
	p.brush(c)
	thick := h - 2.6
	if t.phase {
		thick = 1.8
	}
	p.Rect(marginLeft+label+float64(t.start-1)*scale, top+(h-thick)/2, max(1, float64(t.weeks)*scale), thick, "F")
}

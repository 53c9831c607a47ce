package demo

import "strconv"

// cover is the first page of a plan: the branch's colour, what it is, for whom and by whom.
func (p *page) cover() {
	p.AddPage()
	w, h := p.GetPageSize()
	p.SetAutoPageBreak(false, 0)
	p.brush(p.bar)
	p.Rect(0, 0, w, h*0.46, "F")
	p.skyline(h * 0.46)
	p.face("B", 13, colour{255, 255, 255})
	p.SetXY(marginLeft, 24)
	p.CellFormat(0, 8, Company, "", 1, "L", false, 0, "")
	p.face("", 10, colour{255, 255, 255})
	p.CellFormat(0, 6, p.label("vestiging ", "branch ")+p.f.branch, "", 1, "L", false, 0, "")
	p.SetXY(marginLeft, h*0.52)
	p.face("B", 25, ink)
	p.MultiCell(p.width(), 11, p.f.Title, "", "L", false)
	p.Ln(3)
	p.face("", 13, grey)
	p.MultiCell(p.width(), 7, p.f.words["client"], "", "L", false)
	p.SetXY(marginLeft, h-62)
	for _, row := range p.coverFacts() {
		p.face("B", 9, grey)
		p.CellFormat(42, 6.5, row[0], "", 0, "L", false, 0, "")
		p.face("", 10, ink)
		p.CellFormat(0, 6.5, row[1], "", 1, "L", false, 0, "")
	}
	p.SetAutoPageBreak(true, marginBottom)
}

func (p *page) coverFacts() [][2]string {
	w := p.f.words
	return [][2]string{
		{p.label("Opdracht", "Project"), w["project"]},
		{p.label("Plaats", "Place"), w["place"]},
		{p.label("Kenmerk", "Reference"), w["ref"]},
		{p.label("Procedure", "Procedure"), w["procedure"]},
		{p.label("Datum en versie", "Date and version"), w["date"] + " · " + p.f.Version},
	}
}

func (p *page) label(dutch, english string) string {
	if p.f.Lang == "en" {
		return english
	}
	return dutch
}

// skyline draws a row of fronts on the line y, other ones for every document.
func (p *page) skyline(y float64) {
	w, _ := p.GetPageSize()
	p.SetAlpha(0.16, "Normal")
	p.brush(colour{255, 255, 255})
	for i, x := 0, 0.0; x < w; i++ {
		n := p.f.seed("front" + strconv.Itoa(i))
		width, height := 14+float64(n%17), 22+float64(n/17%58)
		p.Rect(x, y-height, width, height, "F")
		x += width + 1.5
	}
	p.SetAlpha(1, "Normal")
}

// table draws the table of contents.
func (p *page) table(contents []entry) {
	p.face("B", 17, p.bar)
	p.CellFormat(0, 10, p.label("Inhoud", "Contents"), "", 1, "L", false, 0, "")
	p.Ln(4)
	// It always is one page, so that the pages found by the layout before are right.
	_, height := p.GetPageSize()
	line := min(6.4, (height-marginBottom-p.GetY()-1)/float64(max(1, len(contents))))
	for _, e := range contents {
		style, indent := "B", 0.0
		if e.deep {
			style, indent = "", 6.0
		}
		p.face(style, 10, ink)
		p.SetX(marginLeft + indent)
		p.CellFormat(p.width()-indent-12, line, e.text, "", 0, "L", false, 0, "")
		p.CellFormat(12, line, strconv.Itoa(e.page), "", 1, "R", false, 0, "")
	}
}

// letterhead is the top of a short document.
func (p *page) letterhead() {
	p.face("B", 17, p.bar)
	p.MultiCell(p.width(), 8.5, p.f.Title, "", "L", false)
	p.face("", 9, grey)
	line := p.f.words["date"]
	for _, w := range []string{p.f.words["client"], p.f.words["ref"]} {
		if w != "" {
			line = w + " · " + line
		}
	}
	p.CellFormat(0, 7, line, "", 1, "L", false, 0, "")
	p.Ln(3)
}

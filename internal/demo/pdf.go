package demo

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/go-pdf/fpdf"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goitalic"
	"golang.org/x/image/font/gofont/goregular"
)

// The page, in millimetres.
const (
	marginLeft, marginTop, marginRight = 26.0, 30.0, 24.0
	marginBottom                       = 24.0
	lineHeight                         = 6.0
	bodySize                           = 11.0 // points
)

// colour is red, green and blue.
type colour [3]int

// colours are the branches' house styles.
var colours = map[string]colour{
	"Zwolle": {14, 116, 110}, "Eindhoven": {190, 82, 24}, "Oldenzaal": {35, 78, 150}, "Rotterdam": {38, 96, 58}, "Amersfoort": {126, 46, 98},
}

var (
	ink  = colour{24, 34, 56}
	grey = colour{110, 116, 128}
	pale = colour{242, 243, 245}
)

// page is a PDF being made.
type page struct {
	*fpdf.Fpdf
	f         *file
	bar       colour
	chapter   int
	section   int
	contents  []entry // chapters as found while this one was made
	plan      bool    // cover, contents and numbered chapters
	landscape bool
}

// entry is a line of the table of contents.
type entry struct {
	text string
	page int
	deep bool
}

// renderPDF lays a document out twice where it has a table of contents: the first time to learn the pages.
func renderPDF(f *file) ([]byte, error) {
	if f.Sheet == "schedule" {
		return scheduleGraph(f)
	}
	p := newPage(f, false)
	p.layout(nil)
	if p.plan {
		found := p.contents
		p = newPage(f, false)
		p.layout(found)
	}
	return p.bytes()
}

func (p *page) bytes() ([]byte, error) {
	var out bytes.Buffer
	err := p.Output(&out)
	return out.Bytes(), err
}

func newPage(f *file, landscape bool) *page {
	orientation := "P"
	if landscape {
		orientation = "L"
	}
	p := &page{Fpdf: fpdf.New(orientation, "mm", "A4", ""), f: f, bar: colours[f.branch], landscape: landscape}
	if p.bar == (colour{}) {
		p.bar = colour{70, 78, 96}
	}
	switch f.Kind {
	case "approach", "quality", "safety":
		p.plan = true
	}
	p.AddUTF8FontFromBytes("go", "", goregular.TTF)
	p.AddUTF8FontFromBytes("go", "B", gobold.TTF)
	p.AddUTF8FontFromBytes("go", "I", goitalic.TTF)
	p.SetCatalogSort(true)
	p.SetCreationDate(f.at)
	p.SetModificationDate(f.at)
	p.SetTitle(f.Title, true)
	p.SetAuthor(Company, true)
	p.SetMargins(marginLeft, marginTop, marginRight)
	p.SetAutoPageBreak(true, marginBottom)
	p.AliasNbPages("")
	p.SetHeaderFunc(p.header)
	p.SetFooterFunc(p.footer)
	return p
}

// layout draws everything; contents are those of the layout before.
func (p *page) layout(contents []entry) {
	if p.plan {
		p.cover()
		p.AddPage()
		p.table(contents)
	}
	p.AddPage()
	if !p.plan {
		p.letterhead()
	}
	for _, b := range parse(p.f.text) {
		p.block(b)
	}
}

func (p *page) ink(c colour)   { p.SetTextColor(c[0], c[1], c[2]) }
func (p *page) brush(c colour) { p.SetFillColor(c[0], c[1], c[2]) }
func (p *page) pen(c colour)   { p.SetDrawColor(c[0], c[1], c[2]) }

// text sets the face for what follows.
func (p *page) face(style string, size float64, c colour) {
	p.SetFont("go", style, size)
	p.ink(c)
}

// width is that between the margins.
func (p *page) width() float64 {
	w, _ := p.GetPageSize()
	l, _, r, _ := p.GetMargins()
	return w - l - r
}

// room begins a new page where less than h is left on this one.
func (p *page) room(h float64) {
	_, height := p.GetPageSize()
	if p.GetY()+h > height-marginBottom {
		p.AddPage()
	}
}

func (p *page) header() {
	if p.plan && p.PageNo() == 1 {
		return
	}
	w, _ := p.GetPageSize()
	p.brush(p.bar)
	p.Rect(0, 0, w, 5, "F")
	p.face("", 8, grey)
	p.SetXY(marginLeft, 12)
	p.CellFormat(p.width()*0.66, 5, p.f.Title, "", 0, "L", false, 0, "")
	p.CellFormat(p.width()*0.34, 5, p.f.words["client"], "", 0, "R", false, 0, "")
	p.SetXY(marginLeft, marginTop)
}

func (p *page) footer() {
	if p.plan && p.PageNo() == 1 {
		return
	}
	_, h := p.GetPageSize()
	p.SetXY(marginLeft, h-15)
	p.face("", 8, grey)
	p.CellFormat(p.width()/2, 5, p.sender(), "", 0, "L", false, 0, "")
	p.CellFormat(p.width()/2, 5, strconv.Itoa(p.PageNo())+" / {nb}", "", 0, "R", false, 0, "")
}

func (p *page) sender() string {
	if p.f.branch == "" || p.f.Kind == "award" {
		return strings.TrimSpace(p.f.words["sender"] + " " + p.f.words["ref"])
	}
	return Company + " · " + p.f.branch
}

// Package document has the pages of one document: the viewer with its panel, the form, and the forms for many at once.
//
// The viewer works without JavaScript: the server sends the page asked for as an image with the marks drawn over it,
// a workbook as a table, a text as text, with links to the next page and the next hit. The script (web/js/viewer.js)
// then takes the paper over with pdf.js. Every page has an address of its own.
package document

import (
	"strconv"
	"time"

	"github.com/aanpak/aanpak/templates/layout"
	"github.com/aanpak/aanpak/templates/part"
)

// Mode is how a document is shown.
type Mode string

// The modes.
const (
	ModePDF   Mode = "pdf"
	ModeGrid  Mode = "grid"  // a sheet of a workbook
	ModeText  Mode = "text"  // text read from a file that has no page images
	ModeImage Mode = "image" // a picture
	ModeNone  Mode = "none"  // not read yet, or not readable: the original can be downloaded
)

// View is a document opened at a page.
type View struct {
	layout.Page
	Document  part.Document
	Mode      Mode
	Number    int // of the page shown, from 1
	Label     string
	Text      string // safe HTML: the page's text, escaped, with <mark>
	Grid      Grid
	Marks     string // address of an image of the marked places, empty where there are none
	Query     string // whose words are marked, empty without
	Hits      []HitPage
	HitAt     int // place in Hits of the page shown, -1 where it is not a hit
	Strip     []StripPage
	Panel     Panel
	Address   Addresses
	CanEdit   bool
	CanTrash  bool
	Notice    string // worded: an old version is shown, or the newest is still being read
	NoticeURL string
}

// HitPage is a page on which the words were found.
type HitPage struct {
	Number int
	URL    string
}

// StripPage is a page in the strip beside the paper.
type StripPage struct {
	Number int
	Label  string
	URL    string
	Thumb  string
	Hit    bool
}

// Addresses are what the viewer loads and links to.
type Addresses struct {
	File        string // the original, by ranges
	Download    string
	Image       string // of page N: with {n} for the number
	Marks       string // boxes of page N: with {n} for the number; empty without a query
	Page        string // this document at page {n}
	Previous    string // page, empty at the ends
	Next        string
	PreviousHit string
	NextHit     string
	NoMarks     string // the same page without marks
	Share       string // whole address of this page, to send
	Edit        string
	Spotlight   string // where it is held up as an example; empty where the viewer may not
	Outsiders   string // where links for outsiders are made; empty where the viewer may not
	Trash       string
	Versions    string // where a new version is posted
	Retry       string
	Read        string // where the page that was reached is told
	Tab         string // the panel's tabs: with {tab}
	Post        string // where the document is put into a post; empty where it cannot
	PostPage    string // where page {n} of it is
}

// Grid is a part of a sheet.
type Grid struct {
	Columns []string // A, B, C …
	Rows    []GridRow
	Cut     bool // the sheet has more columns than are shown
}

// GridRow is a row with its number in the sheet.
type GridRow struct {
	Number int
	Cells  []GridCell
	Hit    bool
}

// GridCell is a cell.
type GridCell struct {
	HTML   string // safe HTML, with <mark>
	Number bool   // aligned right
}

// Panel is what stands beside the paper.
type Panel struct {
	Tab      string // talk, about, versions, copies
	Talk     Talk
	Think    *part.React     // of the document
	Follow   *part.Following // the document
	Audience string          // worded
	Facts    []Fact
	Lit      []part.Spotlight // who holds it up as an example, and why
	Reuse    Reuse
	Shares   []part.Share // links for outsiders; for who may end them
	Looks    []string     // worded: who looked at it by temporary access; for its owner
	Versions []Version
	Copies   []Copy
	Near     []Copy
	Reader   string // worded: how the text was read
	SHA      string
}

// Fact is a line of the description.
type Fact struct{ Name, Value, URL string }

// Version is an earlier or the present file.
type Version struct {
	Number   int
	Filename string
	Size     int64
	By       part.Person
	At       time.Time
	Note     string
	URL      string // opens it
	Download string
	Current  bool
	Shown    bool
}

// Copy is a document with the same file, or with much of the same text.
type Copy struct {
	Document part.Document
	Percent  int    // of the text, 100 for the same file
	Pages    string // worded, such as "p. 3–9"
}

func num(n int) string { return strconv.Itoa(n) }

// hitNumber is the hit shown, from 1, or 0.
func (v View) hitNumber() int { return v.HitAt + 1 }

func (v View) hitNumbers() string {
	b := make([]byte, 0, 4*len(v.Hits))
	for i, h := range v.Hits {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, int64(h.Number), 10)
	}
	return string(b)
}

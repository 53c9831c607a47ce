// Package part holds the components that pages share: cards, hits, pills, form fields, facets and the like.
//
// Components take plain structs of this package, never domain types and never maps; the site fills them. Words come
// from the localizer in the context (internal/i18n); no text, no style and no script is written in a component, so
// the page needs neither 'unsafe-inline' nor a translator's eye on markup. Parts know nothing of pages.
package part

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/aanpak/aanpak/internal/i18n"
)

// Person is somebody as cards and lists show them.
type Person struct {
	ID, URL  string
	Name     string
	Initials string
	Colour   int    // 0–7, of the avatar
	Photo    string // address of the small photo; empty = initials alone
	Function string
	Branch   string
}

// Status is where a file is on its way into the library.
type Status string

// The states of a document's file.
const (
	Received Status = "received"
	Reading  Status = "reading"
	Ready    Status = "ready"
	Failed   Status = "failed"
)

// Busy tells whether the state will change by itself.
func (s Status) Busy() bool { return s == Received || s == Reading }

// Document is a document as cards show it.
type Document struct {
	ID, URL   string
	Title     string
	Kind      string // key: approach, calculation …
	Media     string // icon: pdf, sheet, slides, text, image, mail, archive, file
	Status    Status
	Failure   string // what went wrong and what to do, worded; only with Failed
	Notice    string // worded remark on a ready document, such as pages that need OCR
	Thumb     string // address of the image of the first page, empty where there is none
	Pages     int
	PagesRead int // while reading
	Language  string
	Year      int
	Tags      []string
	Branch    string
	Client    string
	Tender    string
	TenderURL string
	Outcome   string  // key: open, submitted, won, lost, withdrawn; empty outside a tender
	Score     float64 // 0 where unknown
	Owner     Person
	Reads     int
	Reused    int
	Comments  int  // posts about it and the comments on them, as far as the viewer sees them
	Lit       bool // held up as an example for the viewer, now
	Versions  int
	Size      int64
	Created   time.Time
	Updated   time.Time
	CardURL   string // address of this card alone, polled while the file is being read
	RetryURL  string // where the viewer may ask to read the file again
}

func num(n int) string { return strconv.Itoa(n) }

// facts are the words under a title: kind, client, branch, year.
func (d Document) facts(ctx context.Context) []string {
	list := make([]string, 0, 5)
	for _, s := range []string{i18n.T(ctx, "kind."+d.Kind), d.Client, d.Branch} {
		if s != "" {
			list = append(list, s)
		}
	}
	if d.Year > 0 {
		list = append(list, num(d.Year))
	}
	return list
}

// length words the size of the document in its own unit: pages, sheets or slides.
func (d Document) length(ctx context.Context) string {
	switch d.Media {
	case "sheet":
		return i18n.N(ctx, "count.sheets", d.Pages)
	case "slides":
		return i18n.N(ctx, "count.slides", d.Pages)
	}
	return i18n.N(ctx, "count.pages", d.Pages)
}

// line is the facts in one.
func (d Document) line(ctx context.Context) string { return strings.Join(d.facts(ctx), " · ") }

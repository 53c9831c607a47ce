// Package reader turns a document of any supported format into pages of clean text, and into page images.
//
// Everything hostile happens in a child process with a deadline and a memory limit (child.go, sandbox_linux.go):
// one bad file never stops the server or another file. Callers use a Pool; it starts children from the running
// binary itself, so main and every TestMain that uses a Pool call RunChildIfAsked first. What a child sends is
// distrusted: frames, pages, names and sizes are bounded again on the parent's side (process.go).
//
// Invariants: the text of a page never holds control characters other than newline and tab (clean.go); every
// document ends as pages or as a *Failure with a reason; a child reads one document at a time and keeps nothing of
// it; PDFium sees no file system. The package knows nothing of databases, blob stores or people. Its neighbours are
// library, which stores what is read here, and search, which indexes it.
package reader

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// Page is one page of text: a PDF page, a sheet of a workbook, a slide. Text is NFKC, without control characters
// other than newline and tab, with words separated, ligatures and line-end hyphens undone.
type Page struct {
	Number  int     `json:"page"`            // from 1
	Label   string  `json:"label,omitempty"` // name of the sheet or slide where there is one
	Text    string  `json:"text"`
	Reader  string  `json:"reader"`            // which reader made the text: pdfium, ledongthuc, ocr, excelize, docx, …
	Quality float64 `json:"quality"`           // 0 (garbage or nothing) to 1 (clean words)
	Width   float64 `json:"width,omitempty"`   // points, PDF only
	Height  float64 `json:"height,omitempty"`  // points, PDF only
	NoText  bool    `json:"no_text,omitempty"` // the page is an image without a text layer and OCR is not installed
	Grid    bool    `json:"grid,omitempty"`    // Text is rows and cells in the form of ParseGrid
}

// Info is what is known of a document once it is read.
type Info struct {
	MediaType string `json:"media_type"`           // from the content, not the name
	Pages     int    `json:"pages"`                // number of pages in the file
	Title     string `json:"title,omitempty"`      // as the file states it
	Language  string `json:"language,omitempty"`   // "nl", "en" or another ISO 639-1 code; empty where unknown
	OCRNeeded int    `json:"ocr_needed,omitempty"` // pages that are images and could not be read for want of OCR
}

// Reason is why a document cannot be read; a key that the interface words as "reader.failure.<reason>".
type Reason string

// The reasons. Each is final for the same bytes and the same program, but timeout, memory and crashed.
const (
	ReasonEmpty       Reason = "empty"       // zero bytes, or no content at all
	ReasonPassword    Reason = "password"    // encrypted, a password is needed
	ReasonDamaged     Reason = "damaged"     // not what its header says, truncated, broken
	ReasonUnsupported Reason = "unsupported" // a format without a reader
	ReasonMismatch    Reason = "mismatch"    // content is another format than the extension says, and not readable
	ReasonTooLarge    Reason = "too_large"   // unpacks to more than the limits, or has too many pages
	ReasonTimeout     Reason = "timeout"     // the deadline passed
	ReasonMemory      Reason = "memory"      // the memory limit was reached
	ReasonCrashed     Reason = "crashed"     // the child ended for another reason
)

// Failure is the error of a document that cannot be read.
type Failure struct {
	Reason Reason
	Detail string // for the log and the uploader's "details"
}

func (f *Failure) Error() string { return fmt.Sprintf("reader: %s: %s", f.Reason, f.Detail) }

// failf returns a Failure with a formatted detail.
func failf(r Reason, format string, args ...any) *Failure {
	return &Failure{Reason: r, Detail: fmt.Sprintf(format, args...)}
}

// ErrNoImage is returned by Image for a document whose pages have no picture (a workbook, a mail).
var ErrNoImage = errors.New("reader: this kind of document has no page images")

// ErrNoPage is returned by Image and Words for a page number outside the document.
var ErrNoPage = errors.New("reader: the document has no such page")

// ErrClosed is returned by a Pool after Close.
var ErrClosed = errors.New("reader: the pool is closed")

// Retry tells whether reading the same file again may succeed.
func (f *Failure) Retry() bool {
	return f.Reason == ReasonTimeout || f.Reason == ReasonMemory || f.Reason == ReasonCrashed
}

// Rect is a part of a page as fractions of its width and height, from the top left corner.
type Rect struct {
	X float64 `json:"x"`
	Y float64 `json:"y"`
	W float64 `json:"w"`
	H float64 `json:"h"`
}

// Word is a word on a page with the boxes that its letters cover (two where it is broken over lines).
// Offset and Length are bytes in the page's Text.
type Word struct {
	Offset int    `json:"offset"`
	Length int    `json:"length"`
	Boxes  []Rect `json:"boxes"`
}

// Member is a file inside an archive or a mail.
type Member struct {
	Name string // cleaned path inside the container, with forward slashes, never absolute and never with ".."
	Size int64
}

// Documents reads documents. Pool implements it; tests of other packages may not need another one.
//
// Every method takes an open file that the caller owns; the name is used for its extension and messages only.
// Errors are *Failure when the document is at fault, else of the environment (context, cannot start a child).
// Methods may be called at once from any number of goroutines.
type Documents interface {
	// Read calls page for every page in order. An error from page ends the reading and is returned.
	Read(ctx context.Context, f File, name string, page func(Page) error) (Info, error)
	// Image writes page n (from 1) as JPEG of the given width in pixels, brought within 50 to 2000, and returns
	// its media type. ErrNoImage where the format has no pictures of pages, ErrNoPage where n is not a page.
	Image(ctx context.Context, f File, name string, n, width int, w io.Writer) (mediaType string, err error)
	// Words returns the words of page n with their boxes, in reading order. PDF only: none for other formats.
	// Offsets are those of the Text of Read where that page's Reader is "pdfium"; of no use for other readers.
	Words(ctx context.Context, f File, name string, n int) ([]Word, error)
	// Unpack calls member for every file inside a zip or eml, in order. Nested containers are members like others.
	// The reader is valid until member returns; an error from member ends the unpacking and is returned.
	Unpack(ctx context.Context, f File, name string, member func(Member, io.Reader) error) error
	// Stamp writes a copy of a PDF with a text on every page, over it and at its foot. What was written is to be thrown away where it
	// fails; ReasonUnsupported where the file is no PDF.
	Stamp(ctx context.Context, f File, name, text string, w io.Writer) error
	// Close ends the children.
	Close() error
}

// File is an open local file: *os.File implements it. The child receives its descriptor.
type File interface {
	io.ReaderAt
	Fd() uintptr
}

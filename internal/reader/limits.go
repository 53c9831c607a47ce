package reader

import "time"

// Limits bound what one document may cost. A zero field means the one of DefaultLimits.
type Limits struct {
	// Timeout is wall clock for a whole document; every page read adds PageShare to it. Time that the caller
	// spends with a page is not counted.
	Timeout time.Duration
	// PageTimeout is wall clock without a new page.
	PageTimeout time.Duration
	Memory      uint64        // bytes of data segment of the child
	CPU         time.Duration // processor time without a new page
	MaxPages    int
	MaxText     int64 // bytes of text of one document
	MaxUnpacked int64 // bytes that a container may unpack to
	MaxMembers  int   // files in an archive
}

// PageShare is what each page adds to Limits.Timeout: enough for OCR on a slow machine.
const PageShare = 10 * time.Second

// Limits that no setting changes.
const (
	maxPageText   = 2 << 20 // bytes of text of one page; what is longer is cut
	maxRatio      = 200     // times a member of an archive may grow …
	ratioFree     = 16 << 20
	maxDepth      = 256 // levels of XML or MIME nesting
	maxPixels     = 120_000_000
	splitAt       = 3000 // bytes after which text without pages of its own gets a new page
	gridRows      = 500  // rows of a sheet on one page
	maxEmptyRows  = 20_000
	ocrTimeout    = 40 * time.Second
	secondTimeout = 8 * time.Second // the second PDF reader, per page
	ratioDetail   = "a file inside unpacks to more than %d times its size"
)

// DefaultLimits are generous for any honest selection document.
func DefaultLimits() Limits {
	return Limits{
		Timeout:     2 * time.Minute,
		PageTimeout: time.Minute,
		Memory:      700 << 20,
		CPU:         time.Minute,
		MaxPages:    5000,
		MaxText:     128 << 20,
		MaxUnpacked: 1 << 30,
		MaxMembers:  10_000,
	}
}

// withDefaults fills the zero fields.
func (l Limits) withDefaults() Limits {
	d := DefaultLimits()
	l.Timeout = orDefault(l.Timeout, d.Timeout)
	l.PageTimeout = orDefault(l.PageTimeout, d.PageTimeout)
	l.Memory = orDefault(l.Memory, d.Memory)
	l.CPU = orDefault(l.CPU, d.CPU)
	l.MaxPages = orDefault(l.MaxPages, d.MaxPages)
	l.MaxText = orDefault(l.MaxText, d.MaxText)
	l.MaxUnpacked = orDefault(l.MaxUnpacked, d.MaxUnpacked)
	l.MaxMembers = orDefault(l.MaxMembers, d.MaxMembers)
	return l
}

func orDefault[T comparable](v, d T) T {
	var zero T
	if v == zero {
		return d
	}
	return v
}

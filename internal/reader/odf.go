package reader

import (
	"encoding/xml"
	"strconv"
	"strings"
)

// OpenDocument keeps text, sheets and slides in one part, content.xml, with the same elements for words. One walk
// serves all three: it hands paragraphs, rows and pages to whoever listens.

func readODT(t *task) (Info, error) {
	s := &splitter{t: t, reader: "odt", limit: splitAt}
	return readODF(t, func(o *odf) {
		o.breaks = true
		o.onLine = s.line
		o.onBreak = s.flush
		o.onEnd = s.flush
		o.laidOut = func() { s.limit = 0 }
	})
}

func readODP(t *task) (Info, error) {
	s := &splitter{t: t, reader: "odp"}
	return readODF(t, func(o *odf) {
		o.onLine = s.line
		o.onPage = func(name string) error {
			s.label = cleanLine(name)
			return nil
		}
		o.onTitle = func(title string) {
			if title != "" {
				s.label = cutText(title, 200)
			}
		}
		o.onPageEnd = func() error {
			if strings.TrimSpace(s.buf.String()) != "" {
				return s.flush()
			}
			s.buf.Reset()
			return t.emit(Page{Label: s.label, Reader: "odp"}) // an empty slide is a page all the same
		}
		o.onEnd = s.flush
	})
}

func readODS(t *task) (Info, error) {
	g := &gridWriter{t: t, reader: "ods"}
	return readODF(t, func(o *odf) {
		o.onSheet = func(name string) error {
			if err := g.flush(); err != nil {
				return err
			}
			*g = gridWriter{t: t, reader: "ods", sheet: cleanLine(name)}
			return nil
		}
		o.onRow = g.row
		o.onEnd = g.flush
	})
}

// odf is the state of reading content.xml, and who listens.
type odf struct {
	onLine    func(string) error
	onBreak   func() error
	onPage    func(name string) error
	onTitle   func(string)
	onPageEnd func() error
	onSheet   func(name string) error
	onRow     func(number int, cells []string) error
	onEnd     func() error
	laidOut   func()

	breaks  bool            // page breaks matter
	before  map[string]bool // paragraph styles that start a page
	stack   []*strings.Builder
	aside   []string
	tables  int
	row     int // number of the row that comes
	repeat  int // times that the row is repeated
	cells   []string
	cell    strings.Builder
	cellRep int
	title   bool
	style   string
}

func readODF(t *task, listen func(*odf)) (Info, error) {
	a, err := openArchive(t.file, t.size, t.limits)
	if err != nil {
		return Info{}, err
	}
	if x, err := a.xml("META-INF/manifest.xml"); err == nil && x != nil && encryptedODF(x) {
		return Info{}, failf(ReasonPassword, "the document is encrypted with a password")
	}
	o := &odf{before: map[string]bool{}}
	listen(o)
	if err := o.pageFurniture(a); err != nil {
		return Info{}, err
	}
	x, err := a.required("content.xml")
	if err != nil {
		return Info{}, err
	}
	if err := o.walk(x); err != nil {
		return Info{}, err
	}
	if err := o.onEnd(); err != nil {
		return Info{}, err
	}
	return Info{Title: a.elementText("meta.xml", "title")}, nil
}

func encryptedODF(x *xmlReader) bool {
	found := false
	_ = x.walk(func(e xml.StartElement) error {
		found = found || e.Name.Local == "encryption-data"
		return nil
	}, nil, nil)
	return found
}

// pageFurniture reads the headers and footers of a text document once, before its body.
func (o *odf) pageFurniture(a *archive) error {
	if !o.breaks {
		return nil
	}
	x, err := a.xml("styles.xml")
	if err != nil || x == nil {
		return err
	}
	master, seen := 0, map[string]bool{}
	var buf strings.Builder
	return x.walk(func(e xml.StartElement) error {
		if master > 0 || e.Name.Local == "master-page" {
			master++
		}
		return nil
	}, func(e xml.EndElement) error {
		if master == 0 {
			return nil
		}
		master--
		line := cleanLine(buf.String())
		if e.Name.Local != "p" || line == "" || seen[line] {
			return nil
		}
		seen[line] = true
		buf.Reset()
		return o.onLine(line)
	}, func(s string) {
		if master > 0 {
			buf.WriteString(s)
		}
	})
}

func (o *odf) walk(x *xmlReader) error {
	return x.walk(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "tracked-changes", "annotation", "forms", "font-face-decls", "scripts":
			return x.skip()
		}
		return o.start(e)
	}, o.end, func(s string) {
		if n := len(o.stack); n > 0 {
			o.stack[n-1].WriteString(strings.ReplaceAll(s, "\n", " "))
		}
	})
}

func (o *odf) start(e xml.StartElement) error {
	switch e.Name.Local {
	case "style":
		o.style = attr(e, "name")
	case "paragraph-properties":
		if attr(e, "break-before") == "page" {
			o.before[o.style] = true
		}
	case "p", "h":
		if o.breaks && o.tables == 0 && o.before[attr(e, "style-name")] {
			if err := o.onBreak(); err != nil {
				return err
			}
		}
		o.stack = append(o.stack, &strings.Builder{})
	case "tab":
		o.write("\t")
	case "line-break":
		o.write("\n")
	case "s":
		o.write(" ")
	case "soft-page-break":
		return o.softBreak()
	case "frame":
		o.title = attr(e, "class") == "title"
	case "page":
		if o.onPage != nil {
			return o.onPage(attr(e, "name"))
		}
	default:
		return o.startTable(e)
	}
	return nil
}

func (o *odf) startTable(e xml.StartElement) error {
	switch e.Name.Local {
	case "table":
		if o.tables++; o.tables == 1 && o.onSheet != nil {
			o.row = 1
			return o.onSheet(attr(e, "name"))
		}
	case "table-row":
		if o.tables == 1 {
			o.cells, o.repeat = nil, repeated(e, "number-rows-repeated")
		}
	case "table-cell", "covered-table-cell":
		if o.tables == 1 {
			o.cell.Reset()
			o.cellRep = repeated(e, "number-columns-repeated")
		}
	}
	return nil
}

func repeated(e xml.StartElement, local string) int {
	n, err := strconv.Atoi(attr(e, local))
	if err != nil || n < 1 {
		return 1
	}
	return n
}

func (o *odf) end(e xml.EndElement) error {
	switch e.Name.Local {
	case "p", "h":
		return o.endParagraph()
	case "table-cell", "covered-table-cell":
		if o.tables == 1 {
			o.endCell()
		}
	case "table-row":
		if o.tables == 1 {
			return o.endRow()
		}
	case "table":
		o.tables = max(0, o.tables-1)
	case "frame":
		o.title = false
	case "page":
		if o.onPageEnd != nil {
			return o.onPageEnd()
		}
	}
	return nil
}

func (o *odf) write(s string) {
	if n := len(o.stack); n > 0 {
		o.stack[n-1].WriteString(s)
	}
}

// softBreak is where the page ended when the document was last laid out.
func (o *odf) softBreak() error {
	if !o.breaks || o.tables > 0 {
		return nil
	}
	o.laidOut()
	if n := len(o.stack); n == 1 {
		text := o.stack[0].String()
		o.stack[0].Reset()
		if err := o.onLine(text); err != nil {
			return err
		}
	}
	return o.onBreak()
}

// endParagraph sends a paragraph; in a table it joins its cell, in a note or frame it waits for the one around it.
func (o *odf) endParagraph() error {
	n := len(o.stack)
	if n == 0 {
		return nil
	}
	text := o.stack[n-1].String()
	o.stack = o.stack[:n-1]
	switch {
	case n > 1:
		o.aside = append(o.aside, text)
		return nil
	case o.tables > 0:
		if o.cell.Len() < maxPageText {
			o.cell.WriteString(text + " ")
		}
		return nil
	case o.onLine == nil:
		return nil
	}
	if o.title && o.onTitle != nil {
		o.onTitle(cleanLine(text))
	}
	if err := o.onLine(text); err != nil {
		return err
	}
	return o.flushAside()
}

func (o *odf) flushAside() error {
	aside := o.aside
	o.aside = nil
	if o.onLine == nil {
		return nil
	}
	for _, s := range aside {
		if err := o.onLine(s); err != nil {
			return err
		}
	}
	return nil
}

// endCell adds the cell as often as it is repeated; the thousand empty ones that fill a row do not count.
func (o *odf) endCell() {
	text := strings.Join(strings.Fields(o.cell.String()), " ")
	o.cell.Reset()
	times := o.cellRep
	if text != "" {
		times = min(times, 100)
	}
	for range min(times, 16_384-len(o.cells)) {
		o.cells = append(o.cells, text)
	}
}

func (o *odf) endRow() error {
	last := len(o.cells)
	for last > 0 && o.cells[last-1] == "" {
		last--
	}
	number := o.row
	o.row += o.repeat
	if o.onRow == nil {
		if err := o.onLine(strings.Join(o.cells[:last], "\t")); err != nil {
			return err
		}
		return o.flushAside()
	}
	if last == 0 {
		return nil
	}
	for i := range min(o.repeat, gridRows) {
		if err := o.onRow(number+i, append([]string(nil), o.cells[:last]...)); err != nil {
			return err
		}
	}
	return nil
}

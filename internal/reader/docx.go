package reader

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"slices"
	"strings"
)

// readDOCX reads a Word document. Pages are those that Word last laid out where the file says so; else explicit
// breaks, and about splitAt bytes between them. Headers and footers are read once, footnotes after their paragraph,
// deleted text not at all.
func readDOCX(t *task) (Info, error) {
	a, err := openArchive(t.file, t.size, t.limits)
	if err != nil {
		return Info{}, err
	}
	laidOut, err := a.mentions("word/document.xml", "lastRenderedPageBreak")
	if err != nil {
		return Info{}, err
	}
	d := &docx{split: &splitter{t: t, reader: "docx", limit: splitAt}}
	if laidOut {
		d.split.limit = 0
	}
	if err := d.read(a); err != nil {
		return Info{}, err
	}
	return Info{Title: a.coreTitle()}, nil
}

// docx is the state of reading one part of a Word document.
type docx struct {
	split *splitter
	notes map[string][]string // footnotes and endnotes by kind and id, taken when first mentioned
	stack []*strings.Builder  // paragraphs being read: text boxes nest inside paragraphs
	aside []string            // lines of text boxes and notes, to come after the paragraph
	cells []string            // cells of the row being read
	cell  strings.Builder
	table int  // depth of tables
	brk   bool // a page break waits for the end of the row
}

func (d *docx) read(a *archive) error {
	d.notes = map[string][]string{}
	for _, kind := range []string{"footnote", "endnote"} {
		if err := d.readNotes(a, kind); err != nil {
			return err
		}
	}
	heads, err := a.partLines("word/header")
	if err != nil {
		return err
	}
	feet, err := a.partLines("word/footer")
	if err != nil {
		return err
	}
	if err := d.lines(heads); err != nil {
		return err
	}
	x, err := a.required("word/document.xml")
	if err != nil {
		return err
	}
	if err := d.walk(x); err != nil {
		return err
	}
	if err := d.lines(feet); err != nil {
		return err
	}
	return d.split.flush()
}

func (d *docx) lines(ls []string) error {
	for _, l := range ls {
		if err := d.split.line(l); err != nil {
			return err
		}
	}
	return nil
}

// ignored are elements whose content is not text of the document: deletions, field codes, what a text box looks
// like to old programs, and tab stops.
var ignored = newSet("del moveFrom Fallback instrText delText delInstrText tabs rPrChange pPrChange sectPrChange tblPrChange")

func (d *docx) walk(x *xmlReader) error {
	text := false
	start := func(e xml.StartElement) error {
		if ignored[e.Name.Local] {
			return x.skip()
		}
		text = e.Name.Local == "t"
		return d.start(e)
	}
	end := func(e xml.EndElement) error {
		text = false
		return d.end(e.Name.Local)
	}
	return x.walk(start, end, func(s string) {
		if text {
			d.write(s)
		}
	})
}

func (d *docx) start(e xml.StartElement) error {
	switch e.Name.Local {
	case "p":
		d.stack = append(d.stack, &strings.Builder{})
	case "tab", "ptab":
		d.write("\t")
	case "br":
		if attr(e, "type") == "page" {
			return d.pageBreak()
		}
		d.write("\n")
	case "cr":
		d.write("\n")
	case "noBreakHyphen":
		d.write("-")
	case "lastRenderedPageBreak":
		return d.pageBreak()
	case "pageBreakBefore":
		if v := attr(e, "val"); v != "0" && v != "false" {
			return d.pageBreak()
		}
	case "footnoteReference", "endnoteReference":
		d.note(strings.TrimSuffix(e.Name.Local, "Reference") + attr(e, "id"))
	case "tbl":
		d.table++
	case "tr":
		if d.table == 1 {
			d.cells = nil
		}
	}
	return nil
}

func (d *docx) end(local string) error {
	switch local {
	case "p":
		return d.endParagraph()
	case "tc":
		if d.table == 1 {
			d.cells = append(d.cells, strings.Join(strings.Fields(d.cell.String()), " "))
			d.cell.Reset()
		}
	case "tr":
		if d.table == 1 {
			return d.endRow()
		}
	case "tbl":
		d.table = max(0, d.table-1)
	}
	return nil
}

func (d *docx) write(s string) {
	if n := len(d.stack); n > 0 {
		d.stack[n-1].WriteString(s)
	}
}

func (d *docx) note(key string) {
	d.aside = append(d.aside, d.notes[key]...)
	delete(d.notes, key)
}

// endParagraph sends a paragraph; in a table it joins its cell, in a text box it waits for the one around it.
func (d *docx) endParagraph() error {
	n := len(d.stack)
	if n == 0 {
		return nil
	}
	text := d.stack[n-1].String()
	d.stack = d.stack[:n-1]
	switch {
	case n > 1:
		d.aside = append(d.aside, text)
		return nil
	case d.table > 0:
		d.cell.WriteString(text + " ")
		return nil
	}
	if err := d.split.line(text); err != nil {
		return err
	}
	return d.flushAside()
}

func (d *docx) flushAside() error {
	aside := d.aside
	d.aside = nil
	return d.lines(aside)
}

func (d *docx) endRow() error {
	if err := d.split.line(strings.TrimRight(strings.Join(d.cells, "\t"), "\t")); err != nil {
		return err
	}
	d.cells = nil
	if err := d.flushAside(); err != nil || !d.brk {
		return err
	}
	d.brk = false
	return d.split.flush()
}

// pageBreak ends the page: in the middle of a paragraph, or after the row in a table.
func (d *docx) pageBreak() error {
	if d.table > 0 {
		d.brk = true
		return nil
	}
	if n := len(d.stack); n == 1 {
		if text := d.stack[0].String(); strings.TrimSpace(text) != "" {
			d.stack[0].Reset()
			if err := d.split.line(text); err != nil {
				return err
			}
		}
	}
	return d.split.flush()
}

// readNotes keeps the footnotes or endnotes by their id.
func (d *docx) readNotes(a *archive, kind string) error {
	x, err := a.xml("word/" + kind + "s.xml")
	if err != nil || x == nil {
		return err
	}
	key := ""
	p := &paragraphs{emit: func(s string) {
		if s = cleanLine(s); s != "" {
			d.notes[key] = append(d.notes[key], s)
		}
	}}
	return p.walk(x, func(e xml.StartElement) {
		if e.Name.Local == kind {
			key = kind + attr(e, "id")
		}
	})
}

// paragraphs hands on the text of every paragraph of a simple part.
type paragraphs struct {
	emit func(string)
	buf  strings.Builder
}

func (p *paragraphs) walk(x *xmlReader, seen func(xml.StartElement)) error {
	text := false
	return x.walk(func(e xml.StartElement) error {
		if ignored[e.Name.Local] {
			return x.skip()
		}
		text = e.Name.Local == "t"
		switch e.Name.Local {
		case "tab", "br":
			p.buf.WriteByte(' ')
		}
		if seen != nil {
			seen(e)
		}
		return nil
	}, func(e xml.EndElement) error {
		text = false
		if e.Name.Local == "p" {
			p.emit(p.buf.String())
			p.buf.Reset()
		}
		return nil
	}, func(s string) {
		if text {
			p.buf.WriteString(s)
		}
	})
}

// partLines returns the lines of all parts whose name starts so, each line once.
func (a *archive) partLines(prefix string) ([]string, error) {
	var lines []string
	for _, f := range a.File {
		if !strings.HasPrefix(f.Name, prefix) || path.Ext(f.Name) != ".xml" || len(lines) > 1000 {
			continue
		}
		rc, err := a.open(f)
		if err != nil {
			return nil, err
		}
		p := &paragraphs{emit: func(s string) {
			if s = cleanLine(s); s != "" && !slices.Contains(lines, s) {
				lines = append(lines, s)
			}
		}}
		if err := p.walk(newXMLReader(rc, f.Name), nil); err != nil {
			return nil, err
		}
	}
	return lines, nil
}

// mentions tells whether the bytes of a member hold a word.
func (a *archive) mentions(name, word string) (bool, error) {
	f := a.member(name)
	if f == nil {
		return false, nil
	}
	rc, err := a.open(f)
	if err != nil {
		return false, err
	}
	defer rc.Close()
	left := a.left
	defer func() { a.left = left }() // this look does not count as unpacking
	buf, keep := make([]byte, 64<<10), 0
	for {
		n, err := rc.Read(buf[keep:])
		if bytes.Contains(buf[:keep+n], []byte(word)) {
			return true, nil
		}
		if errors.Is(err, io.EOF) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		tail := min(len(word), keep+n)
		copy(buf, buf[keep+n-tail:keep+n])
		keep = tail
	}
}

// coreTitle is the title in the properties of an Office document; a broken part costs the title only.
func (a *archive) coreTitle() string { return a.elementText("docProps/core.xml", "title") }

// elementText returns the text of the first element of that local name.
func (a *archive) elementText(part, local string) string {
	x, err := a.xml(part)
	if err != nil || x == nil {
		return ""
	}
	var b strings.Builder
	inside, done := false, false
	_ = x.walk(func(e xml.StartElement) error {
		inside = !done && e.Name.Local == local
		return nil
	}, func(e xml.EndElement) error {
		done, inside = done || inside, false
		return nil
	}, func(s string) {
		if inside && b.Len() < 1000 {
			b.WriteString(s)
		}
	})
	return cutText(cleanLine(b.String()), 500)
}

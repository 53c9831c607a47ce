package reader

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

// archive is a zip container, opened with the limits that keep it from being a bomb.
type archive struct {
	*zip.Reader
	left int64 // bytes that may still be unpacked
}

// openArchive checks what the directory says. What it hides is met when members are read.
func openArchive(r io.ReaderAt, size int64, l Limits) (*archive, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, failf(ReasonDamaged, "the file is a zip container that cannot be opened, perhaps cut short: %v", err)
	}
	if len(z.File) > l.MaxMembers {
		return nil, failf(ReasonTooLarge, "%d files inside are more than the %d allowed", len(z.File), l.MaxMembers)
	}
	total := uint64(0)
	for _, f := range z.File {
		total += min(f.UncompressedSize64, 1<<60)
		if total > uint64(l.MaxUnpacked) {
			return nil, failf(ReasonTooLarge, "it unpacks to more than the %d bytes allowed", l.MaxUnpacked)
		}
	}
	return &archive{Reader: z, left: l.MaxUnpacked}, nil
}

// member returns the file of that name, nil where there is none.
func (a *archive) member(name string) *zip.File {
	for _, f := range a.File {
		if strings.EqualFold(strings.TrimPrefix(strings.ReplaceAll(f.Name, `\`, "/"), "/"), name) {
			return f
		}
	}
	return nil
}

// open reads a member within the limits: of this archive as a whole, and of how much one may grow.
func (a *archive) open(f *zip.File) (io.ReadCloser, error) {
	if f.Flags&1 != 0 {
		return nil, failf(ReasonPassword, "the file %q inside is encrypted", f.Name)
	}
	if f.UncompressedSize64 > ratioFree && f.UncompressedSize64/maxRatio > f.CompressedSize64 {
		return nil, failf(ReasonTooLarge, ratioDetail, maxRatio)
	}
	rc, err := f.Open()
	if errors.Is(err, zip.ErrAlgorithm) {
		return nil, failf(ReasonUnsupported, "the file %q inside is compressed in a way not known here", f.Name)
	}
	if err != nil {
		return nil, failf(ReasonDamaged, "the file %q inside cannot be opened: %v", f.Name, err)
	}
	return &member{ReadCloser: rc, archive: a, name: f.Name}, nil
}

// member counts what is unpacked, whatever the directory promised.
type member struct {
	io.ReadCloser
	archive *archive
	name    string
}

func (m *member) Read(b []byte) (int, error) {
	n, err := m.ReadCloser.Read(b)
	if m.archive.left -= int64(n); m.archive.left < 0 {
		return n, failf(ReasonTooLarge, "it unpacks to more than the bytes allowed")
	}
	if err != nil && !errors.Is(err, io.EOF) {
		err = failf(ReasonDamaged, "the file %q inside is broken: %v", m.name, err)
	}
	return n, err
}

// xml opens a member as XML. It returns nil, nil where there is no such member.
func (a *archive) xml(name string) (*xmlReader, error) {
	f := a.member(name)
	if f == nil {
		return nil, nil
	}
	rc, err := a.open(f)
	if err != nil {
		return nil, err
	}
	return newXMLReader(rc, name), nil
}

// required is xml for a member without which the document is none.
func (a *archive) required(name string) (*xmlReader, error) {
	x, err := a.xml(name)
	if err == nil && x == nil {
		err = failf(ReasonDamaged, "the document lacks its part %q", name)
	}
	return x, err
}

// sniffZip tells what a zip container holds.
func sniffZip(r io.ReaderAt, size int64) (format, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return formatBytes, failf(ReasonDamaged, "the file is a zip container that cannot be opened, perhaps cut short: %v", err)
	}
	for _, f := range z.File {
		switch name := strings.ToLower(strings.ReplaceAll(f.Name, `\`, "/")); {
		case name == "mimetype":
			if odf, ok := sniffODF(f); ok {
				return odf, nil
			}
		case name == "word/document.xml":
			return formatDOCX, nil
		case name == "xl/workbook.xml":
			return sniffWorkbook(z), nil
		case name == "ppt/presentation.xml":
			return formatPPTX, nil
		case name == "xl/workbook.bin":
			return unsupported("binary workbook (.xlsb)", "application/vnd.ms-excel.sheet.binary.macroEnabled.12", "save it as .xlsx"), nil
		}
	}
	return formatZip, nil
}

func sniffWorkbook(z *zip.Reader) format {
	for _, f := range z.File {
		if path.Base(f.Name) == "vbaProject.bin" {
			return formatXLSM
		}
	}
	return formatXLSX
}

func sniffODF(f *zip.File) (format, bool) {
	rc, err := f.Open()
	if err != nil {
		return format{}, false
	}
	defer rc.Close()
	b, _ := io.ReadAll(io.LimitReader(rc, 200))
	switch s := strings.TrimSuffix(strings.TrimSpace(string(b)), "-template"); s {
	case formatODT.mediaType:
		return formatODT, true
	case formatODS.mediaType:
		return formatODS, true
	case formatODP.mediaType:
		return formatODP, true
	}
	return format{}, false
}

// xmlReader is a stream of XML tokens with bounded nesting. Entities of the document's own are refused by
// encoding/xml, so nothing multiplies.
type xmlReader struct {
	*xml.Decoder
	rc    io.Closer
	name  string
	depth int
}

func newXMLReader(rc io.ReadCloser, name string) *xmlReader {
	d := xml.NewDecoder(rc)
	d.CharsetReader = charsetReader
	return &xmlReader{Decoder: d, rc: rc, name: name}
}

// next returns the next token; io.EOF at the end.
func (x *xmlReader) next() (xml.Token, error) {
	tok, err := x.RawToken()
	switch {
	case errors.Is(err, io.EOF):
		if x.depth > 0 {
			return nil, failf(ReasonDamaged, "the part %q ends half-way", x.name)
		}
		return nil, io.EOF
	case err != nil:
		return nil, x.fail(err)
	}
	switch tok.(type) {
	case xml.StartElement:
		x.depth++
	case xml.EndElement:
		x.depth--
	}
	if x.depth > maxDepth {
		return nil, failf(ReasonTooLarge, "the part %q is nested more than %d levels deep", x.name, maxDepth)
	}
	return tok, nil
}

func (x *xmlReader) fail(err error) error {
	var f *Failure
	if errors.As(err, &f) {
		return f
	}
	return failf(ReasonDamaged, "the part %q is not well-formed: %v", x.name, err)
}

// walk hands every token to the functions, in order. Either may be nil.
func (x *xmlReader) walk(start func(xml.StartElement) error, end func(xml.EndElement) error, text func(string)) error {
	defer x.rc.Close()
	for {
		tok, err := x.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			err = start(tok)
		case xml.EndElement:
			if end != nil {
				err = end(tok)
			}
		case xml.CharData:
			if text != nil {
				text(string(tok))
			}
		}
		if err != nil {
			return err
		}
	}
}

// skip passes over the rest of the element that was just started.
func (x *xmlReader) skip() error {
	for level := x.depth; x.depth >= level; {
		if _, err := x.next(); err != nil {
			if errors.Is(err, io.EOF) {
				return fmt.Errorf("skip: %w", err)
			}
			return err
		}
	}
	return nil
}

// attr returns an attribute by its local name, "" where it is missing.
func attr(e xml.StartElement, local string) string {
	for _, a := range e.Attr {
		if a.Name.Local == local {
			return a.Value
		}
	}
	return ""
}

// attrIn returns an attribute by prefix and local name.
func attrIn(e xml.StartElement, prefix, local string) string {
	for _, a := range e.Attr {
		if a.Name.Local == local && a.Name.Space == prefix {
			return a.Value
		}
	}
	return ""
}

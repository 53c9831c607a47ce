package reader

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// textReader decodes the document: a byte order mark decides, else UTF-8 where it is that, else Windows-1252.
func textReader(t *task) *bufio.Reader {
	whole := io.NewSectionReader(t.file, 0, t.size)
	start := make([]byte, 256<<10)
	n, _ := io.ReadFull(whole, start)
	_, _ = whole.Seek(0, io.SeekStart)
	return bufio.NewReaderSize(transform.NewReader(whole, textEncoding(start[:n]).NewDecoder()), 64<<10)
}

func textEncoding(start []byte) encoding.Encoding {
	switch {
	case bytes.HasPrefix(start, []byte("\xff\xfe")):
		return unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM)
	case bytes.HasPrefix(start, []byte("\xfe\xff")):
		return unicode.UTF16(unicode.BigEndian, unicode.ExpectBOM)
	case utf8.Valid(cutUTF8(start)):
		return unicode.UTF8BOM
	}
	return charmap.Windows1252
}

// decodeText turns bytes of a named character set, or of a guessed one, into text.
func decodeText(b []byte, label string) string {
	enc, _ := charset.Lookup(label)
	if enc == nil || label == "" {
		enc = textEncoding(b)
	}
	out, err := enc.NewDecoder().Bytes(b)
	if err != nil {
		return strings.ToValidUTF8(string(b), "\uFFFD")
	}
	return string(out)
}

// charsetReader is for decoders of XML and mail headers.
func charsetReader(label string, r io.Reader) (io.Reader, error) {
	return charset.NewReaderLabel(label, r)
}

// readText reads plain text and Markdown, cut into pages at line ends.
func readText(t *task) (Info, error) {
	s := &splitter{t: t, reader: "text", limit: splitAt}
	r := textReader(t)
	for {
		line, err := readLine(r)
		if line != "" || err == nil {
			if err := s.line(cleanText(line)); err != nil {
				return Info{}, err
			}
		}
		if errors.Is(err, io.EOF) {
			return Info{}, s.flush()
		}
		if err != nil {
			return Info{}, failf(ReasonDamaged, "the text cannot be read: %v", err)
		}
	}
}

// readLine returns a line without its end; a line that never ends comes in pieces.
func readLine(r *bufio.Reader) (string, error) {
	b, err := r.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		err = nil
	}
	return strings.TrimRight(string(b), "\r\n"), err
}

// readCSV reads a table of comma, semicolon or tab separated values as a sheet without a name.
func readCSV(t *task) (Info, error) {
	r := textReader(t)
	c := csv.NewReader(r)
	c.Comma = separator(r)
	c.FieldsPerRecord, c.LazyQuotes, c.ReuseRecord = -1, true, true
	g := &gridWriter{t: t, reader: "csv"}
	for n := 1; ; n++ {
		cells, err := c.Read()
		if errors.Is(err, io.EOF) {
			return Info{}, g.flush()
		}
		if err != nil {
			return Info{}, failf(ReasonDamaged, "row %d of the table cannot be read: %v", n, err)
		}
		if err := g.row(n, cells); err != nil {
			return Info{}, err
		}
	}
}

// separator is the most frequent candidate in the first lines, outside quotes.
func separator(r *bufio.Reader) rune {
	start, _ := r.Peek(8 << 10)
	best, most := ',', 0
	for _, c := range []rune{';', ',', '\t', '|'} {
		if n := countOutsideQuotes(start, byte(c)); n > most {
			best, most = c, n
		}
	}
	return best
}

func countOutsideQuotes(b []byte, c byte) int {
	n, quoted := 0, false
	for _, x := range b {
		if x == '"' {
			quoted = !quoted
		} else if x == c && !quoted {
			n++
		}
	}
	return n
}

package reader

import (
	"errors"
	"io"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/net/html/charset"
)

// readHTML reads the words of a web page, cut into pages at line ends.
func readHTML(t *task) (Info, error) {
	r, err := charset.NewReader(io.NewSectionReader(t.file, 0, t.size), "text/html")
	if err != nil {
		return Info{}, failf(ReasonDamaged, "the web page cannot be read: %v", err)
	}
	s := &splitter{t: t, reader: "html", limit: splitAt}
	title, err := htmlLines(r, s.line)
	if err != nil {
		return Info{}, err
	}
	return Info{Title: title}, s.flush()
}

// htmlLines hands the text of a web page on, line by line: one per block, table cells after tabs. It returns the
// title.
func htmlLines(r io.Reader, line func(string) error) (string, error) {
	z := html.NewTokenizer(r)
	z.SetMaxBuf(maxPageText)
	h := &htmlText{emit: line}
	for {
		switch z.Next() {
		case html.ErrorToken:
			if err := z.Err(); !errors.Is(err, io.EOF) {
				return "", failf(ReasonDamaged, "the web page cannot be read: %v", err)
			}
			return h.title(), h.flush()
		case html.TextToken:
			h.text(string(z.Text()))
		case html.StartTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			h.open(atom.Lookup(name))
		case html.EndTagToken:
			name, _ := z.TagName()
			h.close(atom.Lookup(name))
		}
		if h.err != nil {
			return "", h.err
		}
	}
}

// htmlText gathers a line.
type htmlText struct {
	emit  func(string) error
	buf   strings.Builder
	name  strings.Builder // the title
	mute  atom.Atom       // element whose text is not shown
	inTag atom.Atom
	err   error
}

func (h *htmlText) title() string { return cutText(cleanLine(h.name.String()), 500) }

func (h *htmlText) text(s string) {
	switch {
	case h.mute != 0:
	case h.inTag == atom.Title:
		if h.name.Len() < 1000 {
			h.name.WriteString(s)
		}
	default:
		words := strings.Join(strings.Fields(s), " ")
		if words == "" || strings.TrimLeft(s, " \t\r\n") != s {
			h.buf.WriteByte(' ')
		}
		h.buf.WriteString(words)
		if words != "" && strings.TrimRight(s, " \t\r\n") != s {
			h.buf.WriteByte(' ')
		}
		if h.buf.Len() > maxPageText {
			h.err = h.flush()
		}
	}
}

func (h *htmlText) open(a atom.Atom) {
	switch a {
	case atom.Script, atom.Style, atom.Noscript, atom.Template:
		h.mute = a
	case atom.Title:
		h.inTag = a
	case atom.Td, atom.Th:
		if strings.TrimSpace(h.buf.String()) != "" {
			h.buf.WriteByte('\t')
		}
	default:
		h.block(a)
	}
}

func (h *htmlText) close(a atom.Atom) {
	switch a {
	case h.mute:
		h.mute = 0
	case h.inTag:
		h.inTag = 0
	default:
		h.block(a)
	}
}

func (h *htmlText) block(a atom.Atom) {
	switch a {
	case atom.P, atom.Br, atom.Div, atom.Li, atom.Ul, atom.Ol, atom.Tr, atom.Table, atom.H1, atom.H2, atom.H3, atom.H4,
		atom.H5, atom.H6, atom.Section, atom.Article, atom.Header, atom.Footer, atom.Blockquote, atom.Pre, atom.Hr, atom.Dt, atom.Dd:
		h.err = h.flush()
	}
}

func (h *htmlText) flush() error {
	s := cleanText(h.buf.String())
	h.buf.Reset()
	if s == "" {
		return nil
	}
	return h.emit(s)
}

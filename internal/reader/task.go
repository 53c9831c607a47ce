package reader

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"
)

// task is one request being carried out in the child.
type task struct {
	ctx    context.Context
	req    request
	limits Limits
	env    *childEnv
	file   io.ReaderAt
	size   int64
	out    *sender
	kind   format
	count  int   // pages sent or skipped
	text   int64 // bytes of text so far
	noOCR  int   // pages that OCR would have read
}

func newTask(ctx context.Context, w io.Writer, env *childEnv, req request, doc *os.File) (*task, error) {
	st, err := doc.Stat()
	if err != nil {
		return nil, failf(ReasonDamaged, "the file cannot be read: %v", err)
	}
	t := &task{
		ctx: ctx, req: req, limits: req.Limits.withDefaults(), env: env,
		file: doc, size: st.Size(), out: &sender{w: w},
	}
	renewCPU(t.limits.CPU)
	t.kind, err = sniff(t.file, t.size, req.Name)
	return t, err
}

// run carries out the request and returns what is known of the document.
func (t *task) run() (Info, error) {
	var info Info
	var err error
	switch t.req.Op {
	case opRead:
		info, err = t.read()
	case opImage:
		err = t.image()
	case opWords:
		err = t.words()
	case opStamp:
		info, err = t.stamp()
	case opUnpack:
		err = unpack(t)
	default:
		err = fmt.Errorf("unknown operation %q", t.req.Op)
	}
	info.MediaType = t.kind.mediaType
	return info, err
}

// read runs the reader of the format. A document whose reader found no page at all is empty.
func (t *task) read() (Info, error) {
	if t.kind.read == nil {
		return Info{}, failf(t.kind.refusal(), "%s", t.kind.refused)
	}
	info, err := t.kind.read(t)
	if err != nil {
		return Info{}, err
	}
	if info.Pages == 0 {
		info.Pages = t.count
	}
	if info.Pages == 0 {
		return Info{}, failf(ReasonEmpty, "the %s has no content", t.kind.name)
	}
	info.OCRNeeded = t.noOCR
	return info, nil
}

// emit sends a page. It gives the page its number and quality where the reader did not, and holds the limits.
func (t *task) emit(p Page) error {
	if p.Number == 0 {
		p.Number = t.count + 1
	}
	t.count = p.Number
	if p.Number > t.limits.MaxPages {
		return failf(ReasonTooLarge, "the document has more than the %d pages allowed", t.limits.MaxPages)
	}
	p.Text, p.Label = cutText(p.Text, maxPageText), cutText(p.Label, 200)
	if t.text += int64(len(p.Text)); t.text > t.limits.MaxText {
		return failf(ReasonTooLarge, "the document has more than the %d bytes of text allowed", t.limits.MaxText)
	}
	if p.Quality == 0 {
		p.Quality = quality(p.Text)
	}
	if p.NoText {
		t.noOCR++
	}
	renewCPU(t.limits.CPU)
	if p.Number < t.req.From {
		return nil
	}
	return t.out.json(framePage, p)
}

// ocr returns nil where there is none, or where it was not wanted.
func (t *task) ocr() *ocr {
	if t.req.NoOCR {
		return nil
	}
	return t.env.ocr()
}

// sender writes frames to the parent.
type sender struct{ w io.Writer }

func (s *sender) json(kind frameKind, v any) error { return writeJSON(s.w, kind, v) }

func (s *sender) stage(name string) error { return writeFrame(s.w, frameStage, []byte(name)) }

// Write sends bytes as data frames.
func (s *sender) Write(b []byte) (int, error) {
	sent := 0
	for len(b) > 0 {
		n := min(len(b), dataChunk)
		if err := writeFrame(s.w, frameData, b[:n]); err != nil {
			return sent, err
		}
		b, sent = b[n:], sent+n
	}
	return sent, nil
}

// splitter gathers lines and sends them as pages of about splitAt bytes: for formats without pages of their own.
type splitter struct {
	t      *task
	reader string
	label  string
	limit  int // bytes after which a page ends at the next line; 0 for never
	buf    strings.Builder
}

// line adds a line of clean text.
func (s *splitter) line(text string) error {
	for s.limit > 0 && len(text) > 2*s.limit {
		head := cutAtSpace(text, s.limit)
		if err := errors.Join(s.add(head), s.flush()); err != nil {
			return err
		}
		text = text[len(head):]
	}
	return s.add(text)
}

func (s *splitter) add(text string) error {
	if s.buf.Len() > 0 {
		s.buf.WriteByte('\n')
	}
	s.buf.WriteString(text)
	if s.limit > 0 && s.buf.Len() >= s.limit || s.buf.Len() >= maxPageText {
		return s.flush()
	}
	return nil
}

// flush ends the page, if there is anything on it.
func (s *splitter) flush() error {
	text := cleanText(s.buf.String())
	s.buf.Reset()
	if text == "" {
		return nil
	}
	return s.t.emit(Page{Text: text, Reader: s.reader, Label: s.label})
}

// cutAtSpace returns the start of text up to the last space within limit bytes, or about limit bytes without one.
func cutAtSpace(text string, limit int) string {
	head := cutText(text, limit)
	if i := strings.LastIndexByte(head, ' '); i > limit/2 {
		return head[:i]
	}
	if head == "" {
		_, n := utf8.DecodeRuneInString(text)
		return text[:n]
	}
	return head
}

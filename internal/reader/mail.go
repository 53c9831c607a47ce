package reader

import (
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"strings"
)

// readMail reads a mail: who, to whom, about what and when, then the words of its body. Attachments come out of
// unpack.
func readMail(t *task) (Info, error) {
	msg, err := mail.ReadMessage(io.NewSectionReader(t.file, 0, t.size))
	if err != nil {
		return Info{}, failf(ReasonDamaged, "the mail has no header that can be read: %v", err)
	}
	s := &splitter{t: t, reader: "mail", limit: splitAt}
	if err := mailHeader(msg.Header, s); err != nil {
		return Info{}, err
	}
	body := &mailBody{}
	if err := walkMail(t.limits, msg, body.part); err != nil {
		return Info{}, err
	}
	if err := body.write(s); err != nil {
		return Info{}, err
	}
	return Info{Title: cutText(mailWords(msg.Header.Get("Subject")), 500)}, s.flush()
}

func mailHeader(h mail.Header, s *splitter) error {
	for _, name := range []string{"From", "To", "Cc", "Date", "Subject"} {
		if v := mailWords(h.Get(name)); v != "" {
			if err := s.line(name + ": " + v); err != nil {
				return err
			}
		}
	}
	return s.line("")
}

// mailWords decodes a header such as =?utf-8?q?Planning?=.
func mailWords(s string) string {
	dec := mime.WordDecoder{CharsetReader: charsetReader}
	if out, err := dec.DecodeHeader(s); err == nil {
		s = out
	}
	return cleanLine(s)
}

// mailPart is one leaf of a mail.
type mailPart struct {
	mediaType string
	charset   string
	name      string // of an attachment; "" for a part of the body
	body      io.Reader
}

// mailBody keeps the plain and the formatted words; plain ones are preferred.
type mailBody struct{ plain, formatted []string }

func (m *mailBody) part(p mailPart) error {
	if p.name != "" || p.mediaType != "text/plain" && p.mediaType != "text/html" {
		return nil
	}
	b, err := io.ReadAll(io.LimitReader(p.body, maxPageText*4))
	if err != nil && len(b) == 0 {
		return failf(ReasonDamaged, "the mail's text cannot be decoded: %v", err)
	}
	text := decodeText(b, p.charset)
	if p.mediaType == "text/plain" {
		m.plain = append(m.plain, text)
		return nil
	}
	_, err = htmlLines(strings.NewReader(text), func(l string) error {
		m.formatted = append(m.formatted, l)
		return nil
	})
	return err
}

func (m *mailBody) write(s *splitter) error {
	lines := m.formatted
	if strings.TrimSpace(strings.Join(m.plain, "")) != "" {
		lines = strings.Split(strings.ReplaceAll(strings.Join(m.plain, "\n"), "\r\n", "\n"), "\n")
	}
	for _, l := range lines {
		if err := s.line(l); err != nil {
			return err
		}
	}
	return nil
}

// walkMail hands every leaf of a mail to part, in order.
func walkMail(l Limits, msg *mail.Message, part func(mailPart) error) error {
	w := &mailWalk{limits: l, part: part}
	header := func(name string) string { return msg.Header.Get(name) }
	return w.walk(header, msg.Body, 0)
}

type mailWalk struct {
	limits Limits
	part   func(mailPart) error
	count  int
}

const maxMailDepth = 20

func (w *mailWalk) walk(header func(string) string, body io.Reader, depth int) error {
	if w.count++; depth > maxMailDepth || w.count > w.limits.MaxMembers {
		return failf(ReasonTooLarge, "the mail is nested too deep or has too many parts")
	}
	mediaType, params, err := mime.ParseMediaType(header("Content-Type"))
	if err != nil || mediaType == "" {
		mediaType = "text/plain"
	}
	if strings.HasPrefix(mediaType, "multipart/") && params["boundary"] != "" {
		return w.parts(multipart.NewReader(body, params["boundary"]), depth)
	}
	name := attachmentName(header, params, mediaType, depth)
	return w.part(mailPart{mediaType, params["charset"], name, decodeTransfer(header("Content-Transfer-Encoding"), body)})
}

func (w *mailWalk) parts(r *multipart.Reader, depth int) error {
	for {
		p, err := r.NextRawPart()
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil // a mail without its last boundary is read as far as it goes
		}
		if err != nil {
			if w.count > 1 {
				return nil
			}
			return failf(ReasonDamaged, "the parts of the mail cannot be told apart: %v", err)
		}
		if err := w.walk(func(name string) string { return p.Header.Get(name) }, p, depth+1); err != nil {
			return err
		}
	}
}

func decodeTransfer(enc string, body io.Reader) io.Reader {
	switch strings.ToLower(strings.TrimSpace(enc)) {
	case "base64":
		return base64.NewDecoder(base64.StdEncoding, body)
	case "quoted-printable":
		return quotedprintable.NewReader(body)
	}
	return body
}

// attachmentName is the name of a part that is a file, "" for a part of the body.
func attachmentName(header func(string) string, params map[string]string, mediaType string, depth int) string {
	disposition, dparams, _ := mime.ParseMediaType(header("Content-Disposition"))
	name := mailWords(dparams["filename"])
	if name == "" {
		name = mailWords(params["name"])
	}
	words := mediaType == "text/plain" || mediaType == "text/html"
	switch {
	case name != "":
		return name
	case mediaType == "message/rfc822":
		return "message.eml"
	case disposition == "attachment", !words && depth > 0:
		return "attachment" + extensionOf(mediaType)
	}
	return ""
}

func extensionOf(mediaType string) string {
	for ext, f := range map[string]format{
		".pdf": formatPDF, ".docx": formatDOCX, ".xlsx": formatXLSX, ".pptx": formatPPTX, ".jpg": formatJPEG,
		".png": formatPNG, ".gif": formatGIF, ".txt": formatText, ".html": formatHTML, ".csv": formatCSV, ".zip": formatZip,
	} {
		if f.mediaType == mediaType {
			return ext
		}
	}
	return ".bin"
}

package httpd

import (
	"bytes"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net"
	"net/http"
	"net/textproto"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
)

// Content is a file to be sent, as a whole or in ranges.
type Content struct {
	io.ReadSeekCloser
	Size      int64
	MediaType string
	Filename  string
	ETag      string // quoted
	Modified  time.Time
	Inline    bool // shown by the browser rather than saved
}

// Send answers with the content the way net/http's ServeContent does: 200, 206 with one or more ranges, 304, 412 or 416.
// It closes the content.
func Send(c *fiber.Ctx, f Content) error {
	sent := false
	defer func() {
		if !sent {
			f.Close()
		}
	}()
	c.Set(fiber.HeaderETag, f.ETag)
	c.Set(fiber.HeaderAcceptRanges, "bytes")
	c.Set(fiber.HeaderLastModified, f.Modified.UTC().Format(http.TimeFormat))
	c.Set(fiber.HeaderCacheControl, "private, no-cache")
	if status := preconditions(c, f); status != 0 {
		return c.SendStatus(status)
	}
	c.Set(fiber.HeaderContentDisposition, disposition(f))
	c.Set(fiber.HeaderContentType, f.MediaType)
	// A file of somebody else must not act as a page of ours.
	c.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox")
	ranges, err := parseRanges(rangeHeader(c, f), f.Size)
	if err != nil {
		c.Set(fiber.HeaderContentRange, fmt.Sprintf("bytes */%d", f.Size))
		c.Response().Header.Del(fiber.HeaderContentDisposition)
		c.Set(fiber.HeaderContentType, "text/plain; charset=utf-8")
		return c.Status(fiber.StatusRequestedRangeNotSatisfiable).SendString(err.Error())
	}
	sent = true
	return sendRanges(c, f, ranges)
}

// preconditions returns 304 or 412 where the request's conditions ask for it, else 0.
func preconditions(c *fiber.Ctx, f Content) int {
	if m := c.Get(fiber.HeaderIfMatch); m != "" {
		if !etagIn(m, f.ETag, false) {
			return fiber.StatusPreconditionFailed
		}
	} else if t, err := http.ParseTime(c.Get(fiber.HeaderIfUnmodifiedSince)); err == nil && f.Modified.Truncate(time.Second).After(t) {
		return fiber.StatusPreconditionFailed
	}
	if m := c.Get(fiber.HeaderIfNoneMatch); m != "" {
		if etagIn(m, f.ETag, true) {
			return fiber.StatusNotModified
		}
		return 0
	}
	if t, err := http.ParseTime(c.Get(fiber.HeaderIfModifiedSince)); err == nil && !f.Modified.Truncate(time.Second).After(t) {
		return fiber.StatusNotModified
	}
	return 0
}

func etagIn(list, etag string, weak bool) bool {
	for t := range strings.SplitSeq(list, ",") {
		t = strings.TrimSpace(t)
		if weak {
			t = strings.TrimPrefix(t, "W/")
		}
		if t == "*" || t == etag {
			return true
		}
	}
	return false
}

// rangeHeader is the Range that counts: with If-Range only where the file is still the one it means.
func rangeHeader(c *fiber.Ctx, f Content) string {
	r := c.Get(fiber.HeaderRange)
	cond := c.Get(fiber.HeaderIfRange)
	if r == "" || cond == "" || cond == f.ETag {
		return r
	}
	if t, err := http.ParseTime(cond); err == nil && f.Modified.Truncate(time.Second).Equal(t) {
		return r
	}
	return ""
}

// byteRange is a part of a file.
type byteRange struct{ start, length int64 }

func (r byteRange) header(size int64) string {
	return fmt.Sprintf("bytes %d-%d/%d", r.start, r.start+r.length-1, size)
}

// parseRanges reads a Range header as RFC 9110 has it. No ranges means the whole file; an error means 416.
func parseRanges(s string, size int64) ([]byteRange, error) {
	spec, ok := strings.CutPrefix(s, "bytes=")
	if s == "" {
		return nil, nil
	}
	if !ok {
		return nil, fmt.Errorf("invalid range")
	}
	var out []byteRange
	beyond := false
	var total int64
	for part := range strings.SplitSeq(spec, ",") {
		part = textproto.TrimString(part)
		if part == "" {
			continue
		}
		r, overlaps, err := parseRange(part, size)
		if err != nil {
			return nil, err
		}
		if !overlaps {
			beyond = true
			continue
		}
		total += r.length
		out = append(out, r)
	}
	if len(out) == 0 && beyond {
		return nil, fmt.Errorf("invalid range: failed to overlap")
	}
	if total > size || len(out) > 50 {
		return nil, nil // more than the file in pieces: the whole file is cheaper for everybody
	}
	return out, nil
}

func parseRange(s string, size int64) (r byteRange, overlaps bool, err error) {
	first, last, ok := strings.Cut(s, "-")
	bad := fmt.Errorf("invalid range")
	if !ok {
		return r, false, bad
	}
	first, last = textproto.TrimString(first), textproto.TrimString(last)
	if first == "" { // the last bytes
		n, err := strconv.ParseInt(last, 10, 64)
		if last == "" || last[0] == '-' || err != nil || n < 0 {
			return r, false, bad
		}
		n = min(n, size)
		return byteRange{size - n, n}, true, nil
	}
	start, err := strconv.ParseInt(first, 10, 64)
	if err != nil || start < 0 {
		return r, false, bad
	}
	if start >= size {
		return r, false, nil
	}
	end := size - 1
	if last != "" {
		n, err := strconv.ParseInt(last, 10, 64)
		if err != nil || n < start {
			return r, false, bad
		}
		end = min(n, end)
	}
	return byteRange{start, end - start + 1}, true, nil
}

// sendRanges sends nothing, one part, several parts or the whole file.
func sendRanges(c *fiber.Ctx, f Content, ranges []byteRange) error {
	length, body := f.Size, io.Reader(f)
	switch len(ranges) {
	case 0:
	case 1:
		if _, err := f.Seek(ranges[0].start, io.SeekStart); err != nil {
			f.Close()
			return err
		}
		length, body = ranges[0].length, io.LimitReader(f, ranges[0].length)
		c.Set(fiber.HeaderContentRange, ranges[0].header(f.Size))
		c.Status(fiber.StatusPartialContent)
	default:
		var boundary string
		boundary, length, body = multipartRanges(f, ranges)
		c.Set(fiber.HeaderContentType, "multipart/byteranges; boundary="+boundary)
		c.Status(fiber.StatusPartialContent)
	}
	if c.Method() == fiber.MethodHead {
		f.Close()
		c.Response().Header.SetContentLength(int(length))
		c.Response().SkipBody = true
		return nil
	}
	c.Context().SetBodyStream(&outgoing{conn: c.Context().Conn(), Reader: body, Closer: f}, int(length))
	return nil
}

// multipartRanges lays several ranges out as parts.
func multipartRanges(f Content, ranges []byteRange) (boundary string, length int64, body io.Reader) {
	var heads bytes.Buffer
	w := multipart.NewWriter(&heads)
	var readers []io.Reader
	for _, r := range ranges {
		heads.Reset()
		_, _ = w.CreatePart(textproto.MIMEHeader{"Content-Range": {r.header(f.Size)}, "Content-Type": {f.MediaType}})
		head := bytes.Clone(heads.Bytes())
		readers = append(readers, bytes.NewReader(head), &section{f: f, at: r.start, left: r.length})
		length += int64(len(head)) + r.length
	}
	heads.Reset()
	_ = w.Close()
	tail := bytes.Clone(heads.Bytes())
	return w.Boundary(), length + int64(len(tail)), io.MultiReader(append(readers, bytes.NewReader(tail))...)
}

// section reads a part of a file, going there at the first read.
type section struct {
	f        io.ReadSeeker
	at, left int64
	there    bool
}

func (s *section) Read(p []byte) (int, error) {
	if s.left <= 0 {
		return 0, io.EOF
	}
	if !s.there {
		if _, err := s.f.Seek(s.at, io.SeekStart); err != nil {
			return 0, err
		}
		s.there = true
	}
	n, err := s.f.Read(p[:min(int64(len(p)), s.left)])
	s.left -= int64(n)
	return n, err
}

// outgoing moves the write deadline on with every read, so that a slow line can take a large file, and closes the file.
// The connection is taken while the handler runs: the request's context is gone when the body is sent.
type outgoing struct {
	conn net.Conn
	io.Reader
	io.Closer
}

func (o *outgoing) Read(p []byte) (int, error) {
	if o.conn != nil {
		_ = o.conn.SetWriteDeadline(time.Now().Add(writeTimeout))
	}
	return o.Reader.Read(p)
}

// disposition names the file for every browser: RFC 6266 with an ASCII fallback.
func disposition(f Content) string {
	kind := "attachment"
	if f.Inline {
		kind = "inline"
	}
	if v := mime.FormatMediaType(kind, map[string]string{"filename": f.Filename}); v != "" {
		return v
	}
	return kind
}

// FromStart tells whether a file is asked for from its first byte, rather than a further part of it or its head alone.
func FromStart(c *fiber.Ctx) bool {
	r := c.Get(fiber.HeaderRange)
	return c.Method() == fiber.MethodGet && (r == "" || strings.HasPrefix(r, "bytes=0-"))
}

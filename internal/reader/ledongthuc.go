package reader

import (
	"fmt"
	"io"
	"time"

	"github.com/ledongthuc/pdf"
)

// secondReader is github.com/ledongthuc/pdf, opened when the first page needs it. It shares no code with PDFium, so
// that one's blind spots are seldom the other's. It has no limits of its own: it runs against the clock, and a
// document that lets it run out of time does not get it again.
type secondReader struct {
	r      io.ReaderAt
	size   int64
	doc    *pdf.Reader
	failed bool
}

type secondResult struct {
	text string
	err  error
}

// pages returns the number of pages, 0 when the reader cannot open the document.
func (s *secondReader) pages() int {
	n := 0
	s.timed(func() secondResult {
		if err := s.open(); err != nil {
			return secondResult{err: err}
		}
		n = s.doc.NumPage()
		return secondResult{}
	})
	if s.failed || s.doc == nil {
		return 0
	}
	return n
}

// text returns the clean text of page n (from 1), empty when it cannot be had.
func (s *secondReader) text(n int) string {
	if s.failed {
		return ""
	}
	res := s.timed(func() secondResult { return s.read(n) })
	if res.err != nil {
		return ""
	}
	return cleanText(res.text)
}

func (s *secondReader) read(n int) secondResult {
	if err := s.open(); err != nil {
		return secondResult{err: err}
	}
	if n > s.doc.NumPage() {
		return secondResult{err: ErrNoPage}
	}
	page := s.doc.Page(n)
	if page.V.IsNull() {
		return secondResult{err: ErrNoPage}
	}
	text, err := page.GetPlainText(nil)
	return secondResult{text: cutText(text, 2*maxPageText), err: err}
}

func (s *secondReader) open() error {
	if s.doc != nil {
		return nil
	}
	doc, err := pdf.NewReader(s.r, s.size)
	if err != nil {
		return fmt.Errorf("open with the second reader: %w", err)
	}
	s.doc = doc
	return nil
}

// timed runs f, turns a panic into an error and gives up when f takes too long. What was given up runs on until the
// child is replaced.
func (s *secondReader) timed(f func() secondResult) secondResult {
	done := make(chan secondResult, 1)
	go func() {
		res := secondResult{}
		defer func() {
			if p := recover(); p != nil {
				res.err = fmt.Errorf("second reader: %v", p)
			}
			done <- res
		}()
		res = f()
	}()
	select {
	case res := <-done:
		return res
	case <-time.After(secondTimeout):
		s.failed = true
		return secondResult{err: fmt.Errorf("second reader: no answer in %v", secondTimeout)}
	}
}

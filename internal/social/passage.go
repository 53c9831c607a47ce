package social

import (
	"context"
	"math"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/reader"
)

// Passage is a part of a page that somebody spoke of.
type Passage struct {
	Post  *Post
	Text  string        // as this version has it
	Lines []reader.Rect // where it stands; none on a page without boxes
}

// Passages returns the passages of a page of a version that somebody spoke of, as far as the viewer sees it, the latest first; number is as
// in library.Version.
func (s *Service) Passages(ctx context.Context, v auth.Viewer, documentID string, number, n int) ([]Passage, error) {
	ver, page, err := s.library.Page(ctx, v, documentID, number, n)
	if err != nil {
		return nil, err
	}
	list, err := s.about(ctx, v, DocumentTarget(documentID))
	if err != nil {
		return nil, err
	}
	found, err := s.Locate(ctx, ver, list)
	if err != nil {
		return nil, err
	}
	var out []Passage
	var spans [][2]int
	for _, p := range list {
		if f := found[p.ID]; p.Quote == "" || f.Orphan || f.Page != n {
			continue
		}
		if at, ok := findQuote(page.Text, p.Quote); ok {
			out, spans = append(out, Passage{Post: p, Text: page.Text[at[0]:at[1]]}), append(spans, at)
		}
	}
	if len(out) == 0 || page.Width == 0 {
		return out, nil
	}
	return out, s.draw(ctx, ver, n, out, spans)
}

// draw gives passages the lines on which they stand.
func (s *Service) draw(ctx context.Context, ver *library.Version, n int, list []Passage, spans [][2]int) error {
	words, err := s.library.PageWords(ctx, ver, n)
	if err != nil {
		return err
	}
	for i, at := range spans {
		for _, w := range words {
			if w.Offset < at[1] && w.Offset+w.Length > at[0] {
				for _, b := range w.Boxes {
					list[i].Lines = lengthen(list[i].Lines, b)
				}
			}
		}
	}
	return nil
}

// lengthen adds a word to the lines of a passage: to the last one where it stands behind it.
func lengthen(lines []reader.Rect, b reader.Rect) []reader.Rect {
	if len(lines) == 0 {
		return append(lines, b)
	}
	last := &lines[len(lines)-1]
	shared := math.Min(last.Y+last.H, b.Y+b.H) - math.Max(last.Y, b.Y)
	if gap := b.X - (last.X + last.W); shared < math.Min(last.H, b.H)/2 || gap < -0.01 || gap > 0.1 {
		return append(lines, b)
	}
	right, bottom := math.Max(last.X+last.W, b.X+b.W), math.Max(last.Y+last.H, b.Y+b.H)
	last.Y = math.Min(last.Y, b.Y)
	last.W, last.H = right-last.X, bottom-last.Y
	return lines
}

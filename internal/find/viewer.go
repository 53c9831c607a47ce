package find

import (
	"context"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/reader"
	"github.com/aanpak/aanpak/internal/search"
)

// HasWords tells whether a question has words that can be marked, and not fields alone.
func HasWords(text string) bool { return len(search.Parse(text).Words) > 0 }

// PageHits is a page of a document that answers a question, and in how many places.
type PageHits struct {
	Page   int
	Places int
}

// maxHitPages bounds what a viewer steps through.
const maxHitPages = 500

// InVersion returns the pages of a version that have every word of the question, in order; where none has, those that
// have the most of them. The caller has loaded the version for its viewer.
func (s *Service) InVersion(ctx context.Context, ver *library.Version, text string) ([]PageHits, error) {
	m := search.NewMarker(s.lexicon, text, false, "")
	var out []PageHits
	most := 0
	err := s.library.EachPage(ctx, ver, func(p *library.Page) error {
		words, places := m.Coverage(p.Text)
		if words == 0 || words < most {
			return nil
		}
		if words > most {
			most, out = words, out[:0]
		}
		if len(out) < maxHitPages {
			out = append(out, PageHits{Page: p.Number, Places: places})
		}
		return nil
	})
	return out, err
}

// Marks returns the places on a page that answer the question, as boxes on the page where it has them, and the page's text
// as HTML with <mark>.
func (s *Service) Marks(ctx context.Context, v auth.Viewer, documentID string, number, page int, text string) (boxes []reader.Rect, html string, err error) {
	ver, p, err := s.library.Page(ctx, v, documentID, number, page)
	if err != nil {
		return nil, "", err
	}
	m := search.NewMarker(s.lexicon, text, false, "")
	html = m.Highlight(p.Text)
	ranges := m.Marks(p.Text)
	if len(ranges) == 0 || p.Width == 0 {
		return nil, html, nil
	}
	words, err := s.library.PageWords(ctx, ver, page)
	if err != nil {
		return nil, "", err
	}
	i := 0
	for _, w := range words {
		for i < len(ranges) && ranges[i][1] <= w.Offset {
			i++
		}
		if i < len(ranges) && w.Offset+w.Length > ranges[i][0] {
			boxes = append(boxes, w.Boxes...)
		}
	}
	return boxes, html, nil
}

// Marker marks the words of a question in texts, for what is shown without being searched again.
func (s *Service) Marker(text string) *search.Marker {
	return search.NewMarker(s.lexicon, text, false, "")
}

// Similar returns documents like a document, for "more like this".
func (s *Service) Similar(ctx context.Context, v auth.Viewer, documentID string, limit int) ([]*library.Document, error) {
	d, ver, err := s.library.Version(ctx, v, documentID, -1)
	if err != nil {
		return nil, err
	}
	text := d.Title + "\n"
	err = s.library.EachPage(ctx, ver, func(p *library.Page) error {
		if len(text) < 40_000 {
			text += p.Text + "\n"
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	found, err := s.index.Similar(ctx, text, search.Key{Type: search.TypeDocument, Parent: documentID}, search.Query{
		Types: []search.Type{search.TypeDocument}, Audience: v.AudienceKeys(), Limit: limit,
	})
	if err != nil {
		return nil, failed(ctx, err)
	}
	ids := make([]string, 0, len(found.Hits))
	for _, h := range found.Hits {
		ids = append(ids, h.Parent)
	}
	docs, err := s.library.ByIDs(ctx, v, ids)
	if err != nil {
		return nil, err
	}
	var out []*library.Document
	for _, id := range ids {
		if o := docs[id]; o != nil {
			out = append(out, o)
		}
	}
	return out, nil
}

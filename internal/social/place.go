package social

import (
	"context"
	"strings"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/fold"
	"github.com/aanpak/aanpak/internal/index"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/search"
)

// newestReadable asks the library for the newest version that could be read.
const newestReadable = -1

// contextRunes is how much of the text around a passage is kept.
const contextRunes = 60

// place writes into p what it is about, which the viewer must see.
func (s *Service) place(ctx context.Context, v auth.Viewer, p *Post, a About) error {
	switch a.Target.Kind() {
	case "":
		return nil
	case OfTender:
		if _, err := s.tenders.Get(ctx, v, a.Target.ID()); err != nil {
			return err
		}
	case OfDocument:
		if err := s.placeOnDocument(ctx, v, p, a); err != nil {
			return err
		}
	default:
		return field("about", "error.field.choice")
	}
	p.About = a.Target
	return nil
}

func (s *Service) placeOnDocument(ctx context.Context, v auth.Viewer, p *Post, a About) error {
	d, ver, err := s.library.Version(ctx, v, a.Target.ID(), 0)
	if err != nil {
		return err
	}
	if d.Lent {
		return errs.Forbidden("error.lent")
	}
	if a.Page == 0 && a.Quote == "" {
		return nil
	}
	if ver.ID != d.ReadableID && d.ReadableID != "" { // what people read while the newest is being read
		if d, ver, err = s.library.Version(ctx, v, d.ID, newestReadable); err != nil {
			return err
		}
	}
	if a.Page < 1 || a.Page > ver.Pages {
		return field("page", "error.field.range", "Min", 1, "Max", ver.Pages)
	}
	p.AboutVersion, p.AboutPage = ver.ID, a.Page
	quote := strings.Join(strings.Fields(a.Quote), " ")
	if quote == "" {
		return nil
	}
	if len([]rune(quote)) > maxQuote {
		return field("quote", "error.field.too_long", "Max", maxQuote)
	}
	_, page, err := s.library.Page(ctx, v, d.ID, ver.Number, a.Page)
	if err != nil {
		return err
	}
	at, ok := findQuote(page.Text, quote)
	if !ok {
		return field("quote", "error.field.quote")
	}
	p.Quote = page.Text[at[0]:at[1]]
	p.QuoteBefore, p.QuoteAfter = around(page.Text, at)
	return nil
}

// mayWrite asks whether the viewer may say something to an audience; about a document they must still see it themselves, also where they
// began to write when they did.
func (s *Service) mayWrite(ctx context.Context, tx bun.IDB, v auth.Viewer, p *Post, a Audience) error {
	if p.Kind == KindNews {
		if err := CanWriteNews(v, a); err != nil {
			return err
		}
	}
	if a.Kind != ForDocument {
		return a.check(ctx, tx, v)
	}
	v.Grants = nil // temporary access is for looking
	return s.library.CanShow(ctx, tx, v, p.About.ID(), 0)
}

// around returns some of the text before and after a passage.
func around(text string, at [2]int) (before, after string) {
	runes := []rune(text[:at[0]])
	return string(runes[max(0, len(runes)-contextRunes):]), fold.Cut(text[at[1]:], contextRunes)
}

// documentChanged keeps who sees a document's comments those who see the document.
func (s *Service) documentChanged(ctx context.Context, tx bun.Tx, id string) error {
	var list []*Post
	if err := tx.NewSelect().Model(&list).Where("p.about = ?", DocumentTarget(id)).Where("p.state = ?", StatePublished).Scan(ctx); err != nil {
		return err
	}
	ids := make([]string, len(list))
	for i, p := range list {
		ids[i] = p.ID
		if err := writeAudience(ctx, tx, p); err != nil {
			return err
		}
	}
	return index.Mark(ctx, tx, search.TypePost, ids...)
}

// Found is where the passage of a comment stands in a version of its document.
type Found struct {
	Page   int  // 0 = nowhere any more
	Orphan bool // the passage is gone; Page is then where it was, if there is such a page
}

// Locate finds the passages of comments in a version of their document, by post id. A passage that has moved to another page is found there;
// one that stands there several times is found where the text around it is most like it was.
func (s *Service) Locate(ctx context.Context, ver *library.Version, list []*Post) (map[string]Found, error) {
	out := make(map[string]Found, len(list))
	var lost []*Post
	for _, p := range list {
		switch {
		case p.AboutVersion == ver.ID, p.AboutPage == 0:
			out[p.ID] = Found{Page: p.AboutPage}
		default:
			lost = append(lost, p)
		}
	}
	if len(lost) == 0 {
		return out, nil
	}
	best := map[string]int{}
	err := s.library.EachPage(ctx, ver, func(page *library.Page) error {
		for _, p := range lost {
			score := likeness(page, p)
			if score > best[p.ID] {
				best[p.ID], out[p.ID] = score, Found{Page: page.Number}
			}
		}
		return nil
	})
	for _, p := range lost {
		if best[p.ID] == 0 {
			out[p.ID] = Found{Page: min(p.AboutPage, ver.Pages), Orphan: p.Quote != ""}
		}
	}
	return out, err
}

// likeness tells how well a page has the passage of a comment: 0 = not. A comment on a whole page stays on the page of that number.
func likeness(page *library.Page, p *Post) int {
	if p.Quote == "" {
		if page.Number == p.AboutPage {
			return 1
		}
		return 0
	}
	at, ok := findQuote(page.Text, p.Quote)
	if !ok {
		return 0
	}
	before, after := around(page.Text, at)
	score := 1 + 2*common(reversed(before), reversed(p.QuoteBefore)) + 2*common(after, p.QuoteAfter)
	if page.Number == p.AboutPage {
		score++
	}
	return score
}

// common counts the runes that two texts begin with alike.
func common(a, b string) int {
	x, y := []rune(a), []rune(b)
	n := 0
	for n < len(x) && n < len(y) && x[n] == y[n] {
		n++
	}
	return n
}

func reversed(s string) string {
	r := []rune(s)
	for i, j := 0, len(r)-1; i < j; i, j = i+1, j-1 {
		r[i], r[j] = r[j], r[i]
	}
	return string(r)
}

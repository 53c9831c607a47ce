// Package find answers what people look for: documents to the page, tenders and colleagues.
//
// It puts a question to the search index with the viewer's audience keys, and loads every hit again through its
// domain's visibility rule before it shows anything of it: what the index does not know yet is decided by the database.
// Snippets and marks are made here from the texts of the database, so that every engine gives the same.
package find

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/groups"
	"github.com/aanpak/aanpak/internal/lang"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/search"
	"github.com/aanpak/aanpak/internal/social"
	"github.com/aanpak/aanpak/internal/spotlight"
	"github.com/aanpak/aanpak/internal/tenders"
	"github.com/aanpak/aanpak/internal/trace"
)

// Service finds.
type Service struct {
	index   search.Index
	lexicon *lang.Lexicon
	library *library.Service
	tenders *tenders.Service
	people  *people.Service
	groups  *groups.Service
	spots   *spotlight.Service
	social  *social.Service
	observe func(Answered) // nil = nobody asks
}

// New returns the service.
func New(x search.Index, lx *lang.Lexicon, lib *library.Service, t *tenders.Service, p *people.Service, g *groups.Service, so *social.Service, sp *spotlight.Service) *Service {
	return &Service{index: x, lexicon: lx, library: lib, tenders: t, people: p, groups: g, social: so, spots: sp}
}

// Answered tells of a search that has ended.
type Answered struct {
	Kind  string // asked, typing, or aside
	Total int
	Took  time.Duration
	Err   error
}

// Observe calls f after each search.
func (s *Service) Observe(f func(Answered)) { s.observe = f }

// Query is what a person asks.
type Query struct {
	Text          string
	Types         []search.Type // empty = all
	Filters       search.Filters
	Sort          search.Sort
	Limit, Offset int
	Facets        bool
	Prefix        bool // the last word is still being typed
	Further       bool // also further pages of each document, with their snippets
	Brief         bool // hits with their best page are enough
	Aside         bool // nobody asked this: it counts the hits of tabs that are not shown, and only Total and ByType are answered
	Plain         bool // the words as they are: none corrected, none left out
}

func (q *Query) kind() string {
	switch {
	case q.Aside:
		return "aside"
	case q.Prefix:
		return "typing"
	}
	return "asked"
}

// filtered tells whether the question is narrowed.
func (q *Query) filtered() bool {
	f := q.Filters
	return len(f.Kind)+len(f.Branch)+len(f.Client)+len(f.Tender)+len(f.Outcome)+len(f.Language)+len(f.Tag)+len(f.Year) > 0 || f.MinScore > 0
}

// Hit is something found. Of Document, Tender, Person, Group and Post one is set, by Type.
type Hit struct {
	Type     search.Type
	ID       string
	Title    string // HTML-escaped, with <mark>
	Score    float64
	Page     int    // best page; 0 where the hit has no pages
	Label    string // of that page
	Snippet  string // HTML-escaped, with <mark>
	Others   []PageHit
	More     int // matching pages beside Page
	Document *library.Document
	Tender   *tenders.Tender
	Person   *people.User
	Group    *groups.Group
	Post     *social.Post
	Heading  string // of the post, plain
}

// PageHit is another matching page of the same document.
type PageHit struct {
	Page           int
	Label, Snippet string
}

// FacetValue is a value of a field and how many hits have it.
type FacetValue struct {
	Value string
	Name  string // set where Value is an id
	Count int
}

// Result is an answer.
type Result struct {
	Total, Pages int
	ByType       map[search.Type]int // of a question aside
	Hits         []Hit
	Facets       map[string][]FacetValue
	Corrected    string   // the question as understood after correcting typing errors, else empty
	Relaxed      bool     // no page has every word
	Missing      []string // words that no page has
	Took         time.Duration
}

// Search answers a question for a viewer.
func (s *Service) Search(ctx context.Context, v auth.Viewer, q Query) (*Result, error) {
	if v.UserID == "" {
		return nil, errs.Unauthorized()
	}
	start := time.Now()
	ctx, span := trace.Start(ctx, "search")
	res, err := s.answer(ctx, v, q, start)
	seen := Answered{Kind: q.kind(), Took: time.Since(start), Err: err}
	if err == nil {
		seen.Total = res.Total
		span.Set(trace.Int("search.total", res.Total))
	}
	span.End(err)
	if s.observe != nil {
		s.observe(seen)
	}
	return res, err
}

func (s *Service) answer(ctx context.Context, v auth.Viewer, q Query, start time.Time) (*Result, error) {
	raised, err := s.spots.Documents(ctx, v)
	if err != nil {
		return nil, err
	}
	if err := s.resolve(ctx, v, &q, raised); err != nil {
		return nil, err
	}
	found, err := s.ask(ctx, search.Query{
		Text: q.Text, Types: q.Types, Filters: q.Filters, Audience: v.AudienceKeys(), Sort: q.Sort, Raised: raised,
		Limit: q.Limit, Offset: q.Offset, Facets: q.Facets || q.Aside, Prefix: q.Prefix, Brief: q.Brief, Count: q.Aside, Plain: q.Plain,
	})
	if err != nil {
		return nil, failed(ctx, err)
	}
	if q.Aside {
		return aside(q, found, start), nil
	}
	marker := search.NewMarker(s.lexicon, q.Text, q.Prefix, found.Corrected)
	hits, err := s.load(ctx, v, q.shown(found.Hits), marker)
	if err != nil {
		return nil, err
	}
	res := &Result{Total: found.Total, Pages: found.Pages, Hits: hits, Corrected: found.Corrected, Relaxed: found.Relaxed, Missing: found.Missing}
	if res.Facets, err = s.nameFacets(ctx, v, found.Facets); err != nil {
		return nil, err
	}
	res.Took = time.Since(start)
	return res, nil
}

// aside is the answer of a question that only counts.
func aside(q Query, found search.Result, start time.Time) *Result {
	by := map[search.Type]int{}
	for t, n := range found.Facets["type"] {
		by[search.Type(t)] = n
	}
	if len(q.Types) == 1 { // where the words say a type, the facet is counted without it
		by = map[search.Type]int{q.Types[0]: found.Total}
	}
	return &Result{Total: found.Total, ByType: by, Took: time.Since(start)}
}

// ask puts a question to the engine, whose share of the time has a span of its own.
func (s *Service) ask(ctx context.Context, q search.Query) (search.Result, error) {
	ctx, span := trace.Start(ctx, "search engine")
	found, err := s.index.Search(ctx, q)
	span.End(err)
	return found, err
}

// failed is the error of a question that the index did not answer: nobody waits for it any more, or the index is away.
func failed(ctx context.Context, err error) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return errs.New(errs.KindCanceled, "error.canceled").Because(err)
	}
	return &Away{errs.Unavailable("search", err)}
}

// Away is the error of a question that could not be put to the index. Everything but searching goes on.
type Away struct{ cause *errs.Error }

func (a *Away) Error() string { return a.cause.Error() }

// Unwrap gives the error with its kind.
func (a *Away) Unwrap() error { return a.cause }

// resolve turns the names of branches and tenders that people type after a colon into ids, and is:spotlight into the documents that are held
// up for the viewer. A name that nothing has finds nothing, rather than everything.
func (s *Service) resolve(ctx context.Context, v auth.Viewer, q *Query, heldUp []string) error {
	fields := search.Parse(q.Text).Fields
	if len(fields["is"]) > 0 {
		q.Filters.Documents = heldUp
	}
	for _, name := range fields["branch"] {
		b, err := s.people.Branch(ctx, name)
		if err := addID(&q.Filters.Branch, func() string { return b.ID }, err); err != nil {
			return err
		}
	}
	for _, ref := range fields["tender"] {
		t, err := s.tenders.ByReference(ctx, v, ref)
		if err := addID(&q.Filters.Tender, func() string { return t.ID }, err); err != nil {
			return err
		}
	}
	return nil
}

func addID(list *[]string, id func() string, err error) error {
	switch {
	case err == nil:
		*list = append(*list, id())
	case errs.Is(err, errs.KindNotFound):
		*list = append(*list, "none")
	default:
		return err
	}
	return nil
}

// shown leaves out the further pages that nobody asked for: their texts are most of what there is to read.
func (q *Query) shown(found []search.Hit) []search.Hit {
	most := 0
	if q.Further {
		most = furtherPages
	}
	for i := range found {
		found[i].Pages = found[i].Pages[:min(most, len(found[i].Pages))]
	}
	return found
}

// load reads what was found through the domains and words it; what the viewer may not see, or what is gone, drops out.
func (s *Service) load(ctx context.Context, v auth.Viewer, found []search.Hit, m *search.Marker) ([]Hit, error) {
	ids := map[search.Type][]string{}
	for _, h := range found {
		ids[h.Type] = append(ids[h.Type], h.Parent)
	}
	docs, err := s.library.ByIDs(ctx, v, ids[search.TypeDocument])
	if err != nil {
		return nil, err
	}
	texts, err := s.library.PageTexts(ctx, docs, pageRefs(found))
	if err != nil {
		return nil, err
	}
	hits := make([]Hit, 0, len(found))
	for _, h := range found {
		hit := Hit{Type: h.Type, ID: h.Parent, Score: h.Score, Page: h.Page, More: h.More}
		ok := false
		switch h.Type {
		case search.TypeDocument:
			if hit.Document, ok = docs[h.Parent]; ok {
				hit.document(h, texts, m)
			}
		case search.TypeTender:
			ok, err = s.tender(ctx, v, &hit, m)
		case search.TypePerson:
			ok, err = s.person(ctx, v, &hit, m)
		case search.TypeGroup:
			ok, err = s.group(ctx, v, &hit, m)
		case search.TypePost:
			ok, err = s.post(ctx, v, &hit, m)
		}
		if err != nil {
			return nil, err
		}
		if ok {
			hits = append(hits, hit)
		}
	}
	return hits, nil
}

// furtherPages is how many further pages of a document come with a snippet.
const furtherPages = 2

func pageRefs(found []search.Hit) (refs []library.PageRef) {
	for _, h := range found {
		if h.Type != search.TypeDocument {
			continue
		}
		refs = append(refs, library.PageRef{DocumentID: h.Parent, Number: h.Page})
		for _, n := range h.Pages {
			refs = append(refs, library.PageRef{DocumentID: h.Parent, Number: n})
		}
	}
	return refs
}

// document words a hit in a document.
func (h *Hit) document(found search.Hit, texts map[library.PageRef]*library.Page, m *search.Marker) {
	h.Title = m.Highlight(h.Document.Title)
	if p := texts[library.PageRef{DocumentID: h.ID, Number: found.Page}]; p != nil {
		h.Label, h.Snippet = excerpt(p, m)
	}
	for _, n := range found.Pages {
		if p := texts[library.PageRef{DocumentID: h.ID, Number: n}]; p != nil {
			label, snippet := excerpt(p, m)
			h.Others = append(h.Others, PageHit{Page: n, Label: label, Snippet: snippet})
		}
	}
}

func (s *Service) tender(ctx context.Context, v auth.Viewer, h *Hit, m *search.Marker) (bool, error) {
	t, err := s.tenders.Get(ctx, v, h.ID)
	if err != nil {
		return false, notFoundIsFine(err)
	}
	h.Tender, h.Title = t, m.Highlight(t.Title)
	h.Snippet = m.Snippet(t.Summary)
	return true, nil
}

func (s *Service) person(ctx context.Context, v auth.Viewer, h *Hit, m *search.Marker) (bool, error) {
	u, err := s.people.User(ctx, v, h.ID)
	if err != nil {
		return false, notFoundIsFine(err)
	}
	h.Person, h.Title = u, m.Highlight(u.Name)
	h.Snippet = m.Snippet(u.About)
	return true, nil
}

func (s *Service) group(ctx context.Context, v auth.Viewer, h *Hit, m *search.Marker) (bool, error) {
	g, err := s.groups.Get(ctx, v, h.ID)
	if err != nil {
		return false, notFoundIsFine(err)
	}
	h.Group, h.Title = g, m.Highlight(g.Name)
	h.Snippet = m.Snippet(g.About)
	return true, nil
}

func notFoundIsFine(err error) error {
	if errs.Is(err, errs.KindNotFound) {
		return nil
	}
	return fmt.Errorf("load hit: %w", err)
}

// post words a hit in a post or in what was said on it.
func (s *Service) post(ctx context.Context, v auth.Viewer, h *Hit, m *search.Marker) (bool, error) {
	p, err := s.social.Get(ctx, v, h.ID)
	if err != nil {
		return false, notFoundIsFine(err)
	}
	names, texts, err := s.social.Words(ctx, v, p)
	if err != nil {
		return false, err
	}
	h.Post, h.Heading = p, p.Heading(names)
	h.Title, h.Snippet = m.Highlight(h.Heading), m.Snippet(texts)
	return true, nil
}

package meili

import (
	"cmp"
	"context"
	"slices"

	"github.com/aanpak/aanpak/internal/search"
)

// The number of hits that are scored and ordered by us, where enough are asked for; after these comes the server's order. Of twice as many as
// are shown the best are among those that the server ranks first.
const (
	headHits  = 40
	headTimes = 2
)

// list asks for all that a list of hits needs.
func (q *question) list(ctx context.Context, m match) ([]answer, error) {
	if q.ask.Brief && q.relevance() {
		return q.briefList(ctx, m)
	}
	return q.x.multi(ctx, q.listQueries(m)...)
}

// briefList asks for the best hits, and for others where these are fewer than asked for. What is beyond them is not counted: making every page
// that matches distinct takes the server longer than all else while somebody types.
func (q *question) briefList(ctx context.Context, m match) ([]answer, error) {
	_, _, depth := q.depth()
	every := and(m.match, q.passes(""))
	best := q.bestQueries(m, every, depth)
	others := q.ordered(query{filter: every, distinct: true, first: true})
	unranked := len(m.levels) == 0 && q.rankWords() == ""
	if unranked {
		best = append(best, others)
	}
	got, err := q.x.multi(ctx, best...)
	if err != nil {
		return nil, err
	}
	found := len(merged(nil, got...))
	if !unranked && found < depth {
		more, err := q.x.multi(ctx, others)
		if err != nil {
			return nil, err
		}
		got = append(got, more...)
		found = len(merged(nil, got...))
	}
	return append([]answer{{total: found}}, got...), nil
}

// listQueries asks for all that a list of hits needs: how many there are, with facets, the pages, and the hits: those that the server finds
// best, or those that its order puts first.
func (q *question) listQueries(m match) []query {
	_, _, depth := q.depth()
	every := and(m.match, q.passes(""))
	out := []query{{filter: every, distinct: true, facets: q.freeFacets()}}
	if q.ask.Count {
		return out
	}
	if !q.relevance() {
		out[0] = q.ordered(out[0])
	}
	if !q.ask.Brief {
		out = append(append(out, pageQueries(m, every)...), q.filteredFacets(m.match)...)
	}
	if !q.relevance() {
		return out
	}
	return append(out, q.bestQueries(m, every, depth)...)
}

// pageQueries count the pages of documents whose text matches, and those of which only the title does.
func pageQueries(m match, every string) []query {
	documents := and(every, one("type", string(search.TypeDocument)))
	out := []query{{filter: and(documents, m.body)}}
	if m.body != "" {
		out = append(out, query{filter: and(documents, not(m.body))})
	}
	return out
}

// ordered is a query for the hits in the order that was asked for; where that is by relevance, the newest first.
func (q *question) ordered(of query) query {
	_, _, depth := q.depth()
	of.limit, of.fields = depth, q.hitFields(depth)
	if of.sort = sorts(q.ask.Sort); of.sort == nil {
		of.sort = []string{"created:desc", "key:asc"}
	}
	return of
}

func (q *question) hitFields(depth int) []string {
	if q.relevance() && depth <= maxLimit {
		return textFields
	}
	return placeFields
}

// bestQueries asks for the hits that are likely the best: those with the most needs on a page, in that order, with the words where they weigh the most.
func (q *question) bestQueries(m match, every string, depth int) (out []query) {
	add := func(f, words string) {
		out = append(out, query{filter: f, words: words, distinct: true, limit: depth, first: true, fields: q.hitFields(depth)})
	}
	for _, l := range m.levels {
		add(and(every, l), "")
	}
	if words := q.rankWords(); words != "" {
		add(every, words)
	}
	if n := len(q.plan.Needs) - 1; n >= 0 {
		for _, w := range q.plan.Needs[n].Ways {
			if w.Kind == search.WayPrefix { // titles first
				add(and(every, q.titled(w.Terms[0])), "")
			}
		}
	}
	return out
}

// titled passes the entries with a word in their title that begins so.
func (q *question) titled(prefix string) string {
	marked := completions(q.words, prefix)
	for i, w := range marked {
		marked[i] = wordMark + w
	}
	return in("head", marked)
}

// hit is a parent on its way to be shown.
type hit struct {
	key     string
	page    int
	score   float64 // by its words
	raised  float64 // for a document that is to come sooner, else 0
	created int64
	doc     *document
	pages   *pages // once it is shown
}

// better orders hits by score; newer ones and then the key break ties.
func better(a, b *hit) int {
	return cmp.Or(cmp.Compare(b.rank(), a.rank()), cmp.Compare(b.created, a.created), cmp.Compare(a.key, b.key))
}

func (h *hit) rank() float64 { return max(h.score, h.raised) }

// scored tells whether the hits that are asked for are among those that we score.
func (q *question) scored() bool {
	offset, limit, _ := q.depth()
	return offset+limit <= q.head()
}

// fill makes the answer out of the lists.
func (q *question) fill(ctx context.Context, res search.Result, m match, lists []answer) (search.Result, error) {
	all, best := lists[0], lists[1:]
	res.Total = all.total
	if !q.ask.Brief && !q.ask.Count {
		var err error
		if best, err = q.tell(ctx, &res, m, all, best); err != nil {
			return res, err
		}
	}
	if res.Total == 0 {
		res.Relaxed = false
	}
	if q.ask.Count && q.ask.Facets {
		res.Facets = facetsOf([]answer{all})
	}
	if res.Total == 0 || q.ask.Count {
		return res, nil
	}
	hits, err := q.order(ctx, m, all, best)
	if err != nil {
		return res, err
	}
	return q.show(ctx, res, m, hits)
}

// tell reads pages and facets out of the lists, and returns those that are left: the best hits.
func (q *question) tell(ctx context.Context, res *search.Result, m match, all answer, rest []answer) (best []answer, err error) {
	res.Pages, rest = rest[0].total, rest[1:]
	if m.body != "" {
		titleOnly := rest[0].total
		rest = rest[1:]
		if titleOnly > 0 && len(m.levels) == 0 {
			n, err := q.titleOnly(ctx, m)
			if err != nil {
				return nil, err
			}
			res.Pages += n
		}
	}
	if len(m.levels) > 0 && res.Total > 0 {
		if res.Pages, err = q.levelPages(ctx, m); err != nil {
			return nil, err
		}
	}
	if q.ask.Facets {
		n := len(q.filteredFacets(m.match))
		res.Facets, rest = facetsOf(append(slices.Clone(rest[:n]), all)), rest[n:]
	}
	return rest, nil
}

// titleOnly counts the documents of which no page's text matches: of these the first page is the hit.
func (q *question) titleOnly(ctx context.Context, m match) (int, error) {
	documents := and(m.match, q.passes(""), one("type", string(search.TypeDocument)))
	got, err := q.x.multi(ctx, query{filter: documents, distinct: true}, query{filter: and(documents, m.body), distinct: true})
	if err != nil {
		return 0, err
	}
	return got[0].total - got[1].total, nil
}

// levelPages counts, of each document, the pages with the most needs that a page of it meets.
func (q *question) levelPages(ctx context.Context, m match) (int, error) {
	documents := and(m.match, q.passes(""), one("type", string(search.TypeDocument)))
	qs := []query{{filter: documents, facets: []string{"key"}}}
	for _, l := range m.levels {
		qs = append(qs, query{filter: and(documents, l, m.body), facets: []string{"key"}})
	}
	got, err := q.x.multi(ctx, qs...)
	if err != nil {
		return 0, err
	}
	sum := 0
	for key := range got[0].facets["key"] {
		sum++ // where the title alone matches
		for _, a := range got[1:] {
			if n := a.facets["key"][key]; n > 0 {
				sum += n - 1
				break
			}
		}
	}
	return sum, nil
}

// order joins the lists, the best first, and orders the head by score. Where the best are fewer than asked for, the newest of the others follow.
func (q *question) order(ctx context.Context, m match, all answer, best []answer) ([]*hit, error) {
	hits := merged(nil, append(best, all)...)
	if !q.relevance() {
		return hits, nil
	}
	if _, _, depth := q.depth(); len(hits) < min(depth, all.total) {
		got, err := q.x.multi(ctx, q.ordered(query{filter: and(m.match, q.passes("")), distinct: true, first: true})) // the total is known
		if err != nil {
			return nil, err
		}
		hits = merged(hits, got...)
	}
	head := hits[:min(q.head(), len(hits))]
	for _, h := range head {
		h.score = q.scorer().page(h.doc)
	}
	if q.scored() {
		q.raise(head)
	}
	slices.SortStableFunc(head, better)
	return hits, nil
}

// merged adds the hits of answers that are not there yet.
func merged(hits []*hit, more ...answer) []*hit {
	seen := map[string]bool{}
	for _, h := range hits {
		seen[h.key] = true
	}
	for _, a := range more {
		for i := range a.hits {
			if d := &a.hits[i]; !seen[d.Key] {
				seen[d.Key] = true
				hits = append(hits, &hit{key: d.Key, page: d.Page, doc: d, created: d.Created})
			}
		}
	}
	return hits
}

package meili

import (
	"cmp"
	"context"
	"maps"
	"math"
	"slices"

	"github.com/aanpak/aanpak/internal/search"
)

const (
	maxOthers = 3 // further pages that a hit names
	rankedFor = 5 // pages for every two of the shown hits that are read to find the best: reading them is what takes the server the most
)

// show finds the pages of the hits that are shown: how many match, and which are the best. A brief answer keeps the page of the list.
func (q *question) show(ctx context.Context, res search.Result, m match, hits []*hit) (search.Result, error) {
	offset, limit, _ := q.depth()
	shown := hits[min(offset, len(hits)):min(offset+limit, len(hits))]
	if q.ask.Brief {
		return q.brief(res, shown)
	}
	pages, err := q.pagesOf(ctx, m, shown, res.Pages)
	if err != nil {
		return res, err
	}
	for _, h := range shown {
		h.pages = pages[h.key]
		if h.pages != nil && len(h.pages.best) > 0 {
			h.score = max(h.score, h.pages.best[0].score) * (1 + pagesBonus*math.Log(float64(h.pages.count)))
		}
	}
	if q.relevance() && q.scored() {
		q.raise(shown)
		slices.SortStableFunc(shown, better)
	}
	for _, h := range shown {
		out, err := h.result()
		if err != nil {
			return res, err
		}
		res.Hits = append(res.Hits, out)
	}
	return res, nil
}

// brief gives the hits as they are in the list; where only the title matches, the first page is the hit.
func (q *question) brief(res search.Result, shown []*hit) (search.Result, error) {
	for _, h := range shown {
		if h.page > 1 && len(q.needs) > 0 && !q.scorer().inText(h.doc) {
			h.page = 1
		}
		out, err := h.result()
		if err != nil {
			return res, err
		}
		res.Hits = append(res.Hits, out)
	}
	return res, nil
}

// pagesBonus is by how much a document is better for having more pages that match.
const pagesBonus = 0.04

// result is the hit as it is given back.
func (h *hit) result() (search.Hit, error) {
	key, err := parseKey(h.key)
	out := search.Hit{Type: key.Type, Parent: key.Parent, Page: h.page, Score: h.rank()}
	if h.pages != nil && len(h.pages.best) > 0 {
		best := h.pages.best
		out.Page, out.More = best[0].number, h.pages.count-1
		for _, o := range best[1:min(1+maxOthers, len(best))] {
			out.Pages = append(out.Pages, o.number)
		}
	}
	return out, err
}

// pages are the matching pages of a document.
type pages struct {
	count int
	level int    // of match.levels
	best  []page // some, in order
}

type page struct {
	number int
	score  float64
}

// lacks tells whether pages are still to be named.
func (p *pages) lacks() bool { return len(p.best) < min(max(p.count, 1), 1+maxOthers) }

func (p *pages) add(n page) {
	if !slices.ContainsFunc(p.best, func(b page) bool { return b.number == n.number }) {
		p.best = append(p.best, n)
	}
}

// pagesOf looks for the pages of documents; what else is shown has none. all is how many pages match, of these documents and others.
func (q *question) pagesOf(ctx context.Context, m match, shown []*hit, all int) (map[string]*pages, error) {
	out := map[string]*pages{}
	for _, h := range shown {
		if k, err := parseKey(h.key); err == nil && k.Type == search.TypeDocument {
			out[h.key] = &pages{}
		}
	}
	if len(out) == 0 {
		return out, nil
	}
	m.match = and(m.match, in("key", slices.Collect(maps.Keys(out))))
	if len(m.levels) == 0 {
		m.levels = []string{""}
	}
	count := q.countPages
	if all <= manyPages && len(m.levels) == 1 {
		count = q.namePages
	}
	if err := count(ctx, m, out); err != nil {
		return out, err
	}
	if err := q.restOfPages(ctx, m, out); err != nil {
		return out, err
	}
	for _, p := range out {
		slices.SortFunc(p.best, func(a, b page) int { return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.number, b.number)) })
	}
	return out, nil
}

// manyPages is from how many matching pages on they are counted by document rather than named: up to 3,000 entries the server reads what
// each has, beyond them it goes through every name that there is.
const manyPages = 2500

// namePages asks for the name of every matching page, which counts them too, and reads those that the server ranks first.
func (q *question) namePages(ctx context.Context, m match, out map[string]*pages) error {
	filter := and(m.match, m.levels[0], m.body)
	qs := []query{{filter: filter, facets: []string{"id"}}}
	if words := q.rankWords(); words != "" {
		qs = append(qs, q.rankedPages(filter, words, len(out)))
	}
	got, err := q.x.multi(ctx, qs...)
	if err != nil {
		return err
	}
	q.addPages(got[1:], out)
	for key, numbers := range byKey(got[0].facets["id"]) {
		p := out[key]
		if p == nil {
			continue
		}
		if p.count = len(numbers); len(got) == 1 {
			continue // nothing ranks them: the best of the first are read with what is left
		}
		for _, n := range numbers[:min(len(numbers), 1+maxOthers)] {
			p.add(page{number: n})
		}
	}
	return nil
}

// byKey are the pages of ids by their document, in order.
func byKey(ids map[string]int) map[string][]int {
	out := map[string][]int{}
	for id := range ids {
		if key, n, ok := parseID(id); ok {
			out[key] = append(out[key], n)
		}
	}
	for _, numbers := range out {
		slices.Sort(numbers)
	}
	return out
}

// rankedPages reads the pages of so many documents that the server ranks first.
func (q *question) rankedPages(filter, words string, documents int) query {
	return query{filter: filter, words: words, limit: (rankedFor*documents + 1) / 2, first: true, fields: textFields}
}

// countPages counts the pages whose text matches, of these those with the most needs, reads those that the server ranks first, and names the
// first ones.
func (q *question) countPages(ctx context.Context, m match, out map[string]*pages) error {
	var qs []query
	for _, l := range m.levels {
		qs = append(qs, query{filter: and(m.match, l, m.body), facets: []string{"key"}})
	}
	if words := q.rankWords(); words != "" && len(m.levels) == 1 {
		qs = append(qs,
			q.rankedPages(and(m.match, m.body), words, len(out)),
			query{filter: and(m.match, m.body), sort: []string{"page:asc"}, limit: (1 + maxOthers) * len(out), first: true, fields: placeFields})
	}
	got, err := q.x.multi(ctx, qs...)
	if err != nil {
		return err
	}
	for i := len(m.levels) - 1; i >= 0; i-- { // the higher levels last
		for key, n := range got[i].facets["key"] {
			out[key].count, out[key].level = n, i
		}
	}
	q.addPages(got[len(m.levels):], out)
	return nil
}

// restOfPages names pages of the documents of which the server ranked too few: the first ones of their level. Where no text matches it is the
// first page of all.
func (q *question) restOfPages(ctx context.Context, m match, out map[string]*pages) error {
	byLevel := make([][]string, len(m.levels))
	var titles []string
	for key, p := range out {
		switch {
		case p.count == 0:
			titles = append(titles, key)
			p.count = 1
		case p.lacks():
			byLevel[p.level] = append(byLevel[p.level], key)
		}
	}
	fields := textFields
	if len(q.needs) == 0 {
		fields = placeFields
	}
	var qs []query
	add := func(filter string, keys []string, distinct bool) {
		if len(keys) > 0 {
			qs = append(qs, query{
				filter: and(filter, in("key", keys)), distinct: distinct, sort: []string{"page:asc"}, limit: (1 + maxOthers) * len(keys), first: true, fields: fields,
			})
		}
	}
	add(m.match, titles, true)
	for i, keys := range byLevel {
		add(and(m.match, m.levels[i], m.body), keys, false)
	}
	if len(qs) == 0 {
		return nil
	}
	got, err := q.x.multi(ctx, qs...)
	if err != nil {
		return err
	}
	q.addPages(got, out)
	return q.lonePages(ctx, m, out)
}

// lonePages names a page of each document whose pages come so late that those of others filled the list.
func (q *question) lonePages(ctx context.Context, m match, out map[string]*pages) error {
	var qs []query
	for _, key := range slices.Sorted(maps.Keys(out)) {
		if p := out[key]; len(p.best) == 0 {
			f := and(m.match, m.levels[p.level], m.body, one("key", key))
			qs = append(qs, query{filter: f, sort: []string{"page:asc"}, limit: 1 + maxOthers, first: true, fields: textFields})
		}
	}
	if len(qs) == 0 {
		return nil
	}
	got, err := q.x.multi(ctx, qs...)
	if err != nil {
		return err
	}
	q.addPages(got, out)
	return nil
}

// addPages adds pages that were read, with what they weigh where their text was read too.
func (q *question) addPages(got []answer, out map[string]*pages) {
	for _, a := range got {
		for i := range a.hits {
			d := &a.hits[i]
			if out[d.Key] == nil {
				continue
			}
			p := page{number: d.Page}
			if d.Text != "" || d.Title != "" {
				p.score = q.scorer().page(d)
			}
			out[d.Key].add(p)
		}
	}
}

package bleve

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/aanpak/aanpak/internal/lang"
	"github.com/aanpak/aanpak/internal/search"
)

const (
	defaultLimit = 20
	maxLimit     = 100
	nearHits     = 40 // hits whose nearness is looked at
	fewVisible   = 3  // a word on fewer pages than this is checked for typing errors
)

// question is a query on its way through one view of a store.
type question struct {
	q    search.Query
	plan search.Plan
	m    *matcher
	c    *collector
}

func (s *store) search(ctx context.Context, q search.Query, lx *lexicon) (search.Result, error) {
	start := time.Now()
	if len(q.Audience) == 0 && !q.Everything {
		return search.Result{Took: time.Since(start)}, nil
	}
	plan := search.NewPlan(search.Parse(q.Text), lx, q.Prefix)
	if len(plan.Needs) > 15 {
		plan.Needs = plan.Needs[:15]
	}
	x, err := s.ask(ctx, q, plan)
	if err != nil {
		return search.Result{}, err
	}
	defer x.close()
	res, err := x.run()
	res.Took = time.Since(start)
	return res, err
}

// ask opens a view for a question. The caller closes it.
func (s *store) ask(ctx context.Context, q search.Query, plan search.Plan) (*question, error) {
	v, err := s.view()
	if err != nil {
		return nil, err
	}
	m := newMatcher(ctx, v, s.words)
	c := &collector{m: m, types: q.Types, filter: newFilter(q.Filters, plan.Filled.Fields), state: make([]uint8, len(v.metas))}
	c.hidden = s.hiddenNow()
	c.allow = allowed(v.keys, q)
	return &question{q: q, plan: plan, m: m, c: c}, nil
}

func (x *question) close() {
	x.m.release()
	x.m.v.close()
}

// allowed says for each audience whether one of the viewer's keys is in it.
func allowed(audiences [][]string, q search.Query) []bool {
	mine := make(map[string]bool, len(q.Audience))
	for _, k := range q.Audience {
		mine[k] = true
	}
	out := make([]bool, len(audiences))
	for i, keys := range audiences {
		out[i] = q.Everything || slices.ContainsFunc(keys, func(k string) bool { return mine[k] })
	}
	return out
}

func (x *question) run() (search.Result, error) {
	var res search.Result
	if err := x.match(&res); err != nil {
		return res, err
	}
	res.Relaxed = x.c.collect(max(len(x.plan.Needs), 1), x.q.Plain)
	if x.q.Facets {
		res.Facets = x.c.facets()
	}
	x.c.hits = slices.DeleteFunc(x.c.hits, func(h parentHit) bool { return h.failed != 0 })
	if len(x.c.hits) == 0 {
		res.Relaxed = false
	}
	return res, x.page(&res)
}

// match marks the pages that meet the needs, corrects what is found nowhere, and takes out what must not be there.
func (x *question) match(res *search.Result) error {
	if len(x.plan.Needs) == 0 {
		x.m.everything()
	}
	for i, n := range x.plan.Needs {
		if err := x.m.need(i, n); err != nil {
			return err
		}
		if err := x.m.late(i, n); err != nil {
			return err
		}
	}
	if err := x.correct(res); err != nil {
		return err
	}
	for _, n := range x.plan.Not {
		x.c.stale = true
		if err := x.m.exclude(n); err != nil {
			return err
		}
	}
	return nil
}

// correct looks for what a word may be a mistyped form of, when the viewer sees next to nothing of the word itself. Only
// words that the viewer sees entries of are taken, so that a correction tells nothing of others.
func (x *question) correct(res *search.Result) error {
	if x.q.Plain {
		x.c.stale = true
		return nil
	}
	counts := x.c.count(len(x.plan.Needs))
	corrected := false
	texts := make([]string, len(x.plan.Needs))
	for i, n := range x.plan.Needs {
		texts[i] = n.Text
		if counts[i] >= fewVisible {
			continue
		}
		word, err := x.typo(i, n, counts[i])
		if err != nil {
			return err
		}
		if word == "" {
			if counts[i] == 0 {
				res.Missing = append(res.Missing, n.Text)
			}
			continue
		}
		if counts[i] == 0 {
			texts[i], corrected = word, true
		}
	}
	if corrected {
		res.Corrected = strings.Join(texts, " ")
	}
	return nil
}

// typo widens need i with the words it may be a mistyped form of, and returns the likeliest, empty where there is none.
func (x *question) typo(i int, n search.Need, have int) (string, error) {
	if n.Word == "" {
		return "", nil
	}
	best, most := "", 0
	for _, w := range x.m.words.Near(n.Word, 6) {
		seen, err := x.seen(w)
		if err != nil {
			return "", err
		}
		if seen < 1 || have > 0 && seen < 10*have {
			continue
		}
		if best != "" && seen < most/20 {
			continue
		}
		x.c.stale = true
		if err := x.m.typo(i, search.Way{Kind: search.WayTypo, Terms: []string{w}, Weight: typoWeight}); err != nil {
			return "", err
		}
		if seen > most && (best == "" || nearer(n.Word, w, best)) {
			best, most = w, seen
		}
	}
	return best, nil
}

const typoWeight = 0.5

// seen returns on how many entries the viewer sees a word.
func (x *question) seen(word string) (int, error) {
	p, err := x.m.postings(fieldExact, word)
	if err != nil {
		return 0, err
	}
	n := 0
	err = x.m.each(p, false, false, func(seg int, d posting) error {
		if x.c.visible(x.m.v.cols[seg].meta[d.Number()]) {
			n++
		}
		return nil
	})
	return n, err
}

// page fills in the hits asked for, the best of them ordered by nearness of the words too.
func (x *question) page(res *search.Result) error {
	limit := x.q.Limit
	if limit <= 0 {
		limit = defaultLimit
	}
	limit, offset := min(limit, maxLimit), max(x.q.Offset, 0)
	hits := make([]*parentHit, len(x.c.hits))
	for i := range x.c.hits {
		h := &x.c.hits[i]
		hits[i] = h
		if x.m.v.metas[h.meta].Type == search.TypeDocument {
			res.Pages += int(h.pages)
		}
	}
	res.Total = len(hits)
	less := x.c.order(x.q.Sort)
	hits = best(hits, max(offset+limit, nearHits), less)
	if err := x.near(hits[:min(nearHits, len(hits))], less); err != nil {
		return err
	}
	if err := x.raise(hits[:min(search.RaisedAmong, len(hits))], less); err != nil {
		return err
	}
	for _, h := range hits[min(offset, len(hits)):min(offset+limit, len(hits))] {
		res.Hits = append(res.Hits, x.hit(h))
	}
	return nil
}

// near adds nearness to the scores of the best hits and of their further pages.
func (x *question) near(hits []*parentHit, less func(a, b *parentHit) int) error {
	if len(x.plan.Needs) < 2 {
		return nil
	}
	var at []place
	for _, h := range hits {
		at = append(at, h.best.place)
		for _, o := range h.others {
			if o.score > 0 {
				at = append(at, o.place)
			}
		}
	}
	near, err := x.m.nearness(x.plan.Needs, at)
	if err != nil {
		return err
	}
	for _, h := range hits {
		h.favour(near)
	}
	slices.SortFunc(hits, less)
	return nil
}

// nearBonus is the share by which a score grows when the words follow each other.
const nearBonus = 0.6

func (h *parentHit) favour(near map[place]float64) {
	factor := func(p page) float32 { return float32(1 + nearBonus*near[p.place]) }
	old := h.best.score
	pages := []page{h.best}
	for _, o := range h.others {
		if o.score > 0 {
			pages = append(pages, o)
		}
	}
	for i := range pages {
		pages[i].score *= factor(pages[i])
	}
	slices.SortFunc(pages, func(a, b page) int {
		if a.better(b) {
			return -1
		}
		return 1
	})
	h.best = pages[0]
	copy(h.others[:], pages[1:])
	h.score *= float64(h.best.score / old)
}

func (x *question) hit(h *parentHit) search.Hit {
	m := x.m.v.metas[h.meta]
	out := search.Hit{Type: m.Type, Parent: m.Parent, Page: int(h.best.number), Score: h.score, More: int(h.pages) - 1}
	for _, o := range h.others {
		if o.score > 0 {
			out.Pages = append(out.Pages, int(o.number))
		}
	}
	return out
}

// best returns the first n hits in order.
func best(hits []*parentHit, n int, less func(a, b *parentHit) int) []*parentHit {
	slices.SortFunc(hits, less)
	return hits[:min(n, len(hits))]
}

// nearer tells whether w is not farther from word than the best so far.
func nearer(word, w, best string) bool {
	return lang.Distance(word, w, 2) <= lang.Distance(word, best, 2)
}

package meili

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"github.com/aanpak/aanpak/internal/lang"
	"github.com/aanpak/aanpak/internal/search"
	"github.com/aanpak/aanpak/internal/search/vocabulary"
)

// What Similar looks for: the most telling stems of a text, of which a page must have a part.
const (
	similarStems = 14
	similarLeast = 0.3
	similarSeeds = 6  // of the most telling, two of which a page must have to be looked at
	similarPages = 30 // looked at for each two
)

// Similar finds documents like a text. The filters, audience and paging of q count, its Text is ignored. The pages looked at are those
// with two of the most telling stems, some of each two.
func (x *Index) Similar(ctx context.Context, text string, not search.Key, q search.Query) (res search.Result, err error) {
	start := time.Now()
	if len(q.Audience) == 0 && !q.Everything {
		return res, nil
	}
	ctx, cancel := context.WithTimeout(ctx, searchTimeout)
	defer cancel()
	words, err := x.ready(ctx)
	if err != nil {
		return res, err
	}
	q.Text = ""
	stems := telling(text, words)
	if len(stems) == 0 {
		return res, nil
	}
	plan := search.Plan{}
	for _, s := range stems {
		plan.Needs = append(plan.Needs, search.Need{Text: s, Ways: []search.Way{{Kind: search.WayStem, Terms: []string{s}, Weight: 1}}})
	}
	ask := newQuestion(x, q, plan, words)
	if name, err := keyName(not); err == nil {
		ask.base = and(ask.base, "NOT "+one("key", name))
	}
	if err := ask.fieldFilters(ctx); err != nil {
		return res, err
	}
	res, err = ask.like(ctx)
	res.Took = time.Since(start)
	return res, err
}

// telling returns the stems of a text that are frequent in it and rare elsewhere.
func telling(text string, words *vocabulary.Vocabulary) []string {
	lx := words.Lexicon()
	language := lx.Detect(text) // an entry has the stems of its own language
	times, df := map[string]float64{}, map[string]int{}
	seen := map[string]bool{}
	for _, t := range lang.Tokens(text) {
		if !vocabulary.IsWord(t.Text) || len(t.Text) < 4 || lx.IsStop(t.Text) {
			continue
		}
		s := lx.StemIn(language, t.Text)
		times[s]++
		if !seen[t.Text] {
			seen[t.Text] = true
			df[s] += words.Entries(t.Text)
		}
	}
	type weighed struct {
		stem   string
		weight float64
	}
	var all []weighed
	for s, n := range times {
		if df[s] > 0 {
			all = append(all, weighed{s, (1 + math.Log(n)) * inverse(words.Most(), df[s])})
		}
	}
	slices.SortFunc(all, func(a, b weighed) int { return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(a.stem, b.stem)) })
	var out []string
	for _, w := range all[:min(len(all), similarStems)] {
		out = append(out, w.stem)
	}
	return out
}

// like finds the pages that have at least a part of the needs, by looking at those that have two of the first.
func (q *question) like(ctx context.Context) (search.Result, error) {
	got, err := q.x.multi(ctx, append(q.countQueries(), q.seedQueries()...)...)
	if err != nil {
		return search.Result{}, err
	}
	n := 1 + 2*len(q.needs)
	q.count(got[:n])
	least := max(1, int(math.Ceil(similarLeast*float64(len(q.needs)))))
	hits := q.alike(got[n:], least)
	res := search.Result{Total: len(hits)}
	offset, limit, _ := q.depth()
	for _, h := range hits[min(offset, len(hits)):min(offset+limit, len(hits))] {
		key, err := parseKey(h.key)
		if err != nil {
			return res, err
		}
		res.Hits = append(res.Hits, search.Hit{Type: key.Type, Parent: key.Parent, Page: h.page, Score: h.score})
	}
	for _, h := range hits {
		if h.page > 0 {
			res.Pages++
		}
	}
	return res, nil
}

func (q *question) seedQueries() []query {
	base := and(q.base, q.passes(""))
	seeds := q.needs[:min(len(q.needs), similarSeeds)]
	look := func(fs ...string) query {
		return query{filter: and(append(fs, base)...), limit: similarPages, first: true, fields: textFields}
	}
	if len(seeds) == 1 {
		return []query{look(seeds[0].any)}
	}
	var out []query
	for i := range seeds {
		for j := range i {
			out = append(out, look(seeds[i].any, seeds[j].any))
		}
	}
	return out
}

// alike scores the pages that have enough of the needs and keeps the best of each parent.
func (q *question) alike(got []answer, least int) []*hit {
	byKey := map[string]*hit{}
	seen := map[string]bool{}
	for _, a := range got {
		for i := range a.hits {
			d := &a.hits[i]
			if id := pageID(d.Key, d.Page); seen[id] || q.scorer().met(d) < least {
				continue
			} else {
				seen[id] = true
			}
			score := q.scorer().page(d)
			if h := byKey[d.Key]; h == nil || score > h.score {
				byKey[d.Key] = &hit{key: d.Key, page: d.Page, score: score}
			}
		}
	}
	var hits []*hit
	for _, h := range byKey {
		hits = append(hits, h)
	}
	slices.SortFunc(hits, func(a, b *hit) int { return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.key, b.key)) })
	return hits
}

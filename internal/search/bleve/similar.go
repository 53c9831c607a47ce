package bleve

import (
	"context"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/aanpak/aanpak/internal/lang"
	"github.com/aanpak/aanpak/internal/search"
	"github.com/aanpak/aanpak/internal/search/vocabulary"
)

// What Similar looks for: the most telling stems of a text, of which a page must have a part.
const (
	similarStems = 14
	similarLeast = 0.3
)

// telling is a stem with how much it says about a text.
type telling struct {
	stem   string
	weight float64
}

func (s *store) similar(ctx context.Context, text string, not search.Key, q search.Query) (search.Result, error) {
	start := time.Now()
	q.Text = ""
	if len(q.Audience) == 0 && !q.Everything {
		return search.Result{}, nil
	}
	x, err := s.ask(ctx, q, search.Plan{})
	if err != nil {
		return search.Result{}, err
	}
	defer x.close()
	stems, err := x.telling(text)
	if err != nil {
		return search.Result{}, err
	}
	res, err := x.like(stems, not)
	res.Took = time.Since(start)
	return res, err
}

// like finds the pages that have at least a part of the stems.
func (x *question) like(stems []telling, not search.Key) (search.Result, error) {
	var res search.Result
	for i, t := range stems {
		if err := x.m.stem(i, t.stem, 1); err != nil {
			return res, err
		}
	}
	if x.c.hidden == nil {
		x.c.hidden = map[search.Key]bool{}
	}
	x.c.hidden[not] = true
	x.c.first()
	least := max(1, int(math.Ceil(similarLeast*float64(len(stems)))))
	x.c.hits = slices.DeleteFunc(x.c.hits, func(h parentHit) bool { return int(h.most) < least || h.failed != 0 })
	clear(x.c.index)
	for i := range x.c.hits {
		x.c.index[x.c.hits[i].parent] = int32(i) + 1
	}
	x.c.second()
	return res, x.page(&res)
}

// telling returns the stems of a text that are frequent in it and rare elsewhere.
func (x *question) telling(text string) ([]telling, error) {
	counts := map[string]float64{}
	lx := x.m.words.Lexicon()
	language := lx.Detect(text) // the index keeps an entry's stems in the entry's language
	for _, t := range lang.Tokens(text) {
		if vocabulary.IsWord(t.Text) && len(t.Text) > 3 && !lx.IsStop(t.Text) {
			counts[lx.StemIn(language, t.Text)]++
		}
	}
	var out []telling
	for s, n := range counts {
		p, err := x.m.postings(fieldStem, s)
		if err != nil {
			return nil, err
		}
		if p.df > 0 {
			out = append(out, telling{s, (1 + math.Log(n)) * x.m.idf(p.df)})
		}
	}
	slices.SortFunc(out, func(a, b telling) int {
		if a.weight != b.weight {
			return int(math.Copysign(1, b.weight-a.weight))
		}
		return strings.Compare(a.stem, b.stem)
	})
	return out[:min(len(out), similarStems)], nil
}

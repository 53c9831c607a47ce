package bleve

import (
	"context"
	"math"
	"sync"

	segment "github.com/blevesearch/scorch_segment_api/v2"

	"github.com/aanpak/aanpak/internal/lang"
	"github.com/aanpak/aanpak/internal/search"
	"github.com/aanpak/aanpak/internal/search/vocabulary"
)

// acc is what is known of a page while a question is answered.
type acc struct {
	score float32
	mask  uint16 // needs that the entry meets
	body  uint16 // needs that its own text meets
}

// The factors of a match by where it is. Text counts 1.
const (
	factorTitle = 2.4
	factorExtra = 1.5
)

// The constants of BM25, and the length of an average page in stems.
const (
	bmK1      = 1.2
	bmB       = 0.6
	bmAverage = 320
)

// matcher runs over the postings of the terms of a question and adds up, page by page, what matches. It serves one
// question and one goroutine.
type matcher struct {
	ctx   context.Context
	v     *view
	words *vocabulary.Vocabulary
	accs  [][]acc // by segment and local number
	read  int     // postings since the context was last asked
}

var accPool = sync.Pool{New: func() any { return new([]acc) }}

func newMatcher(ctx context.Context, v *view, words *vocabulary.Vocabulary) *matcher {
	m := &matcher{ctx: ctx, v: v, words: words, accs: make([][]acc, len(v.cols))}
	for i, c := range v.cols {
		m.accs[i] = borrow(len(c.meta))
	}
	return m
}

func borrow(n int) []acc {
	p := accPool.Get().(*[]acc)
	if cap(*p) < n {
		return make([]acc, n)
	}
	s := (*p)[:n]
	clear(s)
	return s
}

func (m *matcher) release() {
	for i := range m.accs {
		accPool.Put(&m.accs[i])
	}
}

// postings are the lists of one term in all segments.
type postings struct {
	lists []segment.PostingsList
	df    float64
}

func (m *matcher) postings(field, term string) (postings, error) {
	p := postings{lists: make([]segment.PostingsList, len(m.v.segs))}
	for i, s := range m.v.segs {
		dict, err := s.Segment().Dictionary(field)
		if err != nil {
			return p, err
		}
		if dict == nil {
			continue
		}
		list, err := dict.PostingsList([]byte(term), s.Deleted(), nil)
		if err != nil {
			return p, err
		}
		p.lists[i] = list
		p.df += float64(list.Count())
	}
	return p, m.ctx.Err()
}

// each calls f for every entry of the lists, in order of segment and number.
func (m *matcher) each(p postings, freq, locations bool, f func(seg int, x segment.Posting) error) error {
	for i, l := range p.lists {
		if l == nil || l.Count() == 0 {
			continue
		}
		it := l.Iterator(freq, freq, locations, nil)
		for {
			x, err := it.Next()
			if err != nil {
				return err
			}
			if x == nil {
				break
			}
			if m.read++; m.read&0xfff == 0 && m.ctx.Err() != nil {
				return m.ctx.Err()
			}
			if err := f(i, x); err != nil {
				return err
			}
		}
	}
	return nil
}

func (m *matcher) idf(df float64) float64 {
	return math.Log(1 + (m.v.docs-df+0.5)/(df+0.5))
}

func bm25(x segment.Posting) float64 {
	tf, norm := float64(x.Frequency()), x.Norm()
	return tf * (bmK1 + 1) / (tf + bmK1*(1-bmB+bmB/(norm*norm*bmAverage)))
}

// need adds every way of need number n.
func (m *matcher) need(n int, need search.Need) error {
	for _, w := range need.Ways {
		if err := m.way(n, w); err != nil {
			return err
		}
	}
	return nil
}

func (m *matcher) way(n int, w search.Way) error {
	switch w.Kind {
	case search.WayExact:
		return m.exact(n, w)
	case search.WayStem:
		return m.stem(n, w.Terms[0], w.Weight)
	case search.WayPart:
		return m.stem(n, partMark+w.Terms[0], w.Weight)
	case search.WayAll:
		return m.all(n, w)
	case search.WayPhrase:
		return m.phrase(n, w)
	case search.WayPrefix:
		return m.prefix(n, w)
	default:
		return m.typo(n, w)
	}
}

// stem adds the entries with a stem in their text, title or extra words.
func (m *matcher) stem(n int, stem string, weight float64) error {
	bit := uint16(1) << n
	text, err := m.postings(fieldStem, stem)
	if err != nil {
		return err
	}
	idf := weight * m.idf(text.df)
	err = m.each(text, true, false, func(seg int, x segment.Posting) error {
		a := &m.accs[seg][x.Number()]
		a.score += float32(idf * bm25(x))
		a.mask |= bit
		a.body |= bit
		return nil
	})
	if err != nil {
		return err
	}
	if err := m.head(bit, fieldTitle, stem, weight*factorTitle); err != nil {
		return err
	}
	return m.head(bit, fieldExtra, stem, weight*factorExtra)
}

// head adds the entries with a stem in title or extra words.
func (m *matcher) head(bit uint16, field, stem string, weight float64) error {
	p, err := m.postings(field, stem)
	if err != nil || p.df == 0 {
		return err
	}
	idf := weight * m.idf(p.df)
	return m.each(p, true, false, func(seg int, x segment.Posting) error {
		a := &m.accs[seg][x.Number()]
		a.score += float32(idf * (0.6 + 0.4*x.Norm())) // a short title says more
		a.mask |= bit
		return nil
	})
}

// exact favours, among the entries found by stem, those that have the very word; and it finds words that the index
// keeps under another stem.
func (m *matcher) exact(n int, w search.Way) error {
	bit := uint16(1) << n
	p, err := m.postings(fieldExact, w.Terms[0])
	if err != nil {
		return err
	}
	bonus := float32(w.Weight * m.idf(p.df))
	return m.each(p, false, false, func(seg int, x segment.Posting) error {
		a := &m.accs[seg][x.Number()]
		if a.mask&bit == 0 {
			a.mask |= bit
			a.body |= bit
		}
		a.score += bonus
		return nil
	})
}

// all adds the entries that have every stem. A compound that has them all as its parts counts too.
func (m *matcher) all(n int, w search.Way) error {
	if len(w.Terms) > 8 {
		w.Terms = w.Terms[:8]
	}
	counts := make([][]uint8, len(m.accs))
	for i := range counts {
		counts[i] = make([]uint8, len(m.accs[i]))
	}
	rarest := math.Inf(1)
	for k, t := range w.Terms {
		have, more := uint8(1)<<k-1, uint8(1)<<k
		df := 0.0
		for _, f := range [...]string{fieldStem, fieldTitle, fieldExtra} {
			for _, term := range [...]string{t, partMark + t, lang.EnglishMark + t} {
				p, err := m.postings(f, term)
				if err != nil {
					return err
				}
				df = max(df, p.df)
				if err := m.mark(p, counts, have, more); err != nil {
					return err
				}
			}
		}
		rarest = min(rarest, df)
	}
	m.addMarked(counts, uint8(1<<len(w.Terms)-1), 1<<n, float32(w.Weight*m.idf(rarest)))
	return nil
}

// mark sets bit more on the entries that have every bit of have.
func (m *matcher) mark(p postings, counts [][]uint8, have, more uint8) error {
	return m.each(p, false, false, func(seg int, x segment.Posting) error {
		if c := &counts[seg][x.Number()]; *c&have == have {
			*c |= more
		}
		return nil
	})
}

func (m *matcher) addMarked(counts [][]uint8, full uint8, bit uint16, score float32) {
	for seg, c := range counts {
		for i, b := range c {
			if b == full {
				a := &m.accs[seg][i]
				a.score += score
				a.mask |= bit
				a.body |= bit
			}
		}
	}
}

// prefix adds the entries with a word that begins so: short beginnings are in the index, longer ones are completed from the vocabulary.
func (m *matcher) prefix(n int, w search.Way) error {
	bit := uint16(1) << n
	if len([]rune(w.Terms[0])) > edgeLetters {
		for _, c := range m.words.Completions(w.Terms[0], 20) {
			for _, st := range m.words.Lexicon().Stems(c) {
				if err := m.stem(n, st, w.Weight); err != nil {
					return err
				}
			}
			if err := m.stem(n, partMark+m.words.Lexicon().StemIn(lang.Dutch, c), w.Weight*partFactor); err != nil {
				return err
			}
		}
		return nil
	}
	sets, df, err := m.beginnings(w.Terms[0])
	if err != nil {
		return err
	}
	score := float32(w.Weight * m.idf(df))
	for seg, set := range sets {
		set.Iterate(func(doc uint32) bool {
			a := &m.accs[seg][doc]
			a.score += score
			a.mask |= bit
			a.body |= bit
			return true
		})
	}
	return m.ctx.Err()
}

// typo adds the entries with a word that the asked one may be a mistyped form of.
func (m *matcher) typo(n int, w search.Way) error {
	for _, st := range m.words.Lexicon().Stems(w.Terms[0]) {
		if err := m.stem(n, st, w.Weight); err != nil {
			return err
		}
	}
	return nil
}

// late adds the compounds of a word that were indexed before its parts were known.
func (m *matcher) late(n int, need search.Need) error {
	if need.Word == "" {
		return nil
	}
	for _, st := range m.words.Lexicon().Stems(need.Word) {
		for _, c := range m.words.Late(need.Word, st, maxLate) {
			if err := m.exactAs(n, c, lateWeight); err != nil {
				return err
			}
		}
	}
	return nil
}

// partFactor is what a part of a compound counts beside a word of its own.
const partFactor = 0.6

// The most compounds a word is widened with, and what they count.
const (
	maxLate    = 40
	lateWeight = 0.7
)

func (m *matcher) exactAs(n int, word string, weight float64) error {
	return m.exact(n, search.Way{Kind: search.WayExact, Terms: []string{word}, Weight: weight})
}

// exclude forgets the entries that meet a need.
func (m *matcher) exclude(need search.Need) error {
	out := func(seg int, doc uint64) { m.accs[seg][doc] = acc{} }
	for _, w := range need.Ways {
		var err error
		switch w.Kind {
		case search.WayPhrase:
			err = m.eachPhrase(w.Terms, out)
		case search.WayStem:
			err = m.eachWith(w.Terms[0], out, fieldStem, fieldTitle, fieldExtra)
		default:
			err = m.eachWith(w.Terms[0], out, fieldExact)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// eachWith calls f with the entries that have a term in one of the fields.
func (m *matcher) eachWith(term string, f func(seg int, doc uint64), fields ...string) error {
	for _, field := range fields {
		p, err := m.postings(field, term)
		if err != nil {
			return err
		}
		if err := m.each(p, false, false, func(seg int, x segment.Posting) error { f(seg, x.Number()); return nil }); err != nil {
			return err
		}
	}
	return nil
}

// everything marks every live entry, for a question without words.
func (m *matcher) everything() {
	for i, s := range m.v.segs {
		it := s.DocNumbersLive().Iterator()
		for it.HasNext() {
			m.accs[i][it.Next()] = acc{score: 1, mask: 1, body: 1}
		}
	}
}

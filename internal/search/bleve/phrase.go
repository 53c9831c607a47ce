package bleve

import (
	"slices"

	segment "github.com/blevesearch/scorch_segment_api/v2"

	"github.com/aanpak/aanpak/internal/search"
)

// phrase adds the entries in which the words follow each other.
func (m *matcher) phrase(n int, w search.Way) error {
	bit := uint16(1) << n
	rarest := m.v.docs
	for _, t := range w.Terms {
		p, err := m.postings(fieldExact, t)
		if err != nil {
			return err
		}
		rarest = min(rarest, p.df)
	}
	score := float32(w.Weight * m.idf(rarest) * 1.5)
	return m.eachPhrase(w.Terms, func(seg int, doc uint64) {
		a := &m.accs[seg][doc]
		a.score += score
		a.mask |= bit
		a.body |= bit
	})
}

// eachPhrase calls f for the entries that have the words one after the other.
func (m *matcher) eachPhrase(words []string, f func(seg int, doc uint64)) error {
	lists := make([]postings, len(words))
	for i, w := range words {
		p, err := m.postings(fieldExact, w)
		if err != nil || p.df == 0 {
			return err
		}
		lists[i] = p
	}
	for seg := range m.v.segs {
		if err := m.phraseIn(seg, lists, f); err != nil {
			return err
		}
	}
	return nil
}

// cursor walks over one list of a segment.
type cursor struct {
	it     segment.PostingsIterator
	cur    segment.Posting
	offset int // place of the word in the phrase
	count  uint64
}

func (c *cursor) to(doc uint64) (err error) {
	if c.cur != nil && c.cur.Number() < doc {
		c.cur, err = c.it.Advance(doc)
	}
	return err
}

// phraseIn lets the rarest word lead; the others are moved to where it is.
func (m *matcher) phraseIn(seg int, lists []postings, f func(int, uint64)) error {
	cs := make([]*cursor, len(lists))
	for i, p := range lists {
		l := p.lists[seg]
		if l == nil || l.Count() == 0 {
			return nil
		}
		it := l.Iterator(true, true, true, nil)
		first, err := it.Next()
		if err != nil {
			return err
		}
		cs[i] = &cursor{it: it, cur: first, offset: i, count: l.Count()}
	}
	slices.SortStableFunc(cs, func(a, b *cursor) int { return int(a.count) - int(b.count) })
	for {
		doc, err := align(cs)
		if err != nil || doc == noDoc {
			return err
		}
		if m.read++; m.read&0xff == 0 && m.ctx.Err() != nil {
			return m.ctx.Err()
		}
		if follows(cs) {
			f(seg, doc)
		}
		if err := cs[0].to(doc + 1); err != nil {
			return err
		}
	}
}

const noDoc = ^uint64(0)

// align moves all cursors to the next entry that every one has.
func align(cs []*cursor) (uint64, error) {
	if cs[0].cur == nil {
		return noDoc, nil
	}
	doc := cs[0].cur.Number()
	for i := 0; i < len(cs); i++ {
		if err := cs[i].to(doc); err != nil {
			return noDoc, err
		}
		if cs[i].cur == nil {
			return noDoc, nil
		}
		if at := cs[i].cur.Number(); at > doc {
			doc, i = at, -1
		}
	}
	return doc, nil
}

// follows tells whether the words stand one after the other where the cursors are.
func follows(cs []*cursor) bool {
	starts := positions(cs[0])
	for _, c := range cs[1:] {
		here := positions(c)
		starts = slices.DeleteFunc(starts, func(p int) bool { _, ok := slices.BinarySearch(here, p); return !ok })
		if len(starts) == 0 {
			return false
		}
	}
	return len(starts) > 0
}

// positions returns where the phrase would begin for each place of the word, sorted.
func positions(c *cursor) []int {
	ls := c.cur.Locations()
	out := make([]int, len(ls))
	for i, l := range ls {
		out[i] = int(l.Pos()) - c.offset
	}
	slices.Sort(out)
	return out
}

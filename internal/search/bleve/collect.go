package bleve

import (
	"math"
	"math/bits"
	"slices"
	"strings"

	"github.com/aanpak/aanpak/internal/search"
)

// maxOthers is the number of further pages a hit names.
const maxOthers = 3

// parentHit gathers the matching pages of one parent.
type parentHit struct {
	parent uint32
	meta   uint32
	failed uint16 // filters that the parent does not pass
	or     uint16 // needs met by any page
	most   int8   // the most needs met by one page
	pages  int32  // pages whose text matches, of those with most needs
	best   page
	others [maxOthers]page
	first  page // lowest page matching by title alone
	score  float64
}

type page struct {
	place
	number int32
	score  float32
}

// collector turns marked pages into hits, one per parent.
type collector struct {
	m      *matcher
	allow  []bool // by audience
	types  []search.Type
	filter filter
	hidden map[search.Key]bool

	state  []uint8 // by meta: unknown, no, yes
	hits   []parentHit
	index  []int32 // by parent: place in hits, plus one
	counts [16]int // by need: visible entries that meet it
	stale  bool    // marks changed since first
}

// visible tells whether the viewer may see entries with this meta, and asked for their type.
func (c *collector) visible(id uint32) bool {
	if c.state[id] == 0 {
		c.state[id] = 1
		m := c.m.v.metas[id]
		if c.allow[m.audi] && (len(c.types) == 0 || slices.Contains(c.types, m.Type)) && !c.hidden[m.key()] {
			c.state[id] = 2
		}
	}
	return c.state[id] == 2
}

// count returns, per need, the number of visible entries that meet it.
func (c *collector) count(needs int) []int {
	c.first()
	return slices.Clone(c.counts[:needs])
}

func (c *collector) each(f func(p place, a *acc, meta uint32)) {
	for seg, accs := range c.m.accs {
		metas := c.m.v.cols[seg].meta
		for i := range accs {
			if a := &accs[i]; a.mask != 0 && c.visible(metas[i]) {
				f(place{seg, uint64(i)}, a, metas[i])
			}
		}
	}
}

// collect gathers the parents. It needs two passes: the first finds how many needs a page or parent meets at most,
// the second takes the pages that meet so many. Plain takes those alone that meet all.
func (c *collector) collect(needs int, plain bool) (relaxed bool) {
	if c.stale {
		c.first()
	}
	level := level{page: needs, parent: needs}
	if !plain {
		level = c.level(needs)
	}
	c.hits = slices.DeleteFunc(c.hits, func(h parentHit) bool { return !level.takes(h) })
	clear(c.index)
	for i := range c.hits {
		c.index[c.hits[i].parent] = int32(i) + 1
	}
	c.second()
	c.hits = slices.DeleteFunc(c.hits, func(h parentHit) bool { return h.best.score == 0 })
	return level.relaxed
}

// first gathers the parents and counts the entries that meet each need. It holds until the marks change, which stale says.
func (c *collector) first() {
	c.index = make([]int32, c.m.v.parents)
	c.hits, c.counts, c.stale = c.hits[:0], [16]int{}, false
	c.each(func(_ place, a *acc, id uint32) {
		for b := a.mask; b != 0; b &= b - 1 {
			c.counts[bits.TrailingZeros16(b)]++
		}
		meta := c.m.v.metas[id]
		at := c.index[meta.parent]
		if at == 0 {
			c.hits = append(c.hits, parentHit{parent: meta.parent, meta: id, failed: c.filter.failed(meta)})
			at = int32(len(c.hits))
			c.index[meta.parent] = at
		}
		h := &c.hits[at-1]
		h.or |= a.mask
		h.most = max(h.most, int8(bits.OnesCount16(a.mask)))
	})
}

// level says which parents are hits: those with a page that meets every need; where there is none, those that meet them
// over several pages; where there is none of these either, those that meet the most.
type level struct {
	page, parent int
	relaxed      bool
}

func (l level) takes(h parentHit) bool {
	return int(h.most) >= l.page && bits.OnesCount16(h.or) >= l.parent
}

func (c *collector) level(needs int) level {
	page, parent := 0, 0
	for _, h := range c.hits {
		if h.failed == 0 {
			page = max(page, int(h.most))
			parent = max(parent, bits.OnesCount16(h.or))
		}
	}
	switch {
	case page >= needs:
		return level{page: needs, parent: needs}
	case parent >= needs:
		return level{parent: needs}
	default:
		return level{parent: max(parent, 1), relaxed: true}
	}
}

func (c *collector) second() {
	c.each(func(p place, a *acc, id uint32) {
		at := c.index[c.m.v.metas[id].parent]
		if at == 0 {
			return
		}
		h := &c.hits[at-1]
		if bits.OnesCount16(a.mask) < int(h.most) {
			return
		}
		pg := page{place: p, number: c.m.v.cols[p.seg].page[p.doc], score: a.score}
		if a.body == 0 {
			if h.first.score == 0 || pg.number < h.first.number {
				h.first = pg
			}
			return
		}
		h.pages++
		h.insert(pg)
	})
	for i := range c.hits {
		c.hits[i].finish()
	}
}

// better orders pages: higher score, then earlier page.
func (p page) better(o page) bool {
	return p.score > o.score || p.score == o.score && p.number < o.number
}

func (h *parentHit) insert(p page) {
	if h.pages == 1 || p.better(h.best) {
		p, h.best = h.best, p
	}
	for i := range h.others {
		if p.score > 0 && (h.others[i].score == 0 || p.better(h.others[i])) {
			p, h.others[i] = h.others[i], p
		}
	}
}

// finish makes the first page the hit where no text matched, and scores the parent: its best page, a little more for
// each further one.
func (h *parentHit) finish() {
	if h.pages == 0 {
		h.best = h.first
		h.pages = 1
	}
	h.score = float64(h.best.score) * (1 + 0.04*math.Log(float64(h.pages)))
}

// order sorts hits; key breaks ties, so that pages of results do not overlap.
func (c *collector) order(sort search.Sort) func(a, b *parentHit) int {
	metas := c.m.v.metas
	return func(a, b *parentHit) int {
		x, y := metas[a.meta], metas[b.meta]
		var d float64
		switch sort {
		case search.SortNewest:
			d = float64(y.Created - x.Created)
		case search.SortReused:
			d = float64(y.Reused - x.Reused)
		case search.SortScore:
			d = y.Score - x.Score
		}
		for _, next := range [...]float64{b.score - a.score, float64(y.Created - x.Created)} {
			if d == 0 {
				d = next
			}
		}
		switch {
		case d < 0:
			return -1
		case d > 0:
			return 1
		}
		if t := strings.Compare(string(x.Type), string(y.Type)); t != 0 {
			return t
		}
		return strings.Compare(x.Parent, y.Parent)
	}
}

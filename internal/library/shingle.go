package library

import (
	"slices"
	"strings"
	"unicode"

	"github.com/aanpak/aanpak/internal/fold"
)

const (
	shingleWords = 6  // words in a shingle: long enough that two texts do not share it by chance
	minShingles  = 12 // a page with fewer says too little to compare
	printsAPage  = 8  // the smallest hashes of a page: equal pages have equal ones, similar pages share some
)

// shingles are the hashes of every run of six words on a page, sorted, each once.
type shingles struct {
	page   int
	size   int // how many the page has
	hashes []uint64
}

// shinglesOf cuts a text into shingles. Case, accents, marks and line breaks make no difference; numbers do not count,
// so that a copy with other sums is still a copy.
func shinglesOf(page int, text string) shingles {
	sh := shingles{page: page, hashes: make([]uint64, 0, len(text)/shingleWords)}
	var r runs
	for w := range strings.FieldsFuncSeq(fold.Key(text), func(r rune) bool { return !unicode.IsLetter(r) }) {
		if h, ok := r.add(w); ok {
			sh.hashes = append(sh.hashes, mix(h))
		}
	}
	slices.Sort(sh.hashes)
	sh.hashes = slices.Compact(sh.hashes)
	sh.size = len(sh.hashes)
	return sh
}

// The constants of FNV-1a with 64 bits.
const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

// runs are the FNV-1a hashes of the runs of words that are not at their end yet. Each word is of six runs, which go on
// together: the processor then does six multiplications in the time of one, and every letter of a library passes here.
type runs struct {
	open  [shingleWords]uint64
	words int
}

// add takes the next word, and returns the hash of the run that ends with it.
func (r *runs) add(word string) (h uint64, ok bool) {
	r.open[r.words%shingleWords] = fnvOffset
	for i := range len(word) {
		r.next(word[i])
	}
	r.next(' ')
	r.words++
	return r.open[r.words%shingleWords], r.words >= shingleWords
}

func (r *runs) next(c byte) {
	for i, h := range r.open {
		r.open[i] = (h ^ uint64(c)) * fnvPrime
	}
}

// mix spreads the bits: the smallest of FNV hashes are not a fair sample. It is the finaliser of MurmurHash3.
func mix(h uint64) uint64 {
	h ^= h >> 33
	h *= 0xff51afd7ed558ccd
	h ^= h >> 33
	h *= 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}

// prints returns the smallest hashes as the database keeps them.
func (sh shingles) prints() []int64 {
	out := make([]int64, 0, printsAPage)
	for _, h := range sh.hashes[:min(printsAPage, len(sh.hashes))] {
		out = append(out, int64(h))
	}
	return out
}

// only returns the shingles that are in a set; the size of the page stays.
func (sh shingles) only(set map[uint64]bool) shingles {
	out := shingles{page: sh.page, size: sh.size}
	for _, h := range sh.hashes {
		if set[h] {
			out.hashes = append(out.hashes, h)
		}
	}
	return out
}

// setOf are the shingles of pages.
func setOf(pages []shingles) map[uint64]bool {
	set := map[uint64]bool{}
	for _, p := range pages {
		for _, h := range p.hashes {
			set[h] = true
		}
	}
	return set
}

// overlap is how much of one version's text another has.
type overlap struct {
	share float64 // of all text, 0–1: what people are told
	own   float64 // of the text that is not boilerplate, 0–1
	whole int     // pages that are there as good as whole, boilerplate aside
	pairs []PagePair
}

// copied tells whether so much is the same that people want to know: most of the text, or some whole pages.
func (o overlap) copied() bool { return o.own >= minOverlap || o.whole >= minWhole }

// compare measures how much of here is also there, and which pages. Shingles of boilerplate count for the share alone.
func compare(here, there []shingles, boilerplate map[uint64]bool) overlap {
	where := map[uint64]int{}
	for _, p := range there {
		for _, h := range p.hashes {
			where[h] = p.page
		}
	}
	var o overlap
	var all, own tally
	for _, p := range here {
		on := map[int]int{}
		mine, net := tally{size: p.size}, tally{size: p.size}
		for _, h := range p.hashes {
			page, ok := where[h]
			if ok {
				on[page]++
				mine.same++
			}
			switch {
			case boilerplate[h]:
				net.size--
			case ok:
				net.same++
			}
		}
		all, own = all.plus(mine), own.plus(net)
		if net.size >= wholeSize && net.share() >= wholeShare {
			o.whole++
		}
		if (mine.same*3 >= mine.size || mine.same >= wholeSize) && len(o.pairs) < maxPairs {
			o.pairs = append(o.pairs, PagePair{Here: p.page, There: mostOf(on)})
		}
	}
	o.share, o.own = all.share(), own.share()
	return o
}

// tally counts the shingles of a text and those that another has too.
type tally struct{ size, same int }

func (t tally) plus(o tally) tally { return tally{t.size + o.size, t.same + o.same} }

func (t tally) share() float64 { return float64(t.same) / float64(max(1, t.size)) }

func mostOf(count map[int]int) (best int) {
	for page, n := range count {
		if n > count[best] || (n == count[best] && page < best) {
			best = page
		}
	}
	return best
}

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
	hashes []uint64
}

// shinglesOf cuts a text into shingles. Case, accents, marks and line breaks make no difference; numbers do not count,
// so that a copy with other sums is still a copy.
func shinglesOf(page int, text string) shingles {
	words := strings.FieldsFunc(fold.Key(text), func(r rune) bool { return !unicode.IsLetter(r) })
	sh := shingles{page: page, hashes: make([]uint64, 0, len(words))}
	for i := 0; i+shingleWords <= len(words); i++ {
		h := uint64(fnvOffset)
		for _, w := range words[i : i+shingleWords] {
			h = fnv1a(h, w)
		}
		sh.hashes = append(sh.hashes, mix(h))
	}
	slices.Sort(sh.hashes)
	sh.hashes = slices.Compact(sh.hashes)
	return sh
}

// The constants of FNV-1a with 64 bits.
const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

// fnv1a goes on with a word and a space, as hash/fnv would: written out, since every letter of a library passes here six times.
func fnv1a(h uint64, word string) uint64 {
	for i := range len(word) {
		h = (h ^ uint64(word[i])) * fnvPrime
	}
	return (h ^ ' ') * fnvPrime
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

// overlap is how much of one version's text another has.
type overlap struct {
	share float64 // 0–1
	pairs []PagePair
}

// compare measures how much of here is also there, and which pages.
func compare(here, there []shingles) overlap {
	where := map[uint64]int{}
	for _, p := range there {
		for _, h := range p.hashes {
			where[h] = p.page
		}
	}
	var o overlap
	total, same := 0, 0
	for _, p := range here {
		on := map[int]int{}
		n := 0
		for _, h := range p.hashes {
			if page, ok := where[h]; ok {
				on[page]++
				n++
			}
		}
		total += len(p.hashes)
		same += n
		if best := mostOf(on); n*3 >= len(p.hashes) && len(o.pairs) < maxPairs {
			o.pairs = append(o.pairs, PagePair{Here: p.page, There: best})
		}
	}
	if total > 0 {
		o.share = float64(same) / float64(total)
	}
	return o
}

func mostOf(count map[int]int) (best int) {
	for page, n := range count {
		if n > count[best] || (n == count[best] && page < best) {
			best = page
		}
	}
	return best
}

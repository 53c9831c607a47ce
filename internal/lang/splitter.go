package lang

import (
	_ "embed" // the seed list of words
	"math/bits"
	"strings"
	"sync"
)

//go:embed words.txt
var seedWords string

// Limits of what is taken apart and of what may be a part. Three-letter parts come from the seed list alone:
// learned ones would find "gel" in "gelijk".
const (
	minPart        = 3
	minLearnedPart = 4
	maxPart        = 24
	minCompound    = 7
	maxCompound    = 48
	minCount       = 3 // entries in which a word occurs before it may be a part
)

// partKind says where a part comes from.
type partKind uint8

const (
	partNone partKind = iota
	partWhole
	partSeed
	partLearned
)

// notParts are endings and fragments that stand alone in broken text and would turn derivations into compounds.
const notParts = `heid heden lijk lijke lijks baar bare ische atie aties eren erend eerd eerde ende enden schap schappen loos loze zaam
zame ling lingen ster waarts erij ering eringen ning ningen king kingen ting tingen ring ringen ding dingen sing ging ping ming nemer voer
voering achtig achtige ment isme iteit isch able ible tion ment ness able ving ingen rende rende over onder voor door aan tegen achter
boven naar toe terug hier daar waar weer mede samen even niet alle deze die dit dat`

// Splitter takes Dutch compounds apart: bewonerscommunicatie → bewoners + communicatie.
//
// A split must cover the whole word, linking letters (-s-, -en-, -e-, -n-) aside, with words of the seed list or words
// learned from the library. Of several splits the one of fewest, best-known parts wins. It is safe for
// concurrent use; a split may change when words are learned, so an index must remember what it was told.
type Splitter struct {
	mu    sync.RWMutex
	parts map[string]partKind
	spans []uint32 // by the first letters of parts: a bit for each length that such parts have
	block map[string]bool
}

// NewSplitter returns a splitter that knows the seed list.
func NewSplitter() *Splitter {
	s := &Splitter{parts: make(map[string]partKind, 8000), spans: make([]uint32, 26*26*26), block: map[string]bool{}}
	for w := range strings.FieldsSeq(notParts) {
		s.block[w] = true
	}
	for line := range strings.SplitSeq(seedWords, "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for w := range strings.FieldsSeq(line) {
			s.seed(Fold(w))
		}
	}
	return s
}

func (s *Splitter) seed(w string) {
	kind := partSeed
	if strings.HasSuffix(w, "*") {
		kind, w = partWhole, strings.TrimSuffix(w, "*")
	}
	s.part(w, kind)
	for _, p := range plurals(w) {
		if s.parts[p] == partNone {
			s.part(p, kind)
		}
	}
}

func (s *Splitter) part(w string, kind partKind) {
	s.parts[w] = kind
	if kind != partWhole && minPart <= len(w) && len(w) <= maxPart && plain(w) {
		s.spans[beginning(w)] |= 1 << len(w)
	}
}

// beginning is the number of the first three letters of a plain word.
func beginning(w string) int {
	return (int(w[0]-'a')*26+int(w[1]-'a'))*26 + int(w[2]-'a')
}

// Learn tells of a word of the library (folded) and the number of entries that have it. It reports whether the word
// is now a part that it was not before. Compounds, rare words and words with digits are not learned.
func (s *Splitter) Learn(word string, entries int) bool {
	if entries < minCount || len(word) < minLearnedPart || len(word) > maxPart || !plain(word) || s.block[word] {
		return false
	}
	s.mu.RLock()
	_, known := s.parts[word]
	s.mu.RUnlock()
	if known || !strings.ContainsAny(word, "aeiouy") || s.Split(word) != nil {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.part(word, partLearned)
	return true
}

// Known tells whether the folded word is of the seed list or learned.
func (s *Splitter) Known(word string) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.parts[word] != partNone
}

// Split returns the parts of a folded compound, linking letters removed, or nil where the word is none.
func (s *Splitter) Split(word string) []string { return s.SplitWith(word, nil) }

// SplitWith is Split with further words that may be parts, such as those of a question.
func (s *Splitter) SplitWith(word string, extra []string) []string {
	if len(word) < minCompound || len(word) > maxCompound || !plain(word) {
		return nil
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if k := s.parts[word]; k == partSeed || k == partWhole {
		return nil
	}
	return s.cover(word, extra)
}

// step is the best way to reach a position in a word.
type step struct {
	cost       int32
	start, end int8 // the part that ends here; end is before the linking letters
}

// The costs of a part: fewer parts are better, long and certain ones cheaper.
const (
	costPart    = 100
	costLearned = 25
	costShort   = 60
	costLink    = 5
)

func (s *Splitter) cover(word string, extra []string) []string {
	var steps [maxCompound + 1]step
	n := len(word)
	for i := 0; i <= n-minPart; i++ {
		if i > 0 && steps[i].cost == 0 {
			continue
		}
		for span := s.lengths(word[i:], extra); span != 0; span &= span - 1 {
			j := i + bits.TrailingZeros32(span)
			if j > n {
				break
			}
			c := s.cost(word[i:j], extra)
			if c == 0 || j-i == n {
				continue
			}
			reach(&steps, word, i, j, steps[i].cost+c)
		}
	}
	if steps[n].cost == 0 {
		return nil
	}
	var parts []string
	for at := n; at > 0; at = int(steps[at].start) {
		st := steps[at]
		parts = append(parts, word[st.start:st.end])
	}
	for l, r := 0, len(parts)-1; l < r; l, r = l+1, r-1 {
		parts[l], parts[r] = parts[r], parts[l]
	}
	return parts
}

// lengths returns a bit for each length at which a part that w begins with may end. Most lengths have none, and to look for
// each took a third of the time.
func (s *Splitter) lengths(w string, extra []string) uint32 {
	span := s.spans[beginning(w)]
	for _, e := range extra {
		if len(e) <= maxPart && strings.HasPrefix(w, e) {
			span |= 1 << len(e)
		}
	}
	return span
}

// reach notes that the part from i to j is a way to j, and through linking letters further.
func reach(steps *[maxCompound + 1]step, word string, i, j int, cost int32) {
	set := func(at int, c int32) {
		if old := steps[at].cost; old == 0 || c < old {
			steps[at] = step{cost: c, start: int8(i), end: int8(j)}
		}
	}
	set(j, cost)
	for _, link := range [...]string{"s", "en", "e", "n"} {
		if at := j + len(link); at+minPart <= len(word) && word[j:at] == link {
			set(at, cost+costLink)
		}
	}
}

func (s *Splitter) cost(part string, extra []string) int32 {
	for _, e := range extra {
		if e == part && len(part) >= minLearnedPart {
			return costPart
		}
	}
	switch k := s.parts[part]; {
	case k == partSeed && len(part) == minPart:
		return costPart + costShort
	case k == partSeed:
		return costPart
	case k == partLearned:
		return costPart + costLearned
	}
	return 0
}

// plain tells whether a word is nothing but the letters a to z.
func plain(w string) bool {
	for i := 0; i < len(w); i++ {
		if w[i] < 'a' || w[i] > 'z' {
			return false
		}
	}
	return w != ""
}

// plurals returns the likely plurals of a Dutch noun: plannen, straten, huizen, brieven, criteria. Too many do no harm.
func plurals(w string) []string {
	n := len(w)
	if n < 3 {
		return nil
	}
	out := []string{w + "s", w + "en"}
	last, before := w[n-1], w[n-2]
	switch {
	case !vowel(last) && vowel(before) && n > 3 && w[n-3] == before: // straat → straten
		out = append(out, w[:n-2]+soften(last)+"en")
	case !vowel(last) && vowel(before) && !vowel(w[n-3]): // plan → plannen
		out = append(out, w+string(last)+"en")
	case last == 'f' || last == 's': // brief → brieven, huis → huizen
		out = append(out, w[:n-1]+soften(last)+"en")
	case last == 'e':
		out = append(out, w+"n")
	case strings.HasSuffix(w, "heid"):
		out = append(out, w[:n-4]+"heden")
	case strings.HasSuffix(w, "um"):
		out = append(out, w[:n-2]+"a")
	}
	return out
}

func vowel(c byte) bool { return strings.IndexByte("aeiouy", c) >= 0 }

func soften(c byte) string {
	switch c {
	case 'f':
		return "v"
	case 's':
		return "z"
	}
	return string(c)
}

// SeedWords returns the words of the seed list that may be parts, folded, in the order of the list. Test data is made of them.
func SeedWords() []string {
	var out []string
	for line := range strings.SplitSeq(seedWords, "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for w := range strings.FieldsSeq(line) {
			if !strings.HasSuffix(w, "*") {
				out = append(out, Fold(w))
			}
		}
	}
	return out
}

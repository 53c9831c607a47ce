// Package vocabulary keeps the words of an index in memory, for engines that cannot be asked for them quickly enough: to complete
// and correct what is typed, to teach the decompounder, and to find compounds that were indexed before their parts were
// known. It also cuts entries into words, so that every engine indexes the same ones. A vocabulary knows nothing of audiences:
// whoever uses a word of it asks the engine first whether the viewer sees an entry with it.
package vocabulary

import (
	"math/bits"
	"slices"
	"strings"
	"sync"

	"github.com/aanpak/aanpak/internal/lang"
)

// Vocabulary is every word of letters in the index, in memory: to complete and correct what is asked, to teach the
// decompounder, and to remember which compounds were taken apart when they were indexed.
//
// A compound keeps the treatment it got when it was first seen until the index is rebuilt, so that all its entries agree.
// One that could not be taken apart then, because a part was not known yet, is found through late: questions for the part
// are widened with the compound itself.
type Vocabulary struct {
	lx *lang.Lexicon

	mu      sync.RWMutex
	ids     map[string]uint32
	words   []string
	sigs    []uint32 // set of letters
	counts  []uint32 // entries, an upper bound: removed entries are not taken off
	most    uint32   // the highest of counts
	sorted  []uint32 // ids of the first words in their alphabetical order; the few words after these are looked through
	split   []bool   // parts are in the index
	learned int      // grows when the splitter learns
	lateAt  int      // value of learned when late was made
	late    map[string][]string
	asked   around
}

func New(lx *lang.Lexicon) *Vocabulary {
	return &Vocabulary{lx: lx, ids: map[string]uint32{}, asked: around{known: map[string]compounds{}}}
}

// Lexicon returns the lexicon that learns from the vocabulary.
func (v *Vocabulary) Lexicon() *lang.Lexicon { return v.lx }

// Entries returns the number of entries that a word occurs in, 0 where it is not known.
func (v *Vocabulary) Entries(word string) int {
	v.mu.RLock()
	defer v.mu.RUnlock()
	if id, ok := v.ids[word]; ok {
		return int(v.counts[id])
	}
	return 0
}

// Most is the number of entries of the commonest word: about how many entries there are.
func (v *Vocabulary) Most() int {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return int(v.most)
}

// minWord is the length of the shortest word kept.
const minWord = 3

// IsWord tells whether a folded token is a word of letters, which alone are kept.
func IsWord(w string) bool {
	if len(w) < minWord || len(w) > lang.MaxToken-8 {
		return false
	}
	for i := 0; i < len(w); i++ {
		if w[i] < 'a' || w[i] > 'z' {
			return false
		}
	}
	return true
}

// Count adds the words of new entries: word → number of entries. Words that are frequent enough are learned before
// compounds are taken apart.
func (v *Vocabulary) Count(words map[string]uint32) {
	totals, news := v.tally(words)
	learned := 0
	for w, n := range totals {
		if v.lx.Learn(w, int(n)) {
			learned++
		}
	}
	split := make([]bool, len(news))
	for i, w := range news {
		split[i] = v.lx.Split(w) != nil
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.learned += learned
	for i, w := range news {
		v.add(w, words[w], split[i])
	}
	if len(v.words)-len(v.sorted) > maxUnsorted {
		v.sort()
	}
}

// tally adds to the counts of known words, and returns the new words and the totals of all that may be learned: what was
// taken apart is no part itself.
func (v *Vocabulary) tally(words map[string]uint32) (totals map[string]uint32, news []string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	totals = make(map[string]uint32, len(words))
	for w, n := range words {
		id, ok := v.ids[w]
		if !ok {
			totals[w] = n
			news = append(news, w)
			continue
		}
		v.counts[id] += n
		v.most = max(v.most, v.counts[id])
		if !v.split[id] {
			totals[w] = v.counts[id]
		}
	}
	return totals, news
}

// Load takes over the words of an index: the number of entries each occurs in, and which were taken apart.
func (v *Vocabulary) Load(counts map[string]uint32, split map[string]bool) {
	for w, n := range counts {
		if !split[w] {
			v.lx.Learn(w, int(n))
		}
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	for w, n := range counts {
		v.add(w, n, split[w])
	}
	v.sort()
	v.learned++
}

func (v *Vocabulary) add(w string, n uint32, split bool) {
	w = strings.Clone(w)
	v.ids[w] = uint32(len(v.words))
	v.words = append(v.words, w)
	v.sigs = append(v.sigs, signature(w))
	v.counts = append(v.counts, n)
	v.most = max(v.most, n)
	v.split = append(v.split, split)
}

// Each calls f for every word. Nothing is added meanwhile.
func (v *Vocabulary) Each(f func(word string, count uint32, split bool)) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	for id, w := range v.words {
		f(w, v.counts[id], v.split[id])
	}
}

// Parts returns the stems of the parts that a word has in the index, nil for none.
func (v *Vocabulary) Parts(w string) []string {
	v.mu.RLock()
	id, ok := v.ids[w]
	split := ok && v.split[id]
	v.mu.RUnlock()
	if !split {
		return nil
	}
	return v.lx.PartStems(w)
}

// Late returns the words of the index that have a part with this stem and were indexed without it, the commonest
// first, at most max. The word itself may be one that the decompounder has not learned.
func (v *Vocabulary) Late(word, stem string, max int) []string {
	late := v.lateNow()
	v.mu.RLock()
	defer v.mu.RUnlock()
	found := slices.Clone(late[stem])
	if len(word) >= 4 && IsWord(word) && !v.lx.Known(word) {
		found = append(found, v.around(word)...)
	}
	slices.SortStableFunc(found, func(a, b string) int { return int(v.counts[v.ids[b]]) - int(v.counts[v.ids[a]]) })
	found = slices.Compact(found)
	return found[:min(len(found), max)]
}

// FewWords is the size up to which a vocabulary is looked through within a question. A larger one takes up to a second:
// there questions go on with what is known, and the store refreshes beside them.
const FewWords = 5_000

// lateNow returns the compounds by part, refreshed where that is quick.
func (v *Vocabulary) lateNow() map[string][]string {
	if v.Size() <= FewWords {
		v.Refresh()
	}
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.late
}

// Size is the number of words.
func (v *Vocabulary) Size() int {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return len(v.words)
}

// Stale tells whether refresh has work to do.
func (v *Vocabulary) Stale() bool {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.lateAt != v.learned
}

// Refresh makes late anew when the splitter has learned words since. Nobody waits for it meanwhile.
func (v *Vocabulary) Refresh() {
	v.mu.RLock()
	at := v.learned
	fresh := v.lateAt == at
	words, split := v.words, v.split // both only grow, and what is in them stays
	v.mu.RUnlock()
	if fresh {
		return
	}
	late := map[string][]string{}
	for id, w := range words {
		if split[id] {
			continue
		}
		for _, p := range v.lx.PartStems(w) {
			late[p] = append(late[p], w)
		}
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if at > v.lateAt {
		v.late, v.lateAt = late, at
	}
}

// Near returns words that word may be a mistyped form of, nearest and then commonest first, at most max. Words of four
// to seven letters may differ by one edit, longer ones by two; the first letter counts.
func (v *Vocabulary) Near(word string, max int) []string {
	if len(word) < 4 || !IsWord(word) {
		return nil
	}
	edits := 1
	if len(word) >= 8 {
		edits = 2
	}
	v.mu.RLock()
	defer v.mu.RUnlock()
	var byDistance [3][]uint32
	sig := signature(word)
	for id, s := range v.sigs {
		if bits.OnesCount32(s^sig) > 2*edits {
			continue
		}
		w := v.words[id]
		if d := len(w) - len(word); d > edits || -d > edits || w == word {
			continue
		}
		if d := lang.Distance(word, w, edits); d <= edits {
			byDistance[d] = append(byDistance[d], uint32(id))
		}
	}
	return append(v.commonest(byDistance[1], max), v.commonest(byDistance[2], max)...)
}

// signature is the set of letters of a word: one edit changes at most two of them.
func signature(w string) uint32 {
	var s uint32
	for i := 0; i < len(w); i++ {
		s |= 1 << (w[i] - 'a')
	}
	return s
}

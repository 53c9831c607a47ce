package vocabulary

import (
	"cmp"
	"slices"
	"strings"
)

// maxUnsorted is how many words are looked through one by one before all are sorted again.
const maxUnsorted = 4096

// sort brings all words into their order.
func (v *Vocabulary) sort() {
	for id := len(v.sorted); id < len(v.words); id++ {
		v.sorted = append(v.sorted, uint32(id))
	}
	slices.SortFunc(v.sorted, func(a, b uint32) int { return strings.Compare(v.words[a], v.words[b]) })
}

// Completions returns the words that begin with prefix, the commonest first, at most max.
func (v *Vocabulary) Completions(prefix string, max int) []string {
	v.mu.RLock()
	defer v.mu.RUnlock()
	first, _ := slices.BinarySearchFunc(v.sorted, prefix, func(id uint32, p string) int { return strings.Compare(v.words[id], p) })
	last := first
	for last < len(v.sorted) && strings.HasPrefix(v.words[v.sorted[last]], prefix) {
		last++
	}
	ids := slices.Clone(v.sorted[first:last])
	for id := len(v.sorted); id < len(v.words); id++ {
		if strings.HasPrefix(v.words[id], prefix) {
			ids = append(ids, uint32(id))
		}
	}
	return v.commonest(ids, max)
}

// commonest returns the words of so many ids, the commonest first. Few are taken of what may be thousands, so these are kept in order while the
// others pass by.
func (v *Vocabulary) commonest(ids []uint32, max int) []string {
	order := func(a, b uint32) int {
		return cmp.Or(cmp.Compare(v.counts[b], v.counts[a]), strings.Compare(v.words[a], v.words[b]))
	}
	top := make([]uint32, 0, max+1)
	for _, id := range ids {
		if len(top) == max && (max == 0 || order(id, top[max-1]) >= 0) {
			continue
		}
		at, _ := slices.BinarySearchFunc(top, id, order)
		top = slices.Insert(top, at, id)
		top = top[:min(len(top), max)]
	}
	out := make([]string, len(top))
	for i, id := range top {
		out[i] = v.words[id]
	}
	return out
}

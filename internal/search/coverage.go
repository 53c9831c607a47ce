package search

import "math/bits"

// Coverage tells how many words of the question a text answers, and in how many places.
func (m *Marker) Coverage(text string) (words, places int) {
	var seen uint16
	marks := m.marks(text)
	for _, k := range marks {
		seen |= k.bits
	}
	return bits.OnesCount16(seen), len(marks)
}

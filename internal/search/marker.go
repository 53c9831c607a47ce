package search

import (
	"slices"
	"strings"

	"github.com/aanpak/aanpak/internal/lang"
)

// Marker finds in a text the words that answer a question, by the same rules by which an index finds the text: other
// endings, compounds (marked whole), synonyms, corrected typing errors; of a quoted phrase only the whole phrase. It is made
// for one question and used by one goroutine.
type Marker struct {
	lx       *lang.Lexicon
	terms    map[string]uint16 // folded word, stem or, with a plus, stem of a part → needs it answers
	phrases  []markedPhrase
	prefixes []markedPrefix
	asked    []string // words of the question, as parts of compounds that nobody learned
	hints    []string // beginnings, of which a word must have one somewhere to be looked at
	known    map[string]uint16
	tokens   []lang.Token
}

type markedPhrase struct {
	words []string
	bit   uint16
}

type markedPrefix struct {
	prefix string
	bit    uint16
}

// NewMarker returns a marker for a question. prefix says, as in Query, that the last word is still being typed; corrected
// is Result.Corrected.
func NewMarker(lx *lang.Lexicon, text string, prefix bool, corrected string) *Marker {
	m := &Marker{lx: lx, terms: map[string]uint16{}, known: map[string]uint16{}}
	m.learn(NewPlan(Parse(text), lx, prefix))
	if corrected != "" {
		m.learn(NewPlan(Parse(corrected), lx, false))
	}
	slices.Sort(m.hints)
	m.hints = slices.Compact(m.hints)
	return m
}

func (m *Marker) learn(p Plan) {
	for i, n := range p.Needs {
		bit := uint16(1) << min(i, 15)
		if n.Word != "" {
			m.asked = append(m.asked, n.Word)
		}
		for _, w := range n.Ways {
			m.way(w, bit)
		}
	}
}

func (m *Marker) way(w Way, bit uint16) {
	switch w.Kind {
	case WayPhrase:
		m.phrases = append(m.phrases, markedPhrase{w.Terms, bit})
		m.hint(w.Terms[0])
	case WayPrefix:
		m.prefixes = append(m.prefixes, markedPrefix{w.Terms[0], bit})
		m.hints = append(m.hints, w.Terms[0])
	case WayPart:
		m.term("+"+w.Terms[0], bit)
	case WayAll:
		for _, t := range w.Terms {
			m.term(t, bit)
			m.term("+"+t, bit)
		}
	default:
		for _, t := range w.Terms {
			m.term(t, bit)
		}
	}
}

func (m *Marker) term(t string, bit uint16) {
	m.terms[t] |= bit
	m.hint(strings.TrimLeft(t, "+"+lang.EnglishMark))
}

// hint keeps the first letters of a term: but for its last letter, as in huis and huizen, no ending changes them. Two letters
// are kept, since a single one is in every other word.
func (m *Marker) hint(t string) {
	if t != "" {
		m.hints = append(m.hints, t[:min(max(len(t)-1, 2), 4, len(t))])
	}
}

// word returns the needs that a folded word answers.
func (m *Marker) word(w string) uint16 {
	if !m.promising(w) {
		return 0
	}
	if bits, ok := m.known[w]; ok {
		return bits
	}
	bits := m.look(w)
	m.known[w] = bits
	return bits
}

// promising tells whether a word begins as a term does, or is long enough for a compound and has a term's beginning inside.
// Most words of a text fail here, which makes marking quick.
func (m *Marker) promising(w string) bool {
	for _, h := range m.hints {
		if strings.HasPrefix(w, h) || len(w) >= 7 && strings.Contains(w[3:], h) {
			return true
		}
	}
	return false
}

func (m *Marker) look(w string) uint16 {
	bits := m.terms[w]
	for _, s := range m.lx.Stems(w) {
		bits |= m.terms[s]
	}
	for _, p := range m.lx.SplitWith(w, m.asked) {
		bits |= m.terms["+"+m.lx.StemIn(lang.Dutch, p)] | m.begins(p)
	}
	return bits | m.begins(w)
}

func (m *Marker) begins(w string) (bits uint16) {
	for _, p := range m.prefixes {
		if strings.HasPrefix(w, p.prefix) {
			bits |= p.bit
		}
	}
	return bits
}

// mark is a range of bytes to be marked, and the needs it answers.
type mark struct {
	start, end int
	bits       uint16
}

// Marks returns the byte ranges of text that answer the question, in order, without overlap.
func (m *Marker) Marks(text string) [][2]int {
	var out [][2]int
	for _, k := range m.marks(text) {
		out = append(out, [2]int{k.start, k.end})
	}
	return out
}

func (m *Marker) marks(text string) []mark {
	if len(m.hints) == 0 {
		return nil
	}
	m.tokens = lang.AppendTokens(m.tokens[:0], text)
	var out []mark
	for i := 0; i < len(m.tokens); i++ {
		t := m.tokens[i]
		if n, bits := m.phrase(i); n > 0 {
			out = append(out, mark{t.Start, m.tokens[i+n-1].End, bits})
			i += n - 1
			continue
		}
		if bits := m.word(t.Text); bits != 0 {
			out = append(out, mark{t.Start, t.End, bits})
		}
	}
	return out
}

// phrase returns the length in tokens of the longest phrase that begins at token i.
func (m *Marker) phrase(i int) (n int, bits uint16) {
	for _, p := range m.phrases {
		if len(p.words) > n && m.at(i, p.words) {
			n, bits = len(p.words), p.bit
		}
	}
	return n, bits
}

func (m *Marker) at(i int, words []string) bool {
	if i+len(words) > len(m.tokens) || m.tokens[i].Text != words[0] {
		return false
	}
	for j, w := range words {
		if m.tokens[i+j].Text != w {
			return false
		}
	}
	return true
}

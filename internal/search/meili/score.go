package meili

import (
	"math"
	"math/bits"
	"slices"
	"strings"

	"github.com/aanpak/aanpak/internal/lang"
	"github.com/aanpak/aanpak/internal/search"
)

// The factors of a match by where it is; text counts 1. The same as those of the embedded engine.
const (
	factorTitle  = 2.4
	factorExtra  = 1.5
	factorPhrase = 1.5
	nearBonus    = 0.6
)

// The constants of BM25, and the length of an average page in words.
const (
	bmK1      = 1.2
	bmB       = 0.6
	bmAverage = 320
)

// The texts of an entry, in their order.
const (
	inTitle = iota
	inLabel
	inExtra
	inText
	texts
)

// gap is the number of places between two texts of an entry, over which words are not near each other.
const gap = 100

// scorer weighs pages for one question: how often its words are there, in which form, where, and how near to each other. The server
// knows none of these but the place. It serves one goroutine.
type scorer struct {
	lx    *lang.Lexicon
	needs []scoredNeed
	known map[string][]term
	hints []string // beginnings, of which a word must have one somewhere to be looked at
}

type scoredNeed struct {
	search.Need
	idf   float64
	head  float64 // idf in titles
	exact float64 // idf of the very word
}

// term is a way in which a word answers a need.
type term struct {
	need, way int
	all       uint16 // the stems of the way that it is, for WayAll
}

// scorer returns the scorer of the question as it is understood now.
func (q *question) scorer() *scorer {
	if q.score != nil {
		return q.score
	}
	q.score = &scorer{lx: q.x.lx, known: map[string][]term{}}
	for i, n := range q.plan.Needs {
		q.score.needs = append(q.score.needs, q.weigh(i, n))
		for _, w := range n.Ways {
			q.score.hint(w.Terms)
		}
	}
	return q.score
}

// weigh says how telling a need is. Where its entries were counted that decides, else how many of all entries, visible or not, have its
// words.
func (q *question) weigh(i int, n search.Need) scoredNeed {
	known, most := q.words.Entries(n.Word), q.words.Most()
	if q.counts == nil {
		for _, w := range n.Ways {
			for _, t := range w.Terms {
				if w.Kind == search.WayExact || w.Kind == search.WayPhrase {
					known = max(known, q.words.Entries(t))
				}
			}
		}
		idf := inverse(most, max(known, 1))
		return scoredNeed{Need: n, idf: idf, head: inverse(most, max(known/headShare, 1)), exact: idf}
	}
	idf := inverse(q.docs, q.counts[i])
	s := scoredNeed{Need: n, idf: idf, head: inverse(q.docs, q.heads[i]), exact: idf}
	if known > 0 {
		s.exact = inverse(most, known)
	}
	return s
}

// headShare is how many more entries have a word somewhere than in their title, on the whole.
const headShare = 4

// hint keeps the first letters of terms: but for their last letter, as in huis and huizen, no ending changes them.
func (s *scorer) hint(terms []string) {
	for _, t := range terms {
		t = strings.TrimLeft(t, partMark+lang.EnglishMark)
		if t = t[:min(max(len(t)-1, 2), 4, len(t))]; !slices.Contains(s.hints, t) {
			s.hints = append(s.hints, t)
		}
	}
}

// promising tells whether a word begins as a term does, or is long enough for a compound and has a term's beginning inside. Most words fail
// here, which makes scoring quick.
func (s *scorer) promising(w string) bool {
	for _, h := range s.hints {
		if strings.HasPrefix(w, h) || len(w) >= 7 && strings.Contains(w[3:], h) {
			return true
		}
	}
	return false
}

// inverse is how much a term says that so many of all entries have.
func inverse(docs, with int) float64 {
	n, df := float64(max(docs, with)), float64(with)
	return math.Log(1 + (n-df+0.5)/(df+0.5))
}

// tally is what a page has of one way: how often, in each of its texts.
type tally struct {
	times [texts]int
	all   uint16
}

// page weighs an entry.
func (s *scorer) page(d *document) float64 {
	counts := make([][]tally, len(s.needs))
	for i, n := range s.needs {
		counts[i] = make([]tally, len(n.Ways))
	}
	places := make([][]int, len(s.needs))
	var lengths [texts]int
	at := 0
	phrases := 0.0
	for field, text := range [texts]string{d.Title, d.Label, d.Extra, d.Text} {
		words := strings.Fields(text)
		lengths[field] = len(words)
		for _, w := range words {
			at++
			for _, t := range s.word(w) {
				c := &counts[t.need][t.way]
				c.times[field]++
				c.all |= t.all
			}
			for i, n := range s.needs {
				if n.Word == w {
					places[i] = append(places[i], at)
				}
			}
		}
		phrases += s.phrases(words)
		at += gap
	}
	sum := phrases
	for i := range s.needs {
		sum += s.need(i, counts[i], lengths)
	}
	var lists [][]int
	for _, p := range places {
		if len(p) > 0 {
			lists = append(lists, p)
		}
	}
	return sum * (1 + nearBonus*search.Closeness(lists))
}

// need adds up the ways of a need.
func (s *scorer) need(i int, counts []tally, lengths [texts]int) (sum float64) {
	n := s.needs[i]
	for k, w := range n.Ways {
		c := counts[k]
		here := c.times != [texts]int{}
		switch {
		case !here:
		case w.Kind == search.WayExact:
			sum += w.Weight * n.exact
		case w.Kind == search.WayPrefix:
			sum += w.Weight * n.idf
		case w.Kind == search.WayAll:
			if c.all == 1<<len(w.Terms)-1 {
				sum += w.Weight * n.idf
			}
		default:
			sum += w.Weight * (n.idf*weighText(c.times, lengths) + n.head*weighHead(c.times, lengths))
		}
	}
	return sum
}

// weighText counts a stem by how often it is in the text.
func weighText(times, lengths [texts]int) float64 {
	tf := float64(times[inText] + 2*times[inLabel])
	if tf == 0 {
		return 0
	}
	length := float64(lengths[inText] + 2*lengths[inLabel])
	return tf * (bmK1 + 1) / (tf + bmK1*(1-bmB+bmB*length/bmAverage))
}

// weighHead counts a stem in title and extra words; a short title says more.
func weighHead(times, lengths [texts]int) (sum float64) {
	for field, factor := range [texts]float64{inTitle: factorTitle, inExtra: factorExtra} {
		if factor > 0 && times[field] > 0 {
			sum += factor * (0.6 + 0.4/math.Sqrt(float64(lengths[field])))
		}
	}
	return sum
}

// phrases adds up the phrases that stand in a text.
func (s *scorer) phrases(words []string) (sum float64) {
	for _, n := range s.needs {
		for _, w := range n.Ways {
			if w.Kind == search.WayPhrase && stands(words, w.Terms) {
				sum += w.Weight * n.idf * factorPhrase
			}
		}
	}
	return sum
}

func stands(words, phrase []string) bool {
	for i := 0; i+len(phrase) <= len(words); i++ {
		k := 0
		for k < len(phrase) && words[i+k] == phrase[k] {
			k++
		}
		if k == len(phrase) {
			return true
		}
	}
	return false
}

// word returns the ways that a word answers.
func (s *scorer) word(w string) []term {
	if !s.promising(w) { // sooner told than looked up, and true of most
		return nil
	}
	if ts, ok := s.known[w]; ok {
		return ts
	}
	stems := s.lx.Stems(w)
	parts := s.lx.PartStems(w)
	var out []term
	for i, n := range s.needs {
		for k, way := range n.Ways {
			if t := (term{need: i, way: k}); s.answers(way, w, stems, parts, &t) {
				out = append(out, t)
			}
		}
	}
	s.known[w] = out
	return out
}

func (s *scorer) answers(way search.Way, w string, stems, parts []string, t *term) bool {
	has := func(list []string, v string) bool {
		for _, x := range list {
			if x == v {
				return true
			}
		}
		return false
	}
	switch way.Kind {
	case search.WayExact:
		return w == way.Terms[0]
	case search.WayStem:
		return has(stems, way.Terms[0])
	case search.WayPart:
		return has(parts, way.Terms[0])
	case search.WayTypo:
		return has(stems, s.lx.StemIn(lang.Dutch, way.Terms[0]))
	case search.WayPrefix:
		if strings.HasPrefix(w, way.Terms[0]) {
			return true
		}
		for _, p := range parts {
			if strings.HasPrefix(p, way.Terms[0]) {
				return true
			}
		}
	case search.WayAll:
		for b, st := range way.Terms {
			if has(stems, st) || has(parts, st) || has(stems, lang.EnglishMark+st) {
				t.all |= 1 << b
			}
		}
		return t.all != 0
	}
	return false
}

// inText tells whether the text or label of an entry meets a need by a single word.
func (s *scorer) inText(d *document) bool {
	for _, text := range [...]string{d.Text, d.Label} {
		for w := range strings.FieldsSeq(text) {
			if len(s.word(w)) > 0 {
				return true
			}
		}
	}
	return false
}

// met is the number of needs that an entry meets by single words.
func (s *scorer) met(d *document) int {
	var mask uint16
	for _, text := range [...]string{d.Title, d.Label, d.Extra, d.Text} {
		for w := range strings.FieldsSeq(text) {
			for _, t := range s.word(w) {
				mask |= 1 << t.need
			}
		}
	}
	return bits.OnesCount16(mask)
}

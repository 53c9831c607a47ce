package search

import (
	"strings"

	"github.com/aanpak/aanpak/internal/lang"
)

// WayKind says how a Way is looked for.
type WayKind uint8

// The kinds of ways.
const (
	WayExact  WayKind = iota // the one folded word itself
	WayStem                  // one stem of words (lang.Stems)
	WayPart                  // one Dutch stem of a part of compounds
	WayAll                   // every stem, of words or parts, anywhere on the page
	WayPhrase                // the folded words, following each other
	WayPrefix                // words, or parts of them, that begin so
	WayTypo                  // the one folded word, which is the asked one mistyped
)

// Way is one way in which a need is met.
type Way struct {
	Kind   WayKind
	Terms  []string
	Weight float64
}

// Need is a word or phrase that a page must have, in one of several ways.
type Need struct {
	Text string // as typed, of several words where they belong together
	Word string // the folded word where it is a single one, to correct and complete; else empty
	Ways []Way
}

// Plan is a question in terms that an index has: what decides a match, the same for every engine.
type Plan struct {
	Needs  []Need
	Not    []Need
	Filled ParsedQuery
}

// The weights of ways: exact form over stem over synonym over parts over beginnings over typing errors.
const (
	weightExact   = 0.45 // added to the stem's
	weightStem    = 1
	weightPhrase  = 1.3
	weightSynonym = 0.8
	weightPart    = 0.6  // of a compound on the page
	weightParts   = 0.55 // of the compound asked for, each somewhere on the page
	weightPrefix  = 0.4
	weightTypo    = 0.5
)

// NewPlan says what to look for. With prefix the last word is taken as still being typed, unless
// a space or quote follows it.
func NewPlan(p ParsedQuery, lx *lang.Lexicon, prefix bool) Plan {
	pl := Plan{Filled: p}
	b := planner{lx: lx, typing: prefix && p.typing}
	for i := 0; i < len(p.Words); {
		n := b.run(p.Words[i:])
		last := i+n == len(p.Words)
		if need, ok := b.need(p.Words[i:i+n], last, len(p.Words) > n); ok {
			pl.Needs = append(pl.Needs, need)
		}
		i += n
	}
	if len(pl.Needs) == 0 { // nothing but common words: they are the question
		for i, w := range p.Words {
			need, _ := b.need(p.Words[i:i+1], i == len(p.Words)-1, false)
			need.Text = w.Text
			pl.Needs = append(pl.Needs, need)
		}
	}
	for _, w := range p.Not {
		pl.Not = append(pl.Not, b.not(w))
	}
	return pl
}

type planner struct {
	lx     *lang.Lexicon
	typing bool
}

// run returns how many words at the beginning form one term of the synonyms, at least one.
func (b planner) run(ws []Word) int {
	best := 1
	var flat []string
	for i, w := range ws {
		if w.Phrase {
			break
		}
		flat = append(flat, tokenTexts(w.Tokens)...)
		if n, _ := b.lx.Synonyms().Match(flat); n == len(flat) {
			best = i + 1
		}
	}
	return best
}

func tokenTexts(ts []lang.Token) []string {
	out := make([]string, len(ts))
	for i, t := range ts {
		out[i] = t.Text
	}
	return out
}

// need builds the need of a run of words. It reports false for a common word that may be left out.
func (b planner) need(ws []Word, last, others bool) (Need, bool) {
	var flat, text []string
	for _, w := range ws {
		flat = append(flat, tokenTexts(w.Tokens)...)
		text = append(text, w.Text)
	}
	n := Need{Text: strings.Join(text, " ")}
	typing := last && b.typing
	switch {
	case ws[0].Phrase:
		n.Ways = []Way{{WayPhrase, flat, weightPhrase}}
		return n, true
	case len(flat) > 1:
		n.Ways = b.several(flat)
	case others && !typing && b.lx.IsStop(flat[0]):
		return n, false
	default:
		n.Word = flat[0]
		n.Ways = b.single(flat[0])
	}
	if typing {
		n.Ways = append(n.Ways, Way{WayPrefix, flat[len(flat)-1:], weightPrefix})
		if len(flat) > 1 {
			n.Ways[len(n.Ways)-1].Terms = []string{strings.Join(flat, "")}
		}
	}
	if size, terms := b.lx.Synonyms().Match(flat); size == len(flat) {
		n.Ways = append(n.Ways, b.synonyms(terms)...)
	}
	return n, true
}

// single are the ways of one word: its stems, itself, and the parts it is made of.
func (b planner) single(w string) []Way {
	ways := make([]Way, 0, 6)
	for _, s := range b.lx.Stems(w) {
		ways = append(ways, Way{WayStem, []string{s}, weightStem})
	}
	ways = append(ways, Way{WayExact, []string{w}, weightExact}, Way{WayPart, []string{b.lx.StemIn(lang.Dutch, w)}, weightPart})
	if parts := b.lx.PartStems(w); parts != nil {
		ways = append(ways, Way{WayAll, parts, weightParts})
	}
	return ways
}

// several are the ways of words that belong together: a hyphenated compound or a known term. All of them on a page
// are enough, following each other is better, written as one word is as good.
func (b planner) several(ws []string) []Way {
	var stems []string
	for _, w := range ws {
		if !b.lx.IsStop(w) {
			stems = append(stems, b.lx.StemIn(lang.Dutch, w))
		}
	}
	joined := strings.Join(ws, "")
	ways := []Way{{WayPhrase, ws, weightPhrase}, {WayStem, []string{b.lx.StemIn(lang.Dutch, joined)}, weightStem}}
	if len(stems) > 0 {
		ways = append(ways, Way{WayAll, stems, weightParts})
	}
	return ways
}

func (b planner) synonyms(terms [][]string) []Way {
	var ways []Way
	for _, t := range terms {
		if len(t) == 1 {
			for _, s := range b.lx.Stems(t[0]) {
				ways = append(ways, Way{WayStem, []string{s}, weightSynonym})
			}
			continue
		}
		ways = append(ways, Way{WayPhrase, t, weightSynonym})
	}
	return ways
}

// not is a word that must not be there: the word itself or its other endings, which the word alone would have found, but not
// compounds of it nor synonyms. Words with a hyphen are meant as one word too; a phrase is left out as it stands.
func (b planner) not(w Word) Need {
	n := Need{Text: w.Text}
	words := tokenTexts(w.Tokens)
	if len(words) > 1 {
		n.Ways = []Way{{WayPhrase, words, 1}}
	}
	if w.Phrase {
		return n
	}
	one := strings.Join(words, "")
	n.Ways = append(n.Ways, Way{WayExact, []string{one}, 1})
	for _, s := range b.lx.Stems(one) {
		n.Ways = append(n.Ways, Way{WayStem, []string{s}, 1})
	}
	return n
}

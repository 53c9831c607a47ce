package meili

import (
	"strings"

	"github.com/aanpak/aanpak/internal/lang"
	"github.com/aanpak/aanpak/internal/search"
	"github.com/aanpak/aanpak/internal/search/vocabulary"
)

// needFilter says which entries meet a need of a question.
type needFilter struct {
	any  string // in any of their texts
	body string // in their own text rather than title or Extra
	head string // in title or Extra by a stem; empty where no stems are asked for
}

// maxLate is the most compounds a word is widened with that were indexed before their parts were known.
const maxLate = 40

// meets makes the filter of a need.
func meets(n search.Need, words *vocabulary.Vocabulary) needFilter {
	w := ways{words: words}
	for _, way := range n.Ways {
		w.add(way)
	}
	if n.Word != "" {
		for _, st := range words.Lexicon().Stems(n.Word) {
			w.exact = append(w.exact, words.Late(n.Word, st, maxLate)...)
		}
	}
	return w.filter()
}

// ways gathers the ways of one need.
type ways struct {
	words *vocabulary.Vocabulary
	terms []string // stems and parts
	exact []string
	other []needFilter
}

func (w *ways) add(way search.Way) {
	lx := w.words.Lexicon()
	switch way.Kind {
	case search.WayExact:
		w.exact = append(w.exact, way.Terms...)
	case search.WayStem:
		w.terms = append(w.terms, way.Terms[0])
	case search.WayPart:
		w.terms = append(w.terms, partMark+way.Terms[0])
	case search.WayTypo:
		w.terms = append(w.terms, lx.Stems(way.Terms[0])...)
	case search.WayAll:
		f := everyStem(way.Terms)
		w.other = append(w.other, needFilter{any: f, body: f})
	case search.WayPhrase:
		f := phrase(lx, way.Terms)
		w.other = append(w.other, needFilter{any: f, body: f})
	case search.WayPrefix:
		w.startsWith(way.Terms[0])
	}
}

func (w *ways) filter() needFilter {
	var f needFilter
	if len(w.terms) > 0 {
		f.body, f.head = in("body", w.terms), in("head", w.terms)
	}
	f.any = or(f.body, f.head)
	if len(w.exact) > 0 {
		very := isWords(w.exact)
		f.any = or(f.any, very)
		if f.head != "" {
			very = and(very, not(f.head)) // a word of the title alone is not in the text
		}
		f.body = or(f.body, very)
	}
	for _, o := range w.other {
		f.any, f.body = or(f.any, o.any), or(f.body, o.body)
	}
	return f
}

// maxAll is the number of stems that are asked for together.
const maxAll = 8

// everyStem passes the entries that have every stem, of words or of parts, anywhere.
func everyStem(stems []string) string {
	var all []string
	for _, s := range stems[:min(len(stems), maxAll)] {
		forms := []string{s, partMark + s, lang.EnglishMark + s}
		all = append(all, or(in("body", forms), in("head", forms)))
	}
	return and(all...)
}

// How many of the commonest words stand for a beginning. Few letters begin many words; then only the words themselves are looked for,
// wherever they are.
const (
	fewLetters    = 3
	maxBeginShort = 40
	maxBeginLong  = 20
)

// completions returns the commonest words that begin so. The server could compare beginnings itself, but walks over all its terms for it.
func completions(words *vocabulary.Vocabulary, prefix string) []string {
	if len(prefix) <= fewLetters {
		return words.Completions(prefix, maxBeginShort)
	}
	return words.Completions(prefix, maxBeginLong)
}

// startsWith adds the words that begin so, alone or as parts of compounds, and numbers.
func (w *ways) startsWith(prefix string) {
	lx := w.words.Lexicon()
	begun := completions(w.words, prefix)
	var parts []string
	for _, c := range begun {
		parts = append(parts, partMark+lx.StemIn(lang.Dutch, c))
		if len(prefix) > fewLetters {
			w.terms = append(w.terms, lx.Stems(c)...)
		}
	}
	switch {
	case len(prefix) > fewLetters:
		w.terms = append(w.terms, parts...)
	case len(begun) > 0:
		f := or(in("words", begun), in("body", parts))
		w.other = append(w.other, needFilter{any: f, body: f})
	}
	if strings.ContainsAny(prefix, "0123456789@&'") {
		f := begins("signs", prefix)
		w.other = append(w.other, needFilter{any: f, body: f})
	}
}

// lacks passes the entries that do not meet what must not be there.
func lacks(n search.Need, words *vocabulary.Vocabulary) string {
	var all []string
	for _, w := range n.Ways {
		switch w.Kind {
		case search.WayPhrase:
			all = append(all, not(phrase(words.Lexicon(), w.Terms)))
		case search.WayStem:
			all = append(all, not(or(in("body", w.Terms), in("head", w.Terms))))
		default:
			all = append(all, not(isWord(w.Terms[0])))
		}
	}
	return and(all...)
}

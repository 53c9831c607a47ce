package bleve

import (
	"strings"
	"unicode/utf8"

	"github.com/aanpak/aanpak/internal/lang"
)

// edgeLetters is the longest beginning kept in fieldEdge; longer ones are looked up in the vocabulary.
const edgeLetters = 3

// form is what a word adds to the index. It stays the same as long as the index does, see vocabulary.
type form struct {
	word  *term
	stems []*term // of the word and of its parts
	edges []*term
	split bool
}

// lexis is what is kept of the words of a language.
type lexis struct {
	language string // empty where it takes the stems of both
	forms    map[string]*form
	terms    map[string]*term // everything in forms, each text once
}

// maxForms and maxTerms bound the words that are kept of a language, to some 8 MB.
const (
	maxForms = 16_000
	maxTerms = 48_000
)

// lexisOf returns that of a language, a new one where it has grown too large. An entry keeps the one it began with.
func (b *builder) lexisOf(language string) *lexis {
	x := b.known[language]
	if x != nil && len(x.forms) <= maxForms && len(x.terms) <= maxTerms {
		return x
	}
	x = &lexis{language: language, forms: map[string]*form{}, terms: map[string]*term{}}
	if b.known == nil {
		b.known = map[string]*lexis{}
	}
	b.known[language] = x
	return x
}

// stemLanguage is the language whose stems are enough; empty where it takes those of both.
func stemLanguage(language string) string {
	if language == lang.Dutch || language == lang.English {
		return language
	}
	return ""
}

// term returns the one term of a text.
func (x *lexis) term(text string) *term {
	if t, ok := x.terms[text]; ok {
		return t
	}
	t := &term{text: strings.Clone(text), bytes: []byte(text)}
	x.terms[t.text] = t
	return t
}

// form returns what a word adds.
func (b *builder) form(w string) *form {
	if f, ok := b.forms[w]; ok {
		return f
	}
	f := &form{word: b.term(w)}
	for _, st := range b.stems(w) {
		f.stems = append(f.stems, b.term(st))
	}
	f.edges = b.edges(f.edges, w)
	for _, p := range b.words.parts(w) {
		f.edges = b.edges(f.edges, p)
		f.stems = append(f.stems, b.term(partMark+p))
		f.split = true
	}
	b.forms[f.word.text] = f
	return f
}

func (b *builder) stems(w string) []string {
	if b.language == "" {
		return b.words.lx.Stems(w)
	}
	return []string{b.words.lx.StemIn(b.language, w)}
}

// edges appends the first letter of a word and its first three. The first two are not in the index: they would be an eighth of
// all terms, and questions put them together out of three (beginnings).
func (x *lexis) edges(dst []*term, w string) []*term {
	n := 0
	for i, r := range w {
		n++
		end := i + utf8.RuneLen(r)
		if n == 1 || n == edgeLetters || n < edgeLetters && end == len(w) {
			dst = append(dst, x.term(w[:end]))
		}
		if n == edgeLetters {
			break
		}
	}
	return dst
}

// variants returns the other ways in which people ask for a number or address: 1.250,00 as 1250, and the words of an address.
func variants(w string) []string {
	if strings.Contains(w, "@") {
		var out []string
		for _, t := range lang.Tokens(strings.ReplaceAll(w, "@", " ")) {
			out = append(out, t.Text)
		}
		return out
	}
	if w[0] < '0' || w[0] > '9' || !strings.ContainsAny(w, ".,") {
		return nil
	}
	return numberVariants(w)
}

// numberVariants drops the dots or commas between thousands, and decimals that are zero.
func numberVariants(w string) []string {
	groups := strings.FieldsFunc(w, func(r rune) bool { return r == '.' || r == ',' })
	n := len(groups)
	for n > 1 && strings.Trim(groups[n-1], "0") == "" && len(groups[n-1]) <= 2 {
		n--
	}
	for _, g := range groups[1:n] {
		if len(g) != 3 {
			return nil
		}
	}
	return []string{strings.Join(groups[:n], "")}
}

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
	for _, p := range b.words.Parts(w) {
		f.edges = b.edges(f.edges, p)
		f.stems = append(f.stems, b.term(partMark+p))
		f.split = true
	}
	b.forms[f.word.text] = f
	return f
}

// stems are not asked of the lexicon, which would remember them beside the forms.
func (b *builder) stems(w string) []string {
	if b.language == "" {
		return lang.Stems(w)
	}
	return []string{lang.StemIn(b.language, w)}
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

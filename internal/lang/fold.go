// Package lang decides which words are the same word, in Dutch and English, for every search engine alike.
//
// It folds case and accents, cuts text into tokens whose byte offsets point into the original text, stems,
// takes compounds apart with a Splitter that learns from the library's own words, knows synonyms and guesses the
// language of a text. It knows nothing of engines, documents or people; package search builds on it, engines
// and the marker of snippets use the same functions, so that what is found is also what is marked.
package lang

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold returns s in the form in which words are compared: lower case, without diacritics, ligatures and
// full-width letters written out, ß as ss, typographic apostrophes as ', invisible characters removed.
// Folding a folded string changes nothing.
func Fold(s string) string {
	ascii, upper := true, false
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= utf8.RuneSelf {
			ascii = false
			break
		}
		upper = upper || ('A' <= c && c <= 'Z')
	}
	switch {
	case ascii && !upper:
		return s
	case ascii:
		return strings.ToLower(s)
	}
	return foldRunes(s)
}

func foldRunes(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range norm.NFKD.String(s) {
		if unicode.Is(unicode.Mn, r) || invisible(r) {
			continue
		}
		writeFolded(&b, r)
	}
	return b.String()
}

// writeFolded writes what NFKD leaves whole: letters with strokes, and the letters two languages write as two.
func writeFolded(b *strings.Builder, r rune) {
	r = unicode.ToLower(r)
	switch r {
	case 'ß':
		b.WriteString("ss")
	case 'æ':
		b.WriteString("ae")
	case 'œ':
		b.WriteString("oe")
	case 'þ':
		b.WriteString("th")
	case 'ø':
		b.WriteByte('o')
	case 'ł':
		b.WriteByte('l')
	case 'đ', 'ð':
		b.WriteByte('d')
	case 'ı':
		b.WriteByte('i')
	case '’', '‘', 'ʼ', '`', '´':
		b.WriteByte('\'')
	default:
		for _, d := range norm.NFKD.String(string(r)) { // lower case of İ, K … decomposes again
			if !unicode.Is(unicode.Mn, d) {
				b.WriteRune(d)
			}
		}
	}
}

// invisible tells whether a rune is inside words without being seen: soft hyphen, zero-width characters.
func invisible(r rune) bool {
	switch r {
	case '\u00AD', '\u200B', '\u200C', '\u200D', '\u2060', '\uFEFF':
		return true
	}
	return false
}

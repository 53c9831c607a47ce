package social

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// findQuote finds a passage in a text whose white space may be other: what people select on a drawn page has other line ends than what was
// read from it. Where that is not there, it looks without hyphens: reading takes those at line ends out, a selection has them. It returns
// the bytes from and to.
func findQuote(text, quote string) (at [2]int, ok bool) {
	if at, ok = findFlat(text, quote, false); ok {
		return at, ok
	}
	return findFlat(text, quote, true)
}

func findFlat(text, quote string, joined bool) (at [2]int, ok bool) {
	flat, offsets := flatten(text, joined)
	want, _ := flatten(norm.NFKC.String(quote), joined)
	if want == "" {
		return at, false
	}
	i := strings.Index(flat, want)
	if i < 0 {
		return at, false
	}
	last := offsets[i+len(want)-1]
	_, size := utf8.DecodeRuneInString(text[last:])
	return [2]int{offsets[i], last + size}, true
}

// flatten leaves out white space and soft hyphens, and where words are joined all hyphens, and gives for each byte of what remains the offset
// in text of the rune that it is of.
func flatten(text string, joined bool) (string, []int) {
	var b strings.Builder
	b.Grow(len(text))
	offsets := make([]int, 0, len(text))
	for i, r := range text {
		if unicode.IsSpace(r) || r == '\u00ad' || joined && (r == '-' || r == '\u2010' || r == '\u0002') {
			continue
		}
		n := b.Len()
		b.WriteRune(r)
		for ; n < b.Len(); n++ {
			offsets = append(offsets, i)
		}
	}
	return b.String(), offsets
}

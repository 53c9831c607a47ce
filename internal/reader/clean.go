package reader

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// glyph is a rune of a page and the index of the character it was made from, so that a word of the clean text
// finds its boxes again.
type glyph struct {
	r   rune
	src int32
}

// cleanText applies the rules of Page.Text to a string.
func cleanText(s string) string {
	return glyphText(cleanGlyphs([]rune(s)))
}

// cleanLine is cleanText for what must stay on one line, such as a title.
func cleanLine(s string) string { return strings.Join(strings.Fields(cleanText(s)), " ") }

// cleanGlyphs drops control characters, undoes line-end hyphens and ligatures, normalises (NFKC) and tidies space.
func cleanGlyphs(runes []rune) []glyph {
	return tidySpace(normalise(joinHyphens(keepPrintable(runes))))
}

func glyphText(gs []glyph) string {
	var b strings.Builder
	b.Grow(len(gs) + len(gs)/16)
	for _, g := range gs {
		b.WriteRune(g.r)
	}
	return b.String()
}

// hyphenMark is how PDFium writes a hyphen at the end of a line.
const hyphenMark = '\x02'

// keepPrintable maps the many line ends and blanks to newline, tab and space, and drops what nobody can read.
func keepPrintable(runes []rune) []glyph {
	out := make([]glyph, 0, len(runes))
	for i, r := range runes {
		switch {
		case r == '\r' && i+1 < len(runes) && runes[i+1] == '\n':
		case r == '\r', r == '\v', r == '\f', r == '\u2028', r == '\u2029', r == '\u0085':
			out = append(out, glyph{'\n', int32(i)})
		case r == '\n', r == '\t', r == hyphenMark:
			out = append(out, glyph{r, int32(i)})
		case r == '\ufffe': // PDFium's hyphen in older files
			out = append(out, glyph{hyphenMark, int32(i)})
		case dropped(r):
		case unicode.IsSpace(r):
			out = append(out, glyph{' ', int32(i)})
		default:
			out = append(out, glyph{r, int32(i)})
		}
	}
	return out
}

// dropped tells whether a rune never reaches a page: controls, marks of direction and width, non-characters.
func dropped(r rune) bool {
	switch {
	case r == '\u00ad': // soft hyphen: joinHyphens needs it
		return false
	case r == utf8.RuneError:
		return false // kept, so that the quality of the page shows it
	case !utf8.ValidRune(r), r&0xfffe == 0xfffe, r >= 0xfdd0 && r <= 0xfdef:
		return true
	case unicode.Is(unicode.Cf, r), unicode.IsControl(r) && r != '\u0085':
		return true
	}
	return false
}

// joinHyphens undoes words broken over two lines and drops soft hyphens elsewhere.
func joinHyphens(in []glyph) []glyph {
	out := in[:0]
	for i := 0; i < len(in); i++ {
		g := in[i]
		if g.r != hyphenMark && g.r != '\u00ad' {
			out = append(out, g)
			continue
		}
		next, broken := nextLine(in, i+1)
		broken = broken || g.r == hyphenMark // PDFium leaves the line end out behind its mark
		switch {
		case broken && keepsHyphen(in, next):
			out = append(out, glyph{'-', g.src})
			if suspended(in, next) {
				out = append(out, glyph{' ', g.src})
			}
			i = next - 1
		case broken:
			i = next - 1
		}
	}
	return out
}

// nextLine returns the index of the first letter of the next line, when only blanks and one line end lie before it.
func nextLine(in []glyph, i int) (next int, broken bool) {
	for ; i < len(in); i++ {
		switch in[i].r {
		case ' ', '\t':
		case '\n':
			if broken {
				return i, true
			}
			broken = true
		default:
			return i, broken
		}
	}
	return i, broken
}

// keepsHyphen tells whether the hyphen belongs to the word: "Noord-\nHolland", "2024-\n2025", "bouw-\nen sloop".
func keepsHyphen(in []glyph, next int) bool {
	return next < len(in) && (unicode.IsUpper(in[next].r) || unicode.IsDigit(in[next].r) || suspended(in, next))
}

// suspended tells whether the line starts with a word that joins two parts, so that a hyphen before it stands for
// the missing part: "bouw- en sloopwerk".
func suspended(in []glyph, next int) bool {
	for _, w := range [...]string{"en", "of", "and", "or", "tot", "&"} {
		if startsWord(in[next:], w) {
			return true
		}
	}
	return false
}

func startsWord(in []glyph, word string) bool {
	n := 0
	for _, r := range word {
		if n >= len(in) || in[n].r != r {
			return false
		}
		n++
	}
	return n == len(in) || !unicode.IsLetter(in[n].r)
}

// normalise brings the text to NFKC, segment by segment, each rune keeping the source of its segment's first.
func normalise(in []glyph) []glyph {
	if plain(in) {
		return in
	}
	out := make([]glyph, 0, len(in)+8)
	for start := 0; start < len(in); {
		end := start + 1
		for end < len(in) && end-start < 64 && !boundary(in[end].r) {
			end++
		}
		out = appendNormal(out, in[start:end])
		start = end
	}
	return out
}

func plain(in []glyph) bool {
	for _, g := range in {
		if g.r >= 0x80 {
			return false
		}
	}
	return true
}

func boundary(r rune) bool {
	return r < 0x80 || norm.NFKC.PropertiesString(string(r)).BoundaryBefore()
}

func appendNormal(out, segment []glyph) []glyph {
	if len(segment) == 1 && segment[0].r < 0x80 {
		return append(out, segment[0])
	}
	for _, r := range norm.NFKC.String(glyphText(segment)) {
		if unicode.IsSpace(r) && r != '\n' && r != '\t' {
			r = ' '
		}
		out = append(out, glyph{r, segment[0].src})
	}
	return out
}

// tidySpace leaves one space between words, none at line ends, and at most one empty line in a row.
func tidySpace(in []glyph) []glyph {
	out := in[:0]
	lines := 2 // no empty lines at the start
	for _, g := range in {
		switch g.r {
		case '\n':
			out = trimBlank(out)
			if lines < 2 {
				out = append(out, g)
			}
			lines++
		case ' ':
			if n := len(out); n > 0 && out[n-1].r != ' ' && out[n-1].r != '\n' && out[n-1].r != '\t' {
				out = append(out, g)
			}
		default:
			if g.r != '\t' {
				lines = 0
			}
			out = append(out, g)
		}
	}
	return trimEnd(out)
}

func trimBlank(gs []glyph) []glyph {
	for len(gs) > 0 && (gs[len(gs)-1].r == ' ' || gs[len(gs)-1].r == '\t') {
		gs = gs[:len(gs)-1]
	}
	return gs
}

func trimEnd(gs []glyph) []glyph {
	for len(gs) > 0 && unicode.IsSpace(gs[len(gs)-1].r) {
		gs = gs[:len(gs)-1]
	}
	return gs
}

// cutText bounds a page's text without breaking a rune.
func cutText(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit]
}

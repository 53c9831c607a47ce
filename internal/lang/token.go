package lang

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxToken is the length in bytes to which the folded text of a token is cut: longer ones are not words.
const MaxToken = 64

// Token is a word, number or e-mail address in a text.
type Token struct {
	Text       string // folded, at most MaxToken bytes
	Start, End int    // bytes in the original text
	Hyphen     bool   // joined to the token before by a hyphen, as in "bewoners-communicatie"
}

// Tokens cuts text into tokens. Apostrophes and & stay inside words (foto's, V&G), dots and commas inside
// numbers (1.250,00), an e-mail address is one token, hyphens and everything else separate. Invalid UTF-8 separates.
func Tokens(text string) []Token { return AppendTokens(nil, text) }

// AppendTokens appends the tokens of text to dst, for callers that use a slice again.
func AppendTokens(dst []Token, text string) []Token {
	at := strings.IndexByte(text, '@')
	for i := 0; i < len(text); {
		if c := text[i]; c < utf8.RuneSelf && !asciiWord[c] {
			i++
			continue
		}
		r, n := decode(text[i:])
		if !wordRune(r) || invisible(r) {
			i += n
			continue
		}
		if at >= 0 && at < i {
			at = nextByte(text, i, '@')
		}
		end := 0
		if at >= 0 {
			end = email(text, i, at)
		}
		if end == 0 {
			end = wordEnd(text, i)
		}
		dst = appendToken(dst, text, i, end)
		i = end
	}
	return dst
}

func appendToken(dst []Token, text string, start, end int) []Token {
	f := Fold(text[start:end])
	if len(f) > MaxToken {
		f = strings.ToValidUTF8(f[:MaxToken], "")
	}
	if f == "" {
		return dst
	}
	hyphen := len(dst) > 0 && isHyphen(text[dst[len(dst)-1].End:start])
	return append(dst, Token{Text: f, Start: start, End: end, Hyphen: hyphen})
}

func isHyphen(between string) bool {
	return between == "-" || between == "\u2010" || between == "\u2011"
}

// wordEnd returns the end of the word that starts at i.
func wordEnd(text string, i int) int {
	prev, n := decode(text[i:])
	i += n
	for i < len(text) {
		if c := text[i]; asciiWord[c] { // most of a text
			prev, i = rune(c), i+1
			continue
		}
		r, n := decode(text[i:])
		if wordRune(r) {
			prev, i = r, i+n
			continue
		}
		next, _ := decode(text[i+n:])
		if !joins(prev, r, next) {
			return i
		}
		i += n
	}
	return i
}

// joins tells whether r between two characters of a word belongs to the word.
func joins(prev, r, next rune) bool {
	switch r {
	case '\'', '’', '&':
		return unicode.IsLetter(prev) && unicode.IsLetter(next)
	case '.', ',':
		return isDigit(prev) && isDigit(next)
	}
	return false
}

// wordRune tells whether a rune is part of words: letters, digits, marks on them, invisible ones inside.
func wordRune(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || isDigit(r)
	}
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.Is(unicode.Mn, r) || invisible(r))
}

// asciiWord are the bytes of wordRune; a table, because marking looks at every byte of twenty pages.
var asciiWord = func() (t [256]bool) {
	for c := range utf8.RuneSelf {
		t[c] = wordRune(rune(c))
	}
	return t
}()

func isDigit(r rune) bool { return '0' <= r && r <= '9' }

// decode is utf8.DecodeRuneInString with a short way for ASCII. The rune of an empty string is an error.
func decode(s string) (rune, int) {
	if len(s) > 0 && s[0] < utf8.RuneSelf {
		return rune(s[0]), 1
	}
	return utf8.DecodeRuneInString(s)
}

func nextByte(text string, from int, c byte) int {
	if i := strings.IndexByte(text[from:], c); i >= 0 {
		return from + i
	}
	return -1
}

// email returns the end of the e-mail address that starts at i and has its @ at at, or 0.
func email(text string, i, at int) int {
	if at-i > 64 || at < i {
		return 0
	}
	for _, c := range []byte(text[i:at]) {
		if !mailByte(c) && c != '_' && c != '+' && c != '%' {
			return 0
		}
	}
	end := at + 1
	for end < len(text) && mailByte(text[end]) {
		end++
	}
	for end > at && (text[end-1] == '.' || text[end-1] == '-') {
		end--
	}
	dot := at + strings.LastIndexByte(text[at:end], '.')
	if dot <= at+1 || dot >= end-2 {
		return 0
	}
	return end
}

func mailByte(c byte) bool {
	return c < utf8.RuneSelf && wordRune(rune(c)) || c == '.' || c == '-'
}

package reader

import (
	"strings"
	"unicode"
)

// quality says how much a text looks like words: 0 for nothing or garbage, 1 for clean prose or clean figures.
// It weighs the share of letters and figures, of likely words, of characters that no font maps, and of spaces.
func quality(text string) float64 {
	chars, good, bad := countChars(text)
	if chars == 0 {
		return 0
	}
	likely, total, long := countWords(text)
	letterShare := min(1, float64(good)/float64(chars)/0.7)
	wordShare := float64(likely) / float64(max(1, total))
	q := (0.35*letterShare + 0.65*wordShare) * (1 - min(1, 5*float64(bad)/float64(chars)))
	// Words run together where a reader loses the spaces.
	return q * (1 - 0.6*float64(long)/float64(chars))
}

// countChars counts the visible characters, the letters and digits among them, and those that mean nothing.
func countChars(text string) (chars, good, bad int) {
	for _, r := range text {
		switch {
		case unicode.IsSpace(r):
			continue
		case unicode.IsLetter(r), unicode.IsNumber(r), unicode.IsMark(r):
			good++
		case r == unicode.ReplacementChar, unicode.Is(unicode.Co, r):
			bad++
		case !unicode.IsPunct(r) && !unicode.IsSymbol(r):
			bad++
		}
		chars++
	}
	return chars, good, bad
}

// countWords counts the likely words, all words, and the letters in words longer than any language writes.
func countWords(text string) (likely, total, long int) {
	for w := range strings.FieldsSeq(text) {
		w = strings.TrimFunc(w, func(r rune) bool { return unicode.IsPunct(r) || unicode.IsSymbol(r) })
		if w == "" {
			continue
		}
		total++
		if likelyWord(w) {
			likely++
		}
		if n := len([]rune(w)); n > 40 && !strings.ContainsAny(w, "/.@_-") {
			long += n
		}
	}
	return likely, total, long
}

// commonWords are so frequent in Dutch and English that they vouch for their page.
var commonWords = newSet("de het een en van in op te is dat die voor met zijn aan door bij naar als wordt niet ook of om uit tot over",
	"the a an of and to in is that for with as on are be by this at from or not we it our will")

func newSet(lists ...string) map[string]bool {
	m := map[string]bool{}
	for _, l := range lists {
		for w := range strings.FieldsSeq(l) {
			m[w] = true
		}
	}
	return m
}

// likelyWord tells whether a token could be a word or a figure of a European language. Words of other scripts are
// believed when they are letters only.
func likelyWord(w string) bool {
	if commonWords[strings.ToLower(w)] {
		return true
	}
	var letters, digits, other, run, switches int
	vowel, foreign, lower := false, false, false
	for _, r := range w {
		switch {
		case unicode.IsLetter(r):
			letters++
			foreign = foreign || !unicode.Is(unicode.Latin, r)
			if unicode.IsUpper(r) && lower {
				switches++
			}
			lower = unicode.IsLower(r)
			if isVowel(r) {
				vowel, run = true, 0
			} else if run++; run > 6 && !foreign {
				return false
			}
		case unicode.IsNumber(r), unicode.IsMark(r):
			digits++
		case r == unicode.ReplacementChar, unicode.Is(unicode.Co, r):
			return false
		default:
			other++
		}
	}
	if letters == 0 {
		return digits > 0 && other <= digits+2
	}
	short := letters <= 3 || digits > 0
	return (vowel || foreign || short) && switches <= 2 && other <= letters/2+1 && letters <= 40
}

func isVowel(r rune) bool {
	if r < 0x80 {
		return strings.ContainsRune("aeiouyAEIOUY", r)
	}
	return unicode.IsLetter(r) // accented letters are vowels more often than not
}

// better tells whether candidate is the better text of the same page: cleaner, or as clean and with more words.
func better(candidate, current string) bool {
	return worth(candidate) > worth(current)
}

func worth(text string) float64 {
	likely, _, _ := countWords(text)
	q := quality(text)
	return q * q * float64(likely)
}

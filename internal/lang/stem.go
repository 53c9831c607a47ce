package lang

import (
	"strings"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/dutch"
	"github.com/blevesearch/snowballstem/english"
)

// The languages the library knows stems of.
const (
	Dutch   = "nl"
	English = "en"
)

// Stem returns the stem of a folded word: plan and plannen, huis and huizen, calculation and calculations agree.
// Any language but English is stemmed as Dutch. Words of fewer than four letters and words with
// digits or signs other than an apostrophe are their own stem.
func Stem(language, word string) string {
	word = strings.TrimSuffix(word, "'s")
	if len(word) < 4 || !letters(word) {
		return word
	}
	if language == English {
		env := snowballstem.NewEnv(word)
		english.Stem(env)
		return env.Current()
	}
	env := snowballstem.NewEnv(singular(word))
	dutch.Stem(env)
	return undouble(env.Current())
}

// EnglishMark begins English stems where stems of both languages are kept together: the English stem of "planning" is
// no reason to find the Dutch "plannen".
const EnglishMark = "~"

// Stems returns the stems of a folded word, the Dutch one and then the English one with its mark.
func Stems(word string) []string {
	return []string{StemIn(Dutch, word), StemIn(English, word)}
}

// StemIn returns the one of Stems that is of a language; an unknown language counts as Dutch.
func StemIn(language, word string) string {
	if language == English {
		return EnglishMark + Stem(English, word)
	}
	return Stem(Dutch, word)
}

// undouble evens out what the Dutch stemmer leaves: plann → plan, huiz → huis, briev → brief.
func undouble(s string) string {
	n := len(s)
	if n < 3 {
		return s
	}
	last := s[n-1]
	switch {
	case last == s[n-2] && !strings.ContainsRune("aeiou", rune(last)):
		return s[:n-1]
	case last == 'z':
		return s[:n-1] + "s"
	case last == 'v':
		return s[:n-1] + "f"
	}
	return s
}

// letters tells whether a folded word has nothing but letters and apostrophes.
func letters(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if ('a' > c || c > 'z') && c < 0x80 && c != '\'' {
			return false
		}
	}
	return true
}

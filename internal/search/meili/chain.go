package meili

import (
	"strings"

	"github.com/aanpak/aanpak/internal/lang"
)

// A chain is a word with the words after it up to the next one that is not common, "plan|van|aanpak": with them phrases are found
// by comparing terms. Common words alone are in so many pairs that "plan|van" and "van|aanpak" would say little of "plan van
// aanpak"; a chain says it whole. A phrase of three telling words is two chains, each somewhere on the page.
const (
	chainMark = "|"
	maxChain  = 5 // words
)

// chainAt returns the chain that begins at a word, and whether it ended by itself rather than at the end of the words.
func chainAt(lx *lang.Lexicon, words []string, at int) (end int, whole bool) {
	for end = at + 1; end < len(words); end++ {
		if !lx.IsStop(words[end]) || end-at+1 == maxChain {
			return end + 1, true
		}
	}
	return end, false
}

// chain notes the chains of a text.
func (b *builder) chain(tokens []lang.Token) {
	words := make([]string, len(tokens))
	for i, t := range tokens {
		words[i] = t.Text
	}
	for i := range words {
		end, _ := chainAt(b.words.Lexicon(), words, i)
		if end-i > 1 {
			b.chains[strings.Join(words[i:end], chainMark)]++
		}
	}
}

// phrase is the filter of pages on which the words follow each other.
func phrase(lx *lang.Lexicon, words []string) string {
	if len(words) == 1 {
		return isWord(words[0])
	}
	var all []string
	for at := 0; at < len(words)-1; {
		end, whole := chainAt(lx, words, at)
		text := strings.Join(words[at:end], chainMark)
		if whole {
			all = append(all, one("chains", text))
		} else { // in a text the chain goes on: to the same word, or further
			all = append(all, or(one("chains", text), begins("chains", text+chainMark)))
		}
		at = end - 1
	}
	return and(all...)
}

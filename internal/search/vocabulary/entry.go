package vocabulary

import (
	"strings"

	"github.com/aanpak/aanpak/internal/lang"
	"github.com/aanpak/aanpak/internal/search"
)

// Cut is the texts of an entry as tokens.
type Cut struct{ Title, Label, Extra, Text []lang.Token }

// CutEntry cuts the texts of an entry into tokens.
func CutEntry(e search.Entry) Cut {
	return Cut{lang.Tokens(e.Title), lang.Tokens(e.Label), lang.Tokens(e.Extra), lang.AppendTokens(make([]lang.Token, 0, len(e.Text)/6), e.Text)}
}

// CountWords returns the words of letters with the number of entries that have each.
func CountWords(cuts []Cut) map[string]uint32 {
	type seen struct {
		last int // entry, from 1
		n    uint32
	}
	words := map[string]*seen{}
	for i, c := range cuts {
		for _, tokens := range [...][]lang.Token{c.Title, c.Label, c.Extra, c.Text} {
			for _, t := range tokens {
				w := words[t.Text]
				if w == nil {
					w = &seen{}
					words[t.Text] = w
				}
				if w.last != i+1 {
					w.last = i + 1
					w.n++
				}
			}
		}
	}
	counts := make(map[string]uint32, len(words))
	for w, s := range words {
		if IsWord(w) {
			counts[w] = s.n
		}
	}
	return counts
}

// StemLanguage is the language whose stems are enough; empty where it takes those of both.
func StemLanguage(language string) string {
	if language == lang.Dutch || language == lang.English {
		return language
	}
	return ""
}

// Variants returns the other ways in which people ask for a number or address: 1.250,00 as 1250, and the words of an address.
func Variants(w string) []string {
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

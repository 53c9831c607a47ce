package lang

import "strings"

// keepES are ends of words in -es and -ies that are no plural in -s: their own plurals (processen, adviezen) have another stem.
var keepES = []string{
	"adres", "proces", "succes", "congres", "reces", "exces", "fles", "pres", "ares", "eres", "inses", "ones", "bordes",
	"vies", "verlies", "vlies", "kies", "bies", "precies",
}

// singular takes the ends of two Dutch plurals away that the stemmer leaves: renovaties, fases, offertes, and industrieën
// (folded: industrieen).
func singular(word string) string {
	if strings.HasSuffix(word, "ieen") || strings.HasSuffix(word, "eeen") {
		return word[:len(word)-2]
	}
	if len(word) < 5 || !strings.HasSuffix(word, "es") || endsInVowel(word[:len(word)-2]) && !strings.HasSuffix(word, "ies") {
		return word
	}
	for _, end := range keepES {
		if strings.HasSuffix(word, end) {
			return word
		}
	}
	return word[:len(word)-1]
}

func endsInVowel(s string) bool { return strings.ContainsRune("aeiou", rune(s[len(s)-1])) }

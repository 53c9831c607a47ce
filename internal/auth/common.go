package auth

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"io"
	"strings"
	"sync"
	"unicode"
)

// common is, of the hundred thousand passwords that Have I Been Pwned met most (as the British NCSC published them), those that are
// long enough to be chosen here, in small letters.
//
//go:embed common.txt.gz
var common []byte

var commonSet = sync.OnceValue(func() map[string]struct{} {
	set := map[string]struct{}{}
	r, err := gzip.NewReader(bytes.NewReader(common))
	if err != nil {
		panic(err) // it is part of the program
	}
	text, err := io.ReadAll(r)
	if err != nil {
		panic(err)
	}
	for line := range strings.SplitSeq(strings.TrimSpace(string(text)), "\n") {
		set[line] = struct{}{}
	}
	return set
})

// obvious are the words that people at work make passwords of. What a password has beside them is what counts.
var obvious = []string{
	"aanpak", "wachtwoord", "password", "passwort", "welkom", "welcome", "geheim", "secret", "bedrijf", "company", "kantoor", "office", "bouw", "tender",
	"aanbesteding", "inschrijving", "admin", "beheerder", "manager", "vestiging", "qwerty", "azerty", "asdfgh", "zxcvbn", "12345678", "87654321", "123456",
	"lente", "zomer", "herfst", "winter", "voorjaar", "najaar", "spring", "summer", "autumn",
	"januari", "februari", "maart", "april", "juni", "juli", "augustus", "september", "oktober", "november", "december",
}

// leastOwn is how many characters a password has at least beside words that anybody would try, and leastDifferent how many different ones.
const (
	leastOwn       = 6
	leastDifferent = 5
)

// Guessable tells whether a password is among the first that somebody tries: it leaked often, is the same few characters again and again, or
// is little more than words that are obvious here or about the person, such as their name and mail address.
func Guessable(password string, about ...string) bool {
	p := strings.ToLower(password)
	if _, ok := commonSet()[p]; ok || different(p) < leastDifferent {
		return true
	}
	for _, w := range append(parts(about), obvious...) {
		p = strings.ReplaceAll(p, w, "")
	}
	return len([]rune(p)) < leastOwn
}

func different(s string) int {
	seen := map[rune]bool{}
	for _, r := range s {
		seen[r] = true
	}
	return len(seen)
}

// parts are the words of names and addresses that are long enough to mean something.
func parts(texts []string) (list []string) {
	for _, t := range texts {
		for _, w := range strings.FieldsFunc(strings.ToLower(t), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			if len([]rune(w)) >= 4 {
				list = append(list, w)
			}
		}
	}
	return list
}

package auth

import (
	"crypto/rand"
	"strings"
)

// codeLetters has no two that look alike on paper or sound alike when read out, and no vowels, so that no words come out.
const codeLetters = "CDFHJKLMNPQRTVWXY34679"

// codeLength gives 44 bits, which is plenty for a code that allows a handful of tries a quarter of an hour and ends in two weeks.
const codeLength = 10

// NewCode returns a code for people to copy from paper.
func NewCode() string {
	b := make([]byte, 0, codeLength)
	for len(b) < codeLength {
		var r [1]byte
		rand.Read(r[:])
		if n := int(r[0]); n < 256/len(codeLetters)*len(codeLetters) { // the rest would make some letters more likely
			b = append(b, codeLetters[n%len(codeLetters)])
		}
	}
	return string(b)
}

// ShowCode is a code as it is printed.
func ShowCode(code string) string {
	if len(code) != codeLength {
		return code
	}
	return code[:codeLength/2] + "-" + code[codeLength/2:]
}

// CleanCode is a code as it was made, however it was typed.
func CleanCode(typed string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r == ' ' || r == '.' {
			return -1
		}
		return r
	}, strings.ToUpper(strings.TrimSpace(typed)))
}

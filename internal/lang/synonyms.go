package lang

import (
	_ "embed" // the default groups
	"strings"
)

//go:embed synonyms.txt
var defaultSynonyms string

// Group is a set of terms, of one or more words, that mean the same.
type Group []string

// maxTerm is the number of words a term of a group may have.
const maxTerm = 10

// DefaultSynonyms returns the groups that Aanpak comes with.
func DefaultSynonyms() []Group {
	var groups []Group
	for line := range strings.SplitSeq(defaultSynonyms, "\n") {
		if strings.HasPrefix(line, "#") || !strings.Contains(line, " = ") {
			continue
		}
		groups = append(groups, Group(strings.Split(line, " = ")))
	}
	return groups
}

// Synonyms finds the terms that mean the same as a run of words. It is immutable.
type Synonyms struct {
	terms map[string][][]string // folded words of a term joined by spaces → the other terms' words
}

// NewSynonyms returns the synonyms of the groups. Empty terms and terms of more than ten words are left out.
func NewSynonyms(groups []Group) *Synonyms {
	s := &Synonyms{terms: map[string][][]string{}}
	for _, g := range groups {
		var terms [][]string
		for _, t := range g {
			if w := words(t); len(w) > 0 && len(w) <= maxTerm {
				terms = append(terms, w)
			}
		}
		s.add(terms)
	}
	return s
}

func (s *Synonyms) add(terms [][]string) {
	for i, t := range terms {
		key := strings.Join(t, " ")
		for j, o := range terms {
			if other := strings.Join(o, " "); i != j && other != key && !s.has(key, other) {
				s.terms[key] = append(s.terms[key], o)
			}
		}
	}
}

func (s *Synonyms) has(key, other string) bool {
	for _, t := range s.terms[key] {
		if strings.Join(t, " ") == other {
			return true
		}
	}
	return false
}

// Match looks for the longest term at the beginning of the folded words. It returns how many words the term
// has, 0 where there is none, and the terms that mean the same.
func (s *Synonyms) Match(words []string) (int, [][]string) {
	for n := min(len(words), maxTerm); n > 0; n-- {
		if others := s.terms[strings.Join(words[:n], " ")]; others != nil {
			return n, others
		}
	}
	return 0, nil
}

func words(s string) []string {
	var out []string
	for _, t := range Tokens(s) {
		out = append(out, t.Text)
	}
	return out
}

package lang

import (
	"strings"
	"sync"
	"sync/atomic"
)

// Lexicon is all that is known about words: compounds, synonyms, stems, common words. The index and the marker
// share one. It is safe for concurrent use.
type Lexicon struct {
	*Splitter
	*Detector
	synonyms atomic.Pointer[Synonyms]
	dutch    stemCache
	english  stemCache
}

// stemCache remembers stems of one language.
type stemCache struct {
	mu sync.RWMutex
	m  map[string]string
}

func (c *stemCache) stem(language, word string) string {
	c.mu.RLock()
	s, ok := c.m[word]
	c.mu.RUnlock()
	if ok {
		return s
	}
	s = StemIn(language, word)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.m == nil || len(c.m) >= maxStems {
		c.m = make(map[string]string, 1024)
	}
	c.m[strings.Clone(word)] = s
	return s
}

// maxStems bounds the memory of known stems, to some 3 MB a language; it begins anew when full.
const maxStems = 40_000

// NewLexicon returns a lexicon of the seed list and the default synonyms.
func NewLexicon() *Lexicon {
	l := &Lexicon{Splitter: NewSplitter(), Detector: NewDetector()}
	l.SetSynonyms(nil)
	return l
}

// SetSynonyms replaces the groups of the installation; the default groups stay.
func (l *Lexicon) SetSynonyms(own []Group) {
	l.synonyms.Store(NewSynonyms(append(DefaultSynonyms(), own...)))
}

// Synonyms returns the synonyms in force.
func (l *Lexicon) Synonyms() *Synonyms { return l.synonyms.Load() }

// Stems is the function Stems with a memory.
func (l *Lexicon) Stems(word string) []string {
	return []string{l.StemIn(Dutch, word), l.StemIn(English, word)}
}

// StemIn is the function StemIn with a memory.
func (l *Lexicon) StemIn(language, word string) string {
	if language == English {
		return l.english.stem(English, word)
	}
	return l.dutch.stem(Dutch, word)
}

// PartStems returns the Dutch stems of the parts of a compound, nil where the word is none.
func (l *Lexicon) PartStems(word string) []string {
	parts := l.Split(word)
	if parts == nil {
		return nil
	}
	out := make([]string, len(parts))
	for i, p := range parts {
		out[i] = l.StemIn(Dutch, p)
	}
	return out
}

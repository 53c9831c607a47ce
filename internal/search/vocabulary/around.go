package vocabulary

import (
	"slices"
	"strings"
	"sync"
)

// around remembers which words of the index are compounds of words that only questions know. Looking through all words takes milliseconds, and while
// somebody types, and by everybody's questions, the same are asked for again.
type around struct {
	mu    sync.Mutex
	known map[string]compounds
}

// compounds are those found among the first words of the index. What was taken apart when it came in stays so, and words only come.
type compounds struct {
	words   int
	learned int // what the splitter knew then
	found   []string
}

// maxAround is how many words are remembered before all are forgotten.
const maxAround = 1000

// around finds compounds of a word that only the question knows. The vocabulary is locked for reading.
func (v *Vocabulary) around(word string) []string {
	have := v.asked.of(word)
	if have.learned != v.learned {
		have = compounds{learned: v.learned}
	}
	if have.words == len(v.words) {
		return have.found
	}
	extra := []string{word}
	found := slices.Clone(have.found)
	for i, w := range v.words[have.words:] {
		id := have.words + i
		if !v.split[id] && len(w) > len(word)+2 && strings.Contains(w, word) && slices.Contains(v.lx.SplitWith(w, extra), word) {
			found = append(found, w)
		}
	}
	v.asked.keep(word, compounds{words: len(v.words), learned: v.learned, found: found})
	return found
}

func (a *around) of(word string) compounds {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.known[word]
}

func (a *around) keep(word string, c compounds) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.known) >= maxAround {
		clear(a.known)
	}
	a.known[strings.Clone(word)] = c
}

package meili

import (
	"slices"
	"strings"

	"github.com/aanpak/aanpak/internal/search"
)

// documentKeys are the keys of documents. An id that cannot be indexed is of none.
func documentKeys(ids []string) (keys []string, err error) {
	for _, id := range ids {
		if id == "" {
			continue
		}
		key, err := keyName(search.Key{Type: search.TypeDocument, Parent: id})
		if err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	return keys, nil
}

// raise says of scored hits which of them come sooner than their words alone would bring them, before they are sorted.
func (q *question) raise(hits []*hit) {
	var titled []*hit
	for _, h := range hits {
		if len(q.ask.Raised) > 0 && q.titleIsAsked(h) {
			titled = append(titled, h)
		}
	}
	for _, h := range hits {
		if h.raised = 0; q.isRaised(h) {
			var others []float64
			for _, o := range titled {
				if o != h {
					others = append(others, o.score)
				}
			}
			h.raised = search.Raise(h.score, others)
		}
	}
}

func (q *question) isRaised(h *hit) bool {
	if len(q.ask.Raised) == 0 {
		return false
	}
	key, err := parseKey(h.key)
	return err == nil && key.Type == search.TypeDocument && slices.Contains(q.ask.Raised, key.Parent)
}

// titleIsAsked tells whether a hit's title begins with the words of the question.
func (q *question) titleIsAsked(h *hit) bool {
	words := q.plan.Filled.TitleWords()
	return len(words) > 0 && strings.HasPrefix(h.doc.Title+" ", strings.Join(words, " ")+" ")
}

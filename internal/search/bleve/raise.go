package bleve

import (
	"slices"

	"github.com/aanpak/aanpak/internal/search"
)

// raise brings the documents that are to come sooner up among the best hits.
func (x *question) raise(hits []*parentHit, less func(a, b *parentHit) int) error {
	byWords := x.q.Sort == "" || x.q.Sort == search.SortRelevance
	if !byWords || len(x.plan.Needs) == 0 || !slices.ContainsFunc(hits, x.raised) {
		return nil
	}
	titled, err := x.titled(hits)
	if err != nil {
		return err
	}
	scores := make([]float64, len(hits))
	for i, h := range hits {
		if scores[i] = h.score; x.raised(h) {
			scores[i] = search.Raise(h.score, titled.but(h))
		}
	}
	for i, h := range hits {
		h.score = scores[i]
	}
	slices.SortFunc(hits, less)
	return nil
}

func (x *question) raised(h *parentHit) bool {
	m := x.m.v.metas[h.meta]
	return m.Type == search.TypeDocument && slices.Contains(x.q.Raised, m.Parent)
}

// titledHits are hits whose title begins with what was typed.
type titledHits []*parentHit

// but are the scores of the others.
func (t titledHits) but(h *parentHit) (out []float64) {
	for _, o := range t {
		if o != h {
			out = append(out, o.score)
		}
	}
	return out
}

// titled returns the hits whose title begins with the words of the question. A title stands before all other texts of an entry, from the first
// position.
func (x *question) titled(hits []*parentHit) (titledHits, error) {
	words := x.plan.Filled.TitleWords()
	at := make([]place, len(hits))
	for i, h := range hits {
		at[i] = h.best.place
	}
	begins := map[place]int{} // how many of the words a title begins with
	for i, w := range words {
		p, err := x.m.postings(fieldExact, w)
		if err != nil {
			return nil, err
		}
		found := map[place][][]int{}
		if err := x.m.gather(p, sortedPlaces(at), found); err != nil {
			return nil, err
		}
		for pl, lists := range found {
			if begins[pl] == i && slices.Contains(lists[0], i+1) {
				begins[pl]++
			}
		}
	}
	var out titledHits
	for _, h := range hits {
		if len(words) > 0 && begins[h.best.place] == len(words) {
			out = append(out, h)
		}
	}
	return out, nil
}

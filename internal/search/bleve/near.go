package bleve

import (
	"slices"

	"github.com/aanpak/aanpak/internal/search"
)

// place is an entry of a view.
type place struct {
	seg int
	doc uint64
}

// nearness returns, for some entries, how close together the words of the needs stand: 1 where they follow each other, 0
// where they are far apart or fewer than two are there. Positions are costly to read, so it is asked for the best hits alone.
func (m *matcher) nearness(needs []search.Need, at []place) (map[place]float64, error) {
	sortedPlaces(at)
	found := make(map[place][][]int, len(at))
	for _, n := range needs {
		if n.Word == "" {
			continue
		}
		p, err := m.postings(fieldExact, n.Word)
		if err != nil {
			return nil, err
		}
		if err := m.gather(p, at, found); err != nil {
			return nil, err
		}
	}
	out := make(map[place]float64, len(found))
	for pl, lists := range found {
		out[pl] = search.Closeness(lists)
	}
	return out, nil
}

// sortedPlaces sorts places as gather wants them.
func sortedPlaces(at []place) []place {
	slices.SortFunc(at, func(a, b place) int {
		if a.seg != b.seg {
			return a.seg - b.seg
		}
		return int(a.doc) - int(b.doc)
	})
	return at
}

func (m *matcher) gather(p postings, at []place, found map[place][][]int) error {
	var c *cursor
	seg := -1
	for _, pl := range at {
		if pl.seg != seg {
			seg = pl.seg
			c = nil
			if l := p.lists[seg]; l != nil && l.Count() > 0 {
				it := l.Iterator(true, true, true, nil)
				x, err := it.Advance(pl.doc)
				if err != nil {
					return err
				}
				c = &cursor{it: it, cur: x}
			}
		}
		if c == nil {
			continue
		}
		if err := c.to(pl.doc); err != nil {
			return err
		}
		if c.cur != nil && c.cur.Number() == pl.doc {
			found[pl] = append(found[pl], positions(c))
		}
	}
	return nil
}

package insight

import (
	"cmp"
	"slices"
	"strings"
)

// Least is how many people a group has of which anything is shown.
const Least = 5

// ladder is how many people stand on each rung.
type ladder [rungs]int

// sum adds up some rungs next to each other.
func (l ladder) sum(c Cell) (n int) {
	for r := c.From; r <= c.To; r++ {
		n += l[r]
	}
	return n
}

// Row is the ladder of a branch, or of the company where Branch is empty, as far as it is shown: each rung stands in one cell.
type Row struct {
	Branch string // id
	Cells  []Cell
}

// Sum is how many people stand on some rungs; ok is false where that is not shown.
func (r Row) Sum(of Cell) (people int, ok bool) {
	at := of.From
	for _, c := range r.Cells {
		if c.From == at && c.To <= of.To {
			people, at = people+c.People, c.To+1
		}
	}
	return people, at == of.To+1
}

// scale is what people are counted by: all of it, and where a cell of it is split in two, by the rung with which the higher half begins.
type scale struct {
	whole Cell
	high  map[Cell]Rung
}

// byRungs is the ladder, from coarse to fine: who takes part, who contributes, who writes. Without readers it is not known who only read.
func byRungs(readers bool) scale {
	s := scale{whole: Cell{From: None, To: Document}, high: map[Cell]Rung{
		{From: None, To: Document}: React, Looking: Read, {From: React, To: Document}: Comment, Reacting: Judge,
		Contributing: Post, {From: Comment, To: Answer}: Answer, {From: Post, To: Document}: Document,
	}}
	if !readers {
		delete(s.high, Looking)
	}
	return s
}

// halves splits a cell in two. One that is a rung has none.
func (s scale) halves(c Cell) (low, high Cell, ok bool) {
	at, ok := s.high[Cell{From: c.From, To: c.To}]
	return Cell{From: c.From, To: at - 1}, Cell{From: at, To: c.To}, ok
}

// shown tells whether a number of people may be shown: a group that is large enough, or nobody at all.
func shown(n int) bool { return n == 0 || n >= Least }

// publication is what is shown of the counts of one month.
type publication struct {
	scale
	of   map[string]ladder
	all  ladder
	rows map[string]*Row
}

// publish returns what may be shown of counts by branch, the company first, then branches by id. Rungs are merged, not left out: of each branch
// the cells cover all its people, and a cell is split in two only where both halves are large enough in that branch, in the company, and
// in the rest of the company, which is what is left when all branches that are split are taken off. So the rest of every subtraction of what is
// shown is nobody or at least Least people. A branch that has fewer counts in the company alone, with others where it is the only one.
func publish(of map[string]ladder, by scale) []Row {
	p := publication{scale: by, of: of, rows: map[string]*Row{"": {}}}
	whole := by.whole
	var branches []string
	for id, l := range of {
		for r, n := range l {
			p.all[r] += n
		}
		if l.sum(whole) >= Least {
			branches = append(branches, id)
		}
	}
	if p.all.sum(whole) < Least {
		return nil
	}
	slices.SortFunc(branches, func(a, b string) int { // the largest first, so that the smallest is given up first
		return cmp.Or(of[b].sum(whole)-of[a].sum(whole), strings.Compare(a, b))
	})
	branches = p.withRest(branches, whole)
	for _, id := range branches {
		p.rows[id] = &Row{Branch: id}
	}
	p.split(whole, append([]string{""}, branches...))
	out := []Row{*p.rows[""]}
	for _, id := range slices.Sorted(slices.Values(branches)) {
		out = append(out, *p.rows[id])
	}
	return out
}

// at is the ladder of a branch, or of the company.
func (p *publication) at(id string) ladder {
	if id == "" {
		return p.all
	}
	return p.of[id]
}

// withRest gives up branches, the smallest first, until what is left of the company without the others is large enough in every cell.
func (p *publication) withRest(branches []string, cells ...Cell) []string {
	for len(branches) > 0 {
		ok := true
		for _, c := range cells {
			rest := p.all.sum(c)
			for _, id := range branches {
				rest -= p.of[id].sum(c)
			}
			ok = ok && shown(rest)
		}
		if ok {
			break
		}
		branches = branches[:len(branches)-1]
	}
	return branches
}

// split shows a cell of the company and of some branches, in halves where that may be. rows begins with the company.
func (p *publication) split(c Cell, rows []string) {
	low, high, ok := p.halves(c)
	fits := func(id string) bool { return shown(p.at(id).sum(low)) && shown(p.at(id).sum(high)) }
	var split []string
	if ok && fits("") {
		for _, id := range rows[1:] {
			if fits(id) {
				split = append(split, id)
			}
		}
		split = append([]string{""}, p.withRest(split, low, high)...)
	}
	for _, id := range rows {
		if !slices.Contains(split, id) {
			p.rows[id].Cells = append(p.rows[id].Cells, Cell{c.From, c.To, p.at(id).sum(c)})
		}
	}
	if len(split) > 0 {
		p.split(low, split)
		p.split(high, split)
	}
}

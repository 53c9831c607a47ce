package insight

import (
	"fmt"
	"maps"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"
)

// invent makes a company of few branches, some of them small, on few rungs.
func invent(dice *rand.Rand, branches int, used []Rung) map[string]ladder {
	of := map[string]ladder{}
	for b := range branches {
		var l ladder
		for _, r := range used {
			switch dice.IntN(4) {
			case 0:
			case 1:
				l[r] = 1 + dice.IntN(4)
			default:
				l[r] = dice.IntN(14)
			}
		}
		of[fmt.Sprintf("b%d", b)] = l
	}
	return of
}

// Nothing that is shown, and no group whose size follows from what is shown by adding and subtracting, is of one to four people. All groups that
// are made of whole (branch, rung) pairs are tried, with a knowledge of what is shown that shares nothing with how it was chosen.
func TestNothingSmallFollows(t *testing.T) {
	dice := rand.New(rand.NewPCG(7, 11))
	pools := [][]Rung{{None, Read, React, Document}, {None, React, Comment, Post}, {Read, Comment, Answer, Document}, {None, Read, Judge, Answer}, {React, Judge, Post, Document}}
	for round := range 250 {
		used := pools[round%len(pools)]
		of := invent(dice, 2+round%2, used)
		rows := publish(of, byRungs(round%7 != 0))
		if bad := smallFollows(groupsOf(of, used), rows, nil); bad != "" {
			t.Fatalf("round %d: %v\nshown %v\n%s", round, of, rows, bad)
		}
	}
}

// Nor does it from the ladder and the news together, which are of the same people: groups are of a branch, a rung and a part of the news.
func TestNothingSmallFollowsOfBoth(t *testing.T) {
	dice := rand.New(rand.NewPCG(3, 5))
	for round := range 150 {
		var groups []group
		of, news := map[string]ladder{}, map[string]ladder{}
		for b := range 3 {
			id := fmt.Sprintf("b%d", b)
			for _, r := range []Rung{None, Comment} {
				for _, p := range []Rung{NewsNone, NewsMost} {
					n := []int{0, 1 + dice.IntN(4), dice.IntN(12), dice.IntN(12)}[dice.IntN(4)]
					groups = append(groups, group{id, r, p, n})
					l, m := of[id], news[id]
					l[r], m[p] = l[r]+n, m[p]+n
					of[id], news[id] = l, m
				}
			}
		}
		rows, parts := publish(of, byRungs(true)), publish(news, byNews)
		if bad := smallFollows(groups, rows, parts); bad != "" {
			t.Fatalf("round %d: %v\nladder %v\nnews %v\n%s", round, groups, rows, parts, bad)
		}
	}
}

// group is as finely as people are told apart.
type group struct {
	branch     string
	rung, part Rung
	people     int
}

// groupsOf are the groups of ladders alone.
func groupsOf(of map[string]ladder, used []Rung) (list []group) {
	for _, id := range slices.Sorted(maps.Keys(of)) {
		for _, r := range used {
			list = append(list, group{branch: id, rung: r, people: of[id][r]})
		}
	}
	return list
}

// smallFollows returns a set of groups of together fewer than Least whose size follows from what is shown of rungs and of news, "" where there
// is none.
func smallFollows(groups []group, rows, news []Row) string {
	n, known := len(groups), [][]*big.Rat{}
	for i, row := range append(slices.Clone(rows), news...) {
		for _, c := range row.Cells {
			if !shown(c.People) {
				return fmt.Sprintf("%s %v is shown as %d", row.Branch, c, c.People)
			}
			v := make([]*big.Rat, n)
			for j, g := range groups {
				at := g.rung
				if i >= len(rows) {
					at = g.part
				}
				v[j] = new(big.Rat)
				if (row.Branch == "" || row.Branch == g.branch) && at >= c.From && at <= c.To {
					v[j].SetInt64(1)
				}
			}
			known = append(known, v)
		}
	}
	known, pivots := reduce(known)
	for mask := 1; mask < 1<<n; mask++ {
		size := 0
		for i, g := range groups {
			if mask>>i&1 == 1 {
				size += g.people
			}
		}
		if size > 0 && size < Least && follows(known, pivots, mask, n) {
			return fmt.Sprintf("the size %d of the groups %b follows", size, mask)
		}
	}
	return ""
}

// reduce brings what is known into reduced echelon form.
func reduce(rows [][]*big.Rat) (out [][]*big.Rat, pivots []int) {
	if len(rows) == 0 {
		return nil, nil
	}
	for col := 0; col < len(rows[0]) && len(out) < len(rows); col++ {
		at := slices.IndexFunc(rows[len(out):], func(r []*big.Rat) bool { return r[col].Sign() != 0 })
		if at < 0 {
			continue
		}
		k := len(out)
		rows[k], rows[k+at] = rows[k+at], rows[k]
		f := new(big.Rat).Inv(rows[k][col])
		for i := range rows[k] {
			rows[k][i] = new(big.Rat).Mul(rows[k][i], f)
		}
		for j := range rows {
			if j != k && rows[j][col].Sign() != 0 {
				g := new(big.Rat).Set(rows[j][col])
				for i := range rows[j] {
					rows[j][i] = new(big.Rat).Sub(rows[j][i], new(big.Rat).Mul(g, rows[k][i]))
				}
			}
		}
		out, pivots = rows[:k+1], append(pivots, col)
	}
	return out, pivots
}

// follows tells whether a group is a sum of what is known: in echelon form its own pivots say which sum that would be.
func follows(known [][]*big.Rat, pivots []int, mask, n int) bool {
	sum := make([]*big.Rat, n)
	for i := range sum {
		sum[i] = new(big.Rat)
	}
	for k, col := range pivots {
		if mask>>col&1 == 1 {
			for i := range sum {
				if known[k][i].Sign() != 0 {
					sum[i].Add(sum[i], known[k][i])
				}
			}
		}
	}
	for i := range sum {
		if sum[i].Cmp(big.NewRat(int64(mask>>i&1), 1)) != 0 {
			return false
		}
	}
	return true
}

// Every row covers everybody of it, and splits where that may be.
func TestPublish(t *testing.T) {
	of := map[string]ladder{
		"large": {20, 30, 9, 6, 8, 5, 7, 12}, "even": {6, 7, 5, 5, 0, 6, 5, 9}, "small": {1, 1, 0, 0, 1, 0, 0, 0},
	}
	for _, tc := range []struct {
		name    string
		of      map[string]ladder
		readers bool
		want    string
	}{
		{"nobody", map[string]ladder{}, true, "[]"},
		{"four", map[string]ladder{"a": {2, 2}}, true, "[]"},
		// The small one would be what is left, so even is given up; and of the rest only one commented, so large does not say how many of its own did.
		{"a small one", of, true, "[{ [{none none 27} {read read 38} {react react 14} {judge judge 11} {comment comment 9} {answer answer 11} {post post 12} {document document 21}]} {large [{none none 20} {read read 30} {react react 9} {judge judge 6} {comment answer 13} {post post 7} {document document 12}]}]"},
		{"alone", map[string]ladder{"a": {0, 9, 3, 2, 0, 0, 0, 5}}, true, "[{ [{none none 0} {read read 9} {react judge 5} {comment comment 0} {answer answer 0} {post post 0} {document document 5}]} {a [{none none 0} {read read 9} {react judge 5} {comment comment 0} {answer answer 0} {post post 0} {document document 5}]}]"},
		{"readers not known", map[string]ladder{"a": {0, 9, 5, 0, 0, 0, 0, 0}}, false, "[{ [{none read 9} {react react 5} {judge judge 0} {comment comment 0} {answer answer 0} {post post 0} {document document 0}]} {a [{none read 9} {react react 5} {judge judge 0} {comment comment 0} {answer answer 0} {post post 0} {document document 0}]}]"},
	} {
		if got := fmt.Sprint(publish(tc.of, byRungs(tc.readers))); got != tc.want {
			t.Errorf("%s:\n%s, want\n%s", tc.name, got, tc.want)
		}
	}
}

func TestSum(t *testing.T) {
	r := Row{Cells: []Cell{{None, Read, 12}, {React, Judge, 6}, {Comment, Document, 7}}}
	for _, tc := range []struct {
		of   Cell
		want int
		ok   bool
	}{{Looking, 12, true}, {Reacting, 6, true}, {Cell{From: React, To: Document}, 13, true}, {Reached, 13, false}, {Cell{From: Comment, To: Answer}, 0, false}} {
		if n, ok := r.Sum(tc.of); ok != tc.ok || ok && n != tc.want {
			t.Errorf("%s: %d, %v", tc.of.Name(), n, ok)
		}
	}
}

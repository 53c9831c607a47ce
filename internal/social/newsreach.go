package social

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
)

// FewPeople is of how many people at least numbers are told: of fewer one would know who did what.
const FewPeople = 5

// Reach is how far a piece of news got, in numbers only.
type Reach struct {
	Counts
	MustRead bool
	Branches []BranchCounts // of news for the company, by name; together they are all
	Reminded bool           // somebody asked for a reminder today
}

// Counts are numbers of people. Few tells that there are too few of them for any other number to be told.
type Counts struct {
	Few       bool
	People    int // for whom it is, in use and not who wrote it
	Seen      int // were shown it
	Confirmed int // said to have read it
}

// BranchCounts are the numbers of a branch, or of several that are too small to be told apart.
type BranchCounts struct {
	Names []string
	Counts
}

func (c *Counts) add(o Counts) {
	c.People, c.Seen, c.Confirmed = c.People+o.People, c.Seen+o.Seen, c.Confirmed+o.Confirmed
}

// Reach counts how far a piece of news got, for who may write in its channel.
func (s *Service) Reach(ctx context.Context, v auth.Viewer, id string) (*Reach, error) {
	p, err := s.Get(ctx, v, id)
	if err != nil {
		return nil, err
	}
	if p.Kind != KindNews {
		return nil, errs.NotFound("post") // of which there is no reach
	}
	if err := ownChannel(v, p); err != nil {
		return nil, err
	}
	rows, err := s.reachByBranch(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("reach of news: %w", db.Classify(err))
	}
	r := &Reach{MustRead: p.MustRead, Branches: together(rows)}
	for _, b := range rows {
		r.add(b.Counts)
	}
	if r.People < FewPeople {
		r.Counts = Counts{Few: true}
	}
	if r.Few || len(r.Branches) < 2 {
		r.Branches = nil
	}
	r.Reminded, err = s.reminded(ctx, id)
	return r, db.Classify(err)
}

// reachByBranch counts in each branch, without looking at how many they are.
func (s *Service) reachByBranch(ctx context.Context, id string) (out []BranchCounts, err error) {
	var rows []struct {
		Name                    string
		People, Seen, Confirmed int
	}
	err = s.db.Reader().NewSelect().TableExpr("users AS r").ColumnExpr("b.name, count(*) AS people, count(ns.user_id) AS seen, count(nc.user_id) AS confirmed").
		Join("JOIN posts AS p ON p.id = ?", id).Join("JOIN branches AS b ON b.id = r.branch_id").
		Join("LEFT JOIN news_seen AS ns ON ns.post_id = p.id AND ns.user_id = r.id").Join("LEFT JOIN news_confirmed AS nc ON nc.post_id = p.id AND nc.user_id = r.id").
		Apply(readers).GroupExpr("b.id, b.name").OrderExpr("b.name, b.id").Scan(ctx, &rows)
	for _, x := range rows {
		out = append(out, BranchCounts{[]string{x.Name}, Counts{People: x.People, Seen: x.Seen, Confirmed: x.Confirmed}})
	}
	return out, err
}

// together joins branches of too few people with each other and, while they still are, with the next smallest: what is told of the others
// and of all cannot be taken from each other to know them.
func together(rows []BranchCounts) (out []BranchCounts) {
	bySize := slices.Clone(rows)
	slices.SortStableFunc(bySize, func(a, b BranchCounts) int { return cmp.Compare(a.People, b.People) })
	var small BranchCounts
	for len(bySize) > 0 && (bySize[0].People < FewPeople || len(small.Names) > 0 && small.People < FewPeople) {
		small.add(bySize[0].Counts)
		small.Names = append(small.Names, bySize[0].Names...)
		bySize = bySize[1:]
	}
	slices.SortFunc(bySize, func(a, b BranchCounts) int { return strings.Compare(a.Names[0], b.Names[0]) })
	if len(small.Names) > 0 {
		slices.Sort(small.Names)
		bySize = append(bySize, small)
	}
	return bySize
}

// CanReach tells whether the viewer may read how far a piece of news got.
func CanReach(v auth.Viewer, p *Post) error { return ownChannel(v, p) }

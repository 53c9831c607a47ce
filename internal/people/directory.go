package people

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/fold"
)

// Narrowed is a choice of colleagues.
type Narrowed struct {
	Name      string   // part of a name or function
	Ranked    []string // ids that the search found by what was typed, best first; they come beside those whom Name finds
	Branches  []string // ids; of each field the values are alternatives, and none are all
	Functions []string // folded
	Expertise []string // ids
	Languages []string // tags
	ByName    bool     // rather than by match
}

// Counted is a value of a field and how many people have it, in a choice that is not narrowed by that field.
type Counted struct {
	Value, Name string
	Count       int
}

// Chosen is who is meant, with what to narrow it by further.
type Chosen struct {
	IDs                                        []string // in order
	Branches, Functions, Expertises, Languages []Counted
}

// roll is everybody who works here as the directory needs them, shared by all who ask: it holds no number and no address.
type roll struct {
	people []*listed
	byID   map[string]*listed
}

// listed is one of them.
type listed struct {
	id, folded, branch, branchName, function, functionKey string
	skills                                                []Skill // id and name alone
	tongues                                               []string
}

// Choose narrows the directory. It is the same for everybody who is signed in.
func (s *Service) Choose(ctx context.Context, v auth.Viewer, n Narrowed) (*Chosen, error) {
	if !v.SignedIn() {
		return nil, errs.Unauthorized()
	}
	r, err := s.roll.Get(ctx, "", s.readRoll)
	if err != nil {
		return nil, err
	}
	out := new(Chosen)
	var branches, functions, expertises, languages tally
	for _, p := range r.ranked(n) {
		misses := n.misses(p)
		if misses == 0 {
			out.IDs = append(out.IDs, p.id)
		}
		if misses&^missBranch == 0 {
			branches.add(p.branch, p.branchName)
		}
		if misses&^missFunction == 0 && p.functionKey != "" {
			functions.add(p.functionKey, p.function)
		}
		if misses&^missExpertise == 0 {
			for _, k := range p.skills {
				expertises.add(k.ID, k.Name)
			}
		}
		if misses&^missLanguage == 0 {
			for _, tag := range p.tongues {
				languages.add(tag, "")
			}
		}
	}
	out.Branches, out.Functions, out.Expertises, out.Languages = branches.sorted(), functions.sorted(), expertises.sorted(), languages.sorted()
	return out, nil
}

// The fields by which somebody may be left out.
const (
	missBranch = 1 << iota
	missFunction
	missExpertise
	missLanguage
)

// misses says by which fields somebody is left out.
func (n Narrowed) misses(p *listed) (m int) {
	if len(n.Branches) > 0 && !slices.Contains(n.Branches, p.branch) {
		m |= missBranch
	}
	if len(n.Functions) > 0 && !slices.Contains(n.Functions, p.functionKey) {
		m |= missFunction
	}
	if len(n.Expertise) > 0 && !slices.ContainsFunc(p.skills, func(k Skill) bool { return slices.Contains(n.Expertise, k.ID) }) {
		m |= missExpertise
	}
	if len(n.Languages) > 0 && !slices.ContainsFunc(p.tongues, func(tag string) bool { return slices.Contains(n.Languages, tag) }) {
		m |= missLanguage
	}
	return m
}

// ranked returns who matches what was typed: by match, then by name.
func (r *roll) ranked(n Narrowed) []*listed {
	part := fold.Key(n.Name)
	if part == "" && n.Ranked == nil {
		return r.people
	}
	var list []*listed
	in := map[string]bool{}
	for _, id := range n.Ranked {
		if p := r.byID[id]; p != nil && !in[id] {
			in[id], list = true, append(list, p)
		}
	}
	for _, p := range r.people {
		if part != "" && !in[p.id] && (strings.Contains(p.folded, part) || strings.Contains(p.functionKey, part)) {
			list = append(list, p)
		}
	}
	if n.ByName {
		slices.SortFunc(list, func(a, b *listed) int { return cmp.Or(cmp.Compare(a.folded, b.folded), cmp.Compare(a.id, b.id)) })
	}
	return list
}

func (s *Service) readRoll(ctx context.Context) (*roll, error) {
	var users []*User
	err := s.db.Reader().NewSelect().Model(&users).Column("u.id", "u.name_folded", "u.branch_id", "u.function", "u.languages").ColumnExpr("b.name AS branch_name").
		Join("JOIN branches AS b ON b.id = u.branch_id").Where("u.deactivated_at IS NULL").Order("u.name_folded", "u.id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("directory: %w", db.Classify(err))
	}
	r := &roll{byID: make(map[string]*listed, len(users))}
	for _, u := range users {
		p := &listed{
			id: u.ID, folded: u.NameFolded, branch: u.BranchID, branchName: u.BranchName, function: u.Function, functionKey: fold.Key(u.Function), tongues: u.Speaks(),
		}
		r.people, r.byID[p.id] = append(r.people, p), p
	}
	var skills []struct{ UserID, ExpertiseID, Name string }
	err = s.db.Reader().NewSelect().Model((*has)(nil)).ColumnExpr("ue.user_id, ue.expertise_id, e.name").Join("JOIN expertise AS e ON e.id = ue.expertise_id").Scan(ctx, &skills)
	if err != nil {
		return nil, fmt.Errorf("directory: %w", db.Classify(err))
	}
	for _, k := range skills {
		if p := r.byID[k.UserID]; p != nil {
			p.skills = append(p.skills, Skill{ID: k.ExpertiseID, Name: k.Name})
		}
	}
	return r, nil
}

// tally counts values.
type tally map[string]*Counted

func (t *tally) add(value, name string) {
	if *t == nil {
		*t = tally{}
	}
	c := (*t)[value]
	if c == nil {
		c = &Counted{Value: value, Name: name}
		(*t)[value] = c
	}
	c.Count++
}

// sorted puts the most frequent first.
func (t tally) sorted() []Counted {
	list := make([]Counted, 0, len(t))
	for _, c := range t {
		list = append(list, *c)
	}
	slices.SortFunc(list, func(a, b Counted) int {
		return cmp.Or(b.Count-a.Count, cmp.Compare(a.Name, b.Name), cmp.Compare(a.Value, b.Value))
	})
	return list
}

// ByIDs returns people who work here in the order of the ids, as the viewer may see them.
func (s *Service) ByIDs(ctx context.Context, v auth.Viewer, ids []string) (list []*User, err error) {
	if len(ids) == 0 {
		return nil, nil
	}
	found, err := s.Users(ctx, v, UserFilter{IDs: ids})
	if err != nil {
		return nil, err
	}
	byID := make(map[string]*User, len(found))
	for _, u := range found {
		byID[u.ID] = u
	}
	for _, id := range ids {
		if u := byID[id]; u != nil {
			list = append(list, u)
		}
	}
	return list, nil
}

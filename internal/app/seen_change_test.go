package app_test

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/groups"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/lookin"
	"github.com/aanpak/aanpak/internal/people"
)

func (s *story) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatalf("%s: %v\n%s", s.now, err, strings.Join(s.done, "\n"))
	}
}

// change makes one change of the company, in the program and in the model.
func (s *story) change() {
	switch n := s.rng.IntN(27); {
	case n < 5:
		s.comeAndGo()
	case n < 7:
		s.changeTeam()
	case n < 12:
		s.changePaper()
	case n < 15:
		s.changePerson()
	case n < 18:
		s.look()
	case n < 26:
		s.changeTalk()
	default:
		s.changeKind()
	}
}

// look has an administrator begin temporary access, or give it back.
func (s *story) look() {
	ctx := s.t.Context()
	if n := len(s.m.looks); n > 0 && s.rng.IntN(3) == 0 {
		k := s.rng.IntN(n)
		l := s.m.looks[k]
		s.tried(l.who, fmt.Sprintf("ends looking at %s %d", l.kind, l.what), s.LookIn.End(ctx, s.viewer(l.who), l.id), true)
		s.m.looks = slices.Delete(s.m.looks, k, k+1)
		return
	}
	i := s.rng.IntN(seenPeople)
	for s.m.people[i].role != "admin" {
		i = (i + 1) % seenPeople
	}
	if !s.m.people[i].works {
		return
	}
	l, what, may := look{who: i}, "", true
	switch l.kind = []string{"document", "person", "group"}[s.rng.IntN(3)]; l.kind {
	case "document":
		l.what = s.rng.IntN(seenPapers)
		d := s.m.papers[l.what]
		what, may = d.id, !d.trashed && d.owner != i
	case "person":
		l.what = s.rng.IntN(seenPeople)
		what, may = s.m.people[l.what].id, l.what != i
	default:
		l.what = s.rng.IntN(seenGroups)
		what = s.m.groups[l.what].id
	}
	a, err := s.LookIn.Ask(ctx, s.viewer(i), lookin.Input{Kind: lookin.Kind(l.kind), What: what, Reason: "Vraag van de vertrouwenspersoon", Minutes: 60})
	if s.tried(i, fmt.Sprintf("looks at %s %d", l.kind, l.what), err, may) && err == nil {
		l.id = a.ID
		s.m.looks = append(s.m.looks, l)
	}
}

// tried wants the program to take a change where the model does, and to refuse it where not.
func (s *story) tried(who int, what string, err error, may bool) bool {
	s.done = append(s.done, fmt.Sprintf("%s %s: %v", s.m.people[who].name, what, err))
	s.compare(who, what, err == nil, may)
	return may
}

// comeAndGo has somebody join, leave, be let in or be taken out.
func (s *story) comeAndGo() {
	n, i := s.rng.IntN(seenGroups), s.rng.IntN(seenPeople)
	g, ctx := s.m.groups[n], s.t.Context()
	switch s.rng.IntN(4) {
	case 0, 1:
		state, may := "member", true
		switch {
		case g.in[i] == "member", g.in[i] == "invited", g.kind == "open":
		case g.kind == "closed":
			state = "asked"
		default:
			may = false
		}
		_, err := s.Groups.Join(ctx, s.viewer(i), g.id)
		if s.tried(i, fmt.Sprint("joins ", n), err, may) {
			g.in[i] = state
		}
	case 2:
		some, owners := g.others(i)
		may := s.m.groups[n].kind != "hidden" || g.in[i] != ""
		may = may && !(g.owns[i] && some && !owners)
		if s.tried(i, fmt.Sprint("leaves ", n), s.Groups.Leave(ctx, s.viewer(i), g.id), may) {
			delete(g.in, i)
			delete(g.owns, i)
		}
	default:
		s.govern(n, i)
	}
}

// govern has an owner of a group invite somebody, let them in, take them out or make them an owner.
func (s *story) govern(n, i int) {
	g, owner, ctx := s.m.groups[n], -1, s.t.Context()
	for j := range s.m.people {
		if g.owns[j] {
			owner = j
		}
	}
	if owner < 0 || owner == i {
		return
	}
	about := fmt.Sprintf("%d in %d", i, n)
	switch now := g.in[i]; {
	case now == "member" && s.rng.IntN(2) == 0:
		some, owners := g.others(i)
		if s.tried(owner, "removes "+about, s.Groups.Remove(ctx, s.viewer(owner), g.id, s.m.people[i].id), !g.owns[i] || !some || owners) {
			delete(g.in, i)
			delete(g.owns, i)
		}
	case now == "member":
		if s.tried(owner, "makes an owner of "+about, s.Groups.SetOwner(ctx, s.viewer(owner), g.id, s.m.people[i].id, true), true) {
			g.owns[i] = true
		}
	default:
		if s.tried(owner, "adds "+about, s.Groups.Add(ctx, s.viewer(owner), g.id, s.m.people[i].id), s.m.people[i].works) {
			g.in[i] = map[string]string{"": "invited", "invited": "invited", "asked": "member"}[now]
		}
	}
}

func (s *story) changeTeam() {
	n, i := s.rng.IntN(seenTenders), s.rng.IntN(seenPeople)
	t, admin, ctx := s.m.tenders[n], s.Admin.Viewer(), s.t.Context()
	about := fmt.Sprintf("the team of %d", n)
	if t.team[i] {
		if s.tried(i, "goes out of "+about, s.Tenders.RemoveMember(ctx, admin, t.id, s.m.people[i].id), true) {
			delete(t.team, i)
		}
		return
	}
	if s.tried(i, "comes into "+about, s.Tenders.AddMember(ctx, admin, t.id, s.m.people[i].id), s.m.people[i].works) {
		t.team[i] = true
	}
}

// changePaper has its owner change whom a document is for, its kind, tender or branch, throw it away or restore it.
func (s *story) changePaper() {
	n := s.rng.IntN(seenPapers)
	d, ctx := s.m.papers[n], s.t.Context()
	v := s.viewer(d.owner)
	if d.trashed || s.rng.IntN(5) == 0 {
		var err error
		if d.trashed {
			_, err = s.Library.Restore(ctx, v, d.id)
		} else {
			err = s.Library.Delete(ctx, v, d.id)
		}
		if s.tried(d.owner, fmt.Sprint("throws away or restores ", n), err, true) {
			d.trashed = !d.trashed
		}
		return
	}
	after, meta := *d, library.Meta{}
	switch s.rng.IntN(4) {
	case 0, 1:
		after.audience = s.someAudience(d)
		text := s.written(after.audience)
		meta.Audience = &text
	case 2:
		kind, none := library.Kind(kindsSeen[s.rng.IntN(len(kindsSeen))]), ""
		after.kind, after.audience = string(kind), usual(string(kind))
		meta.Kind, meta.Audience = &kind, &none
	default:
		after.branch, after.tender = s.m.people[d.owner].branch, s.rng.IntN(seenTenders)
		tender := s.tenderID(after.tender)
		meta.BranchID, meta.TenderID = &s.m.branches[after.branch], &tender
	}
	// Who has left the group with which they shared it keeps that, but not for another tender.
	may := after.audience.kind != "group" || s.m.groups[after.audience.which[0]].in[d.owner] == "member" || after.tender == d.tender
	_, err := s.Library.Update(ctx, v, d.id, meta)
	if s.tried(d.owner, fmt.Sprintf("makes document %d %+v", n, after), err, may) {
		*d = after
	}
}

// changePerson moves somebody to another branch, gives or takes the calculator's mark, hides or shows the number, or lets them go or come back.
func (s *story) changePerson() {
	i := s.rng.IntN(seenPeople)
	p, ctx := s.m.people[i], s.t.Context()
	if !p.works || s.rng.IntN(4) == 0 {
		s.tried(i, fmt.Sprint("works here from now: ", !p.works), s.People.SetActive(ctx, s.Admin.Viewer(), p.id, !p.works), true)
		if p.works = !p.works; p.works {
			s.signIn(i)
		}
		s.m.looks = slices.DeleteFunc(s.m.looks, func(l look) bool { return l.who == i })
		return
	}
	if s.rng.IntN(4) == 0 {
		s.changeMobile(i, !p.hides)
		return
	}
	if s.rng.IntN(2) == 0 {
		p.branch = s.rng.IntN(len(s.m.branches))
	} else {
		p.calculates = !p.calculates
	}
	s.tried(i, fmt.Sprintf("is of branch %d and calculates %v", p.branch, p.calculates), s.People.SetAccount(ctx, s.Admin.Viewer(), p.id, people.Account{
		Name: p.name, Email: p.email, Role: auth.Role(p.role), BranchID: s.m.branches[p.branch], Calculator: p.calculates,
	}), true)
}

// changeKind makes a group open, closed or hidden.
func (s *story) changeKind() {
	n := s.rng.IntN(seenGroups)
	g := s.m.groups[n]
	for i := range s.m.people {
		if !g.owns[i] {
			continue
		}
		kind := groups.Kinds[s.rng.IntN(len(groups.Kinds))]
		_, err := s.Groups.Update(s.t.Context(), s.viewer(i), g.id, groups.Input{Name: fmt.Sprintf("Kring %d", n), About: "Over de waterkering.", Kind: kind})
		if s.tried(i, fmt.Sprintf("makes %d %s", n, kind), err, true) {
			g.kind = string(kind)
		}
		return
	}
}

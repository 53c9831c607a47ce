package app_test

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/groups"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/tenders"
)

// kindsSeen are the kinds that documents change between; a calculation is the one with a narrower usual audience.
var kindsSeen = []string{"approach", "calculation", "calculation", "schedule", "other"}

func (s *story) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatalf("%s: %v\n%s", s.now, err, strings.Join(s.done, "\n"))
	}
}

// invent makes the people, groups, tenders and documents that the story begins with.
func (s *story) invent() {
	s.now = "inventing"
	for _, name := range []string{"Zwolle", "Eindhoven", "Oldenzaal"} {
		b, err := s.People.Branch(s.t.Context(), name)
		if err != nil {
			b, err = s.People.CreateBranch(s.t.Context(), auth.System(), name, "")
		}
		s.must(err)
		s.m.branches = append(s.m.branches, b.ID)
	}
	for i := range seenPeople {
		s.inventPerson(i)
	}
	for i := range seenGroups {
		owner, kind := s.rng.IntN(seenPeople), groups.Kinds[i%len(groups.Kinds)]
		g, err := s.Groups.Create(s.t.Context(), s.viewer(owner), groups.Input{Name: fmt.Sprintf("Kring %d", i), About: "Over de waterkering.", Kind: kind})
		s.must(err)
		s.m.groups = append(s.m.groups, &circle{id: g.ID, kind: string(kind), in: map[int]string{owner: "member"}, owns: map[int]bool{owner: true}})
	}
	for i := range seenTenders {
		began := s.rng.IntN(seenPeople)
		t, err := s.Tenders.Create(s.t.Context(), s.viewer(began), tenders.Input{Reference: fmt.Sprint("T-", i), Title: fmt.Sprint("Selectie ", i), Client: "Gemeente", Year: 2026})
		s.must(err)
		s.m.tenders = append(s.m.tenders, &procedure{id: t.ID, team: map[int]bool{began: true}})
	}
	for range 3 * seenPeople {
		s.comeAndGo()
		s.changeTeam()
	}
	for i := range seenPapers {
		s.inventPaper(i)
	}
}

func (s *story) inventPerson(i int) {
	role := auth.Roles[i%len(auth.Roles)]
	p := &worker{name: fmt.Sprintf("Persoon %d", i), role: string(role), branch: s.rng.IntN(len(s.m.branches)), calculates: i%3 == 0, works: true}
	u, err := s.People.Create(s.t.Context(), auth.System(), people.NewUser{
		Name: p.name, Email: fmt.Sprintf("p%d@voorbeeld.nl", i), Branch: s.m.branches[p.branch], Role: role, Calculator: p.calculates, Password: "een lang wachtwoord",
	})
	s.must(err)
	p.id, p.email = u.ID, u.Email
	s.m.people = append(s.m.people, p)
	s.signIn(i)
}

func (s *story) signIn(i int) {
	p, ctx := s.m.people[i], s.t.Context()
	var err error
	p.session, _, err = s.People.SignIn(ctx, p.email, "een lang wachtwoord", people.Client{Address: "127.0.0.1"})
	s.must(err)
	p.token, _, err = s.People.CreateToken(ctx, s.viewer(i), "test")
	s.must(err)
}

// viewer is somebody as the program knows them now.
func (s *story) viewer(i int) auth.Viewer {
	u, err := s.People.UserByEmail(s.t.Context(), s.m.people[i].email)
	s.must(err)
	return u.Viewer()
}

// inventPaper uploads a document; every second has the audience that its kind usually has.
func (s *story) inventPaper(i int) {
	owner := s.rng.IntN(seenPeople)
	d := &paper{kind: kindsSeen[s.rng.IntN(len(kindsSeen))], owner: owner, branch: s.m.people[owner].branch, tender: s.rng.IntN(seenTenders+1) - 1}
	kind, tender := library.Kind(d.kind), s.tenderID(d.tender)
	meta := library.Meta{Kind: &kind, TenderID: &tender}
	if d.audience = usual(d.kind); i%2 == 0 {
		d.audience = s.someAudience(d)
		text := s.written(d.audience)
		meta.Audience = &text
	}
	text := fmt.Appendf(nil, "Stuk %d over de damwand in de kade.", i)
	got, err := s.Library.Upload(s.t.Context(), s.viewer(owner), library.File{Name: fmt.Sprintf("stuk %d.txt", i), Size: int64(len(text)), Body: bytes.NewReader(text)}, meta)
	s.must(err)
	d.id = got.ID
	s.m.papers = append(s.m.papers, d)
}

func (s *story) tenderID(n int) string {
	if n < 0 {
		return ""
	}
	return s.m.tenders[n].id
}

// someAudience chooses one that the owner may choose.
func (s *story) someAudience(d *paper) audience {
	switch s.rng.IntN(8) {
	case 0:
		return audience{kind: "company"}
	case 1:
		return audience{kind: "branch"}
	case 2:
		return audience{kind: "branches", which: []int{s.rng.IntN(3)}}
	case 3, 4:
		if n := s.rng.IntN(seenGroups); s.m.groups[n].in[d.owner] == "member" {
			return audience{kind: "group", which: []int{n}}
		}
	case 5:
		if d.tender >= 0 {
			return audience{kind: "tender"}
		}
	case 6:
		return audience{kind: "people", which: []int{s.rng.IntN(seenPeople), s.rng.IntN(seenPeople)}}
	}
	return audience{kind: "calculators"}
}

// written is an audience as the API has it.
func (s *story) written(a audience) string {
	ids := make([]string, len(a.which))
	for i, n := range a.which {
		switch a.kind {
		case "branches":
			ids[i] = s.m.branches[n]
		case "group":
			ids[i] = s.m.groups[n].id
		case "people":
			ids[i] = s.m.people[n].id
		}
	}
	if len(ids) == 0 {
		return a.kind
	}
	return strings.Replace(a.kind, "branches", "branch", 1) + ":" + strings.Join(ids, ",")
}

// change makes one change of the company, in the program and in the model.
func (s *story) change() {
	switch n := s.rng.IntN(16); {
	case n < 5:
		s.comeAndGo()
	case n < 7:
		s.changeTeam()
	case n < 12:
		s.changePaper()
	case n < 15:
		s.changePerson()
	default:
		s.changeKind()
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

// changePerson moves somebody to another branch, gives or takes the calculator's mark, or lets them go or come back.
func (s *story) changePerson() {
	i := s.rng.IntN(seenPeople)
	p, ctx := s.m.people[i], s.t.Context()
	if !p.works || s.rng.IntN(4) == 0 {
		s.tried(i, fmt.Sprint("works here from now: ", !p.works), s.People.SetActive(ctx, s.Admin.Viewer(), p.id, !p.works), true)
		if p.works = !p.works; p.works {
			s.signIn(i)
		}
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

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
	s.inventLights()
	s.inventTalk()
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
	s.changeMobile(i, i%2 == 0)
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

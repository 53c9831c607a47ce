package app_test

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/aanpak/aanpak/internal/reuse"
	"github.com/aanpak/aanpak/internal/spotlight"
)

// light is a document that somebody holds up.
type light struct {
	id            string
	paper, branch int // branch −1: for the company
}

// seesItself tells whether somebody sees a document by more than temporary access.
func (c *company) seesItself(i int, d *paper) bool {
	bare := *c
	bare.looks = nil
	return bare.sees(i, d)
}

// meets tells whether a light is for somebody: never for more than its document is.
func (c *company) meets(i int, l *light) bool {
	return c.seesItself(i, c.papers[l.paper]) && (l.branch < 0 || c.people[i].branch == l.branch)
}

// inventLights has everybody who may hold up some of what they see, and everybody use some of what they see for a tender of their branch.
func (s *story) inventLights() {
	s.m.used = make([]map[int]bool, len(s.m.tenders))
	for n := range s.m.tenders {
		s.m.used[n] = map[int]bool{}
	}
	for i, p := range s.m.people {
		for n, d := range s.m.papers {
			if s.m.seesItself(i, d) && (n+i)%5 == 0 {
				s.holdUp(i, n, p)
				s.useFor(i, n)
			}
		}
	}
}

func (s *story) holdUp(i, n int, p *worker) {
	in, l := spotlight.Input{Why: fmt.Sprintf("Stuk %d is een voorbeeld", n)}, &light{paper: n, branch: -1}
	if p.role == "manager" && n%2 == 0 {
		in.Audience, l.branch = spotlight.Branch, p.branch
	}
	may := slices.Contains([]string{"manager", "editor", "admin"}, p.role)
	there := slices.ContainsFunc(s.m.lights, func(o *light) bool { return o.paper == n && o.branch == l.branch })
	sp, err := s.Spotlight.Create(s.t.Context(), s.viewer(i), s.m.papers[n].id, in)
	if s.tried(i, fmt.Sprint("holds up ", n), err, may && !there) {
		l.id = sp.ID
		s.m.lights = append(s.m.lights, l)
	}
}

func (s *story) useFor(i, n int) {
	t := (i + n) % len(s.m.tenders)
	tender, err := s.Tenders.Get(s.t.Context(), s.viewer(i), s.m.tenders[t].id)
	s.must(err)
	p := s.m.people[i]
	may := p.role == "admin" || s.m.tenders[t].team[i] || s.m.branches[p.branch] == tender.BranchID
	err = s.Reuse.Use(s.t.Context(), s.viewer(i), s.m.papers[n].id, reuse.Input{TenderID: tender.ID})
	if s.tried(i, fmt.Sprintf("uses %d for %d", n, t), err, may) {
		s.m.used[t][n] = true
	}
}

// askLights compares what somebody meets on the wall, by the API and by searching, and what tenders say they were made with.
func (s *story) askLights(i int) {
	var ids []string
	var docs []int
	for _, l := range s.m.lights {
		if s.m.meets(i, l) {
			ids = append(ids, l.id)
			if !slices.Contains(docs, l.paper) {
				docs = append(docs, l.paper)
			}
		}
	}
	slices.Sort(ids)
	s.compare(i, "the spotlights", s.ids(i, "/api/v1/spotlights?limit=100"), ids)
	s.compare(i, "the wall", s.page(i, "/spotlights").Find(".light").Length(), min(len(ids), 24))
	var found struct{ Total int }
	s.decode(i, "/api/v1/search?q=is:spotlight&type=document", &found)
	s.compare(i, "what is:spotlight finds", found.Total, len(docs))
	for _, l := range s.m.lights {
		status, _ := s.ask(i, "/api/v1/spotlights/"+l.id)
		s.compare(i, fmt.Sprint("the spotlight on ", l.paper), status, map[bool]int{true: http.StatusOK, false: http.StatusNotFound}[s.m.meets(i, l)])
	}
	for t, x := range s.m.tenders {
		want := []string{}
		for n := range s.m.used[t] {
			if s.m.seesItself(i, s.m.papers[n]) {
				want = append(want, s.m.papers[n].id)
			}
		}
		slices.Sort(want)
		var made struct {
			Items []struct{ Document struct{ ID string } }
		}
		s.decode(i, "/api/v1/tenders/"+x.id+"/made-with", &made)
		got := []string{}
		for _, m := range made.Items {
			got = append(got, m.Document.ID)
		}
		slices.Sort(got)
		s.compare(i, fmt.Sprintf("what tender %d was made with", t), got, want)
	}
}

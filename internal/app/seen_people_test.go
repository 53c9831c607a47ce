package app_test

import (
	"fmt"
	"slices"
	"strings"
)

// mobileOf is a number that says whose it is.
func mobileOf(i int) string { return fmt.Sprintf("06 555 %03d", i) }

// calls tells whether somebody sees the mobile number of a colleague.
func (c *company) calls(i, j int) bool {
	return c.people[j].works && (!c.people[j].hides || i == j || c.people[i].branch == c.people[j].branch)
}

// changeMobile gives somebody their number, for everybody or for their branch.
func (s *story) changeMobile(i int, hides bool) {
	v := s.viewer(i)
	u, err := s.People.User(s.t.Context(), v, s.m.people[i].id)
	s.must(err)
	p := u.Profile()
	p.Mobile, p.MobileHidden = mobileOf(i), hides
	s.tried(i, fmt.Sprint("hides the mobile number: ", hides), s.People.UpdateProfile(s.t.Context(), v, p), true)
	s.m.people[i].hides = hides
}

// askPeople compares the directory, and the number of one colleague by every way there is.
func (s *story) askPeople(i, batch int) {
	j := (i*5 + batch) % len(s.m.people)
	p := s.m.people[j]
	for _, path := range []string{"/people/" + p.id, "/people/" + p.id + "/card.vcf", "/api/v1/users/" + p.id, "/people/organisation", "/people/cards.vcf", "/api/v1/users?limit=200"} {
		status, body := s.ask(i, path)
		if !p.works && strings.HasSuffix(path, "/card.vcf") {
			s.compare(i, path, status, 404)
			continue
		}
		s.compare(i, fmt.Sprintf("the number of person %d at %s", j, path), strings.Contains(string(body), mobileOf(j)), s.m.calls(i, j))
	}
	var listed, want []string
	for _, a := range s.page(i, "/people").Find(".person-card h2").EachIter() {
		listed = append(listed, strings.TrimSpace(a.Text()))
	}
	for _, o := range s.m.people {
		if o.works {
			want = append(want, o.name)
		}
	}
	listed = slices.DeleteFunc(listed, func(name string) bool { return !strings.HasPrefix(name, "Persoon ") }) // the others are of the test itself
	slices.Sort(listed)
	slices.Sort(want)
	s.compare(i, "the directory", listed, want)
}

package app_test

import "slices"

// company is the naive model of who sees what. It is written from the product's words, with numbers for people and things, and shares
// nothing with the program: no keys, no SQL, no index.
type company struct {
	branches []string // ids
	people   []*worker
	groups   []*circle
	tenders  []*procedure
	papers   []*paper
	looks    []look
	lights   []*light
	posts    []*said
	used     []map[int]bool // by tender: the documents that it was made with
}

// look is an administrator's temporary access: to a document, to what a person owns, or to a group, by number.
type look struct {
	id, kind  string // document, person, group
	who, what int
}

// looksAt tells whether somebody sees a document by temporary access.
func (c *company) looksAt(i int, d *paper) bool {
	return slices.ContainsFunc(c.looks, func(l look) bool {
		return l.who == i && (l.kind == "document" && c.papers[l.what] == d || l.kind == "person" && d.owner == l.what ||
			l.kind == "group" && d.audience.kind == "group" && d.audience.which[0] == l.what)
	})
}

// looksInto tells whether somebody sees a group by temporary access.
func (c *company) looksInto(i int, g *circle) bool {
	return slices.ContainsFunc(c.looks, func(l look) bool { return l.who == i && l.kind == "group" && c.groups[l.what] == g })
}

// worker is a person.
type worker struct {
	id, name, email, role string
	branch                int
	calculates, works     bool
	hides                 bool   // the mobile number from other branches
	session, token        string // with which the person asks; empty until they have signed in
}

// circle is a group: what each of those in it, by number, is there.
type circle struct {
	id, kind string         // open, closed, hidden
	in       map[int]string // member, asked, invited
	owns     map[int]bool
}

// procedure is a tender with its team.
type procedure struct {
	id   string
	team map[int]bool
}

// paper is a document.
type paper struct {
	id, kind      string
	owner, branch int
	tender        int // −1: none
	audience      audience
	trashed       bool
}

// audience is whom a document is for.
type audience struct {
	kind  string // company, branch, branches, group, tender, calculators, people
	which []int  // branches, the group, or people
}

// sees tells whether somebody who works here sees a document.
func (c *company) sees(i int, d *paper) bool {
	p := c.people[i]
	if !p.works || d.trashed {
		return false
	}
	if c.looksAt(i, d) {
		return true
	}
	team := d.tender >= 0 && c.tenders[d.tender].team[i]
	switch d.audience.kind {
	case "company":
		return true
	case "branch":
		return d.owner == i || p.branch == d.branch
	case "branches":
		return d.owner == i || slices.Contains(d.audience.which, p.branch)
	case "group":
		return d.owner == i || c.groups[d.audience.which[0]].in[i] == "member"
	case "tender":
		return d.owner == i || team
	case "calculators":
		return d.owner == i || team || p.calculates && p.branch == d.branch
	case "people":
		return d.owner == i || slices.Contains(d.audience.which, i)
	}
	panic("no audience " + d.audience.kind)
}

// seen are the documents that somebody sees.
func (c *company) seen(i int) (list []*paper) {
	for _, d := range c.papers {
		if c.sees(i, d) {
			list = append(list, d)
		}
	}
	return list
}

// knows tells whether somebody knows of a group; finds, whether searching finds it for them.
func (c *company) knows(i int, g *circle) bool {
	return c.people[i].works && (g.kind != "hidden" || g.in[i] != "" || c.looksInto(i, g))
}

func (c *company) finds(i int, g *circle) bool {
	return c.people[i].works && (g.kind != "hidden" || g.in[i] == "member" || c.looksInto(i, g))
}

// others tells whether anybody else is in a group, and whether anybody else owns it.
func (g *circle) others(i int) (some, owners bool) {
	for j, state := range g.in {
		if j != i && state == "member" {
			some, owners = true, owners || g.owns[j]
		}
	}
	return some, owners
}

// usual is whom a document is for where nobody said.
func usual(kind string) audience {
	if kind == "calculation" {
		return audience{kind: "calculators"}
	}
	return audience{kind: "company"}
}

package app_test

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/aanpak/aanpak/internal/find"
	"github.com/aanpak/aanpak/internal/search"
	"github.com/aanpak/aanpak/internal/social"
)

// How many posts there are at the beginning, and at most: fewer than a feed has on a page.
const (
	seenPosts = 30
	mostSaid  = 70
)

// said is a post.
type said struct {
	id       string
	author   int
	kind     string // company, branch, group or paper
	which    []int  // the branch, the groups or the document
	state    string // draft, published or deleted
	comments []*answer
}

// answer is a comment on a post.
type answer struct {
	id     string
	author int
}

// hears tells whether somebody sees a post.
func (c *company) hears(i int, p *said) bool {
	switch {
	case !c.people[i].works || p.state == "deleted":
		return false
	case p.state == "draft":
		return p.author == i
	case p.kind == "company":
		return true
	case p.kind == "branch":
		return c.people[i].branch == p.which[0]
	case p.kind == "group":
		return slices.ContainsFunc(p.which, func(n int) bool { return c.groups[n].in[i] == "member" || c.looksInto(i, c.groups[n]) })
	}
	return c.sees(i, c.papers[p.which[0]])
}

// hearsItself tells whether somebody sees a post by more than temporary access.
func (c *company) hearsItself(i int, p *said) bool {
	bare := *c
	bare.looks = nil
	return bare.hears(i, p)
}

// heard are the posts that others may see and that somebody does, of those that are asked for.
func (c *company) heard(i int, of func(*said) bool) (list []string) {
	for _, p := range c.posts {
		if p.state == "published" && c.hears(i, p) && of(p) {
			list = append(list, p.id)
		}
	}
	slices.Sort(list)
	return list
}

// isFor tells whether a published post is for a group, or for whom the document is that it is about.
func (c *company) isFor(p *said, group int) bool {
	if p.kind == "group" {
		return slices.Contains(p.which, group)
	}
	return p.kind == "paper" && c.papers[p.which[0]].audience.kind == "group" && c.papers[p.which[0]].audience.which[0] == group
}

// isForBranch is isFor of a branch.
func (c *company) isForBranch(p *said, branch int) bool {
	if p.kind == "branch" {
		return p.which[0] == branch
	}
	if p.kind != "paper" {
		return false
	}
	d := c.papers[p.which[0]]
	return d.audience.kind == "branch" && d.branch == branch || d.audience.kind == "branches" && slices.Contains(d.audience.which, branch)
}

// mayWrite tells whether somebody may publish a post: for the company, their own branch, their groups, about what is theirs to see.
func (c *company) mayWrite(i int, p *said) bool {
	switch p.kind {
	case "branch":
		return c.people[i].branch == p.which[0]
	case "group":
		return !slices.ContainsFunc(p.which, func(n int) bool { return c.groups[n].in[i] != "member" })
	case "paper":
		return c.seesItself(i, c.papers[p.which[0]])
	}
	return true
}

func (s *story) inventTalk() {
	for range seenPosts {
		s.write()
	}
	for range seenPosts {
		s.answer()
	}
}

// changeTalk has somebody write, publish, answer or delete.
func (s *story) changeTalk() {
	switch n := s.rng.IntN(8); {
	case n < 3 && len(s.m.posts) < mostSaid:
		s.write()
	case n < 5:
		s.answer()
	case n < 6:
		s.unsay()
	default:
		s.endOrPublish(s.m.posts[s.rng.IntN(len(s.m.posts))])
	}
}

// write has somebody write a post for an audience that may not be theirs to write for.
func (s *story) write() {
	i, n := s.rng.IntN(seenPeople), len(s.m.posts)
	if !s.m.people[i].works {
		return
	}
	p := &said{author: i, state: "published", kind: []string{"company", "branch", "group", "group", "paper", "paper", "paper"}[s.rng.IntN(7)]}
	in := social.Input{Body: fmt.Sprintf("Bericht %d over de heipaal.", n), Draft: s.rng.IntN(5) == 0}
	if in.Draft {
		p.state = "draft"
	}
	switch p.kind {
	case "branch":
		p.which = []int{s.rng.IntN(len(s.m.branches))}
		in.Audience = "branch:" + s.m.branches[p.which[0]]
	case "group":
		p.which = []int{s.rng.IntN(seenGroups)}
		in.Audience = "group:" + s.m.groups[p.which[0]].id
		if other := s.rng.IntN(seenGroups); other != p.which[0] && s.rng.IntN(2) == 0 {
			p.which = append(p.which, other)
			in.Audience += "," + s.m.groups[other].id
		}
	case "paper":
		p.which = []int{s.rng.IntN(seenPapers)}
		in.About.Target = social.DocumentTarget(s.m.papers[p.which[0]].id)
	}
	got, err := s.Social.Create(s.t.Context(), s.viewer(i), in)
	if s.tried(i, fmt.Sprintf("writes post %d %+v", n, *p), err, s.m.mayWrite(i, p)) && err == nil {
		p.id = got.ID
		s.m.posts = append(s.m.posts, p)
	}
}

// answer has somebody say something about a post.
func (s *story) answer() {
	i, n := s.rng.IntN(seenPeople), s.rng.IntN(len(s.m.posts))
	p := s.m.posts[n]
	if !s.m.people[i].works {
		return
	}
	c, err := s.Social.AddComment(s.t.Context(), s.viewer(i), p.id, "", "Het takelplan hoort erbij.")
	may := p.state == "published" && s.m.hearsItself(i, p)
	if s.tried(i, fmt.Sprint("answers ", n), err, may) && err == nil {
		p.comments = append(p.comments, &answer{c.ID, i})
	}
}

// unsay has somebody take away what they said about a post that they see.
func (s *story) unsay() {
	p := s.m.posts[s.rng.IntN(len(s.m.posts))]
	if len(p.comments) == 0 {
		return
	}
	c := p.comments[0]
	if !s.m.people[c.author].works {
		return
	}
	err := s.Social.DeleteComment(s.t.Context(), s.viewer(c.author), c.id)
	if s.tried(c.author, "takes back what they said about "+p.id, err, s.m.hears(c.author, p)) {
		p.comments = p.comments[1:]
	}
}

// endOrPublish has the author of a post publish it if it is a draft, and else delete it.
func (s *story) endOrPublish(p *said) {
	i, ctx := p.author, s.t.Context()
	if !s.m.people[i].works || p.state == "deleted" {
		return
	}
	if p.state == "published" {
		if s.tried(i, fmt.Sprintf("deletes %+v", *p), s.Social.Delete(ctx, s.viewer(i), p.id), s.m.hears(i, p)) {
			p.state = "deleted"
		}
		return
	}
	it, err := s.Social.Item(ctx, s.viewer(i), p.id)
	s.must(err)
	in, err := s.Social.Input(ctx, s.viewer(i), it)
	s.must(err)
	in.Draft = false
	_, err = s.Social.Update(ctx, s.viewer(i), p.id, in)
	if s.tried(i, fmt.Sprintf("publishes %+v", *p), err, s.m.mayWrite(i, p)) {
		p.state = "published"
	}
}

// askTalk compares each post, the feeds and what searching finds.
func (s *story) askTalk(i, batch int) {
	for n, p := range s.m.posts {
		for _, path := range []string{"/posts/" + p.id, "/api/v1/posts/" + p.id, "/api/v1/posts/" + p.id + []string{"/comments", "/reactions", "/revisions"}[(n+batch)%3]} {
			status, _ := s.ask(i, path)
			want := map[bool]int{true: http.StatusOK, false: http.StatusNotFound}[s.m.hears(i, p)]
			s.compare(i, fmt.Sprintf("post %d (%s of %d) at %s", n, p.kind, p.author, path[:6]), status, want)
		}
	}
	own := func(p *said) bool { return s.m.hearsItself(i, p) }
	for feed, of := range map[string]func(*said) bool{
		"all": own, "for-you": own, "company": func(p *said) bool {
			return p.kind == "company" || p.kind == "paper" && s.m.papers[p.which[0]].audience.kind == "company"
		},
		"branch": func(p *said) bool { return s.m.isForBranch(p, s.m.people[i].branch) },
	} {
		s.compare(i, "the feed "+feed, s.ids(i, "/api/v1/posts?limit=100&feed="+feed), s.m.heard(i, of))
	}
	for n, g := range s.m.groups {
		s.feedOf(i, "group", g.id, func(p *said) bool { return s.m.isFor(p, n) && (g.in[i] == "member" || s.m.looksInto(i, g)) })
	}
	for n, b := range s.m.branches {
		s.feedOf(i, "branch", b, func(p *said) bool { return s.m.isForBranch(p, n) && n == s.m.people[i].branch })
	}
	for n, p := range s.m.people {
		if (n+i+batch)%3 > 0 { // in turn
			continue
		}
		s.feedOf(i, "person", p.id, func(p *said) bool { return p.author == n })
	}
	for n, d := range s.m.papers {
		if (n+i+batch)%3 > 0 {
			continue
		}
		of := func(p *said) bool { return p.kind == "paper" && p.which[0] == n }
		s.feedOf(i, "about", "document:"+d.id, of)
		if s.m.sees(i, d) {
			s.compare(i, fmt.Sprint("what is said about document ", n), s.ids(i, "/api/v1/documents/"+d.id+"/comments?limit=100"), s.m.heard(i, of))
		}
	}
	s.finds(i, "heipaal", func(*said) bool { return true })
	s.finds(i, "takelplan", func(p *said) bool { return len(p.comments) > 0 })
}

// feedOf compares the feed of one thing. What is not the asker's is empty, and its cursor tells of nothing.
func (s *story) feedOf(i int, kind, id string, of func(*said) bool) {
	var list struct {
		Items []struct{ ID string }
		Next  string
	}
	s.decode(i, "/api/v1/posts?limit=100&feed="+kind+"&id="+id, &list)
	got := []string{}
	for _, x := range list.Items {
		got = append(got, x.ID)
	}
	slices.Sort(got)
	want := s.m.heard(i, of)
	s.compare(i, "the feed of "+kind+" "+id, got, want)
	if len(want) > 0 || kind != "group" && kind != "branch" {
		return
	}
	s.decode(i, "/api/v1/posts?limit=1&feed="+kind+"&id="+id, &list)
	s.compare(i, "the cursor of the feed of "+kind+" "+id, list.Next, "")
}

// finds compares what searching posts for a word finds.
func (s *story) finds(i int, word string, of func(*said) bool) {
	var found struct {
		Total int
		Hits  []struct{ ID string }
	}
	s.decode(i, "/api/v1/search?type=post&limit=100&q="+word, &found)
	got, want := []string{}, s.m.heard(i, of)
	for _, h := range found.Hits {
		got = append(got, h.ID)
	}
	slices.Sort(got)
	s.compare(i, "posts found by "+word, got, want)
	s.compare(i, "how many posts are found by "+word, found.Total, len(want))
}

// askTold wants no post among the hits that somebody does not see, although the index does not know of the last changes yet.
func (s *story) askTold() {
	for i, p := range s.m.people {
		if !p.works {
			continue
		}
		res, err := s.Find.Search(s.t.Context(), s.viewer(i), find.Query{Text: "heipaal", Types: []search.Type{search.TypePost}, Limit: 100})
		s.must(err)
		hidden := []string{}
		for _, h := range res.Hits {
			if !slices.Contains(s.m.heard(i, func(*said) bool { return true }), h.ID) {
				hidden = append(hidden, h.ID)
			}
		}
		s.compare(i, "posts found that are hidden", hidden, []string{})
	}
}

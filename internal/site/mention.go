package site

import (
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/find"
	"github.com/aanpak/aanpak/internal/groups"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/search"
	"github.com/aanpak/aanpak/templates/part"
	"github.com/aanpak/aanpak/templates/social"
)

// named is how many names complete what is typed.
const named = 6

// topicsSince is how far back topics count as talked about.
const topicsSince = 180 * 24 * time.Hour

// mentions completes what is typed behind @, people and groups, or behind #, topics.
func (s *Site) mentions(c *fiber.Ctx) error {
	q := strings.TrimSpace(c.Query("q"))
	var list []social.Name
	var err error
	if strings.HasPrefix(q, "#") {
		list, err = s.topicNames(c, q)
	} else {
		list, err = s.peopleNames(c, strings.TrimPrefix(q, "@"))
	}
	if err != nil {
		return err
	}
	return render(c, s.localizer(c), social.Names(list))
}

func (s *Site) topicNames(c *fiber.Ctx, q string) (out []social.Name, err error) {
	l := s.localizer(c)
	list, err := s.Social.Topics(c.UserContext(), httpd.Viewer(c), q, s.Now().Add(-topicsSince), named)
	for _, t := range list {
		out = append(out, social.Name{Insert: "#" + t.Shown, Label: "#" + t.Shown, Hint: l.N("count.posts", t.Posts), Icon: "comment"})
	}
	return out, err
}

func (s *Site) peopleNames(c *fiber.Ctx, q string) (out []social.Name, err error) {
	ctx, v := c.UserContext(), httpd.Viewer(c)
	users, err := s.People.Users(ctx, v, people.UserFilter{Query: q, Limit: named})
	if err != nil {
		return nil, err
	}
	count := map[string]int{}
	for _, u := range users {
		count[u.Name]++
	}
	for _, u := range users {
		p := person(u)
		n := social.Name{Insert: "@" + u.Name, Label: u.Name, Hint: u.BranchName, Person: &p}
		if count[u.Name] > 1 {
			n.Insert += " (" + u.BranchName + ")"
		}
		out = append(out, n)
	}
	list, err := s.Groups.List(ctx, v, groups.Filter{Query: q, Limit: named - len(out)})
	if len(out) < named {
		for _, g := range list {
			out = append(out, social.Name{Insert: "@" + g.Name, Label: g.Name, Icon: "group"})
		}
	}
	return out, err
}

// similarAsked is how many questions asked before are shown while one is typed.
const similarAsked = 3

// similar finds what was asked before. Where searching is away nothing is shown.
func (s *Site) similar(c *fiber.Ctx) error {
	text := strings.TrimSpace(c.Query("body"))
	var out []part.Labelled
	if len([]rune(text)) >= 12 && s.Find != nil {
		res, err := s.Find.Search(c.UserContext(), httpd.Viewer(c), find.Query{Text: plainWords(text), Types: []search.Type{search.TypePost}, Limit: similarAsked, Brief: true})
		if err == nil {
			for _, h := range res.Hits {
				names, err := s.Social.Names(c.UserContext(), httpd.Viewer(c), h.Post.Body)
				if err != nil {
					return err
				}
				out = append(out, part.Labelled{Label: h.Post.Heading(names), URL: postURL(h.ID)})
			}
		}
	}
	return render(c, s.localizer(c), social.Similar(out))
}

// plainWords leaves out what searching would take for more than words.
func plainWords(text string) string {
	words := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \n\t\"-:@#?!.,;()", r) })
	return strings.Join(words[:min(len(words), 10)], " ")
}

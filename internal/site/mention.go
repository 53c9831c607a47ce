package site

import (
	"strings"

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
	list, err := s.Social.Topics(c.UserContext(), httpd.Viewer(c), q, named)
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
	if len(out) == named {
		return out, nil
	}
	list, err := s.Groups.List(ctx, v, groups.Filter{Query: q, Limit: named - len(out)})
	for _, g := range list {
		out = append(out, social.Name{Insert: "@" + g.Name, Label: g.Name, Icon: "group"})
	}
	return out, err
}

// similarAsked is how many questions asked before are shown while one is typed.
const similarAsked = 3

// similar finds what was asked before. Where searching is away nothing is shown.
func (s *Site) similar(c *fiber.Ctx) error {
	var out []part.Labelled
	if text := strings.TrimSpace(c.Query("body")); len([]rune(text)) >= 12 && s.Find != nil {
		var err error
		if out, err = s.similarTo(c, text); err != nil {
			return err
		}
	}
	return render(c, s.localizer(c), social.Similar(out))
}

// similarTo finds the questions that a text is most like.
func (s *Site) similarTo(c *fiber.Ctx, text string) (out []part.Labelled, err error) {
	ctx, v := c.UserContext(), httpd.Viewer(c)
	res, err := s.Find.Search(ctx, v, find.Query{Text: plainWords(text), Types: []search.Type{search.TypePost}, Limit: similarAsked, Brief: true})
	if err != nil {
		return nil, nil // searching is away: writing goes on
	}
	var bodies []string
	for _, h := range res.Hits {
		bodies = append(bodies, h.Post.Body)
	}
	names, err := s.Social.Names(ctx, v, bodies...)
	for _, h := range res.Hits {
		out = append(out, part.Labelled{Label: h.Post.Heading(names), URL: postURL(h.ID)})
	}
	return out, err
}

// plainWords leaves out what searching would take for more than words.
func plainWords(text string) string {
	words := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \n\t\"-:@#?!.,;()", r) })
	return strings.Join(words[:min(len(words), 10)], " ")
}

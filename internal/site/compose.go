package site

import (
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/groups"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/i18n"
	domain "github.com/aanpak/aanpak/internal/social"
	"github.com/aanpak/aanpak/templates/part"
)

// pollOptions is how many answers the form of a poll offers room for.
const pollOptions = 5

// composer makes the form in which a post is written.
func (s *Site) composer(c *fiber.Ctx, l *i18n.Localizer, w writing, it *domain.Item, r refusal) (p part.Composer, err error) {
	v := httpd.Viewer(c)
	p = part.Composer{
		Action: "/posts", ID: w.id, Kind: w.kind, MentionURL: "/mentions", SimilarURL: "/posts/similar", DraftURL: "/posts/draft", Many: w.many, Message: r.message, Errors: r.list,
		Title: line(l, "title", w.title, r, "off"),
		Body:  part.Field{Name: "body", Label: l.T("compose.body"), Value: w.body, Error: r.fields["body"], Rows: 6},
		Ends:  part.Field{Name: "ends", Label: l.T("compose.ends"), Value: w.ends, Type: "datetime-local", Error: r.fields["ends"]},
		At:    part.Field{Name: "at", Label: l.T("compose.at"), Hint: l.T("compose.at_hint"), Value: w.at, Type: "datetime-local", Error: r.fields["at"]},
	}
	if u := httpd.User(c); u != nil {
		p.Self = person(u)
	}
	p.Title.Required = false
	if it == nil && w.at == "" && r.list == nil {
		if err := s.untilOpening(c, l, &p.At); err != nil {
			return p, err
		}
	}
	for _, k := range domain.Kinds {
		if k == domain.KindNews { // has a form of its own
			continue
		}
		p.Kinds = append(p.Kinds, part.Option{Value: string(k), Label: l.T("post.kind." + string(k)), Selected: string(k) == w.kind || w.kind == "" && k == domain.KindText})
	}
	p.Options = append(p.Options, w.options...)
	for len(p.Options) < pollOptions {
		p.Options = append(p.Options, "")
	}
	if it == nil || it.Audience != domain.ForDocument {
		p.FileURL = "/posts/files"
	}
	if err := s.showCards(c, &p, w, r); err != nil {
		return p, err
	}
	if it != nil {
		p.Published, p.Photos = it.Published(), shownPhotos(it, true)
		p.PhotoURL = postURL(it.ID) + "/photos"
		p.Action = postURL(it.ID)
		if !it.Published() {
			p.Action = "/posts"
		}
	}
	if err := s.previewChoice(c, l, &p, w); err != nil {
		return p, err
	}
	if w.kind == string(domain.KindNews) {
		return p, s.newsComposer(c, l, &p, w, r)
	}
	mine, err := s.Groups.List(c.UserContext(), v, groups.Filter{Mine: true})
	if err != nil {
		return p, err
	}
	if w.audience == domain.ForGroup {
		if w.audience, err = s.usualGroup(c, mine); err != nil {
			return p, err
		}
	}
	s.audiences(l, &p, w, mine, v.BranchID, r)
	return p, s.firstCard(c, l, &p, w)
}

// untilOpening has what is written before the company opens wait for that moment, unless its author says otherwise.
func (s *Site) untilOpening(c *fiber.Ctx, l *i18n.Localizer, at *part.Field) error {
	plan, err := s.Opening.Plan(c.UserContext())
	if err == nil && !plan.Over {
		at.Value, at.Hint = plan.At.In(s.Zone).Format(momentForm), l.T("compose.at_opening")
	}
	return err
}

// usualGroup is the audience of somebody who wants to tell a group something: the one they told something last, else their first.
func (s *Site) usualGroup(c *fiber.Ctx, mine []*groups.Group) (string, error) {
	last, err := s.Social.LastGroup(c.UserContext(), httpd.Viewer(c))
	out := ""
	for _, g := range mine {
		if g.State == groups.StateMember && (out == "" || g.ID == last) {
			out = domain.ForGroup + ":" + g.ID
		}
	}
	return out, err
}

// audiences offers for whom a post is: the company, the viewer's branch, each of their groups.
func (s *Site) audiences(l *i18n.Localizer, p *part.Composer, w writing, mine []*groups.Group, branch string, r refusal) {
	p.Audience = part.Field{Name: "audience", Error: r.fields["audience"]}
	p.Groups = part.Field{Name: "group", Label: l.T("compose.groups")}
	add := func(value, label string) {
		p.Audience.Options = append(p.Audience.Options, part.Option{Value: value, Label: label, Selected: value == w.audience})
	}
	add(domain.ForCompany, l.T("post.for_company"))
	add(domain.ForBranch+":"+branch, l.T("compose.own_branch"))
	for _, g := range mine {
		if g.State != groups.StateMember {
			continue
		}
		add(domain.ForGroup+":"+g.ID, g.Name)
		p.Groups.Options = append(p.Groups.Options, part.Option{Value: g.ID, Label: g.Name, Selected: slices.Contains(w.groups, g.ID)})
	}
}

// firstCard shows the first thing that the post will show.
func (s *Site) firstCard(c *fiber.Ctx, l *i18n.Localizer, p *part.Composer, w writing) error {
	i := slices.IndexFunc(w.cards, func(s string) bool { return !strings.HasPrefix(s, filePrefix) })
	if i < 0 {
		return nil
	}
	x := cardIn(w.cards[i])
	things, err := s.things(c, []*domain.Item{{Post: &domain.Post{}, Cards: []*domain.Card{&x}}})
	if err != nil {
		return err
	}
	if shown := things.cards(l, []*domain.Card{&x}); len(shown) > 0 {
		p.Card = &shown[0]
	}
	return nil
}

// smallComposer is the form on top of a feed, for an audience.
func (s *Site) smallComposer(c *fiber.Ctx, l *i18n.Localizer, audience string) (*part.Composer, error) {
	p, err := s.composer(c, l, writing{audience: audience}, nil, refusal{})
	if err != nil {
		return nil, err
	}
	p.Small, p.Body.Rows = true, 1
	drafts, err := s.Social.Drafts(c.UserContext(), httpd.Viewer(c))
	p.Drafts = len(drafts)
	return &p, err
}

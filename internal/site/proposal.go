package site

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/i18n"
	"github.com/aanpak/aanpak/internal/markdown"
	domain "github.com/aanpak/aanpak/internal/social"
	"github.com/aanpak/aanpak/templates/part"
)

// homeProposals is how many proposals the home page shows at once.
const homeProposals = 2

// proposals are the posts that the viewer's work suggests; with a thing, those about it.
func (s *Site) proposals(c *fiber.Ctx, l *i18n.Localizer, about domain.Target) (out []part.Proposal, err error) {
	list, err := s.Social.Proposals(c.UserContext(), httpd.Viewer(c))
	if err != nil {
		return nil, err
	}
	for _, x := range list {
		if len(out) == homeProposals || about != "" && x.About() != about {
			continue
		}
		p, err := s.proposal(c, l, x)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

func (s *Site) proposal(c *fiber.Ctx, l *i18n.Localizer, x *domain.Proposal) (p part.Proposal, err error) {
	body, err := s.Social.Text(c.UserContext(), httpd.Viewer(c), l, x)
	if err != nil {
		return p, err
	}
	p = part.Proposal{Lead: proposalLead(l, x), HTML: markdown.HTML(body, nil), For: l.T("post.for_company")}
	switch a, _ := domain.ParseAudience(x.Audience); a.Kind {
	case domain.ForBranch:
		p.For = l.T("compose.own_branch")
	case domain.ForGroup:
		p.For = l.T("proposal.for_group")
	}
	fields := url.Values{"audience": {x.Audience}, "body": {body}}
	p.Publish = []part.Hidden{{Name: "kind", Value: string(domain.KindText)}, {Name: "audience", Value: x.Audience}, {Name: "body", Value: body}}
	for _, card := range x.Cards() {
		fields.Add("card", cardName(&card))
		p.Publish = append(p.Publish, part.Hidden{Name: "card", Value: cardName(&card)})
	}
	p.EditURL = "/posts/new?" + fields.Encode()
	p.PutAside = []part.Hidden{{Name: "about", Value: string(x.About())}, {Name: "what", Value: string(x.What)}}
	return p, nil
}

func proposalLead(l *i18n.Localizer, x *domain.Proposal) string {
	if x.What == domain.Added {
		return l.N("proposal.lead.added", len(x.Documents))
	}
	return l.T("proposal.lead."+string(x.What), "Tender", x.Tender.Title)
}

func (s *Site) proposalAside(c *fiber.Ctx) error {
	typed, err := form(c)
	if err != nil {
		return err
	}
	if err := s.Social.PutAside(c.UserContext(), httpd.Viewer(c), domain.Target(typed.Get("about")), domain.Happening(typed.Get("what"))); err != nil {
		return err
	}
	return s.done(c, s.back(c, "/"), flash{Key: "toast.proposal_aside"})
}

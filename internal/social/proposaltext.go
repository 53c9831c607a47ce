package social

import (
	"context"
	"strings"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/i18n"
)

// titlesNamed is how many documents and colleagues a proposed text names; the others are counted or left out.
const titlesNamed = 4

// Text is what the proposed post says, as its author would type it in their own language.
func (s *Service) Text(ctx context.Context, v auth.Viewer, l *i18n.Localizer, p *Proposal) (string, error) {
	if p.What == Added {
		return p.addedText(l), nil
	}
	lines := []string{l.T("proposal.text."+string(p.What), "Tender", p.Tender.Title, "Client", p.Tender.Client)}
	if p.Tender.Score > 0 && p.What != Submitted {
		lines[0] += " " + l.T("proposal.text.score", "Score", l.Decimal(p.Tender.Score))
	}
	if team := p.Team[:min(len(p.Team), titlesNamed)]; len(team) > 0 {
		names := make([]string, len(team))
		for i, id := range team {
			names[i] = "<@user:" + id + ">"
		}
		lines = append(lines, l.T("proposal.text.team", "Team", l.List(names)))
	}
	if p.What == Lost {
		lines = append(lines, l.T("proposal.text.ask"))
	}
	return s.Typed(ctx, v, strings.Join(lines, "\n\n"))
}

func (p *Proposal) addedText(l *i18n.Localizer) string {
	var titles []string
	for i, d := range p.Documents {
		if i == titlesNamed {
			titles = append(titles, l.N("proposal.text.others", len(p.Documents)-titlesNamed))
			break
		}
		titles = append(titles, d.Title)
	}
	text := l.T("proposal.text.added", "Titles", l.List(titles))
	if p.Tender != nil {
		text += " " + l.T("proposal.text.added_for", "Tender", p.Tender.Title)
	}
	return text
}

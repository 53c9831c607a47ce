package site

import (
	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/i18n"
	libdomain "github.com/aanpak/aanpak/internal/library"
	domain "github.com/aanpak/aanpak/internal/tenders"
	"github.com/aanpak/aanpak/templates/part"
	"github.com/aanpak/aanpak/templates/tenders"
)

// team fills who works on a tender, who else wrote its documents and, for who may change the team, whom to add.
func (s *Site) team(c *fiber.Ctx, l *i18n.Localizer, p *tenders.Show, t *domain.Tender, docs []*libdomain.Document, wrong string) error {
	members, err := s.Tenders.Team(c.UserContext(), httpd.Viewer(c), t.ID)
	if err != nil {
		return err
	}
	mayTeam := domain.CanTeam(httpd.Viewer(c), t) == nil
	in := make(map[string]bool, len(members))
	for _, m := range members {
		in[m.UserID] = true
		x := tenders.Member{Person: face(m.UserID, m.Name, m.Photo)}
		x.Function, x.Branch = m.Function, m.BranchName
		if mayTeam {
			x.RemoveURL = "/tenders/" + t.ID + "/team/" + m.UserID + "/remove"
		}
		p.Team = append(p.Team, x)
	}
	for _, a := range authors(docs) {
		if !in[a.ID] {
			p.AlsoWrote = append(p.AlsoWrote, a)
		}
	}
	if !mayTeam {
		return nil
	}
	p.Add = &part.Pick{ID: "team-add", URL: "/tenders/" + t.ID, PostURL: "/tenders/" + t.ID + "/team", Label: l.T("tender.team_label"), Button: l.T("tender.team_add"), Error: wrong}
	return s.pick(c, p.Add, in)
}

func (s *Site) teamAdd(c *fiber.Ctx) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	id, user := c.Params("id"), f.Get("user")
	err = s.Tenders.AddMember(c.UserContext(), httpd.Viewer(c), id, user)
	if r, ok := s.refused(s.localizer(c), err); ok && errs.Is(err, errs.KindInvalid) {
		c.Status(status(err))
		return s.showTender(c, id, r.fields["user"], writing{}, refusal{})
	}
	if err != nil {
		return err
	}
	return s.done(c, "/tenders/"+id+"#team", flash{Key: "toast.team_added", Name: s.nameOf(c, user)})
}

func (s *Site) teamRemove(c *fiber.Ctx) error {
	id, user := c.Params("id"), c.Params("user")
	if err := s.Tenders.RemoveMember(c.UserContext(), httpd.Viewer(c), id, user); err != nil {
		return err
	}
	return s.done(c, "/tenders/"+id+"#team", flash{Key: "toast.team_removed", Name: s.nameOf(c, user)})
}

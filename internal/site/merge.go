package site

import (
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/templates/admin"
)

// mergeForm lets the administrator choose the account that stays, and then shows what would move.
func (s *Site) mergeForm(c *fiber.Ctx) error {
	return s.showMerge(c, query(c).Get("into"), refusal{})
}

// mergeSave merges.
func (s *Site) mergeSave(c *fiber.Ctx) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	err = s.People.Merge(c.UserContext(), httpd.Viewer(c), c.Params("id"), f.Get("into"))
	if r, ok := s.refused(s.localizer(c), err); ok {
		c.Status(status(err))
		return s.showMerge(c, "", r)
	}
	if err != nil {
		return err
	}
	s.Indexer.Wake()
	into, err := s.People.User(c.UserContext(), httpd.Viewer(c), f.Get("into"))
	if err != nil {
		return err
	}
	return s.done(c, "/admin/people", flash{Key: "toast.merged", Name: into.Name})
}

func (s *Site) showMerge(c *fiber.Ctx, into string, r refusal) error {
	l, v, ctx := s.localizer(c), httpd.Viewer(c), c.UserContext()
	from, err := s.People.User(ctx, v, c.Params("id"))
	if err != nil {
		return err
	}
	action := "/admin/people/" + from.ID + "/merge"
	p := admin.Merge{
		Page: s.page(c, l, "admin", l.T("admin.merge.open")), From: mergeSide(from), Action: action, DoURL: action, Message: r.message,
		Text: strings.TrimSpace(query(c).Get("name")),
	}
	if into != "" {
		err = s.mergePlan(c, &p, from.ID, into)
	} else {
		err = s.mergeOthers(c, &p, from)
	}
	if err != nil {
		return err
	}
	return render(c, l, admin.MergePage(p))
}

func (s *Site) mergePlan(c *fiber.Ctx, p *admin.Merge, from, into string) error {
	l, v, ctx := s.localizer(c), httpd.Viewer(c), c.UserContext()
	moves, err := s.People.MergePlan(ctx, v, from, into)
	if err != nil {
		return err
	}
	for _, m := range moves {
		p.Moves = append(p.Moves, l.N("admin.merge.table."+m.Table, m.Count))
	}
	u, err := s.People.User(ctx, v, into)
	if err != nil {
		return err
	}
	side := mergeSide(u)
	p.Into = &side
	return nil
}

// mostOthers is how many accounts are offered at once.
const mostOthers = 20

// mergeOthers offers the accounts that are found, at first those whose name begins alike.
func (s *Site) mergeOthers(c *fiber.Ctx, p *admin.Merge, from *people.User) error {
	if p.Text == "" {
		p.Text, _, _ = strings.Cut(from.Name, " ")
	}
	users, err := s.People.Users(c.UserContext(), httpd.Viewer(c), people.UserFilter{Query: p.Text, Inactive: true})
	if err != nil {
		return err
	}
	for _, u := range users {
		if u.ID != from.ID && u.Active() && len(p.Others) < mostOthers {
			o := mergeSide(u)
			o.ChooseURL = p.Action + "?into=" + url.QueryEscape(u.ID)
			p.Others = append(p.Others, o)
		}
	}
	return nil
}

func mergeSide(u *people.User) admin.MergeSide {
	return admin.MergeSide{Person: person(u), Login: login(u.Email, u.PersonnelNumber), Left: !u.Active()}
}

package site

import (
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/httpd"
	libdomain "github.com/aanpak/aanpak/internal/library"
	domain "github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/tenders"
	"github.com/aanpak/aanpak/templates/part"
	"github.com/aanpak/aanpak/templates/people"
)

// peoplePerPage is the number of faces on a page.
const peoplePerPage = 60

func (s *Site) peopleList(c *fiber.Ctx) error {
	l, v := s.localizer(c), httpd.Viewer(c)
	a := list{"/people", query(c)}
	name, branch := strings.TrimSpace(a.query.Get("name")), a.query.Get("branch")
	users, err := s.People.Users(c.UserContext(), v, domain.UserFilter{Query: name, BranchID: branch})
	if err != nil {
		return err
	}
	branches, err := s.People.CountedBranches(c.UserContext(), v)
	if err != nil {
		return err
	}
	shown, pager := pageOfUsers(a, users)
	p := people.List{
		Page: s.page(c, l, "people", l.T("people.title")), Total: len(users), Text: name, Branch: branch, Pager: pager, CanAdd: v.IsAdmin(),
		Filtered: name != "" || branch != "",
	}
	for _, u := range shown {
		p.People = append(p.People, person(u))
	}
	total := 0
	for _, b := range branches {
		total += b.People
		p.Branches = append(p.Branches, part.Tab{Label: b.Name, URL: a.with("branch", b.ID), Count: b.People, On: b.ID == branch})
	}
	p.Branches = append([]part.Tab{{Label: l.T("people.all"), URL: a.with("branch", ""), Count: total, On: branch == ""}}, p.Branches...)
	return render(c, l, people.ListPage(p))
}

// pageOfUsers cuts one page out of a list.
func pageOfUsers(a list, users []*domain.User) ([]*domain.User, part.Pager) {
	page := pageOf(a.query)
	first := min((page-1)*peoplePerPage, len(users))
	return users[first:min(first+peoplePerPage, len(users))], a.pager(page, peoplePerPage, len(users))
}

func (s *Site) profile(c *fiber.Ctx) error {
	l, v, ctx := s.localizer(c), httpd.Viewer(c), c.UserContext()
	u, err := s.People.User(ctx, v, c.Params("id"))
	if err != nil {
		return err
	}
	docs, total, err := s.Library.List(ctx, v, libdomain.Filter{Owner: u.ID, Limit: 12})
	if err != nil {
		return err
	}
	p := people.Profile{
		Page: s.page(c, l, "people", u.Name), Person: person(u), Email: u.Email, Documents: cards(c, l, docs), Total: total, Own: u.ID == v.UserID,
		Left: !u.Active(), About: u.About, Phone: u.Phone,
	}
	if u.Role != auth.RoleMember {
		p.RoleName = l.T("role." + string(u.Role))
	}
	if total > len(docs) {
		p.AllURL = "/library?owner=" + url.QueryEscape(u.ID)
	}
	if v.IsAdmin() {
		p.AdminURL = "/admin/people/" + u.ID
	}
	worked, err := s.Tenders.List(ctx, v, tenders.Filter{Member: u.ID, Limit: 12})
	if err != nil {
		return err
	}
	p.Tenders = tenderCards(worked)
	return render(c, l, people.ProfilePage(p))
}

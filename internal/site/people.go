package site

import (
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/httpd"
	libdomain "github.com/aanpak/aanpak/internal/library"
	domain "github.com/aanpak/aanpak/internal/people"
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
	branches, err := s.People.Branches(c.UserContext(), v)
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
	if p.Tenders, err = s.tendersOf(c, docs); err != nil {
		return err
	}
	return render(c, l, people.ProfilePage(p))
}

// tendersOf are the tenders that the documents belong to.
func (s *Site) tendersOf(c *fiber.Ctx, docs []*libdomain.Document) ([]part.Tender, error) {
	var ids []string
	seen := map[string]bool{"": true}
	for _, d := range docs {
		if !seen[d.TenderID] {
			seen[d.TenderID] = true
			ids = append(ids, d.TenderID)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	found, err := s.Tenders.ByIDs(c.UserContext(), httpd.Viewer(c), ids)
	var out []part.Tender
	for _, id := range ids {
		if t := found[id]; t != nil {
			out = append(out, tenderCard(t))
		}
	}
	return out, err
}

package site

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/find"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/i18n"
	domain "github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/templates/part"
	"github.com/aanpak/aanpak/templates/people"
)

const (
	// peoplePerPage is the number of faces on a page.
	peoplePerPage = 60
	// skillsOnCard is how many subjects a card shows.
	skillsOnCard = 3
	// mostCards is how many people one file of vCards has.
	mostCards = 1000
)

// peopleQuestion reads from an address who is meant.
func peopleQuestion(q url.Values) find.PeopleQuery {
	return find.PeopleQuery{Text: strings.TrimSpace(q.Get("name")), People: domain.Narrowed{
		Branches: some(q["branch"]), Functions: some(q["function"]), Expertise: some(q["expertise"]), Languages: some(q["language"]), ByName: q.Get("sort") == "name",
	}}
}

// some leaves out empty values.
func some(list []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return s == "" })
}

func (s *Site) peopleList(c *fiber.Ctx) error {
	l, v := s.localizer(c), httpd.Viewer(c)
	a := list{"/people", query(c)}
	q := peopleQuestion(a.query)
	chosen, away, err := s.Find.People(c.UserContext(), v, q)
	if err != nil {
		return err
	}
	if away != nil {
		httpd.Report(c, away)
	}
	page, total := pageOf(a.query), len(chosen.IDs)
	first := min((page-1)*peoplePerPage, total)
	shown, err := s.People.ByIDs(c.UserContext(), v, chosen.IDs[first:min(first+peoplePerPage, total)])
	if err != nil {
		return err
	}
	p := people.List{
		Page: s.page(c, l, "people", l.T("people.title")), Total: total, Text: q.Text, Pager: a.pager(page, peoplePerPage, total), CanAdd: v.IsAdmin(),
		Facets: a.facets(l, peopleValues(l, chosen)), ClearURL: a.clear(), Sort: sorts(l, a.query.Get("sort"), "match", "name"), Away: away != nil,
	}
	if total > 0 {
		p.CardsURL = list{"/people/cards.vcf", a.query}.address(a.clone())
	}
	p.Chips = a.chips(p.Facets)
	for _, u := range shown {
		p.People = append(p.People, personCard(u))
	}
	return render(c, l, people.ListPage(p))
}

// peopleValues are the counted values of the directory.
func peopleValues(l *i18n.Localizer, chosen *domain.Chosen) map[string][]value {
	out := map[string][]value{}
	for field, counted := range map[string][]domain.Counted{
		"branch": chosen.Branches, "function": chosen.Functions, "expertise": chosen.Expertises, "language": chosen.Languages,
	} {
		for _, x := range counted {
			if field == "language" {
				x.Name = l.LanguageName(x.Value)
			}
			out[field] = append(out[field], value{x.Value, x.Name, x.Count})
		}
	}
	return out
}

func personCard(u *domain.User) people.Card {
	card := people.Card{Person: person(u), WorkingOn: u.WorkingOn, More: max(0, len(u.Expertise)-skillsOnCard)}
	for _, k := range u.Expertise[:min(skillsOnCard, len(u.Expertise))] {
		card.Skills = append(card.Skills, k.Name)
	}
	return card
}

// organisation shows who works where: managers first, then everybody by what they do.
func (s *Site) organisation(c *fiber.Ctx) error {
	l, v, ctx := s.localizer(c), httpd.Viewer(c), c.UserContext()
	only := c.Query("branch")
	branches, err := s.People.CountedBranches(ctx, v)
	if err != nil {
		return err
	}
	users, err := s.People.Users(ctx, v, domain.UserFilter{BranchID: only})
	if err != nil {
		return err
	}
	p := people.Organisation{
		Page:    s.page(c, l, "people", l.T("people.organisation")),
		Choices: []part.Tab{{Label: l.T("people.all"), URL: "/people/organisation", Count: -1, On: only == ""}},
	}
	for _, b := range branches {
		p.Choices = append(p.Choices, part.Tab{Label: b.Name, URL: "/people/organisation?branch=" + b.ID, Count: b.People, On: b.ID == only})
		if b.People > 0 && (only == "" || only == b.ID) {
			p.Branches = append(p.Branches, office(l, b, users))
		}
	}
	return render(c, l, people.OrganisationPage(p))
}

// pageOfUsers cuts one page out of a list.
func pageOfUsers(a list, users []*domain.User) ([]*domain.User, part.Pager) {
	page := pageOf(a.query)
	first := min((page-1)*peoplePerPage, len(users))
	return users[first:min(first+peoplePerPage, len(users))], a.pager(page, peoplePerPage, len(users))
}

// peopleCards sends whom the directory shows as one file of vCards.
func (s *Site) peopleCards(c *fiber.Ctx) error {
	q := peopleQuestion(query(c))
	chosen, away, err := s.Find.People(c.UserContext(), httpd.Viewer(c), q)
	if err != nil {
		return err
	}
	if away != nil {
		return away
	}
	users, err := s.People.ByIDs(c.UserContext(), httpd.Viewer(c), chosen.IDs[:min(mostCards, len(chosen.IDs))])
	if err != nil {
		return err
	}
	return s.sendCards(c, users, s.localizer(c).T("people.title"), false)
}

// personVCard sends one colleague, with the photo.
func (s *Site) personVCard(c *fiber.Ctx) error {
	u, err := s.People.User(c.UserContext(), httpd.Viewer(c), c.Params("id"))
	if err != nil {
		return err
	}
	if !u.Active() {
		return domainNotFound()
	}
	return s.sendCards(c, []*domain.User{u}, u.Name, true)
}

func (s *Site) sendCards(c *fiber.Ctx, users []*domain.User, name string, photos bool) error {
	var b strings.Builder
	if err := s.People.WriteCards(c.UserContext(), &b, httpd.Viewer(c), users, s.base(c), photos); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "text/vcard; charset=utf-8")
	c.Set(fiber.HeaderCacheControl, "private, no-cache")
	c.Set(fiber.HeaderContentDisposition, fmt.Sprintf("attachment; filename*=UTF-8''%s.vcf", url.PathEscape(name)))
	return c.SendString(b.String())
}

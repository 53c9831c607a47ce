package site

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/i18n"
	libdomain "github.com/aanpak/aanpak/internal/library"
	domain "github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/social"
	"github.com/aanpak/aanpak/internal/tenders"
	"github.com/aanpak/aanpak/templates/part"
	"github.com/aanpak/aanpak/templates/people"
)

// profileThings is how many things one can say of oneself: those that domain.User.Missing looks at.
const profileThings = 7

func domainNotFound() error { return errs.NotFound("user") }

func personURL(id string) string { return "/people/" + id }

func (s *Site) profile(c *fiber.Ctx) error {
	l, v, ctx := s.localizer(c), httpd.Viewer(c), c.UserContext()
	u, err := s.People.User(ctx, v, c.Params("id"))
	if err != nil {
		return err
	}
	p := people.Profile{Page: s.page(c, l, "people", u.Name), Person: portrait(u), Own: u.ID == v.UserID, Left: !u.Active()}
	if v.IsAdmin() {
		p.AdminURL = "/admin/people/" + u.ID
	}
	if u.Active() {
		s.describePerson(&p, l, v, u)
	}
	if p.Feed, err = s.feed(c, l, social.Feed{Kind: social.FeedPerson, ID: u.ID, After: c.Query("after")}, personURL(u.ID)); err != nil {
		return err
	}
	if asksPart(c) {
		return s.feedPart(c, l, p.Feed)
	}
	if !p.Own && u.Active() {
		t := social.UserTarget(u.ID)
		on, err := s.Social.Follows(ctx, v, t)
		if err != nil {
			return err
		}
		f := following(t, personURL(u.ID), on[t])
		p.Follow = &f
	}
	docs, total, err := s.Library.List(ctx, v, libdomain.Filter{Owner: u.ID, Limit: 12})
	if err != nil {
		return err
	}
	if p.Documents, err = s.fullCards(c, l, docs); err != nil {
		return err
	}
	if p.Total = total; total > len(docs) {
		p.AllURL = "/library?owner=" + url.QueryEscape(u.ID)
	}
	worked, err := s.Tenders.List(ctx, v, tenders.Filter{Member: u.ID, Limit: 12})
	if err != nil {
		return err
	}
	p.Tenders = tenderCards(worked)
	reused, err := s.Reuse.ByOthers(ctx, v, u.ID)
	if err != nil {
		return err
	}
	p.Reused = s.madeWith(c, l, reused)
	return render(c, l, people.ProfilePage(p))
}

// describePerson fills what is said of somebody who works here.
func (s *Site) describePerson(p *people.Profile, l *i18n.Localizer, v auth.Viewer, u *domain.User) {
	p.Email, p.Phone, p.Mobile, p.MobileHidden, p.About = u.Email, u.Phone, u.Mobile, u.MobileHidden, u.About
	p.WorkingOn, p.WorkingOnAt, p.CardURL = u.WorkingOn, u.WorkingOnAt.Time, personURL(u.ID)+"/card.vcf"
	if u.Role != auth.RoleMember {
		p.RoleName = l.T("role." + string(u.Role))
	}
	for _, tag := range u.Speaks() {
		p.Languages = append(p.Languages, l.LanguageName(tag))
	}
	for _, k := range u.Expertise {
		p.Skills = append(p.Skills, skill(v, u, k))
	}
	if p.Own {
		p.Said = profileThings
		for _, field := range u.Missing() {
			p.Missing = append(p.Missing, l.T("profile.missing."+field))
		}
	}
}

// portrait is a person with the large photo.
func portrait(u *domain.User) part.Person {
	p := person(u)
	if u.Photo != "" {
		p.Photo = photoURL(u.ID, u.Photo, domain.PhotoSizes[0])
	}
	return p
}

// skill is an expertise with who endorses it, and the way for a colleague to do so.
func skill(v auth.Viewer, u *domain.User, k *domain.Skill) people.Skill {
	out := people.Skill{ID: k.ID, Name: k.Name, Endorsed: k.EndorsedBy(v.UserID)}
	for _, e := range k.By {
		out.By = append(out.By, face(e.ID, e.Name, e.Photo))
	}
	if v.UserID != u.ID {
		out.URL = personURL(u.ID) + "/expertise/" + k.ID + "/endorse"
		if out.Endorsed {
			out.URL = personURL(u.ID) + "/expertise/" + k.ID + "/unendorse"
		}
	}
	return out
}

func (s *Site) endorse(c *fiber.Ctx) error {
	if err := s.People.Endorse(c.UserContext(), httpd.Viewer(c), c.Params("id"), c.Params("skill")); err != nil {
		return err
	}
	return s.done(c, personURL(c.Params("id"))+"#expertise", flash{Key: "toast.endorsed"})
}

func (s *Site) unendorse(c *fiber.Ctx) error {
	if err := s.People.Unendorse(c.UserContext(), httpd.Viewer(c), c.Params("id"), c.Params("skill")); err != nil {
		return err
	}
	return s.done(c, personURL(c.Params("id"))+"#expertise", flash{Key: "toast.saved"})
}

// photo sends a face. An address that names it may be kept for long, by the browser of who is signed in alone.
func (s *Site) photo(c *fiber.Ctx) error {
	size := domain.PhotoSize(number(c.Query("size"), domain.PhotoSizes[0]))
	b, sum, err := s.People.Photo(c.UserContext(), httpd.Viewer(c), c.Params("id"), size)
	if err != nil {
		return err
	}
	of := c.Query("of")
	return httpd.SendPhoto(c, b, sum+"-"+strconv.Itoa(size), of != "" && strings.HasPrefix(sum, of))
}

// office is a branch as the organisation shows it.
func office(l *i18n.Localizer, b *domain.Branch, users []*domain.User) people.Branch {
	out := people.Branch{ID: b.ID, Name: b.Name, Place: b.Place, Count: b.People, CardsURL: "/people/cards.vcf?branch=" + b.ID}
	byName := map[string]*people.Function{}
	var names []string
	for _, u := range users {
		if u.BranchID != b.ID {
			continue
		}
		p := people.Colleague{Person: person(u), Phone: u.Phone, Mobile: u.Mobile, Email: u.Email}
		if u.Role == auth.RoleManager {
			out.Managers = append(out.Managers, p)
			continue
		}
		if byName[u.Function] == nil {
			byName[u.Function], names = &people.Function{Name: u.Function}, append(names, u.Function)
		}
		byName[u.Function].People = append(byName[u.Function].People, p)
	}
	slices.Sort(names)
	for _, name := range names {
		f := byName[name]
		if name == "" {
			f.Name = l.T("people.no_function")
		}
		out.Functions = append(out.Functions, *f)
	}
	return out
}

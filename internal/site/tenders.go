package site

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/i18n"
	libdomain "github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/social"
	domain "github.com/aanpak/aanpak/internal/tenders"
	"github.com/aanpak/aanpak/templates/part"
	"github.com/aanpak/aanpak/templates/tenders"
)

// mostListed bounds the list of tenders: a page of them is read whole, and narrowed by its facets.
const mostListed = 1000

func (s *Site) tenders(c *fiber.Ctx) error {
	l, v := s.localizer(c), httpd.Viewer(c)
	a := list{"/tenders", query(c)}
	all, err := s.Tenders.List(c.UserContext(), v, domain.Filter{Limit: mostListed})
	if err != nil {
		return err
	}
	found := narrow(all, a.query, "")
	page := pageOf(a.query)
	first := min((page-1)*pageSize, len(found))
	branches, err := s.People.Branches(c.UserContext(), v)
	if err != nil {
		return err
	}
	shown, err := s.counted(c, found[first:min(first+pageSize, len(found))])
	if err != nil {
		return err
	}
	p := tenders.List{
		Page: s.page(c, l, "tenders", l.T("tenders.title")), Tenders: shown, Total: len(found),
		Facets: a.facets(l, tenderValues(all, a.query, branches)), ClearURL: a.clear(), Pager: a.pager(page, pageSize, len(found)), Filtered: a.filtered(),
	}
	p.Chips = a.chips(p.Facets)
	return render(c, l, tenders.ListPage(p))
}

// counted are tenders with the number of their documents that the viewer sees.
func (s *Site) counted(c *fiber.Ctx, list []*domain.Tender) ([]part.Tender, error) {
	ids := make([]string, len(list))
	for i, t := range list {
		ids[i] = t.ID
	}
	counts, err := s.Library.CountByTender(c.UserContext(), httpd.Viewer(c), ids)
	out := tenderCards(list)
	for i := range out {
		out[i].Documents = counts[out[i].ID]
	}
	return out, err
}

// tenderFacets are the fields by which tenders are narrowed.
var tenderFacets = map[string]func(*domain.Tender) string{
	"outcome": func(t *domain.Tender) string { return string(t.Outcome) },
	"branch":  func(t *domain.Tender) string { return t.BranchID },
	"client":  func(t *domain.Tender) string { return t.Client },
	"year":    func(t *domain.Tender) string { return num(t.Year) },
}

// narrow keeps the tenders that the ticked values let through, but for those of one field.
func narrow(all []*domain.Tender, q url.Values, without string) []*domain.Tender {
	var out []*domain.Tender
	for _, t := range all {
		if fits(t, q, without) {
			out = append(out, t)
		}
	}
	return out
}

func fits(t *domain.Tender, q url.Values, without string) bool {
	for field, of := range tenderFacets {
		if field == without || len(q[field]) == 0 {
			continue
		}
		ok := false
		for _, on := range q[field] {
			ok = ok || of(t) == on
		}
		if !ok {
			return false
		}
	}
	return true
}

// tenderValues counts each field over what its own ticks would not exclude, the most frequent first and years newest first.
func tenderValues(all []*domain.Tender, q url.Values, branches []*people.Branch) map[string][]value {
	names := map[string]string{}
	for _, b := range branches {
		names[b.ID] = b.Name
	}
	out := make(map[string][]value, len(tenderFacets))
	for field, of := range tenderFacets {
		counts := map[string]int{}
		for _, t := range narrow(all, q, field) {
			counts[of(t)]++
		}
		for v, n := range counts {
			out[field] = append(out[field], value{value: v, name: names[v], count: n})
		}
		sortValues(field, out[field])
	}
	return out
}

func (s *Site) tenderShow(c *fiber.Ctx) error {
	return s.showTender(c, c.Params("id"), "", writing{}, refusal{})
}

// showTender shows a tender. wrong is why somebody could not be put into its team; w is what was said and not taken, for the reasons in r.
func (s *Site) showTender(c *fiber.Ctx, id, wrong string, w writing, r refusal) error {
	l, v, ctx := s.localizer(c), httpd.Viewer(c), c.UserContext()
	t, err := s.Tenders.Get(ctx, v, id)
	if err != nil {
		return err
	}
	docs, _, err := s.Library.List(ctx, v, libdomain.Filter{Tender: []string{t.ID}, Limit: 100})
	if err != nil {
		return err
	}
	same, err := s.Tenders.List(ctx, v, domain.Filter{Client: t.Client, Limit: 8})
	if err != nil {
		return err
	}
	shown, err := s.fullCards(c, l, docs)
	if err != nil {
		return err
	}
	p := tenders.Show{
		Page: s.page(c, l, "tenders", t.Title), Tender: tenderCard(t), Description: t.Summary, Facts: tenderFacts(l, t), Documents: shown,
		CanEdit: domain.CanEdit(v, t) == nil, EditURL: "/tenders/" + t.ID + "/edit", UploadURL: "/upload?tender=" + t.ID,
	}
	if err := s.team(c, l, &p, t, docs, wrong); err != nil {
		return err
	}
	if p.Talk, err = s.tenderTalk(c, l, t.ID, w, r); err != nil {
		return err
	}
	if p.Follow, err = s.followOf(c, social.TenderTarget(t.ID), tenderURL(t.ID)); err != nil {
		return err
	}
	if p.Proposals, err = s.proposals(c, l, social.TenderTarget(t.ID)); err != nil {
		return err
	}
	made, err := s.Reuse.Made(ctx, v, t.ID)
	if err != nil {
		return err
	}
	p.Made = s.madeWith(c, l, made)
	for _, o := range same {
		if o.ID != t.ID {
			p.SameClient = append(p.SameClient, tenderCard(o))
		}
	}
	return render(c, l, tenders.ShowPage(p))
}

// authors are the people whose documents a tender has.
func authors(docs []*libdomain.Document) []part.Person {
	var out []part.Person
	seen := map[string]bool{}
	for _, d := range docs {
		if !seen[d.OwnerID] {
			seen[d.OwnerID] = true
			out = append(out, face(d.OwnerID, d.OwnerName, d.OwnerPhoto))
		}
	}
	return out
}

func tenderFacts(l *i18n.Localizer, t *domain.Tender) []tenders.Fact {
	var out []tenders.Fact
	add := func(key, value string) {
		if value != "" {
			out = append(out, tenders.Fact{Name: l.T("field." + key), Value: value})
		}
	}
	add("reference", t.Reference)
	add("client", t.Client)
	add("place", t.Place)
	add("branch", t.BranchName)
	add("year", num(t.Year))
	add("work", t.Work)
	add("procedure", t.Procedure)
	if t.Value > 0 {
		add("value", l.Money(t.Value))
	}
	add("deadline", l.Date(t.SubmitAt.Time))
	return out
}

package site

import (
	"net/url"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/i18n"
	libdomain "github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/templates/library"
	"github.com/aanpak/aanpak/templates/part"
)

// pageSize is the number of cards on a page, and mostPages bounds how deep somebody may page.
const (
	pageSize  = 30
	mostPages = 2000
)

func num(n int) string { return strconv.Itoa(n) }

// pageOf reads the page asked for.
func pageOf(q url.Values) int { return min(max(number(q.Get("page"), 1), 1), mostPages) }

func (s *Site) library(c *fiber.Ctx) error {
	l, v, ctx := s.localizer(c), httpd.Viewer(c), c.UserContext()
	a := list{"/library", query(c)}
	f := documentFilter(a.query, v.UserID)
	// Facets first: the list's total comes from the same reading.
	counted, err := s.Library.Facets(ctx, v, f)
	if err != nil {
		return err
	}
	docs, total, err := s.Library.List(ctx, v, f)
	if err != nil {
		return err
	}
	shown, err := s.fullCards(c, l, docs)
	if err != nil {
		return err
	}
	p := library.Library{
		Page: s.page(c, l, "library", l.T("library.title")), Documents: shown, Total: total, View: view(a.query),
		Facets: a.facets(l, libraryValues(counted)), Filtered: a.filtered(), ClearURL: a.clear(),
		CardsURL: a.with("view", ""), ListURL: a.with("view", "list"), Pager: a.pager(pageOf(a.query), pageSize, total),
		Sort: sorts(l, a.query.Get("sort"), "newest", "title", "reused", "score"), FailedURL: "/library?status=failed&owner=me",
	}
	p.Chips = append(a.chips(p.Facets), stateChips(l, a)...)
	if err := s.groupChip(c, l, a, &p.Chips); err != nil {
		return err
	}
	if p.Busy, p.Failed, err = s.states(c); err != nil {
		return err
	}
	return render(c, l, library.LibraryPage(p))
}

// documentFilter reads a filter from an address. Unknown values find nothing, which the page then says.
func documentFilter(q url.Values, self string) libdomain.Filter {
	f := libdomain.Filter{
		Kind: q["kind"], Branch: q["branch"], Client: q["client"], Outcome: q["outcome"], Language: q["language"], Tag: q["tag"],
		Year: libdomain.Years(q["year"]), Sort: libdomain.Sort(q.Get("sort")), Limit: pageSize, Offset: (pageOf(q) - 1) * pageSize,
	}
	for _, status := range q["status"] {
		f.Status = append(f.Status, libdomain.Status(status))
	}
	f.Group = q.Get("group")
	if f.Owner = q.Get("owner"); f.Owner == "me" {
		f.Owner = self
	}
	return f
}

func view(q url.Values) string {
	if q.Get("view") == "list" {
		return "list"
	}
	return ""
}

// sorts are the orders to choose from.
func sorts(l *i18n.Localizer, chosen string, keys ...string) []part.Option {
	var out []part.Option
	for _, k := range keys {
		out = append(out, part.Option{Value: k, Label: l.T("sort." + k), Selected: k == chosen})
	}
	return out
}

func libraryValues(counted map[string][]libdomain.Facet) map[string][]value {
	out := make(map[string][]value, len(counted))
	for field, list := range counted {
		for _, f := range list {
			out[field] = append(out[field], value{f.Value, f.Name, f.Count})
		}
	}
	return out
}

// stateChips are the narrowings that have no facet.
func stateChips(l *i18n.Localizer, a list) []part.Chip {
	var out []part.Chip
	for _, status := range a.query["status"] {
		out = append(out, part.Chip{Label: label(l, "status", value{value: status}), RemoveURL: a.without("status", status)})
	}
	if a.query.Get("owner") == "me" {
		out = append(out, part.Chip{Label: l.T("facet.owner_me"), RemoveURL: a.without("owner", "me")})
	}
	return out
}

// groupChip says that only what is shared with a group is listed.
func (s *Site) groupChip(c *fiber.Ctx, l *i18n.Localizer, a list, chips *[]part.Chip) error {
	id := a.query.Get("group")
	if id == "" {
		return nil
	}
	text, err := s.groupWords(c, l, id)
	*chips = append(*chips, part.Chip{Label: text, RemoveURL: a.without("group", id)})
	return err
}

// states counts what is being read, and what of the viewer could not be.
func (s *Site) states(c *fiber.Ctx) (busy, failed int, err error) {
	v := httpd.Viewer(c)
	if busy, err = s.Library.Count(c.UserContext(), v, libdomain.Filter{Unfinished: true}); err != nil {
		return 0, 0, err
	}
	failed, err = s.Library.Count(c.UserContext(), v, libdomain.Filter{Owner: v.UserID, Status: []libdomain.Status{libdomain.StatusFailed}})
	return busy, failed, err
}

func (s *Site) trash(c *fiber.Ctx) error {
	l, v := s.localizer(c), httpd.Viewer(c)
	a := list{"/trash", query(c)}
	docs, total, err := s.Library.List(c.UserContext(), v, libdomain.Filter{Trash: true, Limit: pageSize, Offset: (pageOf(a.query) - 1) * pageSize})
	if err != nil {
		return err
	}
	p := library.Trash{Page: s.page(c, l, "trash", l.T("trash.title")), Pager: a.pager(pageOf(a.query), pageSize, total)}
	for _, d := range docs {
		t := library.Trashed{Document: s.card(c, l, d), By: s.nameOf(c, d.DeletedBy), At: d.DeletedAt.Time, RestoreURL: documentURL(d.ID) + "/restore"}
		t.Document.Thumb = ""
		if libdomain.CanPurge(v) == nil {
			t.PurgeURL = documentURL(d.ID) + "/purge"
		}
		p.Items = append(p.Items, t)
	}
	return render(c, l, library.TrashPage(p))
}

// nameOf is a colleague's name; what the system did is Aanpak's.
func (s *Site) nameOf(c *fiber.Ctx, id string) string {
	u, err := s.People.User(c.UserContext(), httpd.Viewer(c), id)
	if err != nil {
		return "Aanpak"
	}
	return u.Name
}

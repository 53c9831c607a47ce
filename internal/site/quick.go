package site

import (
	"errors"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/find"
	"github.com/aanpak/aanpak/internal/httpd"
	index "github.com/aanpak/aanpak/internal/search"
	"github.com/aanpak/aanpak/templates/search"
)

// quickHits is the number of lines under the box.
const quickHits = 8

// quick answers while somebody types: the best of all types together.
func (s *Site) quick(c *fiber.Ctx) error {
	l := s.localizer(c)
	text := strings.TrimSpace(c.Query("q"))
	if text == "" {
		return c.SendString("")
	}
	res, err := s.Find.Search(c.UserContext(), httpd.Viewer(c), find.Query{Text: text, Types: searchTypes, Limit: quickHits, Prefix: true, Brief: true})
	var away *find.Away
	if errors.As(err, &away) {
		httpd.Report(c, err)
		return render(c, l, search.QuickAway())
	}
	if err != nil {
		return err
	}
	q := search.Quick{Query: text, Shown: len(res.Hits), Corrected: res.Corrected}
	for _, h := range res.Hits {
		switch h.Type {
		case index.TypeDocument:
			d := s.card(c, l, h.Document)
			facts := h.Document.BranchName
			if d.Pages > 1 {
				facts = l.T("search.page_of", "Page", h.Page, "Pages", d.Pages)
			}
			q.Documents = append(q.Documents, search.QuickHit{URL: pageURL(h.ID, 0, h.Page, text), Title: d.Title, Facts: facts, Snippet: h.Snippet, Media: d.Media})
		case index.TypeTender:
			t := tenderCard(h.Tender)
			q.Tenders = append(q.Tenders, search.QuickHit{URL: t.URL, Title: t.Name, Facts: t.Client, Media: "tender"})
		case index.TypeGroup:
			facts := l.T("group.kind."+string(h.Group.Kind)) + " · " + l.N("count.members", h.Group.Members)
			q.Groups = append(q.Groups, search.QuickHit{URL: groupURL(h.ID), Title: h.Group.Name, Facts: facts, Media: "group"})
		case index.TypePost:
			p := face(h.Post.AuthorID, h.Post.AuthorName, h.Post.AuthorPhoto)
			q.Posts = append(q.Posts, search.QuickHit{URL: postURL(h.ID), Title: h.Heading, Facts: h.Post.AuthorName, Person: &p})
		case index.TypePerson:
			p := person(h.Person)
			q.People = append(q.People, search.QuickHit{URL: p.URL, Title: p.Name, Facts: p.Branch, Person: &p})
		}
	}
	return render(c, l, search.QuickList(q))
}

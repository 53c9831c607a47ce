package site

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"reflect"
	"strings"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/sync/errgroup"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/find"
	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/i18n"
	libdomain "github.com/aanpak/aanpak/internal/library"
	index "github.com/aanpak/aanpak/internal/search"
	"github.com/aanpak/aanpak/templates/part"
	"github.com/aanpak/aanpak/templates/search"
)

// hitsPerPage is the number of hits on a page of results.
const hitsPerPage = 20

// searchTypes are the tabs, in order.
var searchTypes = []index.Type{index.TypeDocument, index.TypeTender, index.TypePerson, index.TypeGroup, index.TypePost}

func (s *Site) search(c *fiber.Ctx) error {
	l := s.localizer(c)
	a := list{"/search", query(c)}
	text := strings.TrimSpace(a.query.Get("q"))
	p := search.Results{Page: s.page(c, l, "search", l.T("nav.search")), Query: text, Type: string(searchType(a.query.Get("type")))}
	p.Search = text
	if text == "" && !a.filtered() {
		return render(c, l, search.ResultsPage(p))
	}
	p.Title = l.T("search.title", "Query", text)
	q := find.Query{
		Text: text, Types: []index.Type{index.Type(p.Type)}, Filters: filters(a.query), Sort: index.Sort(a.query.Get("sort")),
		Limit: hitsPerPage, Offset: (pageOf(a.query) - 1) * hitsPerPage, Facets: true, Further: true,
	}
	res, counts, err := s.answers(c, q)
	if err != nil {
		return s.searchAway(c, l, p, err)
	}
	p.Total, p.PagesFound, p.Took, p.Corrected, p.Fewer = res.Total, res.Pages, int(res.Took.Milliseconds()), res.Corrected, res.Relaxed
	if p.Corrected != "" {
		p.ExactURL = "/search?q=" + url.QueryEscape(exactly(text))
	}
	p.Facets = a.facets(l, searchValues(res.Facets, index.Type(p.Type)))
	p.Chips, p.ClearURL = a.chips(p.Facets), a.clear()
	p.Sort = sorts(l, a.query.Get("sort"), "relevance", "newest", "reused", "score")
	p.Pager = a.pager(pageOf(a.query), hitsPerPage, res.Total)
	s.fillHits(c, l, &p, res.Hits, text)
	p.Tabs = tabs(l, a, counts, p.Type)
	s.noted(q, res, counts)
	if p.Total == 0 {
		p.Advice, p.Elsewhere = advice(l, a, text), elsewhere(p.Tabs)
	}
	return render(c, l, search.ResultsPage(p))
}

// answers are the results of the tab that is shown, and how many the others have, asked all at once. The others are counted by the words as they
// are, which costs the index little; where the tab that is shown had to guess, they may guess too.
func (s *Site) answers(c *fiber.Ctx, q find.Query) (res *find.Result, counts map[index.Type]int, err error) {
	v := httpd.Viewer(c)
	g, ctx := errgroup.WithContext(c.UserContext())
	g.Go(func() (err error) {
		res, err = s.Find.Search(ctx, v, q)
		return err
	})
	g.Go(func() (err error) {
		counts, err = s.counts(ctx, v, asides(q, true))
		return err
	})
	if err := g.Wait(); err != nil {
		return nil, nil, err
	}
	if res.Total == 0 || res.Corrected != "" || res.Relaxed {
		if counts, err = s.counts(c.UserContext(), v, asides(q, false)); err != nil {
			return nil, nil, err
		}
	}
	counts[q.Types[0]] = res.Total
	return res, counts, nil
}

// counts asks questions aside, all at once, and adds up what they find of each type.
func (s *Site) counts(ctx context.Context, v auth.Viewer, asked []find.Query) (map[index.Type]int, error) {
	found := make([]*find.Result, len(asked))
	g, ctx := errgroup.WithContext(ctx)
	for i, q := range asked {
		g.Go(func() (err error) {
			found[i], err = s.Find.Search(ctx, v, q)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	out := map[index.Type]int{}
	for _, res := range found {
		maps.Copy(out, res.ByType)
	}
	return out, nil
}

// asides are the questions that count the hits of the tabs that are not shown. Plain ones of the same filters are one question. Documents are
// never counted plainly: their words may be on different pages.
func asides(q find.Query, plain bool) (out []find.Query) {
	typed := len(index.Parse(q.Text).Fields["type"]) > 0 // and then the others have none
	for _, t := range searchTypes {
		if t == q.Types[0] {
			continue
		}
		ask := aside(q, t)
		ask.Plain = plain && t != index.TypeDocument
		if n := len(out) - 1; n >= 0 && !typed && ask.Plain && out[n].Plain && reflect.DeepEqual(ask.Filters, out[n].Filters) {
			out[n].Types = append(out[n].Types, t)
			continue
		}
		out = append(out, ask)
	}
	return out
}

// aside is the question that counts the hits of a tab that is not shown, with those of the filters that its things have.
func aside(q find.Query, t index.Type) find.Query {
	q.Types, q.Limit, q.Offset, q.Facets, q.Further, q.Aside = []index.Type{t}, 1, 0, false, false, true
	switch t {
	case index.TypeDocument:
	case index.TypeGroup, index.TypePost:
		q.Filters = index.Filters{}
	default:
		q.Filters = index.Filters{Branch: q.Filters.Branch}
	}
	return q
}

// searchAway says on the page of results that searching does not work right now. The browser's htmx shows no answer in error, so it
// gets this one without.
func (s *Site) searchAway(c *fiber.Ctx, l *i18n.Localizer, p search.Results, err error) error {
	var away *find.Away
	if !errors.As(err, &away) {
		return err
	}
	if e := httpd.Report(c, err); c.Get("HX-Request") == "" {
		c.Status(httpd.Status(e.Kind))
	}
	p.Away = true
	return render(c, l, search.ResultsPage(p))
}

func searchType(t string) index.Type {
	for _, known := range searchTypes {
		if t == string(known) {
			return known
		}
	}
	return index.TypeDocument
}

func filters(q url.Values) index.Filters {
	return index.Filters{
		Kind: q["kind"], Branch: q["branch"], Client: q["client"], Outcome: q["outcome"], Language: q["language"], Tag: q["tag"],
		Tender: q["tender"], Year: libdomain.Years(q["year"]),
	}
}

// exactly puts every word between quotation marks, where no typing error is corrected.
func exactly(text string) string {
	if strings.Contains(text, `"`) {
		return text
	}
	fields := strings.Fields(text)
	for i, w := range fields {
		fields[i] = `"` + w + `"`
	}
	return strings.Join(fields, " ")
}

// documentFields are the facets that only documents have.
var documentFields = []string{"kind", "language", "tag"}

func searchValues(counted map[string][]find.FacetValue, t index.Type) map[string][]value {
	out := make(map[string][]value, len(counted))
	for field, list := range counted {
		for _, f := range list {
			out[field] = append(out[field], value{f.Value, f.Name, f.Count})
		}
	}
	if t != index.TypeDocument {
		for _, field := range documentFields {
			delete(out, field)
		}
	}
	switch t {
	case index.TypePerson:
		return map[string][]value{"branch": out["branch"]}
	case index.TypeGroup, index.TypePost:
		return nil // they are of no branch, client or year
	}
	return out
}

// noted counts what was asked: found is what any of the tabs has.
func (s *Site) noted(q find.Query, res *find.Result, counts map[index.Type]int) {
	total := 0
	for _, n := range counts {
		total += n
	}
	s.Questions.Note(q, total, res.Took)
}

func tabs(l *i18n.Localizer, a list, counts map[index.Type]int, shown string) []part.Tab {
	var out []part.Tab
	for _, t := range searchTypes {
		q := url.Values{"q": {a.query.Get("q")}, "type": {string(t)}}
		out = append(out, part.Tab{Label: l.T("search.tab." + string(t)), URL: a.address(q), Count: counts[t], On: string(t) == shown})
	}
	return out
}

// elsewhere are the tabs that do have hits.
func elsewhere(tabs []part.Tab) []part.Tab {
	var out []part.Tab
	for _, t := range tabs {
		if !t.On && t.Count > 0 {
			out = append(out, t)
		}
	}
	return out
}

// advice is what to try when nothing was found, the likeliest first.
func advice(l *i18n.Localizer, a list, text string) []search.Advice {
	var out []search.Advice
	if a.filtered() {
		out = append(out, search.Advice{Text: l.T("search.advice.filters"), URL: a.clear(), Link: l.T("search.advice.filters_link")})
	}
	if strings.Contains(text, `"`) {
		out = append(out, search.Advice{Text: l.T("search.advice.quotes")})
	}
	if len(strings.Fields(text)) > 2 {
		out = append(out, search.Advice{Text: l.T("search.advice.fewer")})
	}
	return append(out,
		search.Advice{Text: l.T("search.advice.synonym")},
		search.Advice{Text: l.T("search.advice.ask"), URL: "/people", Link: l.T("search.advice.ask_link")})
}

func (s *Site) fillHits(c *fiber.Ctx, l *i18n.Localizer, p *search.Results, hits []find.Hit, text string) {
	for _, h := range hits {
		switch h.Type {
		case index.TypeDocument:
			p.Hits = append(p.Hits, s.documentHit(c, l, h, text))
		case index.TypeTender:
			p.Tenders = append(p.Tenders, part.TenderHit{Tender: tenderCard(h.Tender), Snippet: h.Snippet})
		case index.TypeGroup:
			p.Groups = append(p.Groups, part.GroupHit{Group: groupCard(h.Group), Snippet: h.Snippet})
		case index.TypePost:
			p.Posts = append(p.Posts, postHit(h))
		case index.TypePerson:
			p.People = append(p.People, part.PersonHit{Person: person(h.Person), Snippet: h.Snippet})
		}
	}
}

func postHit(h find.Hit) part.PostHit {
	return part.PostHit{
		URL: postURL(h.ID), Title: h.Title, Snippet: h.Snippet, Author: face(h.Post.AuthorID, h.Post.AuthorName, h.Post.AuthorPhoto), Branch: h.Post.AuthorBranch,
		At: h.Post.PublishedAt.Time, Kind: string(h.Post.Kind), Answered: h.Post.AnswerID != "", Comments: h.Post.Comments,
	}
}

func (s *Site) documentHit(c *fiber.Ctx, l *i18n.Localizer, h find.Hit, text string) part.Hit {
	out := part.Hit{Document: s.card(c, l, h.Document), MoreURL: documentURL(h.ID) + "?q=" + url.QueryEscape(text)}
	out.Best = hitPage(h.Document, h.Page, h.Label, h.Snippet, text)
	for _, o := range h.Others {
		out.Others = append(out.Others, hitPage(h.Document, o.Page, o.Label, o.Snippet, text))
	}
	out.More = max(0, h.More-len(out.Others))
	return out
}

func hitPage(d *libdomain.Document, n int, label, snippet, text string) part.Page {
	n = max(n, 1)
	p := part.Page{Number: n, Label: label, Snippet: snippet, URL: pageURL(d.ID, 0, n, text)}
	if d.ReadableID != "" {
		p.Thumb = imageURL(d.ID, d.Number, n, smallWidth)
	}
	if drawn(d.MediaType) {
		p.Marks = fmt.Sprintf("/documents/%s/pages/%d/marks.svg?q=%s", d.ID, n, url.QueryEscape(text))
	}
	return p
}

// pageURL is a document opened at a page, with the words of a search marked; version 0 is the newest that can be read.
func pageURL(id string, version, page int, text string) string {
	q := url.Values{}
	if page > 0 {
		q.Set("page", num(page))
	}
	if text != "" {
		q.Set("q", text)
	}
	if version > 0 {
		q.Set("version", num(version))
	}
	return list{path: documentURL(id)}.address(q)
}

package api

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/aanpak/aanpak/internal/find"
	"github.com/aanpak/aanpak/internal/search"
)

// SearchParams are the parameters of a search.
type SearchParams struct {
	Q        string   `query:"q" maxLength:"1000" doc:"Words, \"quoted phrases\", -word, kind:approach, branch:zwolle, year:2025, is:spotlight …"`
	Type     []string `query:"type,explode" doc:"document, fragment, tender, person, group, post; all when left out."`
	Kind     []string `query:"kind,explode" doc:"Several by commas or by repeating the parameter; so too for type, tender, year, outcome, language and tag."`
	Branch   []string `query:"branch,explode" doc:"Ids or names of branches; repeat the parameter for several."`
	Tender   []string `query:"tender,explode" doc:"Ids of tenders."`
	Client   []string `query:"client,explode" doc:"Names as they are, commas and all; repeat the parameter for several."`
	Year     []int    `query:"year,explode"`
	Outcome  []string `query:"outcome,explode"`
	Language []string `query:"language,explode"`
	Tag      []string `query:"tag,explode"`
	Sort     string   `query:"sort" enum:"relevance,newest,reused,score" default:"relevance"`
	Limit    int      `query:"limit" minimum:"1" maximum:"100" default:"20"`
	Offset   int      `query:"offset" minimum:"0" maximum:"10000"`
}

// SearchHit is something found.
type SearchHit struct {
	Type      string    `json:"type"`
	ID        string    `json:"id"`
	Title     string    `json:"title"`
	URL       string    `json:"url" doc:"The page to open."`
	Score     float64   `json:"score"`
	Document  *Document `json:"document,omitempty"`
	Page      int       `json:"page,omitempty"`
	MorePages int       `json:"more_pages"`
	Snippet   string    `json:"snippet" doc:"HTML-escaped text with <mark>."`
}

// SearchResult is an answer to a search.
type SearchResult struct {
	Query     string                    `json:"query"`
	Total     int                       `json:"total"`
	TookMS    float64                   `json:"took_ms"`
	Corrected string                    `json:"corrected,omitempty" doc:"The question as understood after correcting typing errors."`
	Relaxed   bool                      `json:"relaxed,omitempty" doc:"No page has every word; these have the most."`
	Hits      []SearchHit               `json:"hits"`
	Facets    map[string]map[string]int `json:"facets"`
}

func (a *API) search() {
	register(a, huma.Operation{OperationID: "search", Method: http.MethodGet, Path: "/search", Summary: "Search", Tags: []string{"Search"}, Middlewares: huma.Middlewares{splitCodes}},
		func(ctx context.Context, in *SearchParams) (*Body[SearchResult], error) {
			q, err := a.query(ctx, in)
			if err != nil {
				return nil, err
			}
			found, err := a.Find.Search(ctx, viewer(ctx), q)
			if err != nil {
				return nil, err
			}
			a.Questions.Note(q, found.Total, found.Took)
			return &Body[SearchResult]{a.result(ctx, in.Q, found)}, nil
		})
}

func (a *API) query(ctx context.Context, in *SearchParams) (find.Query, error) {
	q := find.Query{Text: in.Q, Sort: search.Sort(in.Sort), Limit: in.Limit, Offset: in.Offset, Facets: true, Filters: search.Filters{
		Kind: in.Kind, Branch: in.Branch, Tender: in.Tender, Client: in.Client, Year: in.Year, Outcome: in.Outcome, Language: in.Language, Tag: in.Tag,
	}}
	for _, t := range in.Type {
		q.Types = append(q.Types, search.Type(t))
	}
	for i := range q.Filters.Branch {
		if err := a.branchID(ctx, &q.Filters.Branch[i]); err != nil {
			return q, err
		}
	}
	return q, nil
}

func (a *API) result(ctx context.Context, query string, found *find.Result) SearchResult {
	out := SearchResult{
		Query: query, Total: found.Total, TookMS: float64(found.Took.Microseconds()) / 1000, Corrected: found.Corrected, Relaxed: found.Relaxed,
		Hits: []SearchHit{}, Facets: map[string]map[string]int{},
	}
	for _, h := range found.Hits {
		hit := SearchHit{Type: string(h.Type), ID: h.ID, Title: plainTitle(h), URL: hitURL(h, query), Score: h.Score, Page: h.Page, MorePages: h.More, Snippet: h.Snippet}
		if h.Document != nil {
			d := a.document(request(ctx), h.Document, nil)
			hit.Document = &d
		}
		out.Hits = append(out.Hits, hit)
	}
	for field, values := range found.Facets {
		out.Facets[field] = map[string]int{}
		for _, v := range values {
			out.Facets[field][v.Value] = v.Count
		}
	}
	return out
}

func plainTitle(h find.Hit) string {
	switch {
	case h.Document != nil:
		return h.Document.Title
	case h.Tender != nil:
		return h.Tender.Title
	case h.Person != nil:
		return h.Person.Name
	case h.Group != nil:
		return h.Group.Name
	case h.Post != nil:
		return h.Heading
	}
	return ""
}

// hitURL is the page that shows a hit.
func hitURL(h find.Hit, query string) string {
	switch h.Type {
	case search.TypeDocument:
		q := url.Values{}
		if h.Page > 0 {
			q.Set("page", strconv.Itoa(h.Page))
		}
		if strings.TrimSpace(query) != "" {
			q.Set("q", query)
		}
		if len(q) == 0 {
			return "/documents/" + h.ID
		}
		return "/documents/" + h.ID + "?" + q.Encode()
	case search.TypeTender:
		return "/tenders/" + h.ID
	case search.TypePerson:
		return "/people/" + h.ID
	case search.TypeGroup:
		return "/groups/" + h.ID
	case search.TypePost:
		return "/posts/" + h.ID
	}
	return "/"
}

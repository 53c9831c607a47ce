package meili

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/meilisearch/meilisearch-go"
)

// query is one question to the server. Everything is asked with a filter of ours; words only order.
type query struct {
	filter   string
	words    string // every one must be in the fields to order by; empty orders by sort
	sort     []string
	distinct bool // one entry per parent
	limit    int
	first    bool     // the first hits are enough: the total is not counted
	fields   []string // of the entries; none without a limit
	facets   []string
}

// answer is what the server says. total is exact, but 0 for a query that asks for the first hits.
type answer struct {
	total  int
	hits   []document
	facets map[string]map[string]int
}

// The fields of entries that are read: where a page is, and with it what it is scored by.
var (
	placeFields = []string{"key", "page"}
	textFields  = []string{"key", "page", "title", "label", "extra", "text"}
)

// multi asks several questions at once.
func (x *Index) multi(ctx context.Context, qs ...query) ([]answer, error) {
	req := &meilisearch.MultiSearchRequest{}
	for _, q := range qs {
		req.Queries = append(req.Queries, q.request(x.uid))
	}
	var res *meilisearch.MultiSearchResponse
	err := x.srv.do(ctx, "search", func(api meilisearch.ServiceManager) (err error) {
		res, err = api.MultiSearchWithContext(ctx, req)
		return err
	})
	if err != nil {
		return nil, err
	}
	if len(res.Results) != len(qs) {
		return nil, fmt.Errorf("search: %d answers to %d questions", len(res.Results), len(qs))
	}
	out := make([]answer, len(qs))
	for i := range res.Results {
		if out[i], err = newAnswer(&res.Results[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// request writes the question. With page and hitsPerPage the server counts; with a limit it estimates.
func (q query) request(uid string) *meilisearch.SearchRequest {
	limit := int64(q.limit)
	r := &meilisearch.SearchRequest{
		IndexUID: uid, Query: q.words, Sort: q.sort, Facets: q.facets, MatchingStrategy: meilisearch.All, AttributesToRetrieve: q.fields,
	}
	if q.first {
		r.Limit = limit
	} else {
		r.HitsPerPage, r.Page = &limit, 1
	}
	if q.filter != "" {
		r.Filter = q.filter
	}
	if len(r.AttributesToRetrieve) == 0 {
		r.AttributesToRetrieve = placeFields
	}
	if q.distinct {
		r.Distinct = "key"
	}
	return r
}

func newAnswer(r *meilisearch.SearchResponse) (answer, error) {
	a := answer{total: int(r.TotalHits), hits: make([]document, len(r.Hits))}
	for i, h := range r.Hits {
		if err := h.DecodeInto(&a.hits[i]); err != nil {
			return a, fmt.Errorf("read hit: %w", err)
		}
	}
	if len(r.FacetDistribution) > 0 {
		if err := json.Unmarshal(r.FacetDistribution, &a.facets); err != nil {
			return a, fmt.Errorf("read facets: %w", err)
		}
	}
	return a, nil
}

package bench

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/keyword"
	"github.com/blevesearch/bleve/v2/analysis/lang/nl"
	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/search/query"

	"github.com/aanpak/aanpak/internal/search"
)

// bareBleve is Bleve as its own documentation uses it, with the entries of the same library: its Dutch analyser on title and text, facets and
// audience as keywords. It knows no compounds, forgives no typing error and gives pages, not documents.
type bareBleve struct {
	search.Index // only to be filled: of its methods there is Replace alone
	bleve        bleve.Index
}

var bareFacets = []string{"type", "kind", "branch", "client", "year", "outcome", "language", "tag", "score"}

// bareBleve opens it. It is made once, beside the library.
func (l *large) bareBleve(b *testing.B) *bareBleve {
	b.Helper()
	path := filepath.Join(l.cfg.Data, "bare")
	x, err := bleve.Open(path)
	if err == nil {
		b.Cleanup(func() { _ = x.Close() })
		return &bareBleve{bleve: x}
	}
	if x, err = bleve.New(path, bareMapping()); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = x.Close() })
	bare, start := &bareBleve{bleve: x}, time.Now()
	if err := l.Indexer.Fill(b.Context(), bare, func(int) {}); err != nil {
		b.Fatal(err)
	}
	fmt.Printf("bare Bleve indexed them in %v\n", time.Since(start).Round(time.Second))
	return bare
}

func bareMapping() mapping.IndexMapping {
	page := bleve.NewDocumentStaticMapping()
	for _, field := range []string{"title", "text"} {
		m := bleve.NewTextFieldMapping()
		m.Analyzer = nl.AnalyzerName
		page.AddFieldMappingsAt(field, m)
	}
	for _, field := range append([]string{"audience"}, bareFacets...) {
		m := bleve.NewTextFieldMapping()
		m.Analyzer, m.Store, m.IncludeTermVectors = keyword.Name, false, false
		page.AddFieldMappingsAt(field, m)
	}
	m := bleve.NewIndexMapping()
	m.DefaultMapping = page
	return m
}

// Replace adds entries.
func (x *bareBleve) Replace(_ context.Context, _ []search.Key, entries []search.Entry) error {
	batch := x.bleve.NewBatch()
	for _, e := range entries {
		err := batch.Index(fmt.Sprintf("%s:%s:%d", e.Type, e.Parent, e.Page), map[string]any{
			"title": e.Title, "text": e.Text, "audience": e.Audience, "type": string(e.Type), "kind": e.Kind, "branch": e.Branch, "client": e.Client,
			"year": strconv.Itoa(e.Year), "outcome": e.Outcome, "language": e.Language, "tag": e.Tags, "score": strconv.Itoa(int(e.Score)),
		})
		if err != nil {
			return err
		}
	}
	return x.bleve.Batch(batch)
}

// ask answers with the twenty best pages with any of the words, their texts, facets and, where snippets are asked for, Bleve's own.
func (x *bareBleve) ask(b *testing.B, words string, keys []string, snippets bool) int {
	b.Helper()
	var fields, audience []query.Query
	for _, field := range []string{"title", "text"} {
		q := bleve.NewMatchQuery(words)
		q.SetField(field)
		fields = append(fields, q)
	}
	for _, k := range keys {
		q := bleve.NewTermQuery(k)
		q.SetField("audience")
		audience = append(audience, q)
	}
	req := bleve.NewSearchRequest(bleve.NewConjunctionQuery(bleve.NewDisjunctionQuery(fields...), bleve.NewDisjunctionQuery(audience...)))
	req.Size, req.Fields = 20, []string{"title", "text"}
	for _, f := range bareFacets {
		req.AddFacet(f, bleve.NewFacetRequest(f, 50))
	}
	if snippets {
		req.Highlight = bleve.NewHighlight()
		req.Highlight.AddField("text")
	}
	res, err := x.bleve.SearchInContext(b.Context(), req)
	if err != nil {
		b.Fatal(err)
	}
	return len(res.Hits)
}

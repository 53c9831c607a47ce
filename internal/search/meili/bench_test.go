package meili

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/meilisearch/meilisearch-go"

	"github.com/aanpak/aanpak/internal/search"
	"github.com/aanpak/aanpak/internal/search/searchbench"
)

// benchIndex opens an index with the library of the benchmarks on a server, which keeps it for the next run. AANPAK_BENCH_PAGES
// sets its size, 10,000 pages unless said otherwise.
func benchIndex(b *testing.B) (*Index, *searchbench.Corpus) {
	b.Helper()
	pages, err := strconv.Atoi(os.Getenv("AANPAK_BENCH_PAGES"))
	if err != nil {
		pages = 10_000
	}
	c := searchbench.New(max(pages*3/100, 1), pages)
	address := serverAddress(b)
	address.Prefix = fmt.Sprintf("bench-%d", pages)
	x, err := Open(context.Background(), Options{Address: address})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = x.Close() })
	n := 0
	_ = x.Parents(context.Background(), func(search.Key) error { n++; return nil })
	if n < c.Documents {
		fillCorpus(b, x, c, n)
	}
	return x, c
}

func fillCorpus(b *testing.B, x *Index, c *searchbench.Corpus, from int) {
	b.Helper()
	start := time.Now()
	var keys []search.Key
	var es []search.Entry
	for d := from; d < c.Documents; d++ {
		doc := c.Document(d)
		keys = append(keys, search.Key{Type: search.TypeDocument, Parent: fmt.Sprintf("d%05d", d)})
		es = append(es, doc...)
		if len(es) >= 400 || d == c.Documents-1 {
			if err := x.Replace(context.Background(), keys, es); err != nil {
				b.Fatal(err)
			}
			keys, es = nil, nil
		}
	}
	fmt.Printf("indexed %d pages in %v\n", c.Pages, time.Since(start).Round(time.Second))
}

// BenchmarkSearch asks through the adapter, and asks the bare server its own search of the same words with the same audience, distinct and
// facets, which neither knows compounds nor counts truly.
func BenchmarkSearch(b *testing.B) {
	x, c := benchIndex(b)
	for _, bench := range []struct {
		name       string
		words, cut int
	}{{"one", 1, 0}, {"two", 2, 0}, {"three", 3, 0}, {"typing2", 1, 2}, {"typing6", 1, 6}} {
		text := func(i int) string {
			if bench.cut == 0 {
				return c.Query(uint64(i%500), bench.words)
			}
			w := c.Query(uint64(i%500)+1000, 1)
			return w[:min(bench.cut, len(w))]
		}
		b.Run(bench.name+"/adapter", func(b *testing.B) {
			timed(b, func(i int) (int, error) {
				res, err := x.Search(context.Background(), search.Query{
					Text: text(i), Audience: searchbench.Viewer(uint64(i % 20)), Facets: true, Prefix: bench.cut > 0,
				})
				return res.Total, err
			})
		})
		for name, set := range map[string]func(*search.Query){
			"brief": func(q *search.Query) { q.Brief, q.Limit = true, 8 }, "count": func(q *search.Query) { q.Count = true },
		} {
			b.Run(bench.name+"/"+name, func(b *testing.B) {
				timed(b, func(i int) (int, error) {
					q := search.Query{Text: text(i), Audience: searchbench.Viewer(uint64(i % 20)), Prefix: bench.cut > 0}
					set(&q)
					res, err := x.Search(context.Background(), q)
					return res.Total, err
				})
			})
		}
		b.Run(bench.name+"/bare", func(b *testing.B) {
			timed(b, func(i int) (int, error) {
				res, err := x.srv.now().Index(x.uid).SearchWithContext(context.Background(), text(i), &meilisearch.SearchRequest{
					Filter: visible(search.Query{Audience: searchbench.Viewer(uint64(i % 20))}), Distinct: "key", Limit: 20,
					Facets: facetFields, AttributesToRetrieve: placeFields,
				})
				if err != nil {
					return 0, err
				}
				return int(res.EstimatedTotalHits), nil
			})
		})
	}
}

// timed reports the percentiles of calls in milliseconds.
func timed(b *testing.B, call func(i int) (hits int, err error)) {
	var all []time.Duration
	total := 0
	for i := 0; b.Loop(); i++ {
		start := time.Now()
		n, err := call(i)
		if err != nil {
			b.Fatal(err)
		}
		all = append(all, time.Since(start))
		total += n
	}
	slices.Sort(all)
	at := func(p float64) float64 { return float64(all[int(p*float64(len(all)-1))].Microseconds()) / 1000 }
	b.ReportMetric(at(0.5), "p50-ms")
	b.ReportMetric(at(0.95), "p95-ms")
	b.ReportMetric(at(0.99), "p99-ms")
	b.ReportMetric(float64(total)/float64(len(all)), "hits/op")
	b.ReportMetric(0, "ns/op")
}

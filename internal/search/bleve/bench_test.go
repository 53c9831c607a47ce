package bleve

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/search"
	"github.com/aanpak/aanpak/internal/search/searchbench"
)

// The library of the benchmarks is built once and kept in the folder AANPAK_BENCH_DIR (else the system's temporary one);
// AANPAK_BENCH_PAGES sets its size, 10,000 pages unless said otherwise.
var library = sync.OnceValues(func() (*Index, error) {
	c := benchCorpus()
	base := os.Getenv("AANPAK_BENCH_DIR")
	if base == "" {
		base = os.TempDir()
	}
	dir := filepath.Join(base, fmt.Sprintf("aanpak-search-v%d-%d", mappingVersion, c.Pages))
	x, err := Open(Options{Dir: dir})
	if err != nil {
		return nil, err
	}
	n := 0 // documents go in by their order, so that a run that was cut short is taken up again
	_ = x.Parents(context.Background(), func(search.Key) error { n++; return nil })
	if n == c.Documents {
		return x, nil
	}
	start := time.Now()
	err = fillCorpus(x, c, n, c.Documents)
	took := time.Since(start)
	pages := c.Pages - c.Page(fmt.Sprintf("d%05d", n), 1)
	fmt.Printf("indexed %d pages in %v: %.0f pages/s, peak %d MB\n", pages, took.Round(time.Second), float64(pages)/took.Seconds(), memory().Sys>>20)
	return x, err
})

func benchCorpus() *searchbench.Corpus {
	pages, err := strconv.Atoi(os.Getenv("AANPAK_BENCH_PAGES"))
	if err != nil {
		pages = 10_000
	}
	return searchbench.New(max(pages*3/100, 1), pages)
}

func fillCorpus(x *Index, c *searchbench.Corpus, from, to int) error {
	var keys []search.Key
	var es []search.Entry
	for d := from; d < to; d++ {
		doc := c.Document(d)
		keys = append(keys, search.Key{Type: search.TypeDocument, Parent: fmt.Sprintf("d%05d", d)})
		es = append(es, doc...)
		if len(es) >= batchEntries || d == to-1 {
			if err := x.Replace(context.Background(), keys, es); err != nil {
				return err
			}
			keys, es = nil, nil
		}
	}
	return nil
}

func memory() runtime.MemStats {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m
}

func BenchmarkSearch(b *testing.B) {
	x, err := library()
	if err != nil {
		b.Fatal(err)
	}
	c := benchCorpus()
	for _, bench := range []struct {
		name   string
		words  int
		cut    int // letters of the last word
		facets bool
		marks  bool
	}{
		{"one", 1, 0, true, true},
		{"two", 2, 0, true, true},
		{"three", 3, 0, true, true},
		{"three-bare", 3, 0, false, false},
		{"typing2", 1, 2, false, false},
		{"typing-two-words", 2, 2, true, true},
		{"typing6", 1, 6, false, false},
	} {
		b.Run(bench.name, func(b *testing.B) {
			texts := map[int]string{}
			var all []time.Duration
			hits, pages := 0, 0
			for i := 0; b.Loop(); i++ {
				q := search.Query{Text: c.Query(uint64(i%500), bench.words), Audience: searchbench.Viewer(uint64(i % 20)), Facets: bench.facets}
				if bench.cut > 0 {
					q.Prefix = true
					last := c.Query(uint64(i%500)+1000, 1)
					q.Text = c.Query(uint64(i%500), bench.words-1) + " " + last[:min(bench.cut, len(last))]
				}
				start := time.Now()
				res, err := x.Search(context.Background(), q)
				took := time.Since(start)
				if err != nil {
					b.Fatal(err)
				}
				if bench.marks {
					for _, h := range res.Hits {
						n := c.Page(h.Parent, h.Page)
						if texts[n] == "" {
							texts[n] = c.Text(n)
						}
					}
					start = time.Now()
					m := search.NewMarker(x.Lexicon(), q.Text, q.Prefix, res.Corrected)
					for _, h := range res.Hits {
						m.Snippet(texts[c.Page(h.Parent, h.Page)])
					}
					took += time.Since(start)
				}
				all = append(all, took)
				hits, pages = hits+res.Total, pages+res.Pages
			}
			report(b, all, hits, pages)
		})
	}
}

func report(b *testing.B, all []time.Duration, hits, pages int) {
	slices.Sort(all)
	at := func(p float64) float64 { return float64(all[int(p*float64(len(all)-1))].Microseconds()) / 1000 }
	b.ReportMetric(at(0.5), "p50-ms")
	b.ReportMetric(at(0.95), "p95-ms")
	b.ReportMetric(at(0.99), "p99-ms")
	b.ReportMetric(float64(hits)/float64(len(all)), "hits/op")
	b.ReportMetric(float64(pages)/float64(len(all)), "pages/op")
	b.ReportMetric(0, "ns/op")
}

func BenchmarkOpen(b *testing.B) {
	x, err := library()
	if err != nil {
		b.Fatal(err)
	}
	dir, lx := x.dir, x.lx
	_ = lx
	if err := x.Close(); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		y, err := Open(Options{Dir: dir})
		if err != nil {
			b.Fatal(err)
		}
		runtime.GC()
		b.ReportMetric(float64(memory().HeapAlloc>>20), "heap-MB")
		if err := y.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

package reader

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// BenchmarkRead reads a made PDF of 300 pages with one warm child.
func BenchmarkRead(b *testing.B) {
	const count = 300
	pages := make([]string, count)
	for i := range pages {
		pages[i] = long(2500)
	}
	f := tempFile(b, makePDF(b, nil, pages...))
	pool := newTestPool(b, func(o *Options) { o.Children = 1 })
	warm(b, pool, f)
	for b.Loop() {
		if info, err := pool.Read(context.Background(), f, "a.pdf", func(Page) error { return nil }); err != nil || info.Pages != count {
			b.Fatal(info, err)
		}
	}
	b.ReportMetric(float64(count*b.N)/b.Elapsed().Seconds(), "pages/s")
	b.ReportMetric(float64(peak(pool))/(1<<20), "peak-MB")
}

// BenchmarkCorpus reads the whole corpus with two warm children.
func BenchmarkCorpus(b *testing.B) {
	dir := corpusFolder(b)
	pool := newTestPool(b, nil)
	total := 0
	readCorpus(b, pool, dir)
	start := time.Now()
	for b.Loop() {
		for _, r := range readCorpus(b, pool, dir) {
			total += r.pages
		}
	}
	b.ReportMetric(float64(total)/time.Since(start).Seconds(), "pages/s")
	b.ReportMetric(float64(peak(pool))/(1<<20), "peak-MB")
}

// BenchmarkImage renders a page at the width of a screen.
func BenchmarkImage(b *testing.B) {
	f := tempFile(b, makePDF(b, nil, long(2500)))
	pool := newTestPool(b, nil)
	for b.Loop() {
		if _, err := pool.Image(context.Background(), f, "a.pdf", 1, 800, &strings.Builder{}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkWords finds the boxes of a page's words.
func BenchmarkWords(b *testing.B) {
	f := tempFile(b, makePDF(b, nil, long(2500)))
	pool := newTestPool(b, nil)
	for b.Loop() {
		if _, err := pool.Words(context.Background(), f, "a.pdf", 1); err != nil {
			b.Fatal(err)
		}
	}
}

func warm(b *testing.B, pool *Pool, f *os.File) {
	b.Helper()
	if _, err := pool.Read(context.Background(), f, "a.pdf", func(Page) error { return nil }); err != nil {
		b.Fatal(err)
	}
}

// peak returns the most resident bytes that any living child held.
func peak(pool *Pool) (most uint64) {
	pool.mu.Lock()
	defer pool.mu.Unlock()
	for p := range pool.all {
		status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
		if err != nil {
			continue
		}
		if _, rest, ok := strings.Cut(string(status), "VmHWM:"); ok {
			kb, _ := strconv.ParseUint(strings.Fields(rest)[0], 10, 64)
			most = max(most, kb<<10)
		}
	}
	return most
}

package bleve

import (
	"context"
	"fmt"
	"syscall"
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/lang"
	"github.com/aanpak/aanpak/internal/search"
	"github.com/aanpak/aanpak/internal/search/searchbench"
)

// BenchmarkIndex puts 60 documents of 20 pages into a new index, so many documents in each call, as an import does that
// reads slowly or quickly. The processor's time has Bleve's merging in the background in it.
func BenchmarkIndex(b *testing.B) {
	docs := proseDocuments(60, 20)
	for _, group := range []int{1, 4, 20} {
		b.Run(fmt.Sprintf("%d-documents", group), func(b *testing.B) {
			var cpu time.Duration
			n := 0
			for b.Loop() {
				from := used()
				indexInGroups(b, docs, group)
				cpu += used() - from
				n += 60 * 20
			}
			b.ReportMetric(cpu.Seconds()*1000/float64(n), "cpu-ms/page")
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "pages/s")
		})
	}
}

func proseDocuments(documents, pages int) (docs [][]search.Entry) {
	c := searchbench.New(documents, documents*pages)
	for d := range documents {
		head := c.Document(d)[0]
		var doc []search.Entry
		for p := range pages {
			head.Page, head.Text = p+1, c.Prose(d*pages+p)
			doc = append(doc, head)
		}
		docs = append(docs, doc)
	}
	return docs
}

func indexInGroups(b *testing.B, docs [][]search.Entry, group int) {
	b.Helper()
	x, err := Open(Options{Dir: b.TempDir(), Lexicon: lang.NewLexicon()})
	if err != nil {
		b.Fatal(err)
	}
	defer x.Close()
	for d := 0; d < len(docs); d += group {
		var keys []search.Key
		var es []search.Entry
		for _, doc := range docs[d : d+group] {
			keys = append(keys, search.Key{Type: search.TypeDocument, Parent: doc[0].Parent})
			es = append(es, doc...)
		}
		if err := x.Replace(context.Background(), keys, es); err != nil {
			b.Fatal(err)
		}
	}
}

// used is the processor time of this process.
func used() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

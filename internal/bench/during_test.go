package bench

import (
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/app"
)

// askEvery is the pace of the questions: some fifty a second, more than a company of thousands asks.
const askEvery = 20 * time.Millisecond

// BenchmarkSearchDuringImport asks the program questions over HTTP, first with nothing else to do and then while
// `aanpak import` adds many PDFs, both in the same run, and gives the percentiles of both and their ratio.
func BenchmarkSearchDuringImport(b *testing.B) {
	openLarge(b, app.Parts{Search: true}).Close()
	l := &large{corpus: largeCorpus()}
	files := benchFiles(b)
	var alone, during quantiles
	var pages []float64
	for b.Loop() {
		data := copyLarge(b)
		p := serve(b, data, "member3@voorbeeld.nl")
		ask(b, p, l, time.After(3*time.Second))
		alone.add(ask(b, p, l, time.After(15*time.Second)))
		start := time.Now()
		during.add(ask(b, p, l, startImport(b, data, files)))
		pages = append(pages, time.Since(start).Seconds())
		p.stop(b)
	}
	alone.report(b, "alone")
	during.report(b, "during")
	b.ReportMetric(median(during.p50)/median(alone.p50), "ratio-p50")
	b.ReportMetric(median(during.p95)/median(alone.p95), "ratio-p95")
	b.ReportMetric(median(pages), "import-s")
	b.ReportMetric(0, "ns/op")
}

// copyLarge copies the large library, so that what is imported does not stay in it.
func copyLarge(b *testing.B) string {
	b.Helper()
	data := filepath.Join(b.TempDir(), "data")
	if err := os.CopyFS(data, os.DirFS(largeConfig(b).Data)); err != nil {
		b.Fatal(err)
	}
	return data
}

// startImport starts the command on the data that the server has, and returns what says that it ended.
func startImport(b *testing.B, data string, files []string) <-chan time.Time {
	b.Helper()
	from := b.TempDir()
	for _, f := range files {
		content, err := os.ReadFile(f)
		if err == nil {
			err = os.WriteFile(filepath.Join(from, filepath.Base(f)), content, 0o600)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	cmd := exec.Command(os.Args[0], "import", from, "--report", filepath.Join(from, "report.csv"))
	cmd.Env = append(os.Environ(), beProgram+"=1", "AANPAK_DATA="+data)
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	done := make(chan time.Time, 1)
	go func() {
		_ = cmd.Wait() // it ends with 1 where a file of the corpus cannot be read
		done <- time.Now()
	}()
	return done
}

// ask asks at its pace until told to stop, and returns how long each answer took. A late answer makes the next question late,
// as it does for a person, but no question is left out.
func ask(b *testing.B, p *program, l *large, stop <-chan time.Time) (all []time.Duration) {
	b.Helper()
	pace := time.NewTicker(askEvery)
	defer pace.Stop()
	for i := 0; ; i++ {
		select {
		case <-stop:
			return all
		case <-pace.C:
		}
		start := time.Now()
		p.get(b, "/api/v1/search?q="+url.QueryEscape(l.question(i, 2, 0)))
		all = append(all, time.Since(start))
	}
}

// quantiles are those of each round, in milliseconds.
type quantiles struct{ p50, p95, p99 []float64 }

func (q *quantiles) add(all []time.Duration) {
	slices.Sort(all)
	at := func(p int) float64 { return float64(all[p*(len(all)-1)/100].Microseconds()) / 1000 }
	q.p50, q.p95, q.p99 = append(q.p50, at(50)), append(q.p95, at(95)), append(q.p99, at(99))
}

func (q *quantiles) report(b *testing.B, when string) {
	b.ReportMetric(median(q.p50), when+"-p50-ms")
	b.ReportMetric(median(q.p95), when+"-p95-ms")
	b.ReportMetric(median(q.p99), when+"-p99-ms")
}

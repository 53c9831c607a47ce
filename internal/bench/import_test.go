package bench

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/app"
	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/reader"
	"github.com/aanpak/aanpak/internal/search/searchbench"
)

// BenchmarkImport imports files until they are found, after reading the same files with the reader alone, and gives the
// pages per second of both and their ratio. Beside the clock's it gives the processor's: how much of what the import takes is
// reading, which other work on the machine changes less. The files are those of the folder AANPAK_TEST_CORPUS, or PDFs made here.
func BenchmarkImport(b *testing.B) {
	files := benchFiles(b)
	var alone, whole, ratio, share, taken []float64
	for b.Loop() {
		a := apptest.New(b, db.SQLite)
		warmReader(b, a.Reader, files)
		before := cpu()
		r := readAlone(b, a.Reader, files)
		reading := cpu() - before
		before = cpu()
		often := app.CollectSeldom()
		w := importAll(b, a, files)
		often()
		alone, whole, ratio = append(alone, r), append(whole, w), append(ratio, w/r)
		importing := cpu() - before
		share, taken = append(share, float64(reading)/float64(importing)), append(taken, importing.Seconds()*1000/float64(pagesIn(b, a)))
	}
	b.ReportMetric(median(alone), "read-pages/s")
	b.ReportMetric(median(whole), "import-pages/s")
	b.ReportMetric(median(ratio), "ratio")
	b.ReportMetric(median(share), "cpu-ratio")
	b.ReportMetric(median(taken), "import-cpu-ms/page")
	b.ReportMetric(0, "ns/op")
}

// benchFiles returns the paths of the files to import.
func benchFiles(b *testing.B) (paths []string) {
	b.Helper()
	dir := os.Getenv("AANPAK_TEST_CORPUS")
	if dir == "" {
		dir = b.TempDir()
		makeFiles(b, dir, 60, 20)
	}
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.HasSuffix(path, ".pdf") {
			paths = append(paths, path)
		}
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return paths
}

// makeFiles writes PDFs of so many pages of some 300 words.
func makeFiles(b *testing.B, dir string, files, pages int) {
	b.Helper()
	c := searchbench.New(files, files*pages)
	for f := range files {
		texts := make([]string, pages)
		for p := range texts {
			texts[p] = c.Prose(f*pages + p)
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("f%04d.pdf", f)), apptest.PDF(texts...), 0o600); err != nil {
			b.Fatal(err)
		}
	}
}

func warmReader(b *testing.B, pool *reader.Pool, files []string) {
	b.Helper()
	readAlone(b, pool, files[:min(4, len(files))])
}

// readAlone reads every file with as many at once as the program has readers, and returns pages per second.
func readAlone(b *testing.B, pool *reader.Pool, files []string) float64 {
	b.Helper()
	var pages atomic.Int64
	todo := make(chan string)
	var wg sync.WaitGroup
	start := time.Now()
	for range runtime.NumCPU() {
		wg.Go(func() {
			for path := range todo {
				pages.Add(readFile(b.Context(), pool, path))
			}
		})
	}
	for _, f := range files {
		todo <- f
	}
	close(todo)
	wg.Wait()
	return float64(pages.Load()) / time.Since(start).Seconds()
}

// readFile returns the number of pages; a file that cannot be read has none, as when it is imported.
func readFile(ctx context.Context, pool *reader.Pool, path string) int64 {
	f, err := os.Open(path)
	if err != nil {
		return 0
	}
	defer f.Close()
	n := int64(0)
	_, _ = pool.Read(ctx, f, filepath.Base(path), func(reader.Page) error { n++; return nil })
	return n
}

// importAll adds every file and waits until all are read and found. It returns pages per second.
func importAll(b *testing.B, a *apptest.App, files []string) float64 {
	b.Helper()
	start := time.Now()
	for _, path := range files {
		if err := importFile(b.Context(), a, path); err != nil {
			b.Fatal(err)
		}
	}
	settle(b, a)
	took := time.Since(start)
	return float64(pagesIn(b, a)) / took.Seconds()
}

// pagesIn is the number of pages in the library.
func pagesIn(b *testing.B, a *apptest.App) (pages int) {
	b.Helper()
	err := a.DB.Reader().NewSelect().TableExpr("pages").ColumnExpr("count(*)").Scan(b.Context(), &pages)
	if err != nil {
		b.Fatal(err)
	}
	return pages
}

// settle waits, asking seldom, until nothing waits to be read or indexed.
func settle(b *testing.B, a *apptest.App) {
	b.Helper()
	for {
		n := 0
		err := a.DB.Reader().NewSelect().TableExpr("versions").ColumnExpr("count(*)").Where("status IN ('received', 'reading')").Scan(b.Context(), &n)
		if err != nil {
			b.Fatal(err)
		}
		s, err := a.Indexer.State(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		if n == 0 && s.Waiting == 0 {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
}

func importFile(ctx context.Context, a *apptest.App, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	_, err = a.Library.Import(ctx, a.Admin.Viewer(), library.File{Name: filepath.Base(path), Size: info.Size(), Body: f}, library.Meta{}, path)
	return err
}

// cpu is the processor time so far of this process, of its children that live and of those that ended.
func cpu() time.Duration {
	total := time.Duration(0)
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var u syscall.Rusage
		_ = syscall.Getrusage(who, &u)
		total += time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	tasks, _ := filepath.Glob("/proc/self/task/*/children")
	for _, t := range tasks {
		list, _ := os.ReadFile(t)
		for pid := range strings.FieldsSeq(string(list)) {
			total += cpuOf(pid)
		}
	}
	return total
}

// cpuOf is the processor time of a living process, which Linux counts in hundredths of a second.
func cpuOf(pid string) time.Duration {
	stat, _ := os.ReadFile("/proc/" + pid + "/stat")
	_, after, _ := strings.Cut(string(stat), ") ")
	fields := strings.Fields(after)
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * 10 * time.Millisecond
}

func median(list []float64) float64 {
	list = slices.Sorted(slices.Values(list))
	return list[len(list)/2]
}

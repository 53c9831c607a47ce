package reader

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/aanpak/aanpak/internal/testenv"
	"golang.org/x/sync/errgroup"
)

// corpusFile is what the manifest of the corpus says of a file.
type corpusFile struct {
	File        string   `json:"file"`
	Reference   string   `json:"reference"`
	Words       int      `json:"reference_words"`
	Pages       int      `json:"pages"`
	SampleWords []string `json:"sample_words"`
}

// corpusResult is how a file ended.
type corpusResult struct {
	corpusFile
	text    string
	pages   int
	readers map[string]int
	reason  Reason
	err     error
}

// corpusFolder returns the folder that AANPAK_TEST_CORPUS names.
func corpusFolder(tb testing.TB) string {
	dir := os.Getenv("AANPAK_TEST_CORPUS")
	testenv.Need(tb, "corpus", dir != "", "set AANPAK_TEST_CORPUS to the folder of the corpus")
	return dir
}

func corpusFiles(tb testing.TB, dir string) []corpusFile {
	tb.Helper()
	b, err := os.ReadFile(filepath.Join(dir, "manifest.json"))
	if err != nil {
		tb.Fatal(err)
	}
	var files []corpusFile
	if err := json.Unmarshal(b, &files); err != nil {
		tb.Fatal(err)
	}
	return files
}

// readCorpus reads all files with as many documents at once as the pool has children.
func readCorpus(tb testing.TB, docs Documents, dir string) []corpusResult {
	tb.Helper()
	files := corpusFiles(tb, dir)
	results := make([]corpusResult, len(files))
	var g errgroup.Group
	g.SetLimit(2)
	for i, f := range files {
		g.Go(func() error {
			results[i] = readCorpusFile(docs, dir, f)
			return nil
		})
	}
	_ = g.Wait()
	return results
}

func readCorpusFile(docs Documents, dir string, cf corpusFile) corpusResult {
	res := corpusResult{corpusFile: cf, readers: map[string]int{}}
	f, err := os.Open(filepath.Join(dir, cf.File))
	if err != nil {
		res.err = err
		return res
	}
	defer f.Close()
	var text strings.Builder
	_, res.err = docs.Read(context.Background(), f, filepath.Base(cf.File), func(p Page) error {
		text.WriteString(p.Text + "\n")
		res.pages++
		res.readers[p.Reader]++
		return nil
	})
	res.text = text.String()
	var fail *Failure
	if errors.As(res.err, &fail) {
		res.reason = fail.Reason
	}
	return res
}

// TestCorpus holds every file of the corpus against its manifest.
func TestCorpus(t *testing.T) {
	dir := corpusFolder(t)
	start := time.Now()
	results := readCorpus(t, newTestPool(t, nil), dir)
	var tally corpusTally
	for _, r := range results {
		tally.add(t, r)
	}
	tally.report(t, time.Since(start))
	t.Run("recall", func(t *testing.T) { checkRecall(t, dir, results) })
	if share := tally.share(); share < 0.97 {
		t.Errorf("%.1f %% of the sample words were found, want at least 97 %%", 100*share)
	}
}

type corpusTally struct {
	found, wanted int
	pages         int
	outcome       map[string]int
	readers       map[string]int
}

func (c *corpusTally) share() float64 { return float64(c.found) / float64(max(1, c.wanted)) }

func (c *corpusTally) add(t *testing.T, r corpusResult) {
	if c.outcome == nil {
		c.outcome, c.readers = map[string]int{}, map[string]int{}
	}
	c.pages += r.pages
	for k, n := range r.readers {
		c.readers[k] += n
	}
	c.outcome[r.Reference+" → "+ending(r)]++
	checkEnding(t, r)
	if r.Reference != "text" {
		return
	}
	have := wordSet(r.text)
	var missing []string
	for _, w := range r.SampleWords {
		c.wanted++
		if have[strings.ToLower(w)] {
			c.found++
		} else {
			missing = append(missing, w)
		}
	}
	if len(missing) > 0 {
		t.Logf("%s: sample words not found: %v", r.File, missing)
	}
}

func ending(r corpusResult) string {
	switch {
	case r.reason != "":
		return string(r.reason)
	case r.err != nil:
		return "error"
	case strings.TrimSpace(r.text) == "":
		return "read, no text"
	}
	return "read"
}

// checkEnding fails a file that did not end as the manifest says.
func checkEnding(t *testing.T, r corpusResult) {
	t.Helper()
	switch r.Reference {
	case "text":
		if r.err != nil {
			t.Errorf("%s: %v", r.File, r.err)
		}
	case "password":
		if r.reason != ReasonPassword {
			t.Errorf("%s: ended with %v, want %s", r.File, r.err, ReasonPassword)
		}
	case "unreadable":
		if r.reason == "" || r.reason == ReasonPassword {
			t.Errorf("%s: ended with %v, want a refusal", r.File, r.err)
		}
	case "readers differ":
		if r.err != nil || quality(r.text) < poorQuality {
			t.Errorf("%s: ended with %v and quality %.2f", r.File, r.err, quality(r.text))
		}
	default:
		if r.err != nil {
			t.Logf("%s (%s): %v", r.File, r.Reference, r.err)
		}
	}
	if r.err != nil && r.reason == "" {
		t.Errorf("%s: an error without a reason: %v", r.File, r.err)
	}
}

func (c *corpusTally) report(t *testing.T, took time.Duration) {
	t.Logf("sample words of text files: %d of %d found (%.1f %%)", c.found, c.wanted, 100*c.share())
	t.Logf("outcomes: %v", c.outcome)
	t.Logf("pages by reader: %v", c.readers)
	t.Logf("%d pages in %v, %.0f a second", c.pages, took.Round(time.Millisecond), float64(c.pages)/took.Seconds())
}

func wordSet(text string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
	}) {
		set[w] = true
	}
	return set
}

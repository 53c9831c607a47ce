package app_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/find"
	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/testenv"
)

// corpusFile is a row of the corpus's manifest.
type corpusFile struct {
	File, Reference string
	Pages           int
	SampleWords     []string `json:"sample_words"`
}

// goal is the share of sample words that must find their file.
const goal = 0.97

// TestCorpus uploads every real file and wants each to end as its manifest says, and to be found by its words.
func TestCorpus(t *testing.T) {
	dir := os.Getenv("AANPAK_TEST_CORPUS")
	testenv.Need(t, "corpus", dir != "", "set AANPAK_TEST_CORPUS to the folder of real PDFs with their manifest.json")
	raw, err := os.ReadFile(filepath.Join(dir, "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	var files []corpusFile
	if err := json.Unmarshal(raw, &files); err != nil {
		t.Fatal(err)
	}
	a := apptest.New(t, db.SQLite)
	ids := map[string]string{}
	for _, f := range files {
		content, err := os.ReadFile(filepath.Join(dir, f.File))
		if err != nil {
			t.Fatal(err)
		}
		d, err := a.Library.Upload(t.Context(), a.Sanne.Viewer(), library.File{Name: f.File, Size: int64(len(content)), Body: bytes.NewReader(content)}, library.Meta{})
		if err != nil {
			t.Fatalf("%s: %v", f.File, err)
		}
		ids[f.File] = d.ID
	}
	a.Settle(t)
	words, found := 0, 0
	outcomes := map[string]int{}
	for _, f := range files {
		d, err := a.Library.Get(t.Context(), a.Sanne.Viewer(), ids[f.File])
		if err != nil {
			t.Fatal(err)
		}
		outcomes[f.Reference+": "+string(d.Status)+" "+d.Failure]++
		checkOutcome(t, f, d)
		if f.Reference != "text" {
			continue
		}
		for _, w := range f.SampleWords {
			words++
			if finds(t, a, w, d.ID) {
				found++
			} else {
				t.Logf("%s is not found by %q", f.File, w)
			}
		}
	}
	t.Logf("%d files: %v; %d of %d sample words find their file (%.1f %%)", len(files), outcomes, found, words, 100*float64(found)/float64(words))
	if float64(found) < goal*float64(words) {
		t.Errorf("fewer than %.0f %% of the sample words find their file", 100*goal)
	}
}

// checkOutcome compares the state of a document with what a careful reader finds.
func checkOutcome(t *testing.T, f corpusFile, d *library.Document) {
	t.Helper()
	want := map[string][]string{
		"text": {"ready"}, "little or no text": {"ready"}, "readers differ": {"ready"}, "password": {"failed password"},
		"unreadable": {"failed damaged", "failed empty", "failed unsupported", "failed mismatch", "failed timeout", "failed memory", "failed crashed", "failed too_large"},
	}[f.Reference]
	got := string(d.Status)
	if d.Failure != "" {
		got += " " + d.Failure
	}
	for _, w := range want {
		if got == w {
			return
		}
	}
	t.Errorf("%s (%s) ended as %s: %s", f.File, f.Reference, got, d.FailureDetail)
}

func finds(t *testing.T, a *apptest.App, word, id string) bool {
	t.Helper()
	res, err := a.Find.Search(t.Context(), a.Sanne.Viewer(), find.Query{Text: word, Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range res.Hits {
		if h.ID == id {
			return true
		}
	}
	return false
}

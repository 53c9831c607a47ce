package reader

import (
	"cmp"
	"context"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/lang"
	"github.com/aanpak/aanpak/internal/testenv"
)

const (
	wordRecall = 0.95 // part of the reference's words that a file must give to count as read
	fileRecall = 0.94 // part of the files that must be read so; in the others the reference is no better than we are
)

// recallResult is how many of the words that poppler finds in a file are in our pages, each as often as it stands there.
type recallResult struct {
	file          string
	found, wanted int
	missing, more []string
}

func (r recallResult) share() float64 { return float64(r.found) / float64(max(1, r.wanted)) }

// checkRecall holds the pages of the text files against poppler's pdftotext, a reader that shares no code with ours.
func checkRecall(t *testing.T, dir string, results []corpusResult) {
	pdftotext := testenv.Command(t, "poppler", "install poppler-utils", "pdftotext")
	var all []recallResult
	for _, r := range results {
		if r.Reference == "text" {
			all = append(all, recallOf(r, popplerText(t, pdftotext, filepath.Join(dir, r.File))))
		}
	}
	found, wanted, short := 0, 0, 0
	for _, r := range all {
		found, wanted = found+r.found, wanted+r.wanted
		if r.share() < wordRecall {
			short++
			t.Logf("%s: %d of %d words (%.1f %%); missing %v; instead %v", r.file, r.found, r.wanted, 100*r.share(), r.missing, r.more)
		}
	}
	t.Logf("words of text files: %d of %d found (%.2f %%); %d of %d files have at least %.0f %%",
		found, wanted, 100*float64(found)/float64(max(1, wanted)), len(all)-short, len(all), 100*wordRecall)
	if float64(found) < wordRecall*float64(wanted) {
		t.Errorf("%d of %d words were found, want at least %.0f %%", found, wanted, 100*wordRecall)
	}
	if float64(len(all)-short) < fileRecall*float64(len(all)) {
		t.Errorf("%d of %d files lack words, want at most %.0f %%", short, len(all), 100*(1-fileRecall))
	}
}

func popplerText(t *testing.T, pdftotext, path string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, pdftotext, "-q", "-enc", "UTF-8", path, "-").Output()
	if err != nil && len(out) == 0 {
		t.Fatalf("pdftotext %s: %v", path, err)
	}
	return string(out)
}

// recallOf counts the words of the reference that our text has too, a word that stands there twice twice.
func recallOf(r corpusResult, reference string) recallResult {
	res := recallResult{file: r.File}
	ours, theirs := wordBag(r.text), wordBag(reference)
	for w, n := range theirs {
		res.wanted += n
		res.found += min(n, ours[w])
		if n > ours[w] {
			res.missing = append(res.missing, w)
		}
	}
	for w, n := range ours {
		if n > theirs[w] {
			res.more = append(res.more, w)
		}
	}
	res.missing, res.more = few(res.missing), few(res.more)
	return res
}

// few keeps the first words of a list in a fixed order, for the log.
func few(words []string) []string {
	slices.SortFunc(words, func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b)) })
	return words[:min(12, len(words))]
}

// wordBag counts the folded words of a text.
func wordBag(text string) map[string]int {
	bag := map[string]int{}
	for _, tok := range lang.Tokens(text) {
		bag[tok.Text]++
	}
	return bag
}

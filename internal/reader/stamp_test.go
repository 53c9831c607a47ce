package reader

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-pdf/fpdf"
)

const stampText = "Vertrouwelijk, voor Jan de Vries, 25 november 2026"

func stamped(t *testing.T, p *Pool, name string, data []byte) ([]byte, error) {
	t.Helper()
	var out bytes.Buffer
	err := p.Stamp(t.Context(), tempFile(t, data), name, stampText, &out)
	return out.Bytes(), err
}

// stampedWell wants the text on every page of a copy. It counts the words that were there, and those that are there no more.
func stampedWell(t *testing.T, p *Pool, name string, data []byte) (words, missing int) {
	t.Helper()
	before, info, err := readAll(t, p, name, data)
	if err != nil {
		t.Fatal(err)
	}
	copied, err := stamped(t, p, name, data)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	after, now, err := readAll(t, p, name, copied)
	if err != nil || now.Pages != info.Pages {
		t.Fatalf("%s: %d pages of %d, %v", name, now.Pages, info.Pages, err)
	}
	for i, page := range after {
		if !strings.Contains(strings.Join(strings.Fields(page.Text), " "), stampText) {
			t.Errorf("%s, page %d: not stamped: %.300q", name, i+1, page.Text)
		}
		have := wordSet(page.Text)
		for w := range wordSet(before[i].Text) {
			if words++; !have[w] {
				missing++
			}
		}
	}
	return words, missing
}

// TestStamp: every page of a copy carries the text, and what was there is there still.
func TestStamp(t *testing.T) {
	p := newTestPool(t, nil)
	for name, data := range map[string][]byte{
		"plan.pdf":  makePDF(t, nil, "Een plan van aanpak.", "De tweede bladzijde."),
		"breed.pdf": makePDF(t, func(f *fpdf.Fpdf) { f.AddPageFormat("L", fpdf.SizeType{Wd: 400, Ht: 200}) }, "Nog een."),
	} {
		if _, missing := stampedWell(t, p, name, data); missing > 0 {
			t.Errorf("%s: %d words are gone", name, missing)
		}
	}
}

// TestStampRefuses what is no PDF or cannot be read, and goes on with the next.
func TestStampRefuses(t *testing.T) {
	p := newTestPool(t, nil)
	pdf := makePDF(t, nil, "Een plan van aanpak.")
	for name, c := range map[string]struct {
		data []byte
		want Reason
	}{
		"brief.docx": {makeDOCX(t, para("Een brief.")), ReasonUnsupported}, "stuk.pdf": {append([]byte("%PDF-1.7\n"), noise(4000)...), ReasonDamaged}, "half.pdf": {pdf[:len(pdf)/3], ReasonDamaged},
	} {
		if _, err := stamped(t, p, name, c.data); err == nil {
			t.Errorf("%s was stamped", name)
		} else {
			wantReason(t, err, c.want)
		}
	}
	small := newTestPool(t, func(o *Options) { o.Limits.MaxUnpacked = 100 })
	_, err := stamped(t, small, "plan.pdf", pdf)
	wantReason(t, err, ReasonTooLarge)
	if _, err := stamped(t, p, "plan.pdf", bombPDF(t, 1<<30)); err == nil {
		t.Log("the bomb could be copied without being unpacked")
	}
	stampedWell(t, p, "plan.pdf", pdf)
}

// TestStampCorpus stamps real documents: they are stamped well, or refused with a reason.
func TestStampCorpus(t *testing.T) {
	dir := corpusFolder(t)
	p := newTestPool(t, nil)
	done, refused, words, missing := 0, 0, 0, 0
	for _, cf := range corpusFiles(t, dir) {
		if done+refused >= 60 || !strings.HasSuffix(strings.ToLower(cf.File), ".pdf") {
			continue
		}
		data, err := os.ReadFile(filepath.Join(dir, cf.File))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := stamped(t, p, cf.File, data); err != nil {
			refused++
			t.Logf("%s: %v", cf.File, err)
			continue
		}
		done++
		n, gone := stampedWell(t, p, cf.File, data)
		words, missing = words+n, missing+gone
	}
	t.Logf("%d stamped, %d refused, %d of %d words read otherwise", done, refused, missing, words)
	if missing*100 > words { // the stamp crosses words, which are then cut at it by a reader
		t.Error("too much of the text is gone")
	}
	if done < 20 {
		t.Error("too few of the corpus could be stamped")
	}
}

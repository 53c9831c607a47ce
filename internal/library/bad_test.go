package library_test

import (
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/app/apptest"
	"github.com/aanpak/aanpak/internal/blob"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/library"
)

func waitFor(t *testing.T, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			return
		}
	}
}

func TestNamesAreCleaned(t *testing.T) {
	for in, want := range map[string]string{
		"../../etc/passwd":                "passwd",
		`C:\Users\x\plan.pdf`:             "plan.pdf",
		"plan\x00van\naanpak.pdf":         "planvan aanpak.pdf",
		"plan\u202Efdp.exe":               "planfdp.exe",
		"..":                              "document",
		"":                                "document",
		strings.Repeat("a", 300) + ".pdf": strings.Repeat("a", 196) + ".pdf",
		"<script>alert(1)</script>.pdf":   "script>.pdf",
		"  veel   spaties .docx ":         "veel spaties .docx",
	} {
		if got := library.CleanName(in); got != want {
			t.Errorf("CleanName(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestKindIsGuessed(t *testing.T) {
	for name, want := range map[string]library.Kind{
		"PvA_Molenwijk.pdf": library.KindApproach, "Calculatie def.xlsx": library.KindCalculation, "Gunningsbrief.pdf": library.KindAward,
		"NvI-2.docx": library.KindNotice, "V&G-plan ontwerpfase.pdf": library.KindSafety, "notulen.docx": library.KindOther, "CV Jan.pdf": library.KindCV,
	} {
		if got := library.GuessKind(name); got != want {
			t.Errorf("GuessKind(%q) = %s, want %s", name, got, want)
		}
	}
}

// Files that cannot be read end as failed with their reason, are kept, and do not stop the others.
func TestUnreadableFilesEndWithAReason(t *testing.T) {
	a := apptest.New(t, db.SQLite)
	good := apptest.PDF("een leesbare bladzijde")
	for name, c := range map[string]struct {
		content string
		reasons []string
	}{
		"leeg.pdf":     {"", []string{"empty"}},
		"afgekapt.pdf": {string(good[:200]), []string{"damaged"}},
		"tekst.pdf":    {"dit is helemaal geen pdf maar gewoon tekst", []string{"", "mismatch", "damaged"}},
		"kapot.docx":   {"PK\x03\x04 kapot", []string{"damaged", "mismatch"}},
		"iets.bin":     {"\x00\x01\x02\x03\x04\x05", []string{"unsupported"}},
	} {
		d := a.Upload(t, a.Sanne, name, []byte(c.content), library.Meta{})
		if !d.Status.Final() || !contains(c.reasons, d.Failure) {
			t.Errorf("%s: %s %q (%s), want one of %q", name, d.Status, d.Failure, d.FailureDetail, c.reasons)
		}
		_, ver, err := a.Library.Version(t.Context(), a.Sanne.Viewer(), d.ID, 0)
		if err != nil {
			t.Fatal(err)
		}
		f, err := a.Library.Open(t.Context(), ver)
		if err != nil {
			t.Fatal(err)
		}
		kept, _ := io.ReadAll(f)
		f.Close()
		if string(kept) != c.content {
			t.Errorf("%s: the file was not kept as it came", name)
		}
		if got := search(t, a, a.Sanne, strings.TrimSuffix(name, name[strings.LastIndex(name, "."):])); got.Total == 0 && d.Status == library.StatusFailed {
			t.Errorf("%s: not found by its title", name)
		}
	}
	if d := a.Upload(t, a.Sanne, "goed.pdf", good, library.Meta{}); d.Status != library.StatusReady {
		t.Errorf("after bad files a good one is %s", d.Status)
	}
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

func TestUploadThatIsRefusedLeavesNothing(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		boom := errors.New("connection reset")
		long, bad, other := strings.Repeat("x", 400), "everybody", a.Eindhoven.ID
		kind, none := library.Kind("poem"), "nosuchtender"
		for name, c := range map[string]struct {
			file library.File
			meta library.Meta
			kind errs.Kind
		}{
			"connection dropped": {library.File{Name: "a.pdf", Size: -1, Body: io.MultiReader(strings.NewReader("%PDF-"), errReader{boom})}, library.Meta{}, errs.KindInvalid},
			"too large":          {library.File{Name: "a.pdf", Size: -1, Body: io.LimitReader(zeros{}, 65<<20)}, library.Meta{}, errs.KindTooLarge},
			"said too large":     {library.File{Name: "a.pdf", Size: 1 << 40, Body: strings.NewReader("")}, library.Meta{}, errs.KindTooLarge},
			"long title":         {text("x"), library.Meta{Title: &long}, errs.KindInvalid},
			"bad audience":       {text("x"), library.Meta{Audience: &bad}, errs.KindInvalid},
			"other branch":       {text("x"), library.Meta{BranchID: &other}, errs.KindForbidden},
			"bad kind":           {text("x"), library.Meta{Kind: &kind}, errs.KindInvalid},
			"no such tender":     {text("x"), library.Meta{TenderID: &none}, errs.KindInvalid},
		} {
			_, err := a.Library.Upload(t.Context(), a.Sanne.Viewer(), c.file, c.meta)
			if !errs.Is(err, c.kind) {
				t.Errorf("%s: %v, want %v", name, err, c.kind)
			}
		}
		if _, n, _ := a.Library.List(t.Context(), a.Sanne.Viewer(), library.Filter{}); n != 0 {
			t.Errorf("%d documents are listed", n)
		}
		_ = a.Blobs.List(t.Context(), "", func(i blob.Info) error { t.Errorf("blob %s is left", i.Key); return nil })
	})
}

type errReader struct{ err error }

func (e errReader) Read([]byte) (int, error) { return 0, e.err }

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func text(s string) library.File {
	return library.File{Name: "a.txt", Size: int64(len(s)), Body: strings.NewReader(s)}
}

// The same file uploaded at once by many: each is kept, they share one blob, and each knows of the others.
func TestSameFileAtOnce(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		var wg sync.WaitGroup
		for range 6 {
			wg.Go(func() {
				if _, err := a.Library.Upload(t.Context(), a.Sanne.Viewer(), text("precies dezelfde inhoud"), library.Meta{}); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		a.Settle(t)
		docs, n, err := a.Library.List(t.Context(), a.Sanne.Viewer(), library.Filter{})
		if err != nil || n != 6 {
			t.Fatalf("%d documents, err %v", n, err)
		}
		copies, err := a.Library.ExactCopies(t.Context(), a.Sanne.Viewer(), docs[0])
		if err != nil || len(copies) != 5 {
			t.Errorf("%d copies, err %v, want 5", len(copies), err)
		}
		for _, d := range docs {
			_, ver, err := a.Library.Version(t.Context(), a.Sanne.Viewer(), d.ID, 0)
			if err != nil {
				t.Fatal(err)
			}
			f, err := a.Library.Open(t.Context(), ver)
			if err != nil {
				t.Fatalf("the blob of %s is gone: %v", d.ID, err)
			}
			f.Close()
		}
	})
}

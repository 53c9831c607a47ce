package demo

import (
	"bytes"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/aanpak/aanpak/internal/library"
	"github.com/aanpak/aanpak/internal/tenders"
)

// today is a working day on which tests look at the company.
var today = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

func allFiles(t *testing.T) (list []*file, byPath map[string]*file, selections []*selection) {
	t.Helper()
	byRef, selections, err := readSelections(today)
	if err != nil {
		t.Fatal(err)
	}
	if list, err = readFiles(byRef, today); err != nil {
		t.Fatal(err)
	}
	byPath = map[string]*file{}
	for _, f := range list {
		byPath[f.path] = f
	}
	return list, byPath, selections
}

// What a new user should meet: every kind and format, every branch and outcome, and deadlines that are near.
func TestContentIsVaried(t *testing.T) {
	list, _, selections := allFiles(t)
	seen := map[string]int{}
	titles := map[string]bool{}
	for _, f := range list {
		if f.Part {
			continue
		}
		seen["documents"]++
		seen[string(f.Kind)]++
		seen[f.Format]++
		seen[strings.SplitN("audience "+f.Audience, ":", 2)[0]]++
		if f.Lang == "en" {
			seen["english"]++
		}
		if titles[f.Title] {
			t.Errorf("two documents are called %q", f.Title)
		}
		titles[f.Title] = true
		if f.Date == "" && f.at.After(today) || f.at.After(today) {
			t.Errorf("%s is of %s, later than today", f.path, f.at)
		}
	}
	for _, s := range selections {
		seen["tenders"]++
		seen[string(s.Outcome)]++
		seen["tender of "+s.Branch]++
		near := s.at.Sub(today)
		if s.Outcome == tenders.OutcomeOpen && (near <= 0 || near > 45*24*time.Hour) {
			t.Errorf("%s runs but is due %s", s.Ref, s.at)
		}
		if s.Outcome != tenders.OutcomeOpen && near > 0 {
			t.Errorf("%s is %s but due %s", s.Ref, s.Outcome, s.at)
		}
	}
	want := map[string]int{
		"documents": 70, "tenders": 18, "english": 3, "audience people": 1, "audience branch": 5, "open": 3, "submitted": 2, "won": 5, "lost": 3,
		"withdrawn": 1, "pdf": 30, "docx": 8, "xlsx": 8, "pptx": 3, "odt": 1, "md": 1, "eml": 1, "broken": 1, "approach": 20, "calculation": 6,
		"tender of Zwolle": 2, "tender of Eindhoven": 2, "tender of Oldenzaal": 2, "tender of Rotterdam": 2, "tender of Amersfoort": 2,
	}
	for _, k := range library.Kinds {
		want[string(k)] = max(want[string(k)], 3)
	}
	for k, n := range want {
		if seen[k] < n {
			t.Errorf("%s: %d, want at least %d", k, seen[k], n)
		}
	}
}

var leftover = regexp.MustCompile(`\{\w|\[\[|\]\]|\|\||TODO|[Ll]orem|XX`)

// Every text is whole: no mark is left in it, and no paragraph comes twice in one document.
func TestTextsAreWhole(t *testing.T) {
	list, _, _ := allFiles(t)
	for _, f := range list {
		if m := leftover.FindString(f.text); m != "" {
			t.Errorf("%s: %q is left in the text", f.path, m)
		}
		seen := map[string]bool{}
		for _, b := range parse(f.text) {
			if f.Sheet == "" && b.kind == paragraph && len(b.text) > 60 {
				if seen[b.text] {
					t.Errorf("%s says twice: %s", f.path, b.text)
				}
				seen[b.text] = true
			}
		}
	}
}

// The same day makes the same bytes, so that screenshots and hashes stay.
func TestRenderIsDeterministic(t *testing.T) {
	_, byPath, _ := allFiles(t)
	for _, p := range []string{"plans/frankenveld.md", "sheets/calc-zandloper.md", "docs/pres-kompas.md", "docs/cv-brands.md", "docs/checklist.md"} {
		a, err := render(byPath[p], byPath)
		if err != nil {
			t.Fatal(err)
		}
		b, err := render(byPath[p], byPath)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(a, b) || len(a) < 500 {
			t.Errorf("%s: %d bytes, then %d others", p, len(a), len(b))
		}
	}
}

// Each formula has the value that calculating it gives.
func TestFormulasHaveTheirValues(t *testing.T) {
	list, byPath, _ := allFiles(t)
	formulas := 0
	for _, f := range list {
		if f.Format != "xlsx" {
			continue
		}
		b, err := render(f, byPath)
		if err != nil {
			t.Fatal(err)
		}
		formulas += checkFormulas(t, f.path, b)
	}
	if formulas < 500 {
		t.Errorf("only %d formulas", formulas)
	}
}

func checkFormulas(t *testing.T, path string, b []byte) (n int) {
	t.Helper()
	x, err := excelize.OpenReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	for _, sheet := range x.GetSheetList() {
		rows, err := x.GetRows(sheet, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		for r, row := range rows {
			for c, kept := range row {
				cell, _ := excelize.CoordinatesToCellName(c+1, r+1)
				if formula, _ := x.GetCellFormula(sheet, cell); formula == "" {
					continue
				}
				n++
				got, err := x.CalcCellValue(sheet, cell, excelize.Options{RawCellValue: true})
				if err != nil {
					t.Fatalf("%s %s!%s: %v", path, sheet, cell, err)
				}
				a, errA := strconv.ParseFloat(kept, 64)
				v, errV := strconv.ParseFloat(got, 64)
				if errA != nil || errV != nil || math.Abs(a-v) > 0.02+math.Abs(v)*1e-6 {
					t.Errorf("%s %s!%s is kept as %q and calculates to %q", path, sheet, cell, kept, got)
				}
			}
		}
	}
	return n
}

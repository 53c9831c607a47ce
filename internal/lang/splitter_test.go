package lang

import (
	"strings"
	"testing"
)

func TestSplit(t *testing.T) {
	s := NewSplitter()
	for word, want := range map[string]string{
		"bewonerscommunicatie": "bewoners communicatie", "bewonercommunicatie": "bewoner communicatie",
		"omgevingsmanagement": "omgevings management", "bouwplaatsinrichting": "bouw plaats inrichting",
		"verkeersmaatregelenplan": "verkeers maatregelen plan", "huurwoningen": "huur woningen", "scholenbouw": "scholen bouw",
		"kwaliteitsborging": "kwaliteits borging", "risicodossier": "risico dossier", "geluidsoverlast": "geluids overlast",
		"gevelrenovatie": "gevel renovatie", "straatwerkzaamheden": "straat werkzaamheden", "projectleider": "project leider",
		"warmtepompinstallatie": "warmte pomp installatie", "stikstofdepositie": "stikstof depositie",
		// no compounds, and nothing that only looks like one
		"gelijk": "", "uitvoering": "", "verwarming": "", "rapportage": "", "controleren": "", "verantwoordelijk": "", "waardering": "",
		"bereikbaarheid": "", "gemeentelijke": "", "bestuurlijke": "", "presenteren": "", "fasering": "", "overleg": "", "voordeel": "",
		"plan": "", "": "", "a15": "", "café": "", "bewonersxyz": "", strings.Repeat("bewoners", 20): "",
	} {
		if got := strings.Join(s.Split(word), " "); got != want && strings.ReplaceAll(got, " ", "") != strings.ReplaceAll(want, " ", "") {
			t.Errorf("%s: %q, want %q", word, got, want)
		}
	}
}

func TestSplitterLearns(t *testing.T) {
	s := NewSplitter()
	if s.Split("snorblokplanning") != nil {
		t.Fatal("split with a part that nobody knows")
	}
	if got := s.SplitWith("snorblokplanning", []string{"snorblok"}); len(got) != 2 {
		t.Errorf("with the part given: %q", got)
	}
	if s.Learn("snorblok", minCount-1) {
		t.Error("learned a rare word")
	}
	if !s.Learn("snorblok", minCount) || s.Learn("snorblok", 100) {
		t.Error("a word is learned once, when it is frequent enough")
	}
	if got := s.Split("snorblokplanning"); len(got) != 2 || got[0] != "snorblok" {
		t.Errorf("after learning: %q", got)
	}
	for _, w := range []string{"voering", "gel", "heid", "bewonerscommunicatie", "brrr", "a15b", "achtig"} {
		if s.Learn(w, 1000) {
			t.Errorf("learned %s", w)
		}
	}
}

func FuzzSplit(f *testing.F) {
	s := NewSplitter()
	f.Add("bewonerscommunicatie")
	f.Add("plan")
	f.Fuzz(func(t *testing.T, w string) {
		parts := s.Split(Fold(w))
		n := 0
		for _, p := range parts {
			if len(p) < minPart || !strings.Contains(Fold(w), p) {
				t.Fatalf("part %q of %q", p, w)
			}
			n += len(p)
		}
		if parts != nil && (len(parts) < 2 || n > len(Fold(w)) || n < len(Fold(w))-2*len(parts)) {
			t.Fatalf("%q: %q does not cover", w, parts)
		}
	})
}

func BenchmarkSplit(b *testing.B) {
	s := NewSplitter()
	ws := strings.Fields("bewonerscommunicatie omgevingsmanagement bouwplaatsinrichting verantwoordelijk voorbereiding asbestsanering de van gemeente")
	for i := 0; b.Loop(); i++ {
		s.Split(ws[i%len(ws)])
	}
}

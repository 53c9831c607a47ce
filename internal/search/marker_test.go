package search

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/aanpak/aanpak/internal/lang"
)

func marked(t *testing.T, query, text string) string {
	t.Helper()
	return NewMarker(lang.NewLexicon(), query, false, "").Highlight(text)
}

func TestMarks(t *testing.T) {
	for _, c := range []struct{ why, q, text, want string }{
		{"a compound is marked whole", "communicatie", "De bewonerscommunicatie begint.", "De <mark>bewonerscommunicatie</mark> begint."},
		{"parts of the compound asked for", "bewonerscommunicatie", "communicatie met bewoners", "<mark>communicatie</mark> met <mark>bewoners</mark>"},
		{"another linking letter", "bewonercommunicatie", "Bewonerscommunicatie", "<mark>Bewonerscommunicatie</mark>"},
		{"other endings", "plan huis", "plannen voor huizen", "<mark>plannen</mark> voor <mark>huizen</mark>"},
		{"English endings", "calculation", "our calculations", "our <mark>calculations</mark>"},
		{"an accent does not shift", "bewaakt", "De coördinator bewaakt", "De coördinator <mark>bewaakt</mark>"},
		{"a word with an accent", "coordinator", "De coördinator.", "De <mark>coördinator</mark>."},
		{"a decomposed accent", "coordinator", "De coo\u0308rdinator.", "De <mark>coo\u0308rdinator</mark>."},
		{"a phrase whole", `"plan van aanpak"`, "plan, van aanpak: Plan van Aanpak", "<mark>plan, van aanpak</mark>: <mark>Plan van Aanpak</mark>"},
		{"no words of a phrase alone", `"plan van aanpak"`, "het plan en de aanpak", "het plan en de aanpak"},
		{"a synonym", "PvA", "ons plan van aanpak", "ons <mark>plan van aanpak</mark>"},
		{"a synonym the other way", "plan van aanpak", "het PvA", "het <mark>PvA</mark>"},
		{"escaped", "b", "<b> & b", "&lt;<mark>b</mark>&gt; &amp; <mark>b</mark>"},
		{"signs", "V&G", "het V&G-plan", "het <mark>V&amp;G</mark>-plan"},
		{"nothing of what is left out", "renovatie -app", "renovatie app", "<mark>renovatie</mark> app"},
		{"nothing of a field", "jaar:2024 plan", "plan 2024", "<mark>plan</mark> 2024"},
		{"a compound of an unknown word", "snorblok", "snorblokplanning", "<mark>snorblokplanning</mark>"},
	} {
		if got := marked(t, c.q, c.text); got != c.want {
			t.Errorf("%s: %q in %q\n got %s\nwant %s", c.why, c.q, c.text, got, c.want)
		}
	}
}

func TestMarksWhileTypingAndCorrected(t *testing.T) {
	lx := lang.NewLexicon()
	if got := NewMarker(lx, "bewoners comm", true, "").Highlight("communicatie"); got != "<mark>communicatie</mark>" {
		t.Errorf("while typing: %s", got)
	}
	if got := NewMarker(lx, "comunicatei", false, "communicatie").Highlight("communicatie"); got != "<mark>communicatie</mark>" {
		t.Errorf("corrected: %s", got)
	}
}

func TestSnippet(t *testing.T) {
	filler := strings.Repeat("Dit is een gewone zin over iets anders. ", 30)
	text := filler + "Elke bewoner krijgt een brief over de overlast. Ook daarna blijven wij bereikbaar. " + filler
	got := NewMarker(lang.NewLexicon(), "bewoners overlast", false, "").Snippet(text)
	if !strings.HasPrefix(got, "Elke <mark>bewoner</mark> krijgt een brief over de <mark>overlast</mark>. Ook daarna") && !strings.Contains(got, "anders. Elke <mark>bewoner</mark>") {
		t.Errorf("the sentence with both words: %s", got)
	}
	if n := utf8.RuneCountInString(got); n > snippetMax+40 {
		t.Errorf("%d characters", n)
	}
	plain := NewMarker(lang.NewLexicon(), "onvindbaar", false, "").Snippet(text)
	if !strings.HasPrefix(plain, "Dit is een gewone zin") || !strings.HasSuffix(plain, "anders.") || strings.Contains(plain, "<mark>") {
		t.Errorf("without an answer: %s", plain)
	}
	if got := NewMarker(lang.NewLexicon(), "a", false, "").Snippet(""); got != "" {
		t.Errorf("of nothing: %q", got)
	}
}

func FuzzMarker(f *testing.F) {
	lx := lang.NewLexicon()
	for _, q := range []string{"bewoners", `"plan van`, "-x y:z", "\xff<mark>", "soort:plan jaar:2024", "a\u0301 b&c d@e.nl"} {
		f.Add(q, "Plan van aanpak <b>bewonerscommunicatie</b> \u202E d@e.nl 1.250,00\n\n"+q)
	}
	f.Fuzz(func(t *testing.T, q, text string) {
		p := Parse(q)
		if len(p.Words)+len(p.Not) > maxWords*(maxWords+1) {
			t.Fatalf("%d words", len(p.Words))
		}
		m := NewMarker(lx, q, true, q)
		at := 0
		for _, k := range m.Marks(text) {
			if k[0] < at || k[1] <= k[0] || k[1] > len(text) {
				t.Fatalf("mark %v after %d in %d bytes", k, at, len(text))
			}
			at = k[1]
		}
		s := m.Snippet(text)
		inner := strings.NewReplacer(markOpen, "", markClose, "").Replace(s)
		if !utf8.ValidString(s) || strings.ContainsAny(inner, "<>\"\n\x00\u202E") {
			t.Fatalf("unsafe snippet %q", s)
		}
		if strings.Count(s, markOpen) != strings.Count(s, markClose) {
			t.Fatalf("unbalanced %q", s)
		}
	})
}

func BenchmarkSnippets(b *testing.B) {
	lx := lang.NewLexicon()
	words := strings.Fields("de bewoners krijgen een brief over overlast en veiligheid bij renovatie van gevel woning plan aanpak kwaliteit omgevingsmanagement Communicatie voor planning")
	var sb strings.Builder
	for i := range 450 {
		sb.WriteString(words[(i*i*7+i)%len(words)])
		sb.WriteByte(' ')
	}
	text := sb.String()
	b.SetBytes(int64(20 * len(text)))
	for b.Loop() {
		m := NewMarker(lx, "bewoners communicatie renovatie", false, "")
		for range 20 {
			m.Snippet(text)
		}
	}
}

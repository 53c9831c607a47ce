package lang

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"Coördinator": "coordinator", "co\u0308o": "coo", "STRASSE Straße": "strasse strasse", "ﬁnancieel ﬂat": "financieel flat",
		"ĲSSEL": "ijssel", "Ａ１５": "a15", "Æsop Œuvre": "aesop oeuvre", "be\u00ADwoner": "bewoner", "Łódź Ørsted": "lodz orsted",
		"foto’s": "foto's", "m²": "m2", "İstanbul": "istanbul", "": "",
	} {
		if got := Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestTokens(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"Het V&G-plan, A15!", "het v&g -plan a15"},
		{"foto's en auto’s van 's-Hertogenbosch", "foto's en auto's van s -hertogenbosch"},
		{"€ 1.250,00 of 3,5% (2024-2025).", "1.250,00 of 3,5 2024 -2025"},
		{"mail j.de-vries@bouw.example.nl. Of bel", "mail j.de-vries@bouw.example.nl of bel"},
		{"a@b @x y@", "a b x y"},
		{"UAV-gc/EMVI \"2012\"", "uav -gc emvi 2012"},
		{"co\u00F6rdi\u00ADnator\x00\xffx", "coordinator x"},
		{"einde. Begin", "einde begin"},
		{"", ""},
	} {
		var got []string
		for _, tok := range Tokens(c.text) {
			if tok.Hyphen {
				tok.Text = "-" + tok.Text
			}
			got = append(got, tok.Text)
		}
		if g := strings.Join(got, " "); g != c.want {
			t.Errorf("%q: %q, want %q", c.text, g, c.want)
		}
	}
}

func FuzzTokens(f *testing.F) {
	f.Add("Coördinator V&G 1.250,00 j@b.nl \xff 's-Graven’hage")
	f.Fuzz(func(t *testing.T, s string) {
		at := 0
		for _, tok := range Tokens(s) {
			if tok.Start < at || tok.End <= tok.Start || tok.End > len(s) || tok.Text == "" || len(tok.Text) > MaxToken {
				t.Fatalf("token %+v after %d in %q", tok, at, s)
			}
			if !utf8.ValidString(tok.Text) || Fold(tok.Text) != tok.Text {
				t.Fatalf("token %q is not folded", tok.Text)
			}
			at = tok.End
			for _, st := range Stems(tok.Text) {
				_ = st
			}
		}
	})
}

func TestStemsAgree(t *testing.T) {
	for _, c := range []struct{ lang, words string }{
		{Dutch, "plan plannen"},
		{Dutch, "huis huizen"},
		{Dutch, "brief brieven"},
		{Dutch, "woning woningen"},
		{Dutch, "straat straten"},
		{Dutch, "bewoner bewoners"},
		{Dutch, "foto foto's"},
		{Dutch, "gevel gevels"},
		{Dutch, "planning planningen"},
		{Dutch, "maatregel maatregelen"},
		{Dutch, "renovatie renovaties"},
		{Dutch, "serie series"},
		{Dutch, "familie families"},
		{Dutch, "fase fases fasen"},
		{Dutch, "offerte offertes"},
		{Dutch, "module modules"},
		{Dutch, "gemeente gemeentes gemeenten"},
		{Dutch, "huisje huisjes"},
		{Dutch, "industrie industrieen"},
		{Dutch, "idee ideeen"},
		{Dutch, "proces processen"},
		{Dutch, "werkproces werkprocessen"},
		{Dutch, "adres adressen"},
		{Dutch, "advies adviezen"},
		{Dutch, "verlies verliezen"},
		{Dutch, "les lessen"},
		{Dutch, "fles flessen"},
		{Dutch, "lerares leraressen"},
		{Dutch, "prinses prinsessen"},
		{Dutch, "barones baronessen"},
		{Dutch, "congres congressen"},
		{Dutch, "precies"},
		{English, "calculation calculations"},
		{English, "community communities"},
		{English, "run running runs"},
		{English, "schedule schedules"},
	} {
		ws := strings.Fields(c.words)
		for _, w := range ws[1:] {
			if a, b := Stem(c.lang, ws[0]), Stem(c.lang, w); a != b {
				t.Errorf("%s → %s, %s → %s", ws[0], a, w, b)
			}
		}
	}
	for _, pair := range [][2]string{{"plan", "planning"}, {"2024", "2025"}, {"a15", "a1"}, {"kosten", "koster"}, {"proces", "procent"}, {"advies", "advent"}} {
		if Stem(Dutch, pair[0]) == Stem(Dutch, pair[1]) {
			t.Errorf("%s and %s are not the same word", pair[0], pair[1])
		}
	}
}

func TestDetect(t *testing.T) {
	d := NewDetector()
	for text, want := range map[string]string{
		"De bewoners krijgen een brief en wij zijn bereikbaar via de app van het project.":       Dutch,
		"The residents receive a letter and we are available through the app of the project.":    English,
		"Die Bewohner erhalten einen Brief und wir sind über die App des Projekts zu erreichen.": "de",
		"Les habitants reçoivent une lettre et nous sommes dans une application pour le projet.": "fr",
		"12.000 15.000 m2 stuks": "", "": "", "Kozijn hout 12": "",
	} {
		if got := d.Detect(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	if d.Detect(strings.Repeat("é", 9000)) != "" {
		t.Error("a language in a row of é")
	}
}

func TestSynonyms(t *testing.T) {
	s := NewSynonyms(append(DefaultSynonyms(), Group{"BAM-methode", "de snelle methode"}, Group{"alleen"}, Group{"", "x"}))
	for _, c := range []struct {
		words string
		n     int
		has   string
	}{
		{"pva zwolle", 1, "plan van aanpak"},
		{"plan van aanpak zwolle", 3, "pva"},
		{"bpkv", 1, "economisch meest voordelige inschrijving"},
		{"uav gc", 2, "uavgc"},
		{"bam methode", 2, "de snelle methode"},
		{"plan zwolle", 0, ""},
		{"alleen", 0, ""},
	} {
		n, others := s.Match(strings.Fields(c.words))
		found := c.has == ""
		for _, o := range others {
			found = found || strings.Join(o, " ") == c.has
		}
		if n != c.n || !found {
			t.Errorf("%s: %d words, %q", c.words, n, others)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"bewoner", "bewoner", 0},
		{"bewoner", "bewonr", 1},
		{"bewoner", "bewonre", 1},
		{"bewoner", "bwoenre", 3},
		{"plan", "planning", 3},
		{"", "ab", 2},
		{"spreekuur", "spreekuurr", 1},
		{"contactpersoon", "contactpresoon", 1},
		{"abc", "xyz", 3},
	} {
		if got := Distance(c.a, c.b, 2); got != c.want {
			t.Errorf("%s, %s: %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

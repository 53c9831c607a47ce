package searchtest

import (
	"testing"

	"github.com/aanpak/aanpak/internal/search"
)

// words asks for the documents and others that a question finds.
func words(t *testing.T, x search.Index) {
	for _, c := range []struct{ why, q, want string }{
		{"a word in any case", "SPREEKUUR", "renovatie"},
		{"a word without its accents", "coordinator", "school"},
		{"a word with its accents", "coördinator", "school"},
		{"a part finds the compound", "communicatie", "renovatie school"},
		{"two words find the compound", "bewoners communicatie", "renovatie school"},
		{"the compound finds the two words", "bewonerscommunicatie", "renovatie school"},
		{"the compound with another linking letter", "bewonercommunicatie", "renovatie school"},
		{"the compound with a hyphen", "bewoners-communicatie", "renovatie school"},
		{"a part inside", "scherm", ""},
		{"Dutch plural and singular", "planning", "renovatie"},
		{"Dutch doubled letters", "plannen", "renovatie school"},
		{"Dutch voiced ending", "huis", "school"},
		{"English plural and singular", "calculation", "english"},
		{"English y and ies", "community", "english"},
		{"English ing", "run", "english"},
		{"a synonym of several words", "PvA", "renovatie school"},
		{"several words with a synonym", "veiligheid en gezondheid", "renovatie"},
		{"signs inside a word", "V&G", "renovatie"},
		{"all words on a page", "bewoners overlast", "renovatie"},
		{"title and text together", "kroeven spreekuur", "renovatie"},
		{"extra words", "2024-017", "renovatie t1"},
		{"a phrase", `"plan van aanpak"`, "renovatie school"},
		{"a phrase keeps the order", `"aanpak van plan"`, ""},
		{"a phrase in the text alone", `"vaste contactpersoon"`, "renovatie"},
		{"a phrase does not reach from title to text", `"Kroeven onze"`, ""},
		{"a word left out", "bewoners -app", "renovatie"},
		{"a word left out in its plural", "overlast -planning", ""},
		{"a word left out in its singular", "overlast -woningen", ""},
		{"a word left out in its voiced form", "fasering -huis", ""},
		{"a word left out in the title", "plan van aanpak -renovaties", "school"},
		{"a word left out that only begins the same", "overlast -planten", "renovatie"},
		{"an English word left out", "calculations -calculation", ""},
		{"a word left out leaves its compounds", "voordeur -communicatie", "renovatie"},
		{"a word with a hyphen left out", "voordeur -bewoners-communicatie", ""},
		{"a phrase left out", `communicatie -"elke bewoner"`, "school"},
		{"a person by name", "anneke vries", "p1"},
		{"an e-mail address", "anneke.devries@bouw.example", "p1"},
		{"a mistyped word", "spreekuurr", "renovatie"},
		{"a mistyped long word", "contactpresoon", "renovatie"},
		{"a wrong digit is another number", "2024-018", ""},
	} {
		r := ask(t, x, c.q)
		if c.want == "" && r.Relaxed {
			continue // fewer words were found; none had all
		}
		wantParents(t, r, c.want, c.why+": "+c.q)
	}
	corrections(t, x)
	relaxing(t, x)
	typing(t, x)
}

func corrections(t *testing.T, x search.Index) {
	if r := ask(t, x, "bewoners spreekuurr"); r.Corrected != "bewoners spreekuur" {
		t.Errorf("the correction is told: got %q", r.Corrected)
	}
	if r := ask(t, x, "bewoners"); r.Corrected != "" {
		t.Errorf("a word that is found is not corrected: got %q", r.Corrected)
	}
}

func relaxing(t *testing.T, x search.Index) {
	r := ask(t, x, "bewoners spreekuur onvindbaarwoord")
	if !r.Relaxed || len(r.Missing) != 1 || r.Missing[0] != "onvindbaarwoord" {
		t.Errorf("two of three words: relaxed %v, missing %v", r.Relaxed, r.Missing)
	}
	if len(r.Hits) == 0 || r.Hits[0].Parent != "renovatie" || r.Hits[0].Page != 2 {
		t.Errorf("two of three words: %+v", r.Hits)
	}
	r = ask(t, x, "voordeur spreekuur")
	if r.Relaxed || parents(r) != "renovatie" {
		t.Errorf("words on two pages of one document: %q, relaxed %v", parents(r), r.Relaxed)
	}
}

func typing(t *testing.T, x search.Index) {
	for _, c := range []struct{ q, want string }{
		{"spre", "renovatie"},
		{"spreekuu", "renovatie"},
		{"comm", "english renovatie school"},
		{"bewoners spr", "renovatie"},
		{"ann", "p1"},
	} {
		wantParents(t, ask(t, x, c.q, prefixed), c.want, "while typing "+c.q)
	}
	if r := ask(t, x, "spre"); len(r.Hits) != 0 && r.Corrected == "" {
		t.Errorf("a finished word is not taken as a beginning: %q", parents(r))
	}
}

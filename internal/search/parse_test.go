package search

import (
	"fmt"
	"strings"
	"testing"
)

func show(p ParsedQuery) string {
	var b strings.Builder
	for _, w := range p.Words {
		fmt.Fprintf(&b, "[%s]", strings.Join(tokenTexts(w.Tokens), "+"))
		if w.Phrase {
			b.WriteByte('!')
		}
	}
	for _, w := range p.Not {
		fmt.Fprintf(&b, "-[%s]", strings.Join(tokenTexts(w.Tokens), "+"))
	}
	if len(p.Fields) > 0 {
		fmt.Fprint(&b, p.Fields)
	}
	return b.String()
}

func TestParse(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"Bewoners  communicatie", "[bewoners][communicatie]"},
		{`"plan van aanpak" zwolle`, "[plan+van+aanpak]![zwolle]"},
		{"„plan van aanpak”", "[plan+van+aanpak]!"},
		{`"open`, "[open]"},
		{"-app plan", "[plan]-[app]"},
		{`plan -"elke bewoner"`, "[plan]-[elke+bewoner]"},
		{"a - b", "[a][b]"},
		{"bewoners-communicatie", "[bewoners+communicatie]"},
		{"grond/weg", "[grond][weg]"},
		{"soort:calculatie", "map[kind:[calculation]]"},
		{"Kind:Calculation Jaar:2024", "map[kind:[calculation] year:[2024]]"},
		{"soort:onzin", "[soort][onzin]"},
		{"jaar:20x4", "[jaar][20x4]"},
		{`branch:zwolle vestiging:"Den Bosch"`, "map[branch:[zwolle Den Bosch]]"},
		{"http://a.nl", "[http][a][nl]"},
		{"uitkomst:gewonnen taal:en", "map[language:[en] outcome:[won]]"},
		{"m2 1.250,00 V&G j.jansen@bouw.nl", "[m2][1.250,00][v&g][j.jansen@bouw.nl]"},
		{"", ""},
	} {
		if got := show(Parse(c.text)); got != c.want {
			t.Errorf("%s: %s, want %s", c.text, got, c.want)
		}
	}
}

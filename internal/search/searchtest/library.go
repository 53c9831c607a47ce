package searchtest

import (
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/search"
)

// filled opens an index with a small library in it.
func filled(t *testing.T, open Open) search.Index {
	t.Helper()
	x := open(t)
	Put(t, x, library()...)
	return x
}

func library() []search.Entry {
	var all []search.Entry
	add := func(es []search.Entry) { all = append(all, es...) }
	add(doc("renovatie", "Plan van aanpak renovatie Kroeven", func(e *search.Entry) {
		e.Kind, e.Branch, e.Client, e.Year, e.Outcome, e.Score = "approach", "br-zwolle", "Woonstichting Kroeven", 2024, "won", 8.5
		e.Extra, e.Tags, e.Reused = "2024-017 Zwolle", []string{"renovatie", "bewoners"}, 3
		e.Created = date(2024, 5, 1)
	},
		"Onze bewonerscommunicatie begint bij de voordeur. Elke bewoner krijgt een vaste contactpersoon.",
		"De planningen van de woningen hangen in de wijkkeet. Bij overlast op de bouwplaats bellen bewoners ons spreekuur.",
		"Veiligheid gaat voor alles: het V&G-plan beschrijft de maatregelen."))
	add(doc("school", "Nieuwbouw basisschool De Boog", func(e *search.Entry) {
		e.Kind, e.Branch, e.Client, e.Year, e.Outcome, e.Score = "approach", "br-eindhoven", "Gemeente Eindhoven", 2023, "lost", 6.5
		e.Extra, e.Tags, e.Reused = "2023-004 Eindhoven", []string{"nieuwbouw"}, 9
		e.Created = date(2023, 2, 1)
	},
		"De communicatie met bewoners en ouders verloopt via een app. Wij plannen overlegmomenten.",
		"Het plan van aanpak beschrijft de fasering. De coördinator bewaakt de kwaliteit van huizen en gevels."))
	add(doc("begroting", "Inschrijfbegroting viaduct A15", func(e *search.Entry) {
		e.Kind, e.Branch, e.Client, e.Year, e.Outcome = "calculation", "br-zwolle", "Rijkswaterstaat", 2024, "won"
		e.Label, e.Audience = "Staart en opslagen", []string{"group:calc", "branch:br-zwolle"}
		e.Created = date(2024, 8, 1)
	},
		"Geluidsscherm 1.250,00 m2 Westerveldtunnel eenheidsprijs", "Bekisting zwanenhals renovatie"))
	add(doc("english", "Approach for the harbour bridge", func(e *search.Entry) {
		e.Kind, e.Branch, e.Client, e.Year, e.Language = "approach", "br-zwolle", "Port Authority", 2022, "en"
		e.Created = date(2022, 1, 1)
	},
		"Our calculations show that the communities around the harbour are informed weekly. The schedule was running smoothly."))
	add([]search.Entry{{
		Type: search.TypeTender, Parent: "t1", Title: "Renovatie 120 woningen Kroeven", Extra: "2024-017 Zwolle Woonstichting Kroeven",
		Branch: "br-zwolle", Client: "Woonstichting Kroeven", Year: 2024, Outcome: "won", Audience: Everybody, Created: date(2024, 3, 1),
	}, {
		Type: search.TypePerson, Parent: "p1", Title: "Anneke de Vries", Extra: "omgevingsmanager Zwolle anneke.devries@bouw.example",
		Branch: "br-zwolle", Audience: Everybody, Created: date(2020, 1, 1),
	}})
	return all
}

func date(y, m, d int) time.Time { return time.Date(y, time.Month(m), d, 12, 0, 0, 0, time.UTC) }

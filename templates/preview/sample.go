package main

import (
	"context"
	"fmt"
	"time"

	"github.com/aanpak/aanpak/internal/i18n"
	"github.com/aanpak/aanpak/templates/layout"
	"github.com/aanpak/aanpak/templates/part"
)

var (
	ctx = context.Background()
	now = time.Date(2026, 11, 24, 10, 30, 0, 0, time.UTC)
)

// person makes a colleague.
func person(name, initials, function, branch string, colour int) part.Person {
	return part.Person{ID: initials, URL: "/people/" + initials, Name: name, Initials: initials, Function: function, Branch: branch, Colour: colour}
}

var (
	sanne   = person("Sanne Visser", "SV", "Tendermanager", "Zwolle", 0)
	marieke = person("Marieke Kok", "MK", "Plan- en omgevingsmanager", "Zwolle", 1)
	tom     = person("Tom Bakker", "TB", "Calculator", "Eindhoven", 2)
	henk    = person("Henk Driessen", "HD", "Directeur", "Zwolle", 3)
	roos    = person("Roos Jansen", "RJ", "Tekstschrijver", "Oldenzaal", 4)
	noor    = person("Noor van den Berg-Achterberg", "NB", "Projectleider renovatie en groot onderhoud", "Rotterdam", 5)
)

func documents() []part.Document {
	d := func(i int, title, kind, media, client, branch string, year int, outcome string, score float64, pages int, owner part.Person) part.Document {
		return part.Document{
			ID: fmt.Sprint(i), URL: "/document", Title: title, Kind: kind, Media: media, Status: part.Ready, Client: client, Branch: branch,
			Thumb: fmt.Sprintf("/page/%d.svg", i), Year: year, Outcome: outcome, Score: score, Pages: pages, Owner: owner, Language: "nl",
			Reads: i * 37 % 90, Reused: i * 3 % 6, Lit: i == 1, Created: now.Add(-time.Duration(i*i*7) * time.Hour), Updated: now.Add(-time.Duration(i*i*5) * time.Hour), Size: 4_300_000,
			Tender: "Molenwijk fase 1", Tags: []string{"bewoners", "renovatie in bewoonde staat", "duurzaamheid"}, Versions: 3,
		}
	}
	list := []part.Document{
		d(1, "Plan van aanpak renovatie Molenwijk", "approach", "pdf", "Woonstichting De Linde", "Zwolle", 2025, "won", 9, 62, marieke),
		d(2, "PvA groot onderhoud Vestdijk", "approach", "pdf", "Wonen Zuid", "Eindhoven", 2024, "won", 8, 41, tom),
		d(3, "Plan van aanpak De Wielewaal, perceel 2", "approach", "pdf", "Gemeente Deventer", "Oldenzaal", 2025, "lost", 6, 57, roos),
		d(4, "Calculatie gevelrenovatie Frankenveld 148 woningen", "calculation", "sheet", "Wonen Zuid", "Eindhoven", 2023, "won", 8.6, 9, tom),
		d(5, "Presentatie gunning Integraal Kindcentrum De Regenboog met een titel die veel te lang is voor één regel", "presentation", "slides", "Gemeente Hengelo", "Oldenzaal", 2026, "open", 0, 24, noor),
		d(6, "Gunningsbrief Molenwijk", "award", "pdf", "Woonstichting De Linde", "Zwolle", 2025, "won", 9, 3, henk),
	}
	list[4].Thumb = ""
	list[4].Reads = 0
	busy := d(7, "Risicodossier sloop en asbest Hoogvliet", "risk", "pdf", "", "Rotterdam", 2026, "", 0, 120, noor)
	busy.Status, busy.PagesRead, busy.Thumb = part.Reading, 48, ""
	failed := d(8, "Prijzenboek onderaannemers", "calculation", "sheet", "", "Zwolle", 0, "", 0, 0, sanne)
	failed.Status, failed.Thumb, failed.RetryURL, failed.CardURL = part.Failed, "", "/x", ""
	return append(list, busy, failed)
}

func withFailure(l *i18n.Localizer, list []part.Document) []part.Document {
	for i := range list {
		if list[i].Status == part.Failed {
			list[i].Failure = l.T("reader.failure.password")
		}
	}
	return list
}

func tenderSamples() []part.Tender {
	return []part.Tender{
		{ID: "1", URL: "/tender", Name: "Molenwijk fase 2", Reference: "2026-114", Client: "Woonstichting De Linde", Place: "Zwolle", Branch: "Zwolle", Work: "Renovatie in bewoonde staat", Year: 2026, Outcome: "open", Deadline: now.AddDate(0, 0, 3), Documents: 6, Lead: sanne, Mine: true},
		{ID: "2", URL: "/tender", Name: "Wonen Zuid, 96 woningen", Reference: "EHV-26-031", Client: "Wonen Zuid", Place: "Eindhoven", Branch: "Eindhoven", Work: "Groot onderhoud", Year: 2026, Outcome: "open", Deadline: now.AddDate(0, 0, 12), Documents: 2, Lead: tom},
		{ID: "3", URL: "/tender", Name: "Renovatie Molenwijk", Reference: "2025-027", Client: "Woonstichting De Linde", Place: "Zwolle", Branch: "Zwolle", Work: "Renovatie in bewoonde staat", Year: 2025, Outcome: "won", Score: 9, Documents: 14, Lead: marieke},
		{ID: "4", URL: "/tender", Name: "De Wielewaal, perceel 2", Client: "Gemeente Deventer", Place: "Deventer", Branch: "Oldenzaal", Work: "Nieuwbouw school", Year: 2025, Outcome: "lost", Score: 6, Documents: 8, Lead: roos},
		{ID: "5", URL: "/tender", Name: "Brugrenovatie Kampen", Client: "Provincie Overijssel", Place: "Kampen", Branch: "Zwolle", Work: "Infra", Year: 2024, Outcome: "withdrawn", Documents: 1, Lead: henk},
	}
}

func page(l *i18n.Localizer, theme, section, title string) layout.Page {
	return layout.Page{
		Title: title, Lang: l.Lang(), Theme: theme, Path: "/" + section, Section: section, Due: 2, UploadLimit: 2_000_000_000,
		Viewer: layout.Viewer{Person: sanne, RoleName: l.T("role.admin"), Admin: true},
	}
}

func facets(l *i18n.Localizer) []part.Facet {
	v := func(value, label string, n int, on bool) part.FacetValue {
		return part.FacetValue{Value: value, Label: label, Count: n, On: on}
	}
	return []part.Facet{
		{Name: "kind", Label: l.T("facet.kind"), Values: []part.FacetValue{v("approach", l.T("kind.approach"), 19, true), v("reference", l.T("kind.reference"), 7, false), v("award", l.T("kind.award"), 3, false), v("presentation", l.T("kind.presentation"), 2, false)}},
		{Name: "branch", Label: l.T("facet.branch"), Values: []part.FacetValue{v("1", "Zwolle", 12, false), v("2", "Eindhoven", 10, false), v("3", "Oldenzaal", 6, false), v("4", "Rotterdam", 3, false)}},
		{Name: "outcome", Label: l.T("facet.outcome"), Values: []part.FacetValue{v("won", l.T("outcome.won"), 14, true), v("lost", l.T("outcome.lost"), 11, false), v("open", l.T("outcome.open"), 6, false)}},
		{Name: "client", Label: l.T("facet.client"), Values: []part.FacetValue{v("a", "Woonstichting De Linde", 9, false), v("b", "Wonen Zuid", 7, false), v("c", "Gemeente Deventer", 6, false), v("d", "Gemeente Hengelo", 4, false), v("e", "Provincie Overijssel", 3, false), v("f", "Rijksvastgoedbedrijf", 1, false), v("g", "Waterschap Drents Overijsselse Delta", 1, false)}},
		{Name: "year", Label: l.T("facet.year"), Values: []part.FacetValue{v("2026", "2026", 8, false), v("2025", "2025", 13, false), v("2024", "2024", 10, false)}},
	}
}

func chips(l *i18n.Localizer) []part.Chip {
	return []part.Chip{{Label: l.T("kind.approach"), RemoveURL: "/search"}, {Label: l.T("outcome.won"), RemoveURL: "/search"}}
}

func sorts(l *i18n.Localizer) []part.Option {
	return []part.Option{{Value: "relevance", Label: l.T("sort.relevance"), Selected: true}, {Value: "newest", Label: l.T("sort.newest")}, {Value: "score", Label: l.T("sort.score")}}
}

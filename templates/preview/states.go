package main

import (
	"fmt"

	"github.com/a-h/templ"

	"github.com/aanpak/aanpak/internal/i18n"
	"github.com/aanpak/aanpak/templates/document"
	"github.com/aanpak/aanpak/templates/layout"
	"github.com/aanpak/aanpak/templates/part"
	"github.com/aanpak/aanpak/templates/search"
	"github.com/aanpak/aanpak/templates/social"
	"github.com/aanpak/aanpak/templates/tenders"
)

func results(l *i18n.Localizer, p layout.Page) search.Results {
	p.Search = "bewoners communicatie renovatie"
	docs := documents()
	at := func(d part.Document, n int, snippet string, marks string) part.Page {
		return part.Page{Number: n, URL: "/document", Snippet: snippet, Thumb: fmt.Sprintf("/page/%d.svg", n), Marks: marks}
	}
	return search.Results{
		Page: p, Query: p.Search, Type: "document", Total: 31, PagesFound: 48, Took: 18, Facets: facets(l), Chips: chips(l), Sort: sorts(l), ClearURL: "/search", Pager: pager(),
		Tabs: searchTabs(l, 31, 2, 4, "document"),
		Hits: []part.Hit{
			{Document: docs[0], Best: at(docs[0], 14, "Iedere bewoner krijgt één vast gezicht: onze <mark>bewonersconsulent</mark> verzorgt de <mark>communicatie</mark> van eerste keukentafelgesprek tot nazorg. Wijzigingen in de <mark>planning</mark> hoort de bewoner uiterlijk vijf werkdagen vooraf.", "/marks.svg"), Others: []part.Page{at(docs[0], 15, "Bij <mark>renovatie</mark> in bewoonde staat is overlast nooit helemaal te voorkomen; wel voorspelbaar.", ""), at(docs[0], 31, "Het noodprotocol voor <mark>bewoners</mark> bij asbestvondst.", "")}, More: 2, MoreURL: "/document"},
			{Document: docs[1], Best: at(docs[1], 8, "Voor de <mark>bewonerscommunicatie</mark> gebruiken we de bouwapp, een wekelijks inloopuur en een huis-aan-huisbrief in B1-taal; de tevredenheid bij <mark>renovatie</mark> Frankenveld was een 8,6.", "/marks.svg")},
			{Document: docs[2], Best: at(docs[2], 22, "Omwonenden en <mark>bewoners</mark> <mark>communicatie</mark> lopen via één loket; klachten zijn binnen 24 uur beantwoord.", "/marks.svg")},
		},
	}
}

func searchTabs(l *i18n.Localizer, d, t, c int, on string) []part.Tab {
	return []part.Tab{
		{Label: l.T("search.tab.document"), Count: d, URL: "/search", On: on == "document"},
		{Label: l.T("search.tab.tender"), Count: t, URL: "/search", On: on == "tender"},
		{Label: l.T("search.tab.person"), Count: c, URL: "/search", On: on == "person"},
	}
}

func nothing(l *i18n.Localizer, p layout.Page) search.Results {
	p.Search = `bouwplaatslogistik "Kampen"`
	return search.Results{
		Page: p, Query: p.Search, Type: "document", Took: 4, Tabs: searchTabs(l, 0, 1, 0, "document"), Chips: chips(l)[:1], ClearURL: "/search", Corrected: "bouwplaatslogistiek", ExactURL: "/search",
		Elsewhere: []part.Tab{{Label: l.T("search.tab.tender"), Count: 1, URL: "/search"}},
		Advice:    []search.Advice{{Text: l.T("search.advice.filters"), URL: "/search", Link: l.T("search.advice.filters_link")}, {Text: l.T("search.advice.fewer")}, {Text: l.T("search.advice.ask"), URL: "/people", Link: l.T("search.advice.ask_link")}},
	}
}

func peopleResults(l *i18n.Localizer, p layout.Page) search.Results {
	p.Search = "bakker"
	return search.Results{Page: p, Query: p.Search, Type: "person", Total: 1, Took: 3, Tabs: searchTabs(l, 0, 1, 1, "person"), People: []part.PersonHit{{Person: tom, Snippet: "Tom <mark>Bakker</mark>"}}, Tenders: []part.TenderHit{{Tender: tenderSamples()[0]}}}
}

func view(l *i18n.Localizer, p layout.Page, d part.Document) document.View {
	p.Full, p.Search = true, "bewoners communicatie renovatie"
	p.Modules = []string{"js/viewer.js"}
	v := document.View{
		Page: p, Document: d, Mode: document.ModePDF, Number: 14, Query: p.Search, Marks: "/marks.svg",
		Hits: []document.HitPage{{Number: 14}, {Number: 15}, {Number: 31}}, HitAt: 0, CanEdit: true, CanTrash: true,
		Text:    "Iedere bewoner krijgt één vast gezicht: onze <mark>bewonersconsulent</mark> …",
		Address: document.Addresses{File: "/sample.pdf", Download: "/x", Image: "/page/{n}", Marks: "/marks/{n}", Page: "/document?page={n}", Previous: pageURL(13), Next: pageURL(15), NextHit: pageURL(15), NoMarks: "/document", Share: "/document", Edit: "/document-edit", Trash: "/x", Versions: "/x", Tab: "/document-{tab}"},
		Panel: document.Panel{
			Lit: lights(l, []part.Document{d, d, d, d, d})[:1], Reuse: reused(l),
			Tab: "about", Audience: l.T("audience.choice.company"), SHA: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", Reader: "PDFium",
			Facts:    []document.Fact{{Name: l.T("document.tender"), Value: "Renovatie Molenwijk", URL: "/tender"}, {Name: l.T("document.language"), Value: l.T("language.nl")}, {Name: l.T("document.size"), Value: "62 pagina’s, 4,3 MB"}, {Name: l.T("document.filename"), Value: "PvA_Molenwijk_definitief_v3_(2).pdf"}, {Name: l.T("document.created"), Value: "12 mrt. 2025"}},
			Versions: []document.Version{{Number: 3, Note: "Definitief ingediend", By: marieke, At: now.AddDate(0, -8, 0), Size: 4_300_000, Current: true, Shown: true, URL: "/x", Download: "/x"}, {Number: 2, Note: "Na review", By: sanne, At: now.AddDate(0, -8, -6), Size: 4_100_000, URL: "/x", Download: "/x"}},
		},
	}
	for n := 10; n <= 20; n++ {
		v.Strip = append(v.Strip, document.StripPage{Number: n, URL: pageURL(n), Thumb: fmt.Sprintf("/page/%d", n), Hit: n == 14 || n == 15})
	}
	return v
}

// viewTalk has a question about a passage with its answer, one of another page and one whose passage is gone.
func viewTalk(l *i18n.Localizer, p layout.Page, d part.Document) document.View {
	v := view(l, p, d)
	v.Panel.Tab, v.Panel.Follow, v.Address.Post = "talk", &part.Following{ID: "follow-document", URL: "/x"}, "/post-new"
	remark := func(id, kind, html, place, quote string) part.Remark {
		post := part.Post{ID: id, URL: "/post", Author: tom, AuthorURL: "/person", At: now.AddDate(0, 0, -2), Kind: kind, HTML: "<p>" + html + "</p>", TalkURL: "/x", React: react(l, id), About: &part.Place{Quote: quote}}
		return part.Remark{Post: post, Whole: true, Place: place, URL: pageURL(14)}
	}
	asked := remark("1", "question", "Vijf werkdagen: lukt dat ook bij asbestvondst? Wij hielden drie aan in Vestdijk.", l.T("margin.page", "Page", 14), "Wijzigingen in de planning hoort de bewoner uiterlijk vijf werkdagen vooraf.")
	asked.Post.Answered, asked.Post.Comments = true, 1
	asked.Post.Talk = []part.Comment{{ID: "2", Author: marieke, At: now.AddDate(0, 0, -1), HTML: "<p>Ja, met een noodprotocol. Zie p. 31.</p>", Answer: true, React: react(l, "2"), ReplyTo: "2"}}
	v.Panel.Talk = document.Talk{
		Said: 4, Page: 14, URL: "/document-talk", Spots: "/x", Here: []part.Remark{asked}, Other: []part.Remark{remark("3", "text", "Mooi schema.", l.T("margin.page", "Page", 31), "")}, Rest: 1,
		Gone:  []part.Remark{remark("4", "text", "Dit nummer klopt niet.", l.T("margin.was", "Page", 2), "Bel 06 0000 0000")},
		Speak: &part.Speak{Action: "/x", About: "document:1/14", Target: "#margin", Label: l.T("margin.on_page", "Page", 14), Quote: "één vast gezicht", Kind: "question"},
	}
	return v
}

// linkPost is a post that shows what a page elsewhere says of itself.
func linkPost(l *i18n.Localizer, p layout.Page) social.Show {
	return social.Show{Page: p, Post: part.Post{
		ID: "1", URL: "/post", Author: tom, AuthorURL: "/person", At: now.AddDate(0, 0, -1), Kind: "text", HTML: "<p>Goed stuk over losmaakbaar bouwen.</p>", TalkURL: "/x", React: react(l, "1"),
		Link: &part.LinkCard{
			URL: "https://www.circulair-bouwen.example/artikelen/losmaakbaar", Host: "www.circulair-bouwen.example", Site: "Circulair Bouwen",
			Title:   "Losmaakbaar bouwen in de praktijk: zo win je er punten mee",
			Text:    "Droge verbindingen, een materialenpaspoort en een afspraak met de sloper. Twee woningcorporaties laten zien wat het oplevert.",
			Picture: part.Photo{URL: "/page/3", Width: 480, Height: 270},
		},
	}}
}

func react(l *i18n.Localizer, id string) part.React {
	return part.React{ID: "react-" + id, Target: "post:" + id, URL: "/x", WhoURL: "/x", Choices: []part.Reaction{{Kind: "like", Icon: "like", Label: l.T("react.like")}}}
}

func viewVersions(l *i18n.Localizer, p layout.Page, d part.Document) document.View {
	v := view(l, p, d)
	v.Panel.Tab, v.Panel.Copies = "versions", []document.Copy{{Document: d}}
	return v
}

func viewCopies(l *i18n.Localizer, p layout.Page, docs []part.Document) document.View {
	v := view(l, p, docs[0])
	v.Panel.Tab = "copies"
	v.Panel.Copies = []document.Copy{{Document: docs[5]}}
	v.Panel.Near = []document.Copy{{Document: docs[1], Percent: 64, Pages: l.T("copies.pages", "Pages", "3–9, 14, 22")}, {Document: docs[2], Percent: 31, Pages: l.T("copies.pages", "Pages", "40–57")}}
	return v
}

func viewGrid(l *i18n.Localizer, p layout.Page, d part.Document) document.View {
	v := view(l, p, d)
	v.Mode, v.Label, v.Number, v.Marks, v.HitAt = document.ModeGrid, "Begroting", 2, "", 0
	v.Hits, v.Address.Image = []document.HitPage{{Number: 2}}, ""
	v.Strip = nil
	for i, s := range []string{"Voorblad", "Begroting", "Stelposten", "Staartkosten"} {
		v.Strip = append(v.Strip, document.StripPage{Number: i + 1, Label: s, URL: pageURL(i + 1), Hit: i == 1})
	}
	v.Grid.Columns = []string{"A", "B", "C", "D", "E", "F", "G"}
	rows := [][]string{{"21", "Gevel", "", "", "", "", ""}, {"21.10", "<mark>Gevelrenovatie</mark> metselwerk, voegwerk vernieuwen", "m²", "4.820", "38,50", "185.570", "KB"}, {"21.20", "Steigerwerk met overkapping", "week", "46", "2.150,00", "98.900", "OA"}, {"22", "Kozijnen", "", "", "", "", ""}, {"22.10", "Kunststof kozijn met triple glas, inclusief afwerking binnenzijde en vensterbank", "st", "592", "1.284,00", "760.128", "OA"}}
	for i := range 34 {
		r := document.GridRow{Number: i + 4, Hit: i%len(rows) == 1}
		for c, t := range rows[i%len(rows)] {
			r.Cells = append(r.Cells, document.GridCell{HTML: t, Number: c >= 3 && c <= 5})
		}
		v.Grid.Rows = append(v.Grid.Rows, r)
	}
	v.Grid.Cut = true
	return v
}

func viewText(l *i18n.Localizer, p layout.Page, d part.Document) document.View {
	v := view(l, p, d)
	v.Mode, v.Strip, v.Marks = document.ModeText, nil, ""
	v.Text = "3.2 Bewoners op de eerste plaats\n\nDe woningen in de Molenwijk blijven tijdens de werkzaamheden bewoond. Dat vraagt om voorspelbaarheid: een bewoner die weet wat er wanneer gebeurt, ervaart minder overlast en werkt mee.\n\nIedere bewoner krijgt één vast gezicht: onze <mark>bewonersconsulent</mark> verzorgt de <mark>communicatie</mark>."
	return v
}

func viewState(l *i18n.Localizer, p layout.Page, d part.Document) document.View {
	v := view(l, p, d)
	v.Mode, v.Strip, v.Marks, v.Text, v.Query, v.Hits = document.ModeNone, nil, "", "", "", nil
	v.Address.Retry = "/x"
	return v
}

func fields(l *i18n.Localizer) document.Fields {
	opt := func(value, label, hint string, on bool) part.Option {
		return part.Option{Value: value, Label: label, Hint: hint, Selected: on}
	}
	return document.Fields{
		Title:    part.Field{Name: "title", Label: l.T("field.title"), Required: true, Error: l.T("error.field.required")},
		Kind:     part.Field{Name: "kind", Label: l.T("field.kind"), Options: []part.Option{opt("approach", l.T("kind.approach"), "", true)}},
		Language: part.Field{Name: "language", Label: l.T("field.language"), Options: []part.Option{opt("", l.T("language.auto"), "", true)}},
		Tender:   part.Field{Name: "tender", Label: l.T("field.tender"), Options: []part.Option{opt("", l.T("form.none"), "", false), opt("1", "Molenwijk fase 2 · De Linde", "", true)}},
		Branch:   part.Field{Name: "branch", Label: l.T("field.branch"), Options: []part.Option{opt("1", "Zwolle", "", true)}},
		Tags:     part.Field{Name: "tags", Label: l.T("field.tags"), Hint: l.T("field.tags_hint"), Suggestions: []string{"bewoners"}},
		Audience: part.Field{Name: "audience", Label: l.T("field.audience"), Options: []part.Option{opt("company", l.T("audience.choice.company"), l.T("audience.choice.company.hint"), false), opt("branch", l.T("audience.choice.branch"), l.T("audience.choice.branch.hint"), false), opt("branches", l.T("audience.choice.branches"), l.T("audience.choice.branches.hint"), true), opt("people", l.T("audience.choice.people"), l.T("audience.choice.people.hint"), false)}},
		Branches: part.Field{Name: "audience_branch", Label: l.T("field.branches"), Options: []part.Option{opt("1", "Zwolle", "", true), opt("2", "Eindhoven", "", false), opt("3", "Oldenzaal", "", false)}},
		People:   part.Field{Name: "audience_person", Label: l.T("field.people"), Options: []part.Option{opt("1", "Marieke Kok", "Zwolle", true), opt("2", "Tom Bakker", "Eindhoven", false)}},
	}
}

func details(l *i18n.Localizer, p layout.Page, docs []part.Document) document.Details {
	d := document.Details{Page: p, Fields: fields(l), Failed: []document.FailedFile{{Name: "Leeg bestand.pdf", Error: l.T("error.file.empty")}}}
	for i, x := range docs[:3] {
		it := document.DetailsItem{Document: x, Title: part.Field{Name: "title-" + x.ID, Label: l.T("field.title"), Value: x.Title, Required: true}, Kind: part.Field{Name: "kind-" + x.ID, Label: l.T("field.kind"), Options: []part.Option{{Value: "approach", Label: l.T("kind.approach")}}}}
		if i == 1 {
			it.Copies = docs[5:6]
		}
		d.Items = append(d.Items, it)
	}
	return d
}

func tenderList(l *i18n.Localizer, p layout.Page) templ.Component {
	return tenders.ListPage(tenders.List{Page: p, Tenders: tenderSamples(), Total: 418, Facets: facets(l)[1:], Pager: pager()})
}

func tender(l *i18n.Localizer, p layout.Page, docs []part.Document) tenders.Show {
	return tenders.Show{
		Page: p, Tender: tenderSamples()[0], Description: "Renovatie van 212 bewoonde woningen in vier blokken: daken, gevels, kozijnen en installaties, met behoud van de bewoners in hun huis.", Documents: docs[:4], Team: []tenders.Member{{Person: sanne, RemoveURL: "/x"}, {Person: marieke, RemoveURL: "/x"}, {Person: tom, RemoveURL: "/x"}}, Made: docs[4:6], SameClient: tenderSamples()[2:3], CanEdit: true, EditURL: "/tender-form", UploadURL: "/upload",
		Facts: []tenders.Fact{{Name: l.T("field.reference"), Value: "2026-114"}, {Name: l.T("field.client"), Value: "Woonstichting De Linde"}, {Name: l.T("field.place"), Value: "Zwolle"}, {Name: l.T("field.deadline"), Value: "27 nov. 2026"}},
	}
}

func tenderForm(l *i18n.Localizer, p layout.Page) tenders.Form {
	return tenders.Form{
		Page: p, New: true, Action: "/x", BackURL: "/tenders", Name: field(l, "name", "Molenwijk fase 2"), Client: field(l, "client", ""), Place: field(l, "place", ""), Reference: field(l, "reference", ""), Branch: fields(l).Branch, Year: part.Field{Name: "year", Label: l.T("field.year"), Value: "2026"}, Work: part.Field{Name: "work", Label: l.T("field.work"), Hint: l.T("field.work_hint")},
		Outcome: part.Field{Name: "outcome", Label: l.T("field.outcome"), Options: []part.Option{{Value: "open", Label: l.T("outcome.open")}}}, Score: part.Field{Name: "score", Label: l.T("field.score"), Hint: l.T("field.score_hint")}, Deadline: part.Field{Name: "deadline", Label: l.T("field.deadline"), Type: "date", Narrow: true}, About: part.Field{Name: "about", Label: l.T("field.about")},
	}
}

package main

import (
	"fmt"

	"github.com/a-h/templ"

	"github.com/aanpak/aanpak/internal/i18n"
	"github.com/aanpak/aanpak/templates/account"
	"github.com/aanpak/aanpak/templates/document"
	"github.com/aanpak/aanpak/templates/home"
	"github.com/aanpak/aanpak/templates/layout"
	"github.com/aanpak/aanpak/templates/library"
	"github.com/aanpak/aanpak/templates/part"
	"github.com/aanpak/aanpak/templates/people"
	"github.com/aanpak/aanpak/templates/problem"
	"github.com/aanpak/aanpak/templates/search"
	"github.com/aanpak/aanpak/templates/social"
	"github.com/aanpak/aanpak/templates/spotlight"
	"github.com/aanpak/aanpak/templates/tenders"
)

// sample is a page in one of its states.
type sample struct {
	Name      string
	Component templ.Component
}

func pages(l *i18n.Localizer, theme string) []sample {
	docs := withFailure(l, documents())
	p := func(section, title string) layout.Page { return page(l, theme, section, title) }
	nobody := func(title string) layout.Page {
		q := p("", title)
		q.Viewer = layout.Viewer{}
		return q
	}
	list := []sample{
		{"home", home.HomePage(home.Home{
			Page: p("home", l.T("nav.home")), Greeting: l.T("home.good_morning", "Name", "Sanne"), Newest: docs[:6], Tenders: tenderSamples()[:2], Busy: docs[6:], Lit: lights(l, docs)[:1],
			Continue: []home.Reading{{Document: docs[0], Page: 14, URL: "/document"}, {Document: docs[1], Page: 30, URL: "/document"}},
			Count:    home.Count{Documents: 3128, Tenders: 418},
		})},
		{"home-first", home.HomePage(home.Home{
			Page: p("home", l.T("nav.home")), Greeting: l.T("home.good_morning", "Name", "Sanne"),
			Steps: []home.Step{
				{Title: l.T("home.step.branches"), Text: l.T("home.step.branches_text"), Done: true},
				{Title: l.T("home.step.people"), Text: l.T("home.step.people_text"), Action: part.Action{Label: l.T("admin.people.new"), URL: "/admin/people/new"}},
				{Title: l.T("home.step.documents"), Text: l.T("home.step.documents_text"), Action: part.Action{Label: l.T("action.upload"), URL: "/upload", Primary: true}},
			},
		})},
		{"library", library.LibraryPage(library.Library{Page: p("library", l.T("library.title")), Documents: docs, Total: 3128, Facets: facets(l), Chips: chips(l), Sort: sorts(l), View: "cards", ClearURL: "/library", CardsURL: "/library", ListURL: "/library-list", Busy: 3, Failed: 1, FailedURL: "/library", Pager: pager()})},
		{"library-list", library.LibraryPage(library.Library{Page: p("library", l.T("library.title")), Documents: docs, Total: 3128, Facets: facets(l), Sort: sorts(l), View: "list", CardsURL: "/library", ListURL: "/library-list", Pager: pager()})},
		{"library-empty", library.LibraryPage(library.Library{Page: p("library", l.T("library.title")), View: "cards"})},
		{"library-none", library.LibraryPage(library.Library{Page: p("library", l.T("library.title")), View: "cards", Filtered: true, Chips: chips(l), ClearURL: "/library"})},
		{"spotlights", spotlight.WallPage(wall(l, p("library", l.T("spotlight.title")), docs))},
		{"spotlights-empty", spotlight.WallPage(emptyWall(wall(l, p("library", l.T("spotlight.title")), docs)))},
		{"spotlight-form", spotlight.FormPage(lightForm(l, p("library", l.T("spotlight.edit")), docs[0]))},
		{"trash", library.TrashPage(library.Trash{Page: p("trash", l.T("trash.title")), Items: []library.Trashed{{Document: docs[2], By: roos.Name, At: now.AddDate(0, 0, -2), RestoreURL: "/x", PurgeURL: "/x"}, {Document: docs[4], By: noor.Name, At: now.AddDate(0, 0, -9), RestoreURL: "/x"}}})},
		{"search", search.ResultsPage(results(l, p("library", "bewoners communicatie renovatie")))},
		{"search-none", search.ResultsPage(nothing(l, p("search", "bouwplaatslogistik")))},
		{"search-away", search.ResultsPage(search.Results{Page: p("search", "bouwplaatslogistiek"), Query: "bouwplaatslogistiek", Away: true})},
		{"search-start", search.ResultsPage(search.Results{Page: p("search", l.T("nav.search"))})},
		{"search-people", search.ResultsPage(peopleResults(l, p("search", "bakker")))},
		{"quick", layout.Frame(p("search", "quick"))},
		{"document", document.ViewPage(view(l, p("library", docs[0].Title), docs[0]))},
		{"document-talk", document.ViewPage(viewTalk(l, p("library", docs[0].Title), docs[0]))},
		{"document-versions", document.ViewPage(viewVersions(l, p("library", docs[0].Title), docs[0]))},
		{"document-copies", document.ViewPage(viewCopies(l, p("library", docs[0].Title), docs))},
		{"document-grid", document.ViewPage(viewGrid(l, p("library", docs[3].Title), docs[3]))},
		{"document-text", document.ViewPage(viewText(l, p("library", docs[1].Title), docs[1]))},
		{"document-reading", document.ViewPage(viewState(l, p("library", docs[6].Title), docs[6]))},
		{"document-failed", document.ViewPage(viewState(l, p("library", docs[7].Title), docs[7]))},
		{"document-edit", document.FormPage(document.Form{Page: p("library", l.T("document.edit")), Fields: fields(l), Document: docs[0], Action: "/x", Errors: []part.FieldError{{Name: "title", Error: l.T("error.field.required")}}})},
		{"upload", document.UploadPage(document.Upload{Page: p("library", l.T("upload.title")), Fields: fields(l)})},
		{"details", document.DetailsPage(details(l, p("library", l.T("upload.title")), docs))},
		{"tenders", tenderList(l, p("tenders", l.T("tenders.title")))},
		{"tender", tenders.ShowPage(tender(l, p("tenders", "Molenwijk fase 2"), docs))},
		{"tender-form", tenders.FormPage(tenderForm(l, p("tenders", l.T("tenders.new"))))},
		{"people", people.ListPage(peopleList(l, p("people", l.T("people.title"))))},
		{"people-none", people.ListPage(people.List{Page: p("people", l.T("people.title")), Text: "duikboten", Away: true, ClearURL: "/people"})},
		{"organisation", people.OrganisationPage(organisation(p("people", l.T("people.organisation"))))},
		{"profile", people.ProfilePage(profile(l, p("people", marieke.Name), docs))},
		{"profile-left", people.ProfilePage(people.Profile{Page: p("people", tom.Name), Person: tom, Left: true, Documents: docs[:1], Total: 1})},
		{"post", social.ShowPage(linkPost(l, p("home", "Losmaakbaar bouwen")))},
		{"sign-in", account.SignInPage(account.SignIn{Page: nobody(l.T("sign_in.title")), Demo: []account.DemoUser{{Person: sanne, Email: "a"}, {Person: tom, Email: "b"}, {Person: henk, Email: "c"}}})},
		{"sign-in-wrong", account.SignInPage(account.SignIn{Page: nobody(l.T("sign_in.title")), Email: "s.visser@bouwgroep.example", Error: l.T("error.sign_in")})},
		{"setup", account.SetupPage(account.Setup{Page: nobody(l.T("setup.title")), Name: field(l, "name", ""), Email: field(l, "email", ""), Branch: part.Field{Name: "branch", Label: l.T("field.first_branch"), Hint: l.T("field.first_branch_hint"), Required: true}, Secret: part.Field{Name: "password", Label: l.T("field.password"), Hint: l.T("field.password_hint"), Type: "password", Required: true, Error: l.T("error.field.password_short", "Min", 12)}})},
		{"invite", account.InvitePage(account.Invite{Page: nobody("x"), Name: "Noor", Email: "n@x.example", Secret: part.Field{Name: "password", Label: l.T("field.password"), Hint: l.T("field.password_hint"), Type: "password", Required: true}})},
		{"code", account.CodePage(account.Code{Page: nobody(l.T("code.title")), Login: field(l, "login", "4711"), Code: part.Field{Name: "code", Label: l.T("field.code"), Hint: l.T("field.code_hint"), Required: true}, Secret: part.Field{Name: "password", Label: l.T("field.password"), Type: "password", Required: true}, Message: l.T("error.code")})},
		{"second-step", account.SecondStepPage(account.SecondStep{Page: nobody(l.T("second_step.title")), Code: part.Field{Name: "code", Label: l.T("field.factor_code"), Required: true}})},
		{"error-404", problem.ProblemPage(problem.Problem{Page: p("", "404"), Status: 404, Icon: "search", Heading: l.T("error.heading.not_found"), Text: l.T("error.not_found.document"), Actions: []part.Action{{Label: l.T("action.home"), URL: "/", Primary: true}}})},
		{"error-500", problem.ProblemPage(problem.Problem{Page: nobody("500"), Status: 500, Icon: "alert", Heading: l.T("error.heading.internal"), Text: l.T("error.internal"), RequestID: "d4k2n9qv1s"})},
		{"offline", problem.OfflinePage(nobody(l.T("offline.title")))},
	}
	return append(list, settingsPages(l, p)...)
}

func pager() part.Pager {
	return part.Pager{Page: 2, Pages: 105, First: 31, Last: 60, Total: 3128, Previous: "/x", Forward: "/x"}
}

func field(l *i18n.Localizer, name, value string) part.Field {
	return part.Field{Name: name, Label: l.T("field." + name), Value: value, Required: true}
}

func pageURL(n int) string { return fmt.Sprintf("/document?page=%d", n) }

package main

import (
	"github.com/aanpak/aanpak/internal/i18n"
	"github.com/aanpak/aanpak/templates/document"
	"github.com/aanpak/aanpak/templates/layout"
	"github.com/aanpak/aanpak/templates/part"
	"github.com/aanpak/aanpak/templates/spotlight"
)

func lights(l *i18n.Localizer, docs []part.Document) []part.Spotlight {
	return []part.Spotlight{
		{ID: "1", By: henk, For: l.T("spotlight.for_company"), Why: "“Eén vast gezicht” was voor de jury het verschil. Lees pagina 14 voordat je je volgende hoofdstuk bewoners schrijft.", Began: now.AddDate(0, 0, -4), Until: l.T("spotlight.until", "Until", "21 dec. 2026"), Document: docs[0], Page: 14, SeenURL: "/x", EditURL: "/spotlight-form"},
		{ID: "2", By: roos, For: l.T("spotlight.for_branch", "Branch", "Oldenzaal"), Why: "Kort en raak.", Began: now.AddDate(0, -2, 0), Until: l.T("spotlight.ended", "Until", "24 okt. 2026"), Over: true, Document: docs[4]},
	}
}

func wall(l *i18n.Localizer, p layout.Page, docs []part.Document) spotlight.Wall {
	choose := func(name, label, all string) part.Field {
		return part.Field{Name: name, Label: l.T(label), Options: []part.Option{{Label: l.T(all)}}}
	}
	list := lights(l, docs)
	return spotlight.Wall{
		Page: p, Months: []spotlight.Month{{Title: "nov. 2026", Items: list[:1]}, {Title: "sep. 2026", Items: list[1:]}}, OlderURL: "/x",
		Branch: choose("branch", "facet.branch", "spotlight.all_branches"), Kind: choose("kind", "facet.kind", "spotlight.all_kinds"), Month: choose("month", "field.month", "spotlight.all_months"),
	}
}

func lightForm(l *i18n.Localizer, p layout.Page, d part.Document) spotlight.Form {
	return spotlight.Form{
		Page: p, Document: d, Action: "/x", EndURL: "/x", Why: part.Field{Name: "why", Label: l.T("field.spotlight_why"), Hint: l.T("field.spotlight_why_hint"), Required: true, Error: l.T("error.field.required")},
		Until:    part.Field{Name: "until", Label: l.T("field.spotlight_until"), Type: "date", Value: "2026-12-22", Required: true},
		What:     part.Field{Name: "page", Label: l.T("field.spotlight_page"), Options: []part.Option{{Value: "0", Label: l.T("spotlight.whole")}}},
		Audience: part.Field{Name: "audience", Label: l.T("field.spotlight_audience"), Options: []part.Option{{Value: "company", Label: l.T("spotlight.audience.company"), Selected: true}, {Value: "branch", Label: l.T("spotlight.audience.branch")}}},
		Errors:   []part.FieldError{{Name: "why", Error: l.T("error.field.required")}},
	}
}

func reused(l *i18n.Localizer) document.Reuse {
	in := document.UsedIn{URL: "/tender", Title: "De Wielewaal, perceel 2", Facts: "Gemeente Deventer · p. 14", Outcome: "won", Score: 9, By: []part.Person{roos, tom}}
	return document.Reuse{
		Summary: l.N("reuse.in", 7) + ", " + l.N("reuse.best", 7, "Score", l.Decimal(9)) + ".", In: []document.UsedIn{in, in, in, in, in, in, in}, UseURL: "/x", At: 14,
		Mine: []document.Mine{{Text: l.T("reuse.mine_page", "Page", 14, "Tender", "Molenwijk fase 2"), UndoURL: "/x"}}, Quick: &document.Quick{ID: "1", Label: l.T("reuse.used_for", "Tender", "Molenwijk fase 2")},
		Tender: part.Field{Name: "tender", Label: l.T("reuse.for"), Options: []part.Option{{Value: "1", Label: "Molenwijk fase 2"}, {Label: l.T("reuse.no_tender")}}},
		What:   part.Field{Name: "page", Label: l.T("reuse.what"), Options: []part.Option{{Value: "0", Label: l.T("spotlight.whole")}, {Value: "14", Label: l.T("spotlight.only_page", "Page", 14)}}},
		Outdated: document.Outdated{
			Summary: l.N("outdated.says", 2), Said: []document.Said{{By: tom, Why: "De norm is sinds 2024 anders.", At: now.AddDate(0, 0, -2)}, {By: noor, At: now.AddDate(0, 0, -9)}},
			MarkURL: "/x", AnswerURL: "/x", Versions: "/document-versions", Why: part.Field{Name: "why", Label: l.T("outdated.why")}, At: 14,
		},
	}
}

// emptyWall is the wall on which nothing stands yet.
func emptyWall(w spotlight.Wall) spotlight.Wall {
	w.Months, w.OlderURL = nil, ""
	return w
}

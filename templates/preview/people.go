package main

import (
	"github.com/aanpak/aanpak/internal/i18n"
	"github.com/aanpak/aanpak/templates/layout"
	"github.com/aanpak/aanpak/templates/part"
	"github.com/aanpak/aanpak/templates/people"
	"github.com/aanpak/aanpak/templates/settings"
)

func peopleList(l *i18n.Localizer, p layout.Page) people.List {
	list := people.List{
		Page: p, Total: 6, CanAdd: true, CardsURL: "/x", ClearURL: "/people", Pager: pager(),
		Facets: []part.Facet{
			{Name: "branch", Label: l.T("facet.branch"), Values: []part.FacetValue{{Value: "1", Label: "Zwolle", Count: 4, On: true}, {Value: "2", Label: "Eindhoven", Count: 2}}},
			{Name: "expertise", Label: l.T("facet.expertise"), Values: []part.FacetValue{{Value: "1", Label: "BLVC", Count: 2}}},
		},
		Chips: []part.Chip{{Label: "Zwolle", RemoveURL: "/people"}},
		Sort:  []part.Option{{Value: "match", Label: l.T("sort.match")}, {Value: "name", Label: l.T("sort.name"), Selected: true}},
	}
	for i, c := range []part.Person{henk, marieke, noor, roos, sanne, tom} {
		card := people.Card{Person: c}
		if i%2 == 0 {
			card.WorkingOn, card.Skills, card.More = "Molenwijk fase 2", []string{"BLVC", "Bewonerscommunicatie", "Renovatie in bewoonde staat"}, 2
		}
		list.People = append(list.People, card)
	}
	return list
}

func profile(l *i18n.Localizer, p layout.Page, docs []part.Document) people.Profile {
	return people.Profile{
		Page: p, Person: marieke, RoleName: l.T("role.ambassador"), Email: "m.kok@bouwgroep.example", Phone: "038 555 01 21", Mobile: "06 555 01 21", MobileHidden: true,
		Documents: docs[:3], Total: 18, AllURL: "/library", Tenders: tenderSamples()[:3], Reused: docs[:6], AdminURL: "/admin", CardURL: "/x", Own: true,
		About: "Schrijft sinds 2014 plannen van aanpak.", Languages: []string{"Nederlands", "Duits"}, WorkingOn: "Molenwijk fase 2", WorkingOnAt: now,
		Skills:  []people.Skill{{ID: "1", Name: "BLVC", By: []part.Person{henk, noor}, URL: "/x", Endorsed: true}, {ID: "2", Name: "Sociaal plan", URL: "/x"}},
		Missing: []string{l.T("profile.missing.photo")}, Said: 7,
	}
}

func organisation(p layout.Page) people.Organisation {
	return people.Organisation{Page: p, Choices: []part.Tab{{Label: "Zwolle", URL: "/x", Count: 2, On: true}}, Branches: []people.Branch{{
		ID: "1", Name: "Zwolle", Place: "Zwolle, Hanzelaan", Count: 2, CardsURL: "/x", Managers: []people.Colleague{{Person: henk, Phone: "038 555 01 20"}},
		Functions: []people.Function{{Name: "Tenderschrijver", People: []people.Colleague{{Person: sanne, Mobile: "06 555 01 22", Email: "s.visser@bouwgroep.example"}}}},
	}}}
}

func ownProfile(l *i18n.Localizer, p layout.Page) settings.Profile {
	opt := func(key, name string) part.Field { return part.Field{Name: name, Label: l.T(key)} }
	return settings.Profile{
		Page: p, Name: field(l, "name", sanne.Name), Function: opt("field.function", "function"), Phone: opt("field.phone", "phone"), Mobile: opt("field.mobile", "mobile"),
		MobileHidden: opt("field.mobile_hidden", "mobile_hidden"), WorkingOn: opt("field.working_on", "working_on"), About: opt("field.about_me", "about"),
		Languages: part.Field{Name: "languages", Label: l.T("field.languages"), Options: []part.Option{{Value: "nl", Label: "Nederlands", Selected: true}, {Value: "de", Label: "Duits"}}},
		Branch:    "Zwolle", Email: "s.visser@bouwgroep.example", ProfileURL: "/profile",
		Language: part.Field{Name: "language", Label: l.T("field.language"), Options: []part.Option{{Value: "nl", Label: l.T("language.nl")}}},
		Theme:    part.Field{Name: "theme", Label: l.T("field.theme"), Options: []part.Option{{Value: "", Label: l.T("theme.system")}}},
		Photo:    settings.Photo{Person: sanne, Has: true, MaxMB: 12, Error: l.T("error.field.photo_kind")},
		Expertise: settings.Expertise{
			Skills: []settings.Skill{{Name: "BLVC", Endorsed: 3, RemoveURL: "/x"}, {Name: "Sociaal plan", RemoveURL: "/x"}},
			Add:    part.Field{Name: "expertise", Label: l.T("field.expertise"), Hint: l.T("field.expertise_hint"), Value: "Bewonerscomunicatie", Suggestions: []string{"Bewonerscommunicatie"}, Error: l.T("error.expertise_near", "Names", "Bewonerscommunicatie")},
			Near:   []string{"Bewonerscommunicatie"},
		},
	}
}

// directoryProfile is that of somebody whose name and function the directory says.
func directoryProfile(l *i18n.Localizer, p layout.Page) settings.Profile {
	own := ownProfile(l, p)
	own.Name, own.Function = part.Field{}, part.Field{}
	own.Fixed = []settings.Fixed{{Label: l.T("field.name"), Value: sanne.Name}, {Label: l.T("field.function"), Value: sanne.Function}}
	return own
}

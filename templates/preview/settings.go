package main

import (
	"github.com/aanpak/aanpak/internal/i18n"
	"github.com/aanpak/aanpak/templates/admin"
	"github.com/aanpak/aanpak/templates/layout"
	"github.com/aanpak/aanpak/templates/part"
	"github.com/aanpak/aanpak/templates/settings"
)

func settingsPages(l *i18n.Localizer, p func(section, title string) layout.Page) []sample {
	own := p("settings", l.T("settings.title"))
	adm := p("admin", l.T("admin.title"))
	toasted := own
	toasted.Toast = &part.Toast{Text: l.T("toast.trashed", "Title", "Plan van aanpak Molenwijk"), UndoURL: "/x", UndoLabel: l.T("action.undo")}
	label := part.Field{Name: "label", Label: l.T("field.token_label"), Required: true}
	return []sample{
		{"settings", settings.ProfilePage(settings.Profile{Page: toasted, Name: field(l, "name", sanne.Name), Function: part.Field{Name: "function", Label: l.T("field.function"), Value: sanne.Function}, Phone: part.Field{Name: "phone", Label: l.T("field.phone")}, About: part.Field{Name: "about", Label: l.T("field.about_me"), Hint: l.T("field.about_me_hint")}, Branch: "Zwolle", Email: "s.visser@bouwgroep.example", Language: part.Field{Name: "language", Label: l.T("field.language"), Options: []part.Option{{Value: "nl", Label: l.T("language.nl")}}}, Theme: part.Field{Name: "theme", Label: l.T("field.theme"), Options: []part.Option{{Value: "", Label: l.T("theme.system")}}}})},
		{"settings-password", settings.PasswordPage(settings.Password{Page: own, Current: part.Field{Name: "current", Label: l.T("field.current_password"), Type: "password", Required: true}, Secret: part.Field{Name: "password", Label: l.T("field.new_password"), Hint: l.T("field.password_hint"), Type: "password", Required: true}})},
		{"settings-sessions", settings.SessionsPage(settings.Sessions{Page: own, Sessions: []settings.Session{{Device: "Firefox op Windows", Address: "10.0.0.12", Seen: now, Current: true}, {Device: "Safari op iPhone", Address: "10.0.0.31", Seen: now.AddDate(0, 0, -1), RevokeURL: "/x", Phone: true}}})},
		{"settings-tokens", settings.TokensPage(settings.Tokens{Page: own, Label: label, Made: "aanpak_7hQ2mVx0dTn4Jc9sWb6KzRfPyLgE3uAi", Tokens: []settings.Token{{Label: "Archief importeren", Created: now.AddDate(0, 0, -4), Used: now, RevokeURL: "/x"}, {Label: "Power BI", Created: now.AddDate(-1, 0, 0), RevokeURL: "/x"}}})},
		{"admin-people", admin.PeoplePage(admin.People{Page: adm, Total: 34, Link: &admin.InviteLink{Name: "Noor", URL: "https://aanpak.bouwgroep.example/invite/3uAiLgE3uPyWb6KzRf"}, People: []admin.Member{{Person: henk, Email: "h.driessen@bouwgroep.example", RoleName: l.T("role.manager"), Seen: now, EditURL: "/x"}, {Person: noor, Email: "n.vandenberg@bouwgroep.example", RoleName: l.T("role.member"), Invited: true, InviteURL: "/x", EditURL: "/x"}, {Person: tom, Email: "t.bakker@bouwgroep.example", RoleName: l.T("role.member"), Disabled: true, EditURL: "/x"}}})},
		{"admin-person", admin.MemberFormPage(admin.MemberForm{Page: adm, Action: "/x", Name: field(l, "name", noor.Name), Email: field(l, "email", "n@x.example"), Function: field(l, "function", noor.Function), Branch: fields(l).Branch, Role: part.Field{Name: "role", Label: l.T("field.role"), Options: []part.Option{{Value: "member", Label: l.T("role.member")}}}, DisableURL: "/x", PersonName: noor.Name})},
		{"admin-branches", admin.BranchesPage(admin.Branches{Page: adm, Name: part.Field{Name: "name", Label: l.T("field.new_branch"), Required: true}, Branches: []admin.Branch{{ID: "1", Name: "Zwolle", People: 12, Documents: 1204, RenameURL: "/x"}, {ID: "2", Name: "Eindhoven", People: 9, Documents: 980, RenameURL: "/x"}}})},
		{"admin-synonyms", admin.SynonymsPage(admin.Synonyms{Page: adm, Terms: part.Field{Name: "terms", Label: l.T("field.synonyms"), Hint: l.T("field.synonyms_hint"), Required: true}, Groups: []admin.SynonymGroup{{Terms: "keukentafelgesprek, huisbezoek", DeleteURL: "/x"}}, BuiltIn: []string{"EMVI, BPKV", "PvA, plan van aanpak"}})},
		{"admin-processing", admin.ProcessingPage(admin.Processing{Page: adm, Counts: []admin.Count{{Label: l.T("admin.processing.waiting"), N: 14}, {Label: l.T("admin.processing.running"), N: 2}, {Label: l.T("admin.processing.to_index"), N: 12}, {Label: l.T("admin.processing.failed_count"), N: 1, Bad: true}}, Failures: withFailure(l, documents())[7:], RetryAllURL: "/x", Queue: sampleQueue(l), Jobs: []admin.Job{{Name: l.T("admin.job.library.read"), About: "Prijzenboek", URL: "/x", State: l.T("admin.job_state.given_up"), Error: "reader: timeout: 120s", Attempt: 3, At: now, RequestID: "d2e2c1ksduflgtr0ohg", RetryURL: "/x"}}})},
		{"admin-system", admin.SystemPage(admin.System{Page: adm, Services: []admin.Service{{Name: l.T("admin.system.database"), Detail: "SQLite 3.50, 212 MB", OK: true, Took: 1}, {Name: l.T("admin.system.files"), Detail: "/var/lib/aanpak/blobs", OK: true, Took: 2}, {Name: l.T("admin.system.search"), Detail: "timeout", Took: 3000}}, Facts: []admin.Fact{{Name: l.T("admin.system.version"), Value: "0.2.0"}, {Name: l.T("admin.system.memory"), Value: "84 MB"}}, Index: []admin.Fact{{Name: l.T("admin.index.engine"), Value: "Bleve"}, {Name: l.T("admin.index.waiting"), Value: "3"}}, Failure: "entries of document: no such page", Storage: []admin.Fact{{Name: l.T("admin.storage.database"), Value: "212 MB"}}, Kinds: sampleUse(l, "kinds", l.T("admin.storage.by_kind")), Branches: sampleUse(l, "branches", l.T("admin.storage.by_branch")), Slow: sampleAsked(l, "slow"), Nothing: admin.Table{ID: "nothing", Title: l.T("admin.asked.nothing"), Empty: l.T("admin.asked.nothing_none")}, Rebuild: admin.Rebuild{On: true, Done: 1200, Total: 3400, Text: l.T("admin.rebuild.done", "Done", l.Number(1200), "Total", l.Number(3400))}})},
	}
}

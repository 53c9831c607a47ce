package main

import (
	"github.com/aanpak/aanpak/internal/i18n"
	"github.com/aanpak/aanpak/templates/admin"
	"github.com/aanpak/aanpak/templates/document"
	"github.com/aanpak/aanpak/templates/layout"
	"github.com/aanpak/aanpak/templates/part"
	"github.com/aanpak/aanpak/templates/settings"
	"github.com/aanpak/aanpak/templates/share"
)

func settingsPages(l *i18n.Localizer, p func(section, title string) layout.Page) []sample {
	own := p("settings", l.T("settings.title"))
	adm := p("admin", l.T("admin.title"))
	toasted := own
	toasted.Toast = &part.Toast{Text: l.T("toast.trashed", "Title", "Plan van aanpak Molenwijk"), UndoURL: "/x", UndoLabel: l.T("action.undo")}
	looking := adm
	looking.Looking = []layout.Looking{{What: l.T("access.to.person", "Name", noor.Name), Reason: "Vraag van de vertrouwenspersoon.", Until: "14:30", EndURL: "/x"}}
	outside := layout.Page{Title: l.T("share.title"), Lang: l.Lang(), Outside: true}
	label := part.Field{Name: "label", Label: l.T("field.token_label"), Required: true}
	return []sample{
		{"settings", settings.ProfilePage(ownProfile(l, toasted))},
		{"settings-directory", settings.ProfilePage(directoryProfile(l, own))},
		{"admin-expertise", admin.ExpertisePage(admin.Expertise{Page: adm, All: []part.Option{{Value: "1", Label: "BLVC"}, {Value: "2", Label: "BLVC-plan"}}, Subjects: []admin.Subject{{ID: "1", Name: "BLVC", People: 4, RenameURL: "/x", MergeURL: "/x"}, {ID: "2", Name: "BLVC-plan", People: 1, RenameURL: "/x", MergeURL: "/x", Error: l.T("error.field.name_taken")}}})},
		{"admin-expertise-none", admin.ExpertisePage(admin.Expertise{Page: adm})},
		{"settings-password", settings.PasswordPage(settings.Password{Page: own, Current: part.Field{Name: "current", Label: l.T("field.current_password"), Type: "password", Required: true}, Secret: part.Field{Name: "password", Label: l.T("field.new_password"), Hint: l.T("field.password_hint"), Type: "password", Required: true}})},
		{"settings-sessions", settings.SessionsPage(settings.Sessions{Page: own, Sessions: []settings.Session{{Device: "Firefox op Windows", Address: "10.0.0.12", Seen: now, Current: true}, {Device: "Safari op iPhone", Address: "10.0.0.31", Seen: now.AddDate(0, 0, -1), RevokeURL: "/x", Phone: true}}})},
		{"settings-tokens", settings.TokensPage(settings.Tokens{Page: own, Label: label, Made: "aanpak_7hQ2mVx0dTn4Jc9sWb6KzRfPyLgE3uAi", Tokens: []part.Token{{Label: "Archief importeren", Created: now.AddDate(0, 0, -4), Used: now, RevokeURL: "/x"}, {Label: "Power BI", Created: now.AddDate(-1, 0, 0), RevokeURL: "/x"}}})},
		{"admin-people", admin.PeoplePage(admin.People{Page: adm, Total: 34, Link: &admin.InviteLink{Name: "Noor", URL: "https://aanpak.bouwgroep.example/invite/3uAiLgE3uPyWb6KzRf"}, People: []admin.Member{{Person: henk, Email: "h.driessen@bouwgroep.example", RoleName: l.T("role.manager"), Seen: now, EditURL: "/x"}, {Person: noor, Email: "n.vandenberg@bouwgroep.example", RoleName: l.T("role.member"), Invited: true, InviteURL: "/x", EditURL: "/x"}, {Person: tom, Email: "t.bakker@bouwgroep.example", RoleName: l.T("role.member"), Disabled: true, EditURL: "/x"}}})},
		{"admin-person", admin.MemberFormPage(admin.MemberForm{Page: adm, Action: "/x", Name: field(l, "name", noor.Name), Email: field(l, "email", "n@x.example"), Function: field(l, "function", noor.Function), Branch: fields(l).Branch, Role: part.Field{Name: "role", Label: l.T("field.role"), Options: []part.Option{{Value: "member", Label: l.T("role.member")}}}, Number: field(l, "personnel_number", "4711"), Calculator: part.Field{Name: "calculator", Label: l.T("field.calculator")}, DisableURL: "/x", PersonName: noor.Name})},
		{"admin-list", admin.RosterFormPage(admin.RosterForm{Page: adm, Example: l.T("admin.roster.example_lines"), File: part.Field{Name: "file", Label: l.T("admin.roster.file"), Type: "file"}, List: part.Field{Name: "list", Label: l.T("admin.roster.paste"), Rows: 6}})},
		{"admin-list-preview", admin.RosterPreviewPage(admin.RosterPreview{Page: adm, New: 2, Known: 1, Wrong: 1, List: "naam\nx", Rows: []admin.RosterRow{{Line: 2, Name: "Noor", Login: "n@x.example", Branch: "Zwolle", Role: l.T("role.member"), Fate: "new"}, {Line: 3, Name: "Tom", Login: "4711", Branch: "Zwolle", Role: l.T("role.member"), Fate: "known", Notes: []string{l.T("admin.roster.known_as", "Name", tom.Name)}}, {Line: 4, Name: "Fout", Fate: "wrong", Notes: []string{l.T("error.field.email"), l.T("error.field.branch_unknown", "Name", "Elders")}}}})},
		{"admin-list-done", admin.RosterDonePage(admin.RosterDone{Page: adm, People: []admin.WayIn{{Name: "Noor", Login: "n@x.example", Branch: "Zwolle", URL: "https://aanpak.bouwgroep.example/invite/3uAiLgE3uPyWb6KzRf"}}})},
		{"admin-merge", admin.MergePage(admin.Merge{Page: adm, From: admin.MergeSide{Person: noor, Login: "n@x.example"}, Action: "/x", Text: "Noor", Others: []admin.MergeSide{{Person: tom, Login: "t@x.example", ChooseURL: "/x"}}})},
		{"admin-merge-plan", admin.MergePage(admin.Merge{Page: adm, From: admin.MergeSide{Person: noor, Login: "n@x.example"}, Into: &admin.MergeSide{Person: tom, Login: "t@x.example"}, Action: "/x", DoURL: "/x", Moves: []string{l.N("admin.merge.table.documents", 12)}})},
		{"admin-letters", admin.LettersPage(admin.Letters{Page: adm, Left: 3, Letters: []admin.Letter{{Name: "Kees Smit", Branch: "Zwolle", Login: "4711", Code: "CDFHJ-KLMNP", Address: "https://aanpak.bouwgroep.example/code", Until: l.Date(now), QR: part.QR{Size: 21, Path: "M0 0h7v7h-7zM14 0h7v7h-7zM0 14h7v7h-7z"}}}})},
		{"admin-audit", admin.TrailPage(admin.Trail{Page: adm, Total: 1, Person: part.Field{Name: "person", Label: l.T("field.audit_person")}, Object: part.Field{Name: "object", Label: l.T("field.audit_object")}, From: part.Field{Name: "from", Label: l.T("field.audit_from"), Type: "date"}, To: part.Field{Name: "to", Label: l.T("field.audit_to"), Type: "date"}, Action: part.Field{Name: "action", Label: l.T("admin.audit.what")}, Keep: part.Field{Name: "days", Label: l.T("admin.audit.keep"), Value: "730", Required: true}, ExportURL: "/x", LinesURL: "/x", Lines: []admin.TrailLine{{At: l.DateTime(now), Action: l.T("audit.action.user.merge"), Who: part.Link{Text: henk.Name, URL: "/x"}, Object: part.Link{Text: noor.Name, URL: "/x"}, Detail: "→ user:x", Via: l.T("audit.via.browser"), Address: "10.0.0.12"}}})},
		{"admin-security", admin.SecurityPage(admin.Security{Page: adm, Roles: part.Field{Name: "role", Label: l.T("admin.security.roles"), Options: []part.Option{{Value: "admin", Label: l.T("role.admin"), Hint: l.T("admin.security.have", "Have", 1, "All", 2), Selected: true}, {Value: "hr", Label: l.T("role.hr")}}}})},
		{"admin-links", admin.LinksPage(admin.Links{Page: adm, On: part.Field{Name: "on", Label: l.T("field.links_on"), Hint: l.T("field.links_on_hint"), Value: "true"}, Hosts: part.Field{Name: "hosts", Label: l.T("field.links_hosts"), Hint: l.T("field.links_hosts_hint"), Value: "https://example.nl", Error: l.T("error.field.host", "Host", "https://example.nl"), Rows: 6}})},
		{"admin-signin", admin.SignInPage(sampleSignIn(l, adm, ""))},
		{"admin-signin-fixed", admin.SignInPage(sampleSignIn(l, adm, l.T("admin.signin.fixed", "Prefix", "AANPAK_SIGN_IN_")))},
		{"admin-signin-ldap", admin.SignInFormPage(sampleSignInForm(l, adm))},
		{"admin-signin-oidc", admin.SignInFormPage(admin.SignInForm{Page: adm, Title: l.T("admin.signin.oidc"), Redirect: "https://aanpak.bouwgroep.example/sign-in/oidc/callback", Fixed: l.T("admin.signin.fixed", "Prefix", "AANPAK_OIDC_"), Facts: []admin.SignInFact{{Name: l.T("field.signin.oidc.issuer"), Value: "https://login.bouwgroep.example"}}, Broken: l.T("admin.signin.broken")})},
		{"settings-passkeys", settings.PasskeysPage(settings.Passkeys{Page: own, Name: field(l, "name", "Telefoon"), Current: part.Field{Name: "old_password", Label: l.T("field.current_password"), Type: "password"}, Button: part.PasskeyButton{Label: l.T("passkeys.add"), Begin: "/x", Send: "/x", Make: true, Main: true}, List: []settings.Passkey{{ID: "a", Name: "Telefoon van het werk", Created: now, Used: now, URL: "/x"}, {ID: "b", Name: "Laptop", Created: now, URL: "/x"}}})},
		{"settings-passkeys-off", settings.PasskeysPage(settings.Passkeys{Page: own, Why: l.T("error.passkeys_off")})},
		{"settings-factor", settings.FactorPage(settings.Factor{Page: own, Due: true})},
		{"settings-factor-setup", settings.FactorPage(settings.Factor{Page: own, Setup: &settings.Setup{Secret: "JBSW Y3DP EHPK 3PXP", QR: part.QR{Size: 21, Path: "M0 0h7v7h-7z"}}, Code: part.Field{Name: "code", Label: l.T("field.factor_code"), Required: true}})},
		{"settings-factor-on", settings.FactorPage(settings.Factor{Page: own, On: true, Since: now, Recovery: 9, Codes: []string{"CDFHJ-KLMNP", "QRTVW-XY346"}, Code: part.Field{Name: "code", Label: l.T("field.factor_code"), Required: true}})},
		{"settings-privacy", settings.PrivacyPage(settings.Privacy{Page: own, Kept: []settings.Kept{{What: l.T("privacy.table.users"), Long: l.T("privacy.long.account")}}, Exports: []settings.Export{{Text: l.T("privacy.export_busy")}, {Text: "zip", URL: "/x"}}, Erasure: sampleErasure(l, "")})},
		{"admin-privacy", admin.PrivacyPage(admin.Privacy{Page: adm, Rules: []admin.RetentionRule{{Days: part.Field{Name: "audit", Label: l.T("privacy.rule.audit"), Value: "730", Type: "number", Required: true}, Due: l.N("privacy.due", 3)}}, Waiting: []admin.Waiting{{Who: part.Link{Text: noor.Name, URL: "/x"}, Text: l.T("privacy.erase_pending", "At", l.Date(now)), CancelURL: "/x"}}})},
		{"admin-erase", admin.ErasePage(admin.Erase{Page: adm, Name: noor.Name, Erasure: sampleErasure(l, l.T("privacy.erase_pending", "At", l.Date(now)))})},
		{"admin-shares", admin.SharesPage(admin.Shares{Page: adm, Branches: []admin.ShareRule{{Name: "Zwolle", State: l.N("share.rule_on", 14), Action: "/x", Days: part.Field{Name: "days", Label: l.T("field.share_rule_days"), Type: "number", Required: true}, Password: part.Field{Name: "password", Label: l.T("field.share_rule_password")}, Calculations: part.Field{Name: "calculations", Label: l.T("field.share_rule_calculations")}}}, Shares: sampleShares(l)})},
		{"settings-shares", settings.SharesPage(settings.Shares{Page: own, Shares: sampleShares(l)})},
		{"document-share", document.SharePage(document.Share{Page: own, Document: documents()[0], Action: "/x", Made: "https://aanpak.bouwgroep.example/s/3uAiLgE3uPyWb6KzRf", Recipient: field(l, "share_recipient", ""), Mail: field(l, "share_recipient_mail", ""), Days: field(l, "share_days", "14"), Password: field(l, "share_password", ""), Version: part.Field{Name: "version", Label: l.T("field.share_version"), Options: []part.Option{{Value: "0", Label: l.T("share.newest")}}}, Download: field(l, "share_download", "true"), Watermark: field(l, "share_watermark", "true"), Shares: sampleShares(l)})},
		{"outside", share.ShownPage(share.Shown{Page: outside, Name: "Plan van aanpak", Until: l.Date(now), Number: 2, Pages: 9, Image: "/x.jpg", Text: "Een bladzijde.", Previous: "/x", Forward: "/x", Download: "/x", Watermark: true})},
		{"outside-locked", share.LockedPage(share.Locked{Page: outside, Action: "/x", Message: l.T("error.share_password"), Password: part.Field{Name: "password", Label: l.T("field.password"), Type: "password", Required: true}})},
		{"outside-gone", share.GonePage(share.Gone{Page: outside, Text: l.T("share.gone_text")})},
		{"admin-access", admin.AccessPage(admin.Access{Page: looking, Kind: part.Field{Name: "kind", Label: l.T("field.access_kind"), Options: []part.Option{{Value: "document", Label: l.T("access.kind.document"), Selected: true}}}, What: part.Field{Name: "what", Label: l.T("field.access_what"), Hint: l.T("field.access_what_hint"), Required: true}, Reason: part.Field{Name: "reason", Label: l.T("field.access_reason"), Required: true}, Minutes: part.Field{Name: "minutes", Label: l.T("field.access_minutes"), Options: []part.Option{{Value: "60", Label: l.N("access.hours", 1)}}}, Lines: []admin.AccessLine{{Who: part.Link{Text: henk.Name, URL: "/x"}, What: l.T("access.to.group_untitled"), Reason: "Vraag.", From: l.DateTime(now), Until: l.DateTime(now), EndURL: "/x"}}})},
		{"settings-access", settings.AccessPage(settings.Access{Page: own, Looks: []settings.Look{{Who: part.Link{Text: henk.Name, URL: "/x"}, What: l.T("access.to.document", "Title", "Plan", "Name", noor.Name), Reason: "Vraag.", When: l.DateTime(now), Seen: []part.Link{{Text: "Plan", URL: "/x"}}}}})},
		{"admin-branches", admin.BranchesPage(admin.Branches{Page: adm, Name: part.Field{Name: "name", Label: l.T("field.new_branch"), Required: true}, Branches: []admin.Branch{{ID: "1", Name: "Zwolle", People: 12, Documents: 1204, RenameURL: "/x"}, {ID: "2", Name: "Eindhoven", People: 9, Documents: 980, RenameURL: "/x"}}})},
		{"admin-synonyms", admin.SynonymsPage(admin.Synonyms{Page: adm, Terms: part.Field{Name: "terms", Label: l.T("field.synonyms"), Hint: l.T("field.synonyms_hint"), Required: true}, Groups: []admin.SynonymGroup{{Terms: "keukentafelgesprek, huisbezoek", DeleteURL: "/x"}}, BuiltIn: []string{"EMVI, BPKV", "PvA, plan van aanpak"}})},
		{"admin-processing", admin.ProcessingPage(admin.Processing{Page: adm, Counts: []admin.Count{{Label: l.T("admin.processing.waiting"), N: 14}, {Label: l.T("admin.processing.running"), N: 2}, {Label: l.T("admin.processing.to_index"), N: 12}, {Label: l.T("admin.processing.failed_count"), N: 1, Bad: true}}, Failures: withFailure(l, documents())[7:], RetryAllURL: "/x", Queue: sampleQueue(l), Jobs: []admin.Job{{Name: l.T("admin.job.library.read"), About: "Prijzenboek", URL: "/x", State: l.T("admin.job_state.given_up"), Error: "reader: timeout: 120s", Attempt: 3, At: now, RequestID: "d2e2c1ksduflgtr0ohg", RetryURL: "/x"}}})},
		{"admin-system", admin.SystemPage(admin.System{Page: adm, Services: []admin.Service{{Name: l.T("admin.system.database"), Detail: "SQLite 3.50, 212 MB", OK: true, Took: 1}, {Name: l.T("admin.system.files"), Detail: "/var/lib/aanpak/blobs", OK: true, Took: 2}, {Name: l.T("admin.system.search"), Detail: "timeout", Took: 3000}}, Facts: []admin.Fact{{Name: l.T("admin.system.version"), Value: "0.2.0"}, {Name: l.T("admin.system.memory"), Value: "84 MB"}}, Index: []admin.Fact{{Name: l.T("admin.index.engine"), Value: "Bleve"}, {Name: l.T("admin.index.waiting"), Value: "3"}}, Failure: "entries of document: no such page", Storage: []admin.Fact{{Name: l.T("admin.storage.database"), Value: "212 MB"}}, Kinds: sampleUse(l, "kinds", l.T("admin.storage.by_kind")), Branches: sampleUse(l, "branches", l.T("admin.storage.by_branch")), Slow: sampleAsked(l, "slow"), Nothing: admin.Table{ID: "nothing", Title: l.T("admin.asked.nothing"), Empty: l.T("admin.asked.nothing_none")}, Rebuild: admin.Rebuild{On: true, Done: 1200, Total: 3400, Text: l.T("admin.rebuild.done", "Done", l.Number(1200), "Total", l.Number(3400))}})},
	}
}

func sampleSignIn(l *i18n.Localizer, p layout.Page, fixed string) admin.SignIn {
	choice := func(name string, values ...string) part.Field {
		f := part.Field{Name: name, Label: l.T("field.signin." + name)}
		for _, v := range values {
			f.Options = append(f.Options, part.Option{Value: v, Label: l.T("field.signin." + name + "." + v), Hint: l.T("field.signin." + name + "." + v + "_hint"), Selected: v == "all"})
		}
		return f
	}
	return admin.SignIn{Page: p, Fixed: fixed, Facts: []admin.SignInFact{{Name: l.T("field.signin.own"), Value: l.T("field.signin.own.all")}}, Own: choice("own", "all", "admins"), Directory: choice("directory", "all", "none"), Ways: []admin.SignInWay{
		{Icon: "key", Name: l.T("admin.signin.password"), State: admin.SignInOn, StateName: l.T("admin.signin.is_on"), Text: l.T("admin.signin.password.all")},
		{Icon: "people", Name: l.T("admin.signin.ldap"), State: admin.SignInBad, StateName: l.T("admin.signin.is_broken"), Text: l.T("admin.signin.broken"), URL: "/x", Change: l.T("admin.signin.change")},
		{Icon: "link", Name: l.T("admin.signin.oidc"), State: admin.SignInOff, StateName: l.T("admin.signin.is_off"), Text: l.T("admin.signin.oidc.off"), URL: "/y", Change: l.T("admin.signin.look")},
	}}
}

func sampleSignInForm(l *i18n.Localizer, p layout.Page) admin.SignInForm {
	return admin.SignInForm{
		Page: p, Title: l.T("admin.signin.ldap"), Intro: l.T("admin.signin.ldap.intro"), Action: "/x", Kept: "verzegeld", On: true, OffText: l.T("admin.signin.ldap.off_text"),
		Fields: []part.Field{
			{Name: "url", Label: l.T("field.signin.ldap.url"), Hint: l.T("field.signin.ldap.url_hint"), Value: "dc1.bouw.nl", Error: l.T("error.setting.ldap_url"), Required: true},
			{Name: "rules", Label: l.T("field.signin.ldap.rules"), Rows: 6, Value: "* = branch Zwolle"},
			{Name: "mail", Label: l.T("field.signin.oidc.mail"), Options: []part.Option{{Value: "verified", Label: l.T("field.signin.oidc.mail.verified"), Selected: true}}},
		},
		Errors: []part.FieldError{{Name: "url", Error: l.T("error.setting.ldap_url")}},
		Tried: &admin.SignInTried{Title: l.T("admin.signin.tried_directory"), Facts: []admin.SignInFact{{Name: "A", Value: "B"}}, People: &admin.Table{
			ID: "tried", Title: l.T("admin.signin.people"), Head: []string{l.T("field.name")}, Rows: [][]admin.Cell{{{Text: noor.Name}}},
		}},
	}
}

func sampleShares(l *i18n.Localizer) []part.Share {
	return []part.Share{
		{Document: part.Link{Text: "Plan van aanpak", URL: "/x"}, Recipient: "Jan de Vries", Facts: noor.Name + " · " + l.T("share.until", "Until", l.Date(now)), Used: l.T("share.unused"), RevokeURL: "/x"},
		{Document: part.Link{Text: l.T("share.private")}, Recipient: "Piet Smit", Facts: noor.Name, Used: l.N("share.opened", 3), Ended: l.T("share.revoked")},
	}
}

func sampleErasure(l *i18n.Localizer, pending string) part.Erasure {
	return part.Erasure{Text: l.T("privacy.erase_text", "Days", 14), Pending: pending, Action: "/x", CancelURL: "/x", Name: part.Field{Name: "name", Label: l.T("field.erase_name"), Required: true}}
}

package site

import (
	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/httpd"
)

const (
	get  = fiber.MethodGet
	post = fiber.MethodPost

	public   = httpd.Public
	signedIn = httpd.SignedIn
	admins   = httpd.Admin
)

// Routes is every page and everything that a page asks for. A GET answers HEAD too.
func (s *Site) Routes() []httpd.Route {
	return []httpd.Route{
		{Method: get, Path: "/assets/*", Access: public, Handler: s.asset},
		{Method: get, Path: "/sw.js", Access: public, Handler: s.serviceWorker},
		{Method: get, Path: "/manifest.webmanifest", Access: public, Handler: s.manifest},
		{Method: get, Path: "/offline", Access: public, Handler: s.offline},

		{Method: get, Path: "/sign-in", Access: public, Handler: s.signInForm},
		{Method: post, Path: "/sign-in", Access: public, Handler: s.signIn},
		{Method: get, Path: "/sign-in/oidc", Access: public, Handler: s.providerBegin},
		{Method: get, Path: "/sign-in/oidc/callback", Access: public, Handler: s.providerFinish},
		{Method: get, Path: "/sign-out/oidc", Access: public, Handler: s.providerEnd},
		{Method: post, Path: "/sign-in/passkey/begin", Access: public, Handler: s.passkeyAsk},
		{Method: post, Path: "/sign-in/passkey", Access: public, Handler: s.passkeySignIn},
		{Method: get, Path: "/sign-in/code", Access: public, Handler: s.stepForm},
		{Method: post, Path: "/sign-in/code", Access: public, Handler: s.stepFinish},
		{Method: post, Path: "/sign-in/demo", Access: public, Handler: s.signInDemo},
		{Method: post, Path: "/sign-out", Access: public, Handler: s.signOut},
		{Method: get, Path: "/setup/:secret", Access: public, Handler: s.inviteForm},
		{Method: post, Path: "/setup/:secret", Access: public, Handler: s.inviteAccept},
		{Method: get, Path: "/invite/:secret", Access: public, Handler: s.inviteForm},
		{Method: post, Path: "/invite/:secret", Access: public, Handler: s.inviteAccept},
		{Method: post, Path: "/invite/:secret/passkey/begin", Access: public, Handler: s.passkeyInvited},
		{Method: post, Path: "/invite/:secret/passkey", Access: public, Handler: s.passkeyAccept},
		{Method: get, Path: "/code", Access: public, Handler: s.codeForm},
		{Method: post, Path: "/code", Access: public, Handler: s.codeAccept},
		{Method: post, Path: "/code/passkey/begin", Access: public, Handler: s.passkeyInvited},
		{Method: post, Path: "/code/passkey", Access: public, Handler: s.passkeyAccept},
		{Method: post, Path: "/language", Access: public, Handler: s.setLanguage},
		{Method: post, Path: "/theme", Access: signedIn, Handler: s.setTheme},

		{Method: get, Path: "/", Access: signedIn, Handler: s.kept(s.home)},
		{Method: get, Path: "/library", Access: signedIn, Handler: s.kept(s.library)},
		{Method: get, Path: "/trash", Access: signedIn, Handler: s.trash},
		{Method: get, Path: "/search", Access: signedIn, Handler: s.search},
		{Method: get, Path: "/search/quick", Access: signedIn, Handler: s.quick},

		{Method: get, Path: "/upload", Access: signedIn, Handler: s.uploadForm},
		{Method: post, Path: "/upload", Access: signedIn, Handler: s.upload},
		{Method: post, Path: "/upload/file", Access: signedIn, Handler: s.uploadFile},
		{Method: get, Path: "/upload/status", Access: signedIn, Handler: s.uploadStatus},
		{Method: get, Path: "/upload/details", Access: signedIn, Handler: s.detailsForm},
		{Method: post, Path: "/upload/details", Access: signedIn, Handler: s.detailsSave},

		{Method: get, Path: "/documents/:id", Access: signedIn, Handler: s.documentShow},
		{Method: post, Path: "/documents/:id", Access: signedIn, Handler: s.documentSave},
		{Method: get, Path: "/documents/:id/edit", Access: signedIn, Handler: s.documentForm},
		{Method: get, Path: "/documents/:id/card", Access: signedIn, Handler: s.documentCard},
		{Method: get, Path: "/documents/:id/file", Access: signedIn, Handler: s.documentFile},
		{Method: get, Path: "/documents/:id/pages/:n/image", Access: signedIn, Handler: s.pageImage},
		{Method: get, Path: "/documents/:id/pages/:n/marks", Access: signedIn, Handler: s.pageMarks},
		{Method: get, Path: "/documents/:id/pages/:n/marks.svg", Access: signedIn, Handler: s.pageMarksImage},
		{Method: post, Path: "/documents/:id/read", Access: signedIn, Handler: s.documentRead},
		{Method: post, Path: "/documents/:id/versions", Access: signedIn, Handler: s.versionAdd},
		{Method: post, Path: "/documents/:id/retry", Access: signedIn, Handler: s.documentRetry},
		{Method: post, Path: "/documents/:id/trash", Access: signedIn, Handler: s.documentTrash},
		{Method: post, Path: "/documents/:id/restore", Access: signedIn, Handler: s.documentRestore},
		{Method: post, Path: "/documents/:id/purge", Access: admins, Handler: s.documentPurge},

		{Method: get, Path: "/tenders", Access: signedIn, Handler: s.kept(s.tenders)},
		{Method: get, Path: "/tenders/new", Access: signedIn, Handler: s.tenderNew},
		{Method: post, Path: "/tenders", Access: signedIn, Handler: s.tenderCreate},
		{Method: get, Path: "/tenders/:id", Access: signedIn, Handler: s.tenderShow},
		{Method: get, Path: "/tenders/:id/edit", Access: signedIn, Handler: s.tenderEdit},
		{Method: post, Path: "/tenders/:id", Access: signedIn, Handler: s.tenderSave},

		{Method: post, Path: "/tenders/:id/team", Access: signedIn, Handler: s.teamAdd},
		{Method: post, Path: "/tenders/:id/team/:user/remove", Access: signedIn, Handler: s.teamRemove},

		{Method: get, Path: "/groups", Access: signedIn, Handler: s.kept(s.groupsList)},
		{Method: get, Path: "/groups/new", Access: signedIn, Handler: s.groupNew},
		{Method: post, Path: "/groups", Access: signedIn, Handler: s.groupCreate},
		{Method: get, Path: "/groups/:id", Access: signedIn, Handler: s.kept(s.groupShow)},
		{Method: get, Path: "/groups/:id/edit", Access: signedIn, Handler: s.groupEdit},
		{Method: post, Path: "/groups/:id", Access: signedIn, Handler: s.groupSave},
		{Method: post, Path: "/groups/:id/join", Access: signedIn, Handler: s.groupJoin},
		{Method: post, Path: "/groups/:id/leave", Access: signedIn, Handler: s.groupLeave},
		{Method: post, Path: "/groups/:id/members", Access: signedIn, Handler: s.groupAdd},
		{Method: post, Path: "/groups/:id/members/:user/remove", Access: signedIn, Handler: s.groupRemove},
		{Method: post, Path: "/groups/:id/members/:user/owner", Access: signedIn, Handler: s.groupOwner},

		{Method: get, Path: "/people", Access: signedIn, Handler: s.kept(s.peopleList)},
		{Method: get, Path: "/people/:id", Access: signedIn, Handler: s.kept(s.profile)},

		{Method: get, Path: "/settings", Access: signedIn, Handler: s.settingsForm},
		{Method: post, Path: "/settings", Access: signedIn, Handler: s.settingsSave},
		{Method: get, Path: "/settings/password", Access: signedIn, Handler: s.passwordForm},
		{Method: post, Path: "/settings/password", Access: signedIn, Handler: s.passwordSave},
		{Method: get, Path: httpd.FactorPath, Access: signedIn, Handler: s.factorForm},
		{Method: post, Path: httpd.FactorPath + "/begin", Access: signedIn, Handler: s.factorBegin},
		{Method: post, Path: httpd.FactorPath + "/confirm", Access: signedIn, Handler: s.factorConfirm},
		{Method: post, Path: httpd.FactorPath + "/codes", Access: signedIn, Handler: s.factorCodes},
		{Method: post, Path: httpd.FactorPath + "/remove", Access: signedIn, Handler: s.factorRemove},
		{Method: get, Path: "/settings/passkeys", Access: signedIn, Handler: s.passkeys},
		{Method: post, Path: "/settings/passkeys/begin", Access: signedIn, Handler: s.passkeyBegin},
		{Method: post, Path: "/settings/passkeys", Access: signedIn, Handler: s.passkeyAdd},
		{Method: post, Path: "/settings/passkeys/:id", Access: signedIn, Handler: s.passkeyRename},
		{Method: post, Path: "/settings/passkeys/:id/remove", Access: signedIn, Handler: s.passkeyRemove},
		{Method: get, Path: "/settings/sessions", Access: signedIn, Handler: s.sessions},
		{Method: post, Path: "/settings/sessions/revoke-others", Access: signedIn, Handler: s.sessionsRevoke},
		{Method: post, Path: "/settings/sessions/:id/revoke", Access: signedIn, Handler: s.sessionRevoke},
		{Method: get, Path: "/settings/tokens", Access: signedIn, Handler: s.tokens},
		{Method: post, Path: "/settings/tokens", Access: signedIn, Handler: s.tokenCreate},
		{Method: post, Path: "/settings/tokens/:id/revoke", Access: signedIn, Handler: s.tokenRevoke},

		{Method: get, Path: "/admin/people", Access: admins, Handler: s.members},
		{Method: get, Path: "/admin/people/new", Access: admins, Handler: s.memberNew},
		{Method: post, Path: "/admin/people", Access: admins, Handler: s.memberCreate},
		{Method: get, Path: "/admin/people/import", Access: admins, Handler: s.rosterForm},
		{Method: post, Path: "/admin/people/import", Access: admins, Handler: s.rosterLook},
		{Method: post, Path: "/admin/people/import/add", Access: admins, Handler: s.rosterAdd},
		{Method: post, Path: "/admin/people/letters", Access: admins, Handler: s.letters},
		{Method: get, Path: "/admin/people/:id", Access: admins, Handler: s.memberEdit},
		{Method: post, Path: "/admin/people/:id", Access: admins, Handler: s.memberSave},
		{Method: post, Path: "/admin/people/:id/invite", Access: admins, Handler: s.memberInvite},
		{Method: post, Path: "/admin/people/:id/disable", Access: admins, Handler: s.memberDisable},
		{Method: post, Path: "/admin/people/:id/enable", Access: admins, Handler: s.memberEnable},
		{Method: post, Path: "/admin/people/:id/second-factor/reset", Access: admins, Handler: s.factorReset},
		{Method: post, Path: "/admin/people/:id/passkeys/reset", Access: admins, Handler: s.passkeysReset},
		{Method: post, Path: "/admin/people/:id/letter", Access: admins, Handler: s.letter},
		{Method: get, Path: "/admin/people/:id/merge", Access: admins, Handler: s.mergeForm},
		{Method: post, Path: "/admin/people/:id/merge", Access: admins, Handler: s.mergeSave},
		{Method: get, Path: "/admin/security", Access: admins, Handler: s.security},
		{Method: post, Path: "/admin/security", Access: admins, Handler: s.securitySave},
		{Method: get, Path: "/admin/audit", Access: admins, Handler: s.trail},
		{Method: get, Path: "/admin/audit/export", Access: admins, Handler: s.trailExport},
		{Method: post, Path: "/admin/audit/keep", Access: admins, Handler: s.trailKeep},
		{Method: get, Path: "/admin/branches", Access: admins, Handler: s.branches},
		{Method: post, Path: "/admin/branches", Access: admins, Handler: s.branchCreate},
		{Method: post, Path: "/admin/branches/:id", Access: admins, Handler: s.branchRename},
		{Method: get, Path: "/admin/directory", Access: admins, Handler: s.directory},
		{Method: post, Path: "/admin/directory/sync", Access: admins, Handler: s.directorySync},
		{Method: get, Path: "/admin/scim", Access: admins, Handler: s.scim},
		{Method: post, Path: "/admin/scim/tokens", Access: admins, Handler: s.scimTokenCreate},
		{Method: post, Path: "/admin/scim/tokens/:id/revoke", Access: admins, Handler: s.scimTokenRevoke},
		{Method: post, Path: "/admin/scim/rules", Access: admins, Handler: s.scimRules},
		{Method: get, Path: "/admin/synonyms", Access: admins, Handler: s.synonyms},
		{Method: post, Path: "/admin/synonyms", Access: admins, Handler: s.synonymsAdd},
		{Method: post, Path: "/admin/synonyms/:id/remove", Access: admins, Handler: s.synonymsRemove},
		{Method: get, Path: "/admin/processing", Access: admins, Handler: s.processing},
		{Method: post, Path: "/admin/processing/retry", Access: admins, Handler: s.retryAll},
		{Method: post, Path: "/admin/jobs/:id/retry", Access: admins, Handler: s.jobRetry},
		{Method: get, Path: "/admin/system", Access: admins, Handler: s.system},
		{Method: post, Path: "/admin/system/reindex", Access: admins, Handler: s.reindex},
	}
}

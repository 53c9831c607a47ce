package admin

import (
	"context"
	"strconv"

	"github.com/aanpak/aanpak/internal/i18n"
	"github.com/aanpak/aanpak/templates/part"
)

// login is what the person signs in by.
func (m Member) login() string {
	if m.Number == "" || m.Email == "" {
		return m.Email + m.Number
	}
	return m.Email + " · " + m.Number
}

func num(n int) string { return strconv.Itoa(n) }

func tabs(ctx context.Context, on string) []part.Tab {
	return []part.Tab{
		{Label: i18n.T(ctx, "admin.tab.people"), URL: "/admin/people", Count: -1, On: on == "people"},
		{Label: i18n.T(ctx, "admin.tab.signin"), URL: "/admin/sign-in", Count: -1, On: on == "sign-in"},
		{Label: i18n.T(ctx, "admin.tab.security"), URL: "/admin/security", Count: -1, On: on == "security"},
		{Label: i18n.T(ctx, "admin.tab.audit"), URL: "/admin/audit", Count: -1, On: on == "audit"},
		{Label: i18n.T(ctx, "admin.tab.privacy"), URL: "/admin/privacy", Count: -1, On: on == "privacy"},
		{Label: i18n.T(ctx, "admin.tab.shares"), URL: "/admin/shares", Count: -1, On: on == "shares"},
		{Label: i18n.T(ctx, "admin.tab.access"), URL: "/admin/access", Count: -1, On: on == "access"},
		{Label: i18n.T(ctx, "admin.tab.branches"), URL: "/admin/branches", Count: -1, On: on == "branches"},
		{Label: i18n.T(ctx, "admin.tab.expertise"), URL: "/admin/expertise", Count: -1, On: on == "expertise"},
		{Label: i18n.T(ctx, "admin.tab.opening"), URL: "/admin/opening", Count: -1, On: on == "opening"},
		{Label: i18n.T(ctx, "admin.tab.directory"), URL: "/admin/directory", Count: -1, On: on == "directory"},
		{Label: i18n.T(ctx, "admin.tab.scim"), URL: "/admin/scim", Count: -1, On: on == "scim"},
		{Label: i18n.T(ctx, "admin.tab.synonyms"), URL: "/admin/synonyms", Count: -1, On: on == "synonyms"},
		{Label: i18n.T(ctx, "admin.tab.words"), URL: "/admin/words", Count: -1, On: on == "words"},
		{Label: i18n.T(ctx, "admin.tab.links"), URL: "/admin/links", Count: -1, On: on == "links"},
		{Label: i18n.T(ctx, "admin.tab.processing"), URL: "/admin/processing", Count: -1, On: on == "processing"},
		{Label: i18n.T(ctx, "admin.tab.system"), URL: "/admin/system", Count: -1, On: on == "system"},
	}
}

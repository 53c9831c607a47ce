package settings

import (
	"context"

	"github.com/aanpak/aanpak/internal/i18n"
	"github.com/aanpak/aanpak/templates/part"
)

func tabs(ctx context.Context, on string) []part.Tab {
	return []part.Tab{
		{Label: i18n.T(ctx, "settings.tab.profile"), URL: "/settings", Count: -1, On: on == "profile"},
		{Label: i18n.T(ctx, "settings.tab.notifications"), URL: "/settings/notifications", Count: -1, On: on == "notifications"},
		{Label: i18n.T(ctx, "settings.tab.password"), URL: "/settings/password", Count: -1, On: on == "password"},
		{Label: i18n.T(ctx, "settings.tab.factor"), URL: "/settings/second-factor", Count: -1, On: on == "factor"},
		{Label: i18n.T(ctx, "settings.tab.passkeys"), URL: "/settings/passkeys", Count: -1, On: on == "passkeys"},
		{Label: i18n.T(ctx, "settings.tab.sessions"), URL: "/settings/sessions", Count: -1, On: on == "sessions"},
		{Label: i18n.T(ctx, "settings.tab.tokens"), URL: "/settings/tokens", Count: -1, On: on == "tokens"},
		{Label: i18n.T(ctx, "settings.tab.privacy"), URL: "/settings/privacy", Count: -1, On: on == "privacy"},
		{Label: i18n.T(ctx, "settings.tab.shares"), URL: "/settings/shares", Count: -1, On: on == "shares"},
		{Label: i18n.T(ctx, "settings.tab.access"), URL: "/settings/access", Count: -1, On: on == "access"},
	}
}

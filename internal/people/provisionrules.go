package people

import (
	"context"
	"strings"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/audit"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/rules"
	"github.com/aanpak/aanpak/internal/settings"
)

// provisionRulesSetting holds what the groups of the identity service mean here, as package rules reads it.
const provisionRulesSetting = "people.scim_rules"

// maxRules is the longest text of rules, in bytes.
const maxRules = 64 << 10

// ProvisionRules returns the rules as they were written.
func (s *Service) ProvisionRules(ctx context.Context, v auth.Viewer) (string, error) {
	if err := CanAdminister(v); err != nil {
		return "", err
	}
	return settings.Get(ctx, s.db.Reader(), provisionRulesSetting)
}

func (s *Service) provisionRules(ctx context.Context, d bun.IDB) (rules.Rules, error) {
	text, err := settings.Get(ctx, d, provisionRulesSetting)
	if err != nil {
		return nil, err
	}
	return rules.Parse(text)
}

// SetProvisionRules writes the rules and applies them to everybody at once. The last administrator stays one.
func (s *Service) SetProvisionRules(ctx context.Context, v auth.Viewer, text string) error {
	text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
	if _, err := rules.Parse(text); err != nil {
		return err
	}
	if len(text) > maxRules {
		return errs.Invalid("error.invalid").Field("rules", "error.field.too_long", "Max", maxRules)
	}
	return s.inProvisionTurn(ctx, v, "set rules of provisioning", func(ctx context.Context, tx bun.Tx) error {
		if err := settings.Put(ctx, tx, provisionRulesSetting, text); err != nil {
			return err
		}
		if err := audit.Log(ctx, tx, v, "settings.scim_rules", "settings", text); err != nil {
			return err
		}
		var ids []string
		if err := tx.NewSelect().Model((*Provisioned)(nil)).Column("p.id").Apply(joinAccounts).Where("u.deactivated_at IS NULL").Order("p.id").Scan(ctx, &ids); err != nil {
			return err
		}
		return s.decideAgain(ctx, tx, v, ids)
	})
}

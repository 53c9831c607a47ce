package site

import (
	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/httpd"
	"github.com/aanpak/aanpak/internal/i18n"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/templates/admin"
	"github.com/aanpak/aanpak/templates/part"
)

// scimTyped is what was filled in, where it has to be shown again, and a token that was made.
type scimTyped struct {
	made, label string
	rules       *string
}

func (s *Site) scim(c *fiber.Ctx) error { return s.showSCIM(c, scimTyped{}, refusal{}) }

func (s *Site) showSCIM(c *fiber.Ctx, typed scimTyped, r refusal) error {
	l, v, ctx := s.localizer(c), httpd.Viewer(c), c.UserContext()
	p := admin.SCIM{
		Page: s.page(c, l, "admin", l.T("admin.tab.scim")), Address: s.base(c) + httpd.SCIMPath, Made: typed.made, Message: r.message, Errors: r.list,
		Current: s.confirmField(c, l, r),
		Label:   part.Field{Name: "name", Label: l.T("field.scim_label"), Value: typed.label, Required: true, Error: r.fields["name"]},
		Rules:   part.Field{Name: "rules", Label: l.T("admin.scim.rules"), Hint: l.T("admin.scim.rules_hint"), Rows: 6, Error: r.fields["rules"]},
	}
	tokens, err := s.People.ProvisionTokens(ctx, v)
	if err != nil {
		return err
	}
	for _, t := range tokens {
		p.Tokens = append(p.Tokens, part.Token{Label: t.Name, Created: t.CreatedAt, Used: t.UsedAt.Time, RevokeURL: "/admin/scim/tokens/" + t.ID + "/revoke"})
	}
	if p.People, err = s.People.CountProvisioned(ctx, v); err != nil {
		return err
	}
	if p.Rules.Value, err = s.People.ProvisionRules(ctx, v); err != nil {
		return err
	}
	if typed.rules != nil {
		p.Rules.Value = *typed.rules
	}
	groups, err := s.People.ProvisionedGroups(ctx, v)
	if err != nil {
		return err
	}
	p.Groups = scimGroups(l, groups)
	return render(c, l, admin.SCIMPage(p))
}

// scimGroups lists what rules can name.
func scimGroups(l *i18n.Localizer, groups []*people.ProvisionedGroup) admin.Table {
	t := admin.Table{
		ID: "scim-groups", Title: l.T("admin.scim.groups"), Empty: l.T("admin.scim.no_groups"), Head: []string{l.T("field.name"), l.T("admin.scim.members")},
	}
	for _, g := range groups {
		t.Rows = append(t.Rows, []admin.Cell{{Text: g.Name}, {Text: l.Number(int64(g.Size))}})
	}
	return t
}

// scimTokenCreate shows the secret in the answer itself, the only time it is ever seen.
func (s *Site) scimTokenCreate(c *fiber.Ctx) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	secret := ""
	if err = s.People.Confirm(c.UserContext(), httpd.Viewer(c), f.Get("old_password"), s.Server.Client(c)); err == nil {
		secret, err = s.People.CreateProvisionToken(c.UserContext(), httpd.Viewer(c), f.Get("name"))
	}
	if r, ok := s.refused(s.localizer(c), err); ok {
		c.Status(status(err))
		return s.showSCIM(c, scimTyped{label: f.Get("name")}, r)
	}
	if err != nil {
		return err
	}
	return s.showSCIM(c, scimTyped{made: secret}, refusal{})
}

func (s *Site) scimTokenRevoke(c *fiber.Ctx) error {
	if err := s.People.DeleteProvisionToken(c.UserContext(), httpd.Viewer(c), c.Params("id")); err != nil {
		return err
	}
	return s.done(c, "/admin/scim", flash{Key: "toast.token_revoked"})
}

func (s *Site) scimRules(c *fiber.Ctx) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	text := f.Get("rules")
	err = s.People.SetProvisionRules(c.UserContext(), httpd.Viewer(c), text)
	if r, ok := s.refused(s.localizer(c), err); ok {
		c.Status(status(err))
		return s.showSCIM(c, scimTyped{rules: &text}, r)
	}
	if err != nil {
		return err
	}
	return s.done(c, "/admin/scim", flash{Key: "toast.saved"})
}

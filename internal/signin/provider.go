package signin

import (
	"context"
	"net/url"
	"slices"

	"github.com/aanpak/aanpak/internal/config"
	"github.com/aanpak/aanpak/internal/oidc"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/rules"
)

// Provider is another site at which people sign in, with the rules that say what its groups mean here. Its errors are those of package oidc.
type Provider struct {
	*oidc.Provider
	rules rules.Rules
}

// openProvider returns the provider that the settings name, nil where they name none. It need not be there yet.
func openProvider(c *config.OIDC) (*Provider, error) {
	p, list, err := c.Open()
	if err != nil || p == nil {
		return nil, err
	}
	return &Provider{p, list}, nil
}

// Finish returns who signed in, as accounts know people.
func (p *Provider) Finish(ctx context.Context, redirect, kept string, answer url.Values) (*people.External, string, error) {
	id, back, err := p.Provider.Finish(ctx, redirect, kept, answer)
	if err != nil {
		return nil, back, err
	}
	d := p.rules.Decide(func(group string) bool { return slices.Contains(id.Groups, group) })
	return &people.External{
		Source: people.SourceOIDC, ID: id.ID, Email: id.Mail, Name: id.Name, Function: id.Function, Phone: id.Phone, Role: d.Role, Branch: d.Branch, Branches: id.Branches,
	}, back, nil
}

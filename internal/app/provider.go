package app

import (
	"context"
	"net/url"
	"slices"

	"github.com/aanpak/aanpak/internal/oidc"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/rules"
	"github.com/aanpak/aanpak/internal/site"
)

// elsewhere is the provider of sign-in with the rules that say what its groups mean here. It implements site.Provider.
type elsewhere struct {
	*oidc.Provider
	rules rules.Rules
}

// openProvider makes the provider that the settings name ready to be asked; it need not be there yet.
func (a *App) openProvider() error {
	if !a.Config.OIDC.On() {
		return nil
	}
	settings, _, err := a.Config.OIDC.Settings()
	if err != nil {
		return err
	}
	a.Provider, err = oidc.New(settings)
	return err
}

// provider is the provider for the site, nil where there is none.
func (a *App) provider() site.Provider {
	if a.Provider == nil {
		return nil
	}
	_, list, err := a.Config.OIDC.Settings()
	if err != nil {
		return nil // refused when the program was opened
	}
	return elsewhere{a.Provider, list}
}

// Finish returns who signed in, as accounts know people.
func (e elsewhere) Finish(ctx context.Context, redirect, kept string, answer url.Values) (*people.External, string, error) {
	id, back, err := e.Provider.Finish(ctx, redirect, kept, answer)
	if err != nil {
		return nil, back, err
	}
	d := e.rules.Decide(func(group string) bool { return slices.Contains(id.Groups, group) })
	return &people.External{
		Source: people.SourceOIDC, ID: id.ID, Email: id.Mail, Name: id.Name, Function: id.Function, Phone: id.Phone, Role: d.Role, Branch: d.Branch, Branches: id.Branches,
	}, back, nil
}

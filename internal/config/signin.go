package config

import (
	"errors"
	"fmt"

	"github.com/aanpak/aanpak/internal/directory"
	"github.com/aanpak/aanpak/internal/oidc"
	"github.com/aanpak/aanpak/internal/rules"
)

// LDAP is the company's directory. The variables are named AANPAK_LDAP_ and the field in capitals.
type LDAP struct {
	URL          string // ldaps://host, or ldap://host?starttls=true
	BindDN       string // BIND_DN
	BindPassword Secret // BIND_PASSWORD
	Base         string
	Filter       string // empty = people of Active Directory and of inetOrgPerson
	Attributes   string // "branch=department; function=title"
	Rules        string // groups → roles and branches, see package rules
	CA           string // certificates to trust, PEM
}

// On tells whether there is a directory.
func (c LDAP) On() bool { return c.URL != "" }

// Settings returns the settings as packages directory and rules take them, and all that is wrong with them.
func (c LDAP) Settings() (directory.Settings, rules.Rules, error) {
	if !c.On() {
		if c != (LDAP{}) {
			return directory.Settings{}, nil, errors.New("AANPAK_LDAP_URL is missing: the other AANPAK_LDAP_ variables do nothing without it")
		}
		return directory.Settings{}, nil, nil
	}
	list, err := rules.Parse(c.Rules)
	if err != nil {
		err = fmt.Errorf("AANPAK_LDAP_RULES: %w", err)
	}
	s := directory.Settings{
		URL: c.URL, BindDN: c.BindDN, BindPassword: c.BindPassword.Reveal(), Base: c.Base, Filter: c.Filter, Attributes: c.Attributes, CA: c.CA, Groups: list.Groups(),
	}
	_, wrong := directory.Open(s)
	return s, list, errors.Join(err, wrong)
}

func (c LDAP) public() map[string]string {
	return map[string]string{
		"AANPAK_LDAP_URL": c.URL, "AANPAK_LDAP_BIND_DN": c.BindDN, "AANPAK_LDAP_BIND_PASSWORD": c.BindPassword.String(), "AANPAK_LDAP_BASE": c.Base,
		"AANPAK_LDAP_FILTER": c.Filter, "AANPAK_LDAP_ATTRIBUTES": c.Attributes, "AANPAK_LDAP_RULES": c.Rules,
	}
}

// OIDC is a provider of sign-in by OpenID Connect. The variables are named AANPAK_OIDC_ and the field in capitals.
type OIDC struct {
	Issuer       string
	ClientID     string // CLIENT_ID
	ClientSecret Secret // CLIENT_SECRET
	Name         string // what the button says after "Sign in with"
	Scopes       string // empty = openid profile email
	Claims       string // "groups=roles; branch=office_location"
	Mail         string // "verified" or "trusted": which addresses are believed
	Rules        string // groups → roles and branches, see package rules
}

// On tells whether there is a provider.
func (c OIDC) On() bool { return c.Issuer != "" }

// Settings returns the settings as packages oidc and rules take them, and all that is wrong with them.
func (c OIDC) Settings() (oidc.Settings, rules.Rules, error) {
	if !c.On() {
		if c.Mail == "" || c.Mail == "verified" {
			c.Mail = ""
		}
		if c != (OIDC{}) {
			return oidc.Settings{}, nil, errors.New("AANPAK_OIDC_ISSUER is missing: the other AANPAK_OIDC_ variables do nothing without it")
		}
		return oidc.Settings{}, nil, nil
	}
	list, err := rules.Parse(c.Rules)
	if err != nil {
		err = fmt.Errorf("AANPAK_OIDC_RULES: %w", err)
	}
	s := oidc.Settings{
		Issuer: c.Issuer, ClientID: c.ClientID, ClientSecret: c.ClientSecret.Reveal(), Name: c.Name, Scopes: c.Scopes, Claims: c.Claims, Mail: c.Mail,
	}
	_, wrong := oidc.New(s)
	return s, list, errors.Join(err, wrong)
}

func (c OIDC) public() map[string]string {
	return map[string]string{
		"AANPAK_OIDC_ISSUER": c.Issuer, "AANPAK_OIDC_CLIENT_ID": c.ClientID, "AANPAK_OIDC_CLIENT_SECRET": c.ClientSecret.String(), "AANPAK_OIDC_NAME": c.Name,
		"AANPAK_OIDC_SCOPES": c.Scopes, "AANPAK_OIDC_CLAIMS": c.Claims, "AANPAK_OIDC_MAIL": c.Mail, "AANPAK_OIDC_RULES": c.Rules,
	}
}

package config

import (
	"errors"
	"fmt"
	"strings"

	"github.com/aanpak/aanpak/internal/directory"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/i18n"
	"github.com/aanpak/aanpak/internal/oidc"
	"github.com/aanpak/aanpak/internal/rules"
)

// Way is the settings of one way of signing in. They come from variables, or from an administrator's form: the fields and the checks are the
// same.
type Way interface {
	// Prefix is what its variables begin with.
	Prefix() string
	// On tells whether there is this way.
	On() bool
	// Fields are all settings, in the order in which they are filled in.
	Fields() []Field
	// Check tells all that is wrong, as an errs.Error of the fields.
	Check() error
	// For names whom the secrets are for: they are sent to nobody else.
	For() string
}

// Field is one setting: its name is the form's and, in capitals, the end of the variable. One of Text and Secret is set.
type Field struct {
	Name   string
	Text   *string
	Secret *Secret
}

// Value returns the setting, a secret too.
func (f Field) Value() string {
	if f.Secret != nil {
		return f.Secret.Reveal()
	}
	return *f.Text
}

// Set changes the setting.
func (f Field) Set(v string) {
	if f.Secret != nil {
		*f.Secret = Secret(v)
		return
	}
	*f.Text = v
}

func (f Field) variable(w Way) string { return w.Prefix() + strings.ToUpper(f.Name) }

// Given tells whether any setting of a way is there.
func Given(w Way) bool {
	for _, f := range w.Fields() {
		if f.Value() != "" {
			return true
		}
	}
	return false
}

// way reads the settings of a way from its variables.
func (l *loader) way(w Way) {
	for _, f := range w.Fields() {
		f.Set(l.text(f.variable(w), ""))
	}
}

// publicWay is the settings of a way by variable: of a secret only that it is set.
func publicWay(w Way, out map[string]string) {
	for _, f := range w.Fields() {
		if out[f.variable(w)] = f.Value(); f.Secret != nil {
			out[f.variable(w)] = f.Secret.String()
		}
	}
}

// checkWay words what is wrong with a way by its variables.
func checkWay(w Way) error {
	err := w.Check()
	var e *errs.Error
	if !errors.As(err, &e) {
		return err
	}
	var all []error
	for _, f := range e.Fields {
		all = append(all, fmt.Errorf("%s: %s", Field{Name: f.Field}.variable(w), i18n.For("en").Message(f.Message)))
	}
	return errors.Join(all...)
}

// missing refuses a way of which there is something but what turns it on.
func missing(w Way, first string) error {
	if !Given(w) {
		return nil
	}
	return errs.Invalid("error.invalid").Field(first, "error.setting.first_missing")
}

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

// Prefix implements Way.
func (*LDAP) Prefix() string { return "AANPAK_LDAP_" }

// On tells whether there is a directory.
func (c *LDAP) On() bool { return c.URL != "" }

// Fields implements Way.
func (c *LDAP) Fields() []Field {
	return []Field{
		{Name: "url", Text: &c.URL},
		{Name: "ca", Text: &c.CA},
		{Name: "bind_dn", Text: &c.BindDN},
		{Name: "bind_password", Secret: &c.BindPassword},
		{Name: "base", Text: &c.Base},
		{Name: "filter", Text: &c.Filter},
		{Name: "attributes", Text: &c.Attributes},
		{Name: "rules", Text: &c.Rules},
	}
}

// For implements Way: another certificate may be another server.
func (c *LDAP) For() string { return c.URL + "\n" + c.CA + "\n" + c.BindDN }

// Check implements Way.
func (c *LDAP) Check() error { _, _, err := c.Open(); return err }

// Open returns the directory and the rules that the settings name, nil where they name none, and all that is wrong with them.
func (c *LDAP) Open() (*directory.Directory, rules.Rules, error) {
	if !c.On() {
		return nil, nil, missing(c, "url")
	}
	list, wrong := rules.Parse(c.Rules)
	d, err := directory.Open(directory.Settings{
		URL: c.URL, BindDN: c.BindDN, BindPassword: c.BindPassword.Reveal(), Base: c.Base, Filter: c.Filter, Attributes: c.Attributes, CA: c.CA, Groups: list.Groups(),
	})
	return d, list, errs.Invalid("error.invalid").Also(err).Also(wrong).OrNil()
}

// OIDC is a provider of sign-in by OpenID Connect. The variables are named AANPAK_OIDC_ and the field in capitals.
type OIDC struct {
	Issuer       string
	ClientID     string // CLIENT_ID
	ClientSecret Secret // CLIENT_SECRET
	Name         string // what the button says after "Sign in with"
	Scopes       string // empty = openid profile email
	Claims       string // "groups=roles; branch=office_location"
	Mail         string // "verified" or "trusted": which addresses are believed; empty = verified
	Rules        string // groups → roles and branches, see package rules
}

// Prefix implements Way.
func (*OIDC) Prefix() string { return "AANPAK_OIDC_" }

// On tells whether there is a provider.
func (c *OIDC) On() bool { return c.Issuer != "" }

// Fields implements Way.
func (c *OIDC) Fields() []Field {
	return []Field{
		{Name: "issuer", Text: &c.Issuer},
		{Name: "client_id", Text: &c.ClientID},
		{Name: "client_secret", Secret: &c.ClientSecret},
		{Name: "name", Text: &c.Name},
		{Name: "scopes", Text: &c.Scopes},
		{Name: "claims", Text: &c.Claims},
		{Name: "mail", Text: &c.Mail},
		{Name: "rules", Text: &c.Rules},
	}
}

// For implements Way.
func (c *OIDC) For() string { return c.Issuer + "\n" + c.ClientID }

// Check implements Way.
func (c *OIDC) Check() error { _, _, err := c.Open(); return err }

// Open returns the provider and the rules that the settings name, nil where they name none, and all that is wrong with them.
func (c *OIDC) Open() (*oidc.Provider, rules.Rules, error) {
	if !c.On() {
		return nil, nil, missing(c, "issuer")
	}
	list, wrong := rules.Parse(c.Rules)
	p, err := oidc.New(oidc.Settings{
		Issuer: c.Issuer, ClientID: c.ClientID, ClientSecret: c.ClientSecret.Reveal(), Name: c.Name, Scopes: c.Scopes, Claims: c.Claims, Mail: c.Mail,
	})
	if err != nil && errs.KindOf(err) != errs.KindInvalid {
		return nil, nil, err
	}
	return p, list, errs.Invalid("error.invalid").Also(err).Also(wrong).OrNil()
}

// Who may sign in by a password.
const (
	PasswordsAll    = "all"
	PasswordsAdmins = "admins" // those of Aanpak's own: only administrators', who must get in when everything else is away
	PasswordsNone   = "none"   // those of the directory: nobody's
)

// Passwords says who may sign in by a password. The variables are named AANPAK_PASSWORD_ and the field in capitals.
type Passwords struct {
	Own       string // PasswordsAll or PasswordsAdmins; empty = all
	Directory string // PasswordsAll or PasswordsNone; empty = all
}

// Prefix implements Way.
func (*Passwords) Prefix() string { return "AANPAK_PASSWORD_" }

// On tells whether anybody's passwords are refused, or said not to be.
func (c *Passwords) On() bool { return c.Own != "" || c.Directory != "" }

// Fields implements Way.
func (c *Passwords) Fields() []Field {
	return []Field{{Name: "own", Text: &c.Own}, {Name: "directory", Text: &c.Directory}}
}

// For implements Way: there is no secret.
func (*Passwords) For() string { return "" }

// Check implements Way.
func (c *Passwords) Check() error {
	e := errs.Invalid("error.invalid")
	if c.Own != "" && c.Own != PasswordsAll && c.Own != PasswordsAdmins {
		e.Field("own", "error.setting.password_own")
	}
	if c.Directory != "" && c.Directory != PasswordsAll && c.Directory != PasswordsNone {
		e.Field("directory", "error.setting.password_directory")
	}
	return e.OrNil()
}

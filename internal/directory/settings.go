package directory

import (
	"crypto/tls"
	"crypto/x509"
	"net/url"
	"strings"

	"github.com/go-ldap/ldap/v3"

	"github.com/aanpak/aanpak/internal/errs"
)

// DefaultFilter finds people in Active Directory (and no computers or contacts), and in directories with inetOrgPerson. A class that a
// server does not know fits nobody there.
const DefaultFilter = "(|(&(objectCategory=person)(objectClass=user))(objectClass=inetOrgPerson))"

// Settings are what a Directory needs. What is wrong with them is told by the name of the field: that of the form, and in capitals the end of
// the variable.
type Settings struct {
	URL          string // ldaps://host or ldap://host?starttls=true
	BindDN       string // of an account that may read; empty = anonymous
	BindPassword string
	Base         string // under which people are
	Filter       string // who of them; empty = DefaultFilter
	Attributes   string // "mail=mail,userPrincipalName; function=title": see defaultFields
	CA           string // certificates to trust, PEM; empty = the system's
	Groups       []string
}

func (s Settings) check(e *errs.Error) {
	if _, err := ldap.ParseDN(s.Base); err != nil || s.Base == "" {
		e.Field("base", "error.setting.ldap_base")
	}
	if _, err := ldap.CompileFilter(s.Filter); err != nil {
		e.Field("filter", "error.setting.ldap_filter")
	}
	if s.BindDN != "" && s.BindPassword == "" { // servers take it for anybody, and answer with nothing
		e.Field("bind_password", "error.setting.ldap_password")
	}
}

// address is where the server is and how to talk to it.
type address struct {
	host, port string
	ldaps      bool // TLS from the first byte
	startTLS   bool
	tls        *tls.Config
}

func parseAddress(e *errs.Error, text, ca string) (a address) {
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || u.User != nil || strings.Trim(u.Path, "/") != "" {
		e.Field("url", "error.setting.ldap_url")
		return a
	}
	a = address{host: u.Hostname(), port: u.Port(), ldaps: u.Scheme == "ldaps"}
	start := u.Query().Get("starttls")
	switch {
	case a.ldaps && start == "":
	case u.Scheme == "ldap" && (start == "true" || start == "false"):
		a.startTLS = start == "true"
	default:
		e.Field("url", "error.setting.ldap_url")
		return a
	}
	if a.port == "" {
		a.port = map[bool]string{true: "636", false: "389"}[a.ldaps]
	}
	a.tls = &tls.Config{ServerName: a.host, MinVersion: tls.VersionTLS12}
	if ca != "" {
		a.tls.RootCAs = x509.NewCertPool()
		if !a.tls.RootCAs.AppendCertsFromPEM([]byte(ca)) {
			e.Field("ca", "error.setting.ldap_ca")
		}
	}
	return a
}

// fields are the attributes that hold what we want to know, in the order in which they are tried.
type fields map[string][]string

// defaultFields fit Active Directory, and directories with inetOrgPerson.
func defaultFields() fields {
	return fields{
		"id":       {"objectGUID", "entryUUID"},
		"account":  {"sAMAccountName", "userPrincipalName", "uid"},
		"mail":     {"mail", "userPrincipalName"},
		"name":     {"displayName", "cn"},
		"function": {"title"},
		"phone":    {"telephoneNumber", "mobile"},
		"branch":   {"physicalDeliveryOfficeName", "l"},
	}
}

// parseFields reads "mail=mail; branch=department,l" over the defaults.
func parseFields(e *errs.Error, text string) fields {
	f := defaultFields()
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ';' || r == '\n' }) {
		name, attributes, ok := strings.Cut(part, "=")
		name = strings.TrimSpace(name)
		list := strings.FieldsFunc(attributes, func(r rune) bool { return r == ',' || r == ' ' })
		for _, a := range list {
			ok = ok && strings.Trim(a, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.") == ""
		}
		if _, known := f[name]; !known || !ok || len(list) == 0 && name != "branch" {
			e.Field("attributes", "error.setting.ldap_attributes", "Part", strings.TrimSpace(part))
			continue
		}
		f[name] = list
	}
	return f
}

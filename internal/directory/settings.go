package directory

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/go-ldap/ldap/v3"
)

// DefaultFilter finds people in Active Directory (and no computers or contacts), and in directories with inetOrgPerson. A class that a
// server does not know fits nobody there.
const DefaultFilter = "(|(&(objectCategory=person)(objectClass=user))(objectClass=inetOrgPerson))"

// Settings are what a Directory needs. The names are those of the variables after AANPAK_LDAP_.
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

func (s Settings) check() (all []error) {
	if _, err := ldap.ParseDN(s.Base); err != nil || s.Base == "" {
		all = append(all, errors.New("AANPAK_LDAP_BASE must be a distinguished name such as OU=Medewerkers,DC=b,DC=nl"))
	}
	if _, err := ldap.CompileFilter(s.Filter); err != nil {
		all = append(all, errors.New("AANPAK_LDAP_FILTER is no filter; one looks like (&(objectClass=user)(company=Bouw BV))"))
	}
	if s.BindDN != "" && s.BindPassword == "" { // servers take it for anybody, and answer with nothing
		all = append(all, errors.New("AANPAK_LDAP_BIND_PASSWORD is missing for AANPAK_LDAP_BIND_DN"))
	}
	return all
}

// address is where the server is and how to talk to it.
type address struct {
	host, port string
	ldaps      bool // TLS from the first byte
	startTLS   bool
	tls        *tls.Config
}

var errAddress = errors.New("AANPAK_LDAP_URL must be like ldaps://dc.b.nl or ldap://dc.b.nl?starttls=true; without encryption only with ?starttls=false")

func parseAddress(text, ca string) (a address, err error) {
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || u.User != nil || strings.Trim(u.Path, "/") != "" {
		return a, errAddress
	}
	a = address{host: u.Hostname(), port: u.Port(), ldaps: u.Scheme == "ldaps"}
	start := u.Query().Get("starttls")
	switch {
	case a.ldaps && start == "":
	case u.Scheme == "ldap" && (start == "true" || start == "false"):
		a.startTLS = start == "true"
	default:
		return a, errAddress
	}
	if a.port == "" {
		a.port = map[bool]string{true: "636", false: "389"}[a.ldaps]
	}
	a.tls = &tls.Config{ServerName: a.host, MinVersion: tls.VersionTLS12}
	if ca != "" {
		a.tls.RootCAs = x509.NewCertPool()
		if !a.tls.RootCAs.AppendCertsFromPEM([]byte(ca)) {
			return a, errors.New("AANPAK_LDAP_CA holds no certificate; it is text that begins with -----BEGIN CERTIFICATE-----")
		}
	}
	return a, nil
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
func parseFields(text string) (fields, error) {
	f := defaultFields()
	var all []error
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ';' || r == '\n' }) {
		name, attributes, ok := strings.Cut(part, "=")
		name = strings.TrimSpace(name)
		list := strings.FieldsFunc(attributes, func(r rune) bool { return r == ',' || r == ' ' })
		for _, a := range list {
			ok = ok && strings.Trim(a, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.") == ""
		}
		if _, known := f[name]; !known || !ok || len(list) == 0 && name != "branch" {
			all = append(all, fmt.Errorf("AANPAK_LDAP_ATTRIBUTES: %q must be like mail=mail,userPrincipalName; the names are id, account, mail, name, function, phone and branch", strings.TrimSpace(part)))
			continue
		}
		f[name] = list
	}
	return f, errors.Join(all...)
}

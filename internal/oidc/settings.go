package oidc

import (
	"errors"
	"net"
	"net/url"
	"strings"
)

// Which addresses are believed.
const (
	MailVerified = "verified" // those of which the provider says so
	MailTrusted  = "trusted"  // all: only the company's administrators give them, as in an Entra ID of one company
)

// Settings are what a Provider needs. The names are those of the variables after AANPAK_OIDC_.
type Settings struct {
	Issuer       string // address, as the provider writes it
	ClientID     string
	ClientSecret string
	Name         string // what people call it; empty = OpenID Connect
	Scopes       string // separated by spaces; empty = openid profile email
	Claims       string // "groups=roles; branch=office_location": see defaultClaims
	Mail         string // MailVerified or MailTrusted; empty = MailVerified
}

func (s Settings) scopes() []string {
	if list := strings.Fields(s.Scopes); len(list) > 0 {
		return list
	}
	return []string{"openid", "profile", "email"}
}

func (s Settings) check() error {
	var all []error
	u, err := url.Parse(s.Issuer)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Scheme != "https" && !(u.Scheme == "http" && loopback(u.Hostname())) {
		all = append(all, errors.New("AANPAK_OIDC_ISSUER must be an address like https://login.b.nl/realms/b, exactly as the provider writes it"))
	}
	if s.ClientID == "" {
		all = append(all, errors.New("AANPAK_OIDC_CLIENT_ID is missing"))
	}
	if s.ClientSecret == "" {
		all = append(all, errors.New("AANPAK_OIDC_CLIENT_SECRET is missing"))
	}
	if s.Scopes != "" && !strings.Contains(" "+s.Scopes+" ", " openid ") {
		all = append(all, errors.New("AANPAK_OIDC_SCOPES must have openid among them"))
	}
	switch {
	case s.Mail != "" && s.Mail != MailVerified && s.Mail != MailTrusted:
		all = append(all, errors.New("AANPAK_OIDC_MAIL must be verified or trusted"))
	case s.Mail == MailTrusted && manyCompanies(u):
		all = append(all, errors.New("AANPAK_OIDC_MAIL=trusted needs an issuer of your company alone: anybody in the world can have any address at common, organizations and consumers"))
	}
	return errors.Join(all...)
}

// manyCompanies tells whether an issuer of Entra ID lets in people of any company.
func manyCompanies(u *url.URL) bool {
	if u == nil {
		return false
	}
	first, _, _ := strings.Cut(strings.Trim(u.Path, "/"), "/")
	return first == "common" || first == "organizations" || first == "consumers"
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

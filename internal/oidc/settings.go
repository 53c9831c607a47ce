package oidc

import (
	"net"
	"net/url"
	"strings"

	"github.com/aanpak/aanpak/internal/errs"
)

// Which addresses are believed.
const (
	MailVerified = "verified" // those of which the provider says so
	MailTrusted  = "trusted"  // all: only the company's administrators give them, as in an Entra ID of one company
)

// Settings are what a Provider needs. What is wrong with them is told by the name of the field: that of the form, and in capitals the end of
// the variable.
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

func (s Settings) check(e *errs.Error) {
	u, err := url.Parse(s.Issuer)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Scheme != "https" && !(u.Scheme == "http" && loopback(u.Hostname())) {
		e.Field("issuer", "error.setting.oidc_issuer")
	}
	if s.ClientID == "" {
		e.Field("client_id", "error.setting.missing")
	}
	if s.ClientSecret == "" {
		e.Field("client_secret", "error.setting.missing")
	}
	if s.Scopes != "" && !strings.Contains(" "+s.Scopes+" ", " openid ") {
		e.Field("scopes", "error.setting.oidc_scopes")
	}
	switch {
	case s.Mail != "" && s.Mail != MailVerified && s.Mail != MailTrusted:
		e.Field("mail", "error.setting.oidc_mail")
	case s.Mail == MailTrusted && manyCompanies(u):
		e.Field("mail", "error.setting.oidc_mail_trusted")
	}
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

package oidc

import (
	"strings"

	"github.com/aanpak/aanpak/internal/errs"
)

// document is what a provider says of somebody.
type document map[string]any

// claims are the names under which providers say what we want to know, in the order in which they are tried. A dot leads into an object.
type claims map[string][]string

func defaultClaims() claims {
	return claims{
		"mail":     {"email"},
		"name":     {"name", "preferred_username"},
		"function": {"job_title"},
		"phone":    {"phone_number"},
		"branch":   {"office_location"},
		"groups":   {"groups", "roles"},
	}
}

// parseClaims reads "groups=realm_access.roles; branch=location" over the defaults.
func parseClaims(e *errs.Error, text string) claims {
	list := defaultClaims()
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ';' || r == '\n' }) {
		name, value, ok := strings.Cut(part, "=")
		name = strings.TrimSpace(name)
		names := strings.FieldsFunc(value, func(r rune) bool { return r == ',' || r == ' ' })
		if _, known := list[name]; !known || !ok || len(names) == 0 {
			e.Field("claims", "error.setting.oidc_claims", "Part", strings.TrimSpace(part))
			continue
		}
		list[name] = names
	}
	return list
}

// get follows a name into the document.
func (d document) get(name string) any {
	if v, ok := d[name]; ok {
		return v
	}
	first, rest, ok := strings.Cut(name, ".")
	if inner, is := d[first].(map[string]any); ok && is {
		return document(inner).get(rest)
	}
	return nil
}

// text is the first claim of a field that says something.
func (c claims) text(d document, field string) string {
	for _, name := range c[field] {
		if s, ok := d.get(name).(string); ok && s != "" {
			return s
		}
	}
	return ""
}

// words are all values of all claims of a field.
func (c claims) words(d document, field string) (list []string) {
	for _, name := range c[field] {
		switch v := d.get(name).(type) {
		case string:
			list = append(list, v)
		case []any:
			for _, one := range v {
				if s, ok := one.(string); ok {
					list = append(list, s)
				}
			}
		}
	}
	return list
}

// lacking tells whether a token leaves out what providers may keep elsewhere.
func (c claims) lacking(d document) bool {
	return c.text(d, "mail") == "" || c.text(d, "name") == "" || len(c.words(d, "groups")) == 0
}

// identity reads a document.
func (p *Provider) identity(id string, d document) (*Identity, error) {
	if elsewhere, ok := d["_claim_names"].(map[string]any); ok && elsewhere["groups"] != nil {
		return nil, ErrTooManyGroups
	}
	c := p.claims
	out := &Identity{
		ID: id, Mail: c.text(d, "mail"), Name: c.text(d, "name"), Function: c.text(d, "function"), Phone: c.text(d, "phone"),
		Branches: c.words(d, "branch"), Groups: c.words(d, "groups"),
	}
	switch {
	case p.settings.Mail == MailTrusted && out.Mail == "": // Entra ID gives the address only where it is asked for
		out.Mail, _ = d["preferred_username"].(string)
	case p.settings.Mail != MailTrusted && !verified(d["email_verified"]):
		out.Mail = ""
	}
	return out, nil
}

// verified reads a claim that some providers write as a word.
func verified(v any) bool { return v == true || v == "true" }

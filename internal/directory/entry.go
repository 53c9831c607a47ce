package directory

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/go-ldap/ldap/v3"
)

// Attributes that say that somebody may not sign in: of Active Directory, FreeIPA and 389, and OpenLDAP.
var stateAttributes = []string{"userAccountControl", "accountExpires", "nsAccountLock", "pwdAccountLockedTime"}

// wanted are the attributes to ask for.
func (d *Directory) wanted() []string {
	list := append([]string{}, stateAttributes...)
	for _, attributes := range d.fields {
		list = append(list, attributes...)
	}
	return list
}

// person reads an entry. Without an id nobody could tell that it is the same person next time.
func (d *Directory) person(e *ldap.Entry) (p Person, ok bool) {
	p = Person{
		ID: d.id(e), DN: e.DN, Mail: d.mail(e), Name: d.first(e, "name"), Function: d.first(e, "function"), Phone: d.first(e, "phone"),
		Disabled: disabled(e, time.Now()),
	}
	for _, a := range d.fields["branch"] {
		if v := e.GetEqualFoldAttributeValue(a); v != "" {
			p.Branches = append(p.Branches, v)
		}
	}
	return p, p.ID != ""
}

func (d *Directory) first(e *ldap.Entry, field string) string {
	for _, a := range d.fields[field] {
		if v := e.GetEqualFoldAttributeValue(a); v != "" {
			return v
		}
	}
	return ""
}

// mail is the first value that can be an address: a principal name may be one, and need not.
func (d *Directory) mail(e *ldap.Entry) string {
	for _, a := range d.fields["mail"] {
		if v := e.GetEqualFoldAttributeValue(a); strings.Contains(v, "@") {
			return v
		}
	}
	return ""
}

func (d *Directory) id(e *ldap.Entry) string {
	for _, a := range d.fields["id"] {
		raw := e.GetEqualFoldRawAttributeValue(a)
		switch {
		case len(raw) == 0:
		case strings.EqualFold(a, "objectGUID") && len(raw) == 16:
			return guid(raw)
		default:
			return strings.ToLower(string(raw))
		}
	}
	return ""
}

// guid is an objectGUID as Microsoft's tools write it: the first three parts have their bytes the other way round.
func guid(b []byte) string {
	h := func(part ...byte) string { return hex.EncodeToString(part) }
	return fmt.Sprintf("%s-%s-%s-%s-%s", h(b[3], b[2], b[1], b[0]), h(b[5], b[4]), h(b[7], b[6]), h(b[8:10]...), h(b[10:16]...))
}

const (
	accountDisabled = 0x2                // of userAccountControl
	neverExpires    = 0x7FFFFFFFFFFFFFFF // of accountExpires, and so does 0
	lockedForGood   = "000001010000Z"    // of pwdAccountLockedTime
)

func disabled(e *ldap.Entry, now time.Time) bool {
	if n, err := strconv.ParseInt(e.GetEqualFoldAttributeValue("userAccountControl"), 10, 64); err == nil && n&accountDisabled != 0 {
		return true
	}
	if n, err := strconv.ParseInt(e.GetEqualFoldAttributeValue("accountExpires"), 10, 64); err == nil && n > 0 && n != neverExpires && fileTime(n).Before(now) {
		return true
	}
	return strings.EqualFold(e.GetEqualFoldAttributeValue("nsAccountLock"), "true") || e.GetEqualFoldAttributeValue("pwdAccountLockedTime") == lockedForGood
}

// fileTime is a time of Windows, in tenths of microseconds since 1601.
func fileTime(n int64) time.Time {
	const untilUnix = 11644473600 // seconds
	return time.Unix(n/1e7-untilUnix, n%1e7*100)
}

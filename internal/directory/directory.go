// Package directory asks a company's directory, Active Directory or another LDAP server, who works there, in which groups they are, and
// whether a password is theirs.
//
// It only reads, over TLS unless the operator says otherwise in so many words, and knows nothing of accounts: package people decides what
// follows. Whoever signs in is looked up by a filter in which nothing that was typed can mean anything but itself, and then the password
// is tried as that entry's own; an empty password, with which many servers let anybody in, is never sent. It holds no connection.
package directory

import (
	"errors"

	"github.com/go-ldap/ldap/v3"

	"github.com/aanpak/aanpak/internal/errs"
)

// Errors that callers tell apart. All others mean that the directory could not be asked, and wrap ErrAway.
var (
	ErrNobody        = errors.New("directory: there is nobody by that name")
	ErrAmbiguous     = errors.New("directory: several people go by that name")
	ErrWrongPassword = errors.New("directory: the password is not right")
	ErrAway          = errors.New("directory: it does not answer as it should")
)

// Person is somebody in the directory.
type Person struct {
	ID       string // never changes, whatever else does: objectGUID or entryUUID
	DN       string
	Mail     string
	Name     string
	Function string
	Phone    string
	Branches []string // what may name the branch, the likeliest first
	Groups   []string // of Settings.Groups, as they are written there, those the person is in directly or by other groups
	Disabled bool     // may not sign in there
}

// Directory is an LDAP server, or one that may come back. It is safe for use by many.
type Directory struct {
	settings Settings
	address  address
	fields   fields
	groups   map[string]string // Settings.Groups as written, by their key
}

// Open returns the directory that the settings name. It does not ask whether that is there, see Ping. Every setting that cannot be is
// told at once, by its field.
func Open(s Settings) (*Directory, error) {
	if s.Filter == "" {
		s.Filter = DefaultFilter
	}
	e := errs.Invalid("error.invalid")
	d := &Directory{settings: s, address: parseAddress(e, s.URL, s.CA), fields: parseFields(e, s.Attributes), groups: map[string]string{}}
	s.check(e)
	for _, g := range s.Groups {
		key, err := dnKey(g)
		if err != nil {
			e.Field("rules", "error.setting.ldap_group", "Group", g)
			continue
		}
		d.groups[key] = g
	}
	return d, e.OrNil()
}

// Host is the server's name, for administrators.
func (d *Directory) Host() string { return d.address.host }

// Base is the name under which people are looked for.
func (d *Directory) Base() string { return d.settings.Base }

// away wraps what kept the directory from answering.
func away(doing string, err error) error {
	if err == nil {
		return nil
	}
	return &awayError{doing, err}
}

type awayError struct {
	doing string
	err   error
}

func (e *awayError) Error() string        { return "directory: " + e.doing + ": " + e.err.Error() }
func (e *awayError) Unwrap() error        { return e.err }
func (e *awayError) Is(target error) bool { return target == ErrAway }

// wrongPassword tells whether signing in failed for the password, or for what the directory holds against this account.
func wrongPassword(err error) bool {
	return ldap.IsErrorAnyOf(err, ldap.LDAPResultInvalidCredentials, ldap.LDAPResultInappropriateAuthentication, ldap.LDAPResultNoSuchObject)
}

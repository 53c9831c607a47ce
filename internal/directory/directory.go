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
// told at once, by its variable and without its value.
func Open(s Settings) (*Directory, error) {
	if s.Filter == "" {
		s.Filter = DefaultFilter
	}
	d := &Directory{settings: s, groups: map[string]string{}}
	var all []error
	var err error
	if d.address, err = parseAddress(s.URL, s.CA); err != nil {
		all = append(all, err)
	}
	if d.fields, err = parseFields(s.Attributes); err != nil {
		all = append(all, err)
	}
	all = append(all, s.check()...)
	for _, g := range s.Groups {
		key, err := dnKey(g)
		if err != nil {
			all = append(all, errors.New("AANPAK_LDAP_RULES names a group that is no distinguished name, such as CN=Managers,OU=Groepen,DC=b,DC=nl"))
			continue
		}
		d.groups[key] = g
	}
	return d, errors.Join(all...)
}

// Host is the server's name, for administrators.
func (d *Directory) Host() string { return d.address.host }

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

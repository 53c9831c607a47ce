package directorytest

import (
	"encoding/base64"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Entry is an entry of the directory.
type Entry struct {
	DN         string
	Attributes map[string][]string
}

// ldif is the entry as slapadd reads it.
func (e Entry) ldif() string {
	var b strings.Builder
	line := func(name, value string) {
		fmt.Fprintf(&b, "%s:: %s\n", name, base64.StdEncoding.EncodeToString([]byte(value)))
	}
	line("dn", e.DN)
	for _, name := range slices.Sorted(maps.Keys(e.Attributes)) {
		for _, v := range e.Attributes[name] {
			line(name, v)
		}
	}
	return b.String() + "\n"
}

// With returns the entry with other values of an attribute; none leaves it out.
func (e Entry) With(attribute string, values ...string) Entry {
	e.Attributes = maps.Clone(e.Attributes)
	if e.Attributes[attribute] = values; len(values) == 0 {
		delete(e.Attributes, attribute)
	}
	return e
}

// DN is the name of somebody's entry.
func DN(account string) string { return "uid=" + account + "," + Base }

// Person is somebody as directories other than Active Directory have them.
func Person(account, name, office string) Entry {
	return Entry{DN: DN(account), Attributes: map[string][]string{
		"objectClass": {"inetOrgPerson"}, "uid": {account}, "cn": {name}, "sn": {name}, "displayName": {name}, "mail": {account + "@bouw.nl"},
		"title": {"Werkvoorbereider"}, "telephoneNumber": {"038 123 45 67"}, "physicalDeliveryOfficeName": {office}, "userPassword": {Password},
	}}
}

// WindowsUser is somebody as Active Directory has them. The id is of 16 bytes.
func WindowsUser(account, name, office, id string) Entry {
	return Entry{DN: "cn=" + name + "," + Base, Attributes: map[string][]string{
		"objectClass": {"user", "windowsAccount"}, "cn": {name}, "sn": {name}, "displayName": {name}, "sAMAccountName": {account}, "userPrincipalName": {account + "@bouw.nl"},
		"mail": {account + "@bouw.nl"}, "physicalDeliveryOfficeName": {office}, "objectGUID": {id}, "userAccountControl": {"512"}, "accountExpires": {"0"},
		"instanceType": {"4"}, "nTSecurityDescriptor": {"x"}, "objectCategory": {"cn=Person,dc=bouw,dc=nl"}, "userPassword": {Password},
	}}
}

// Group is a group with people or other groups in it.
func Group(name string, members ...string) Entry {
	return Entry{DN: GroupDN(name), Attributes: map[string][]string{"objectClass": {"groupOfNames"}, "cn": {name}, "member": members}}
}

// GroupDN is the name of a group's entry.
func GroupDN(name string) string { return "cn=" + name + "," + Groups }

package directory

import (
	"slices"
	"strings"

	"github.com/go-ldap/ldap/v3"
)

// Groups may be in groups. Active Directory finds who is in one by any number of others by itself, by a rule of its own
// (LDAP_MATCHING_RULE_IN_CHAIN). Elsewhere, and where that finds nobody, we walk from group to group, and never twice into the same.
const (
	inChain           = "1.2.840.113556.1.4.1941"
	isActiveDirectory = "1.2.840.113556.1.4.800" // among supportedCapabilities
)

// Attributes by which groups name who is in them: two hold distinguished names, the last one names of accounts.
const (
	member       = "member"
	uniqueMember = "uniqueMember"
	memberUid    = "memberUid"
)

// dnKey is the form of a distinguished name by which it is compared.
func dnKey(dn string) (string, error) {
	d, err := ldap.ParseDN(dn)
	if err != nil || len(d.RDNs) == 0 {
		return "", ldap.NewError(ldap.LDAPResultInvalidDNSyntax, err)
	}
	return strings.ToLower(d.String()), nil
}

// key is dnKey of what a server says, which need not be a distinguished name.
func key(dn string) string {
	k, err := dnKey(dn)
	if err != nil {
		return strings.ToLower(dn)
	}
	return k
}

// server is what the server says of itself.
type server struct {
	active bool
	root   string // under which groups are looked for
}

func (d *Directory) server(c *conn) (s server, err error) {
	found, err := c.search("", ldap.ScopeBaseObject, "(objectClass=*)", "namingContexts", "supportedCapabilities")
	if err != nil || len(found) == 0 {
		return server{root: d.settings.Base}, err
	}
	s = server{active: slices.Contains(found[0].GetEqualFoldAttributeValues("supportedCapabilities"), isActiveDirectory), root: d.settings.Base}
	base, err := ldap.ParseDN(d.settings.Base)
	if err != nil {
		return s, away("read the base", err)
	}
	for _, context := range found[0].GetEqualFoldAttributeValues("namingContexts") {
		if top, err := ldap.ParseDN(context); err == nil && len(top.RDNs) > 0 && (top.AncestorOfFold(base) || top.EqualFold(base)) {
			s.root = context
		}
	}
	return s, nil
}

// groupsOf returns which of the groups that the rules name somebody is in.
func (d *Directory) groupsOf(c *conn, e *ldap.Entry) ([]string, error) {
	if len(d.groups) == 0 {
		return nil, nil
	}
	s, err := d.server(c)
	if err != nil {
		return nil, err
	}
	if s.active {
		found, err := c.search(s.root, ldap.ScopeWholeSubtree, "("+member+":"+inChain+":="+ldap.EscapeFilter(e.DN)+")", "1.1")
		if err != nil || len(found) > 0 {
			return d.named(found), err
		}
	}
	return d.climb(c, s.root, e)
}

// climb walks up from somebody to the groups they are in, and to those that these are in.
func (d *Directory) climb(c *conn, root string, e *ldap.Entry) ([]string, error) {
	seen := map[string]bool{}
	var all []*ldap.Entry
	filter := d.holds(e)
	for filter != "" {
		found, err := c.search(root, ldap.ScopeWholeSubtree, "(|"+filter+")", "1.1")
		if err != nil {
			return nil, err
		}
		filter = ""
		for _, g := range found {
			if k := key(g.DN); !seen[k] {
				seen[k] = true
				all = append(all, g)
				filter += holdsDN(g.DN)
			}
		}
	}
	return d.named(all), nil
}

// holds is the filter for groups that somebody is in directly.
func (d *Directory) holds(e *ldap.Entry) string {
	filter := holdsDN(e.DN)
	for _, a := range d.fields["account"] {
		if v := e.GetEqualFoldAttributeValue(a); v != "" {
			filter += "(" + memberUid + "=" + ldap.EscapeFilter(v) + ")"
		}
	}
	return filter
}

func holdsDN(dn string) string {
	v := ldap.EscapeFilter(dn)
	return "(" + member + "=" + v + ")(" + uniqueMember + "=" + v + ")"
}

// named are the groups that the rules name, as they name them.
func (d *Directory) named(found []*ldap.Entry) (list []string) {
	for _, g := range found {
		if as, ok := d.groups[key(g.DN)]; ok {
			list = append(list, as)
		}
	}
	slices.Sort(list)
	return list
}

// members is who is in the groups that the rules name, by the key of the distinguished name or the name of the account.
type members map[string]map[string]bool

// members asks the server for all of them, once.
func (d *Directory) members(c *conn) (members, error) {
	out := members{}
	if len(d.groups) == 0 {
		return out, nil
	}
	s, err := d.server(c)
	if err != nil {
		return nil, err
	}
	var walk *graph
	for _, dn := range d.groups {
		if s.active {
			found, err := c.search(d.settings.Base, ldap.ScopeWholeSubtree, "(&"+d.settings.Filter+"(memberOf:"+inChain+":="+ldap.EscapeFilter(dn)+"))", "1.1")
			if err != nil {
				return nil, err
			}
			if out[dn] = keys(found); len(found) > 0 {
				continue
			}
		}
		if walk == nil {
			if walk, err = readGraph(c, s.root); err != nil {
				return nil, err
			}
		}
		out[dn] = walk.below(key(dn))
	}
	return out, nil
}

func keys(found []*ldap.Entry) map[string]bool {
	set := make(map[string]bool, len(found))
	for _, e := range found {
		set[key(e.DN)] = true
	}
	return set
}

// of returns the groups that somebody is in.
func (m members) of(d *Directory, e *ldap.Entry) (list []string) {
	names := []string{key(e.DN)}
	for _, a := range d.fields["account"] {
		if v := e.GetEqualFoldAttributeValue(a); v != "" {
			names = append(names, accountKey(v))
		}
	}
	for dn, in := range m {
		if slices.ContainsFunc(names, func(n string) bool { return in[n] }) {
			list = append(list, dn)
		}
	}
	slices.Sort(list)
	return list
}

// accountKey cannot be the key of a distinguished name.
func accountKey(name string) string { return "\x00" + strings.ToLower(name) }

// graph is what is directly in each group.
type graph struct{ in map[string][]string }

func readGraph(c *conn, root string) (*graph, error) {
	found, err := c.search(root, ldap.ScopeWholeSubtree, "(|("+member+"=*)("+uniqueMember+"=*)("+memberUid+"=*))", member, uniqueMember, memberUid)
	if err != nil {
		return nil, err
	}
	g := &graph{map[string][]string{}}
	for _, e := range found {
		var list []string
		for _, dn := range append(e.GetEqualFoldAttributeValues(member), e.GetEqualFoldAttributeValues(uniqueMember)...) {
			list = append(list, key(dn))
		}
		for _, name := range e.GetEqualFoldAttributeValues(memberUid) {
			list = append(list, accountKey(name))
		}
		g.in[key(e.DN)] = list
	}
	return g, nil
}

// below is all that is in a group, directly or by others. A circle of groups ends where it began.
func (g *graph) below(group string) map[string]bool {
	seen := map[string]bool{}
	next := []string{group}
	for len(next) > 0 {
		var further []string
		for _, one := range next {
			for _, in := range g.in[one] {
				if !seen[in] {
					seen[in] = true
					further = append(further, in)
				}
			}
		}
		next = further
	}
	return seen
}

package directory

import (
	"context"
	"strings"

	"github.com/go-ldap/ldap/v3"
)

// Find returns the one person who goes by a name: a mail address or the name of an account. It returns ErrNobody or ErrAmbiguous where
// that is none or several.
func (d *Directory) Find(ctx context.Context, name string) (*Person, error) {
	name = strings.TrimSpace(name)
	if name == "" || len(name) > 200 {
		return nil, ErrNobody
	}
	c, err := d.reader(ctx)
	if err != nil {
		return nil, err
	}
	defer c.close()
	found, err := c.search(d.settings.Base, ldap.ScopeWholeSubtree, d.called(name), d.wanted()...)
	switch {
	case err != nil:
		return nil, err
	case len(found) == 0:
		return nil, ErrNobody
	case len(found) > 1:
		return nil, ErrAmbiguous
	}
	p, ok := d.person(found[0])
	if !ok {
		return nil, ErrNobody
	}
	p.Groups, err = d.groupsOf(c, found[0])
	return &p, err
}

// called is the filter for those who go by a name. All that could mean something in a filter is escaped.
func (d *Directory) called(name string) string {
	var b strings.Builder
	b.WriteString("(&" + d.settings.Filter + "(|")
	seen := map[string]bool{}
	for _, field := range []string{"mail", "account"} {
		for _, a := range d.fields[field] {
			if !seen[a] {
				b.WriteString("(" + a + "=" + ldap.EscapeFilter(name) + ")")
			}
			seen[a] = true
		}
	}
	b.WriteString("))")
	return b.String()
}

// Some returns a handful of people of the directory, in no order, and whether there are more.
func (d *Directory) Some(ctx context.Context, most int) (people []Person, more bool, err error) {
	c, err := d.reader(ctx)
	if err != nil {
		return nil, false, err
	}
	defer c.close()
	entries, more, err := c.first(d.settings.Base, d.settings.Filter, most, d.wanted()...)
	if err != nil {
		return nil, false, err
	}
	for _, e := range entries {
		p, ok := d.person(e)
		if !ok {
			continue
		}
		if p.Groups, err = d.groupsOf(c, e); err != nil {
			return nil, false, err
		}
		people = append(people, p)
	}
	return people, more, nil
}

// All returns everybody in the directory, in no order.
func (d *Directory) All(ctx context.Context) ([]Person, error) {
	c, err := d.reader(ctx)
	if err != nil {
		return nil, err
	}
	defer c.close()
	entries, err := c.search(d.settings.Base, ldap.ScopeWholeSubtree, d.settings.Filter, d.wanted()...)
	if err != nil {
		return nil, err
	}
	members, err := d.members(c)
	if err != nil {
		return nil, err
	}
	people := make([]Person, 0, len(entries))
	for _, e := range entries {
		p, ok := d.person(e)
		if !ok {
			continue
		}
		p.Groups = members.of(d, e)
		people = append(people, p)
	}
	return people, nil
}

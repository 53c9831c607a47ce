// Package rules says what role and branch somebody gets by the groups that a directory or a sign-in provider knows of them.
//
// A rule is a line that an administrator reads aloud: "CN=Tender managers,OU=Groepen,DC=b,DC=nl = role manager". It knows neither LDAP
// nor OpenID Connect: a group is a name, and who asks tells whether somebody is in it.
package rules

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aanpak/aanpak/internal/auth"
)

// Everybody is the group that all are in.
const Everybody = "*"

// Rule gives those in a group a role or a branch, one of the two.
type Rule struct {
	Group  string
	Role   auth.Role
	Branch string
}

// Rules are rules in the order in which they were written.
type Rules []Rule

// Decision is what rules say of somebody. What is empty they leave as it is.
type Decision struct {
	Role   auth.Role
	Branch string
}

// Parse reads rules, one a line or separated by semicolons: "GROUP = role ROLE" or "GROUP = branch NAME". A line that begins with # is a
// remark. It tells all lines that are wrong at once.
func Parse(text string) (list Rules, err error) {
	var all []error
	for _, line := range lines(text) {
		r, err := parse(line)
		if err != nil {
			all = append(all, err)
			continue
		}
		list = append(list, r)
	}
	return list, errors.Join(all...)
}

// lines cuts at line ends and at semicolons; those that belong to a name are escaped, as names of a directory escape them anyway.
func lines(text string) (out []string) {
	var b strings.Builder
	end := func() {
		if s := strings.TrimSpace(b.String()); s != "" && !strings.HasPrefix(s, "#") {
			out = append(out, s)
		}
		b.Reset()
	}
	for i, r := range text {
		if r == '\n' || r == ';' && (i == 0 || text[i-1] != '\\') {
			end()
			continue
		}
		b.WriteRune(r)
	}
	end()
	return out
}

func parse(line string) (Rule, error) {
	i := strings.LastIndexByte(line, '=') // names of a directory have others before
	if i < 0 {
		return Rule{}, wrong(line)
	}
	group := strings.TrimSpace(line[:i])
	what, value, _ := strings.Cut(strings.TrimSpace(line[i+1:]), " ")
	value = strings.TrimSpace(value)
	switch {
	case group == "" || value == "":
	case what == "branch":
		return Rule{Group: group, Branch: value}, nil
	case what == "role" && auth.Role(value).Valid():
		return Rule{Group: group, Role: auth.Role(value)}, nil
	}
	return Rule{}, wrong(line)
}

func wrong(line string) error {
	return fmt.Errorf("the rule %q must be like: GROUP = role manager (or member, ambassador, editor, hr, admin), or: GROUP = branch Zwolle", line)
}

// Groups are the groups that the rules ask for, each once, without Everybody.
func (list Rules) Groups() (groups []string) {
	for _, r := range list {
		if r.Group != Everybody && !slices.Contains(groups, r.Group) {
			groups = append(groups, r.Group)
		}
	}
	return groups
}

// Roles tells whether the rules give roles. Where none does, roles are given in Aanpak.
func (list Rules) Roles() bool {
	return slices.ContainsFunc(list, func(r Rule) bool { return r.Role != "" })
}

// Decide says what somebody gets: of several roles the highest, of several branches that of the first rule. Where rules give roles, who
// is in none of their groups is a member.
func (list Rules) Decide(in func(group string) bool) (d Decision) {
	if list.Roles() {
		d.Role = auth.RoleMember
	}
	for _, r := range list {
		if r.Group != Everybody && !in(r.Group) {
			continue
		}
		if slices.Index(auth.Roles, r.Role) > slices.Index(auth.Roles, d.Role) {
			d.Role = r.Role
		}
		if d.Branch == "" {
			d.Branch = r.Branch
		}
	}
	return d
}

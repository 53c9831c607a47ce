// Package rules says what role and branch somebody gets by the groups that a directory or a sign-in provider knows of them.
//
// A rule is a line that an administrator reads aloud: "CN=Tender managers,OU=Groepen,DC=b,DC=nl = role manager". It knows neither LDAP
// nor OpenID Connect: a group is a name, and who asks tells whether somebody is in it.
package rules

import (
	"slices"
	"strings"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/errs"
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
// remark. It tells all lines that are wrong at once, as an error of the field "rules".
func Parse(text string) (list Rules, err error) {
	e := errs.Invalid("error.invalid")
	for _, line := range lines(text) {
		r, ok := parse(line)
		if !ok {
			e.Field("rules", "error.setting.rule", "Line", line)
			continue
		}
		list = append(list, r)
	}
	return list, e.OrNil()
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

func parse(line string) (Rule, bool) {
	i := strings.LastIndexByte(line, '=') // names of a directory have others before
	if i < 0 {
		return Rule{}, false
	}
	group := strings.TrimSpace(line[:i])
	what, value, _ := strings.Cut(strings.TrimSpace(line[i+1:]), " ")
	value = strings.TrimSpace(value)
	switch {
	case group == "" || value == "":
	case what == "branch":
		return Rule{Group: group, Branch: value}, true
	case what == "role" && auth.Role(value).Valid():
		return Rule{Group: group, Role: auth.Role(value)}, true
	}
	return Rule{}, false
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

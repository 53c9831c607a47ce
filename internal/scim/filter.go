package scim

import (
	"regexp"
	"strings"

	filter "github.com/scim2/filter-parser/v2"
)

// maxFilter is the longest filter or path, in bytes: no service sends longer ones, and the parser works through all that it is given.
const maxFilter = 1000

// maxNesting is how deep brackets may go.
const maxNesting = 8

// partOfValue is how Entra ID asks by the mail address of a type, which the standard has for paths only.
var partOfValue = regexp.MustCompile(`^(\w+)\[([^\]]*)\]\.(\w+)\s+(\w\w)\s+("(?:[^"\\]|\\.)*")$`)

func parseFilter(s string) (filter.Expression, error) {
	if s == "" {
		return nil, nil
	}
	if len(s) > maxFilter || strings.Count(s, "(")+strings.Count(s, "[") > maxNesting {
		return nil, bad(invalidFilter, "The filter is too long or too deep.")
	}
	e, err := filter.ParseFilter([]byte(partOfValue.ReplaceAllString(s, "$1[$2 and $3 $4 $5]")))
	if err != nil {
		return nil, bad(invalidFilter, `The filter cannot be read. It must be like: userName eq "jan@example.com".`)
	}
	return e, nil
}

// equals returns what a filter that only asks whether an attribute equals a text asks for. Such are answered by the database.
func equals(e filter.Expression) (attr, value string, ok bool) {
	a, is := e.(*filter.AttributeExpression)
	if !is || a.Operator != filter.EQ {
		return "", "", false
	}
	value, ok = a.CompareValue.(string)
	return strings.ToLower(pathName(a.AttributePath)), value, ok
}

// pathName is an attribute's path without the schema of ours.
func pathName(p filter.AttributePath) string {
	s := p.AttributeName
	if p.SubAttribute != nil {
		s += "." + *p.SubAttribute
	}
	if uri := strings.TrimSuffix(p.URI(), ":"); uri != "" && !strings.EqualFold(uri, userSchema) && !strings.EqualFold(uri, groupSchema) {
		s = uri + ":" + s
	}
	return s
}

// matches tells whether a resource, or a value of a list, is one that a filter asks for. Nothing asks for everything.
func matches(e filter.Expression, m map[string]any) bool {
	switch e := e.(type) {
	case nil:
		return true
	case *filter.LogicalExpression:
		if e.Operator == filter.AND {
			return matches(e.Left, m) && matches(e.Right, m)
		}
		return matches(e.Left, m) || matches(e.Right, m)
	case *filter.NotExpression:
		return !matches(e.Expression, m)
	case *filter.ValuePath:
		for _, one := range listOf(lookup(m, e.AttributePath.AttributeName)) {
			if inner, ok := one.(map[string]any); ok && matches(e.ValueFilter, inner) {
				return true
			}
		}
	case *filter.AttributeExpression:
		return compare(e, values(m, pathName(e.AttributePath)))
	}
	return false
}

// lookup finds a key in any case.
func lookup(m map[string]any, key string) any {
	for k, v := range m {
		if strings.EqualFold(k, key) {
			return v
		}
	}
	return nil
}

func listOf(v any) []any {
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		return v
	}
	return []any{v}
}

// values are what stands under a path; of a list without more, the value of each.
func values(m map[string]any, path string) (out []any) {
	if rest, ok := cutPrefixFold(path, enterpriseSchema+":"); ok {
		inner, _ := m[enterpriseSchema].(map[string]any)
		m, path = inner, rest
	}
	head, sub, dotted := strings.Cut(path, ".")
	for _, one := range listOf(lookup(m, head)) {
		inner, isMap := one.(map[string]any)
		switch {
		case isMap && dotted:
			out = append(out, listOf(lookup(inner, sub))...)
		case isMap:
			out = append(out, listOf(lookup(inner, "value"))...)
		case !dotted:
			out = append(out, one)
		}
	}
	return out
}

// compare tells whether any of the values is as an expression says. Texts are compared in any case.
func compare(e *filter.AttributeExpression, list []any) bool {
	if e.Operator == filter.NE {
		eq := *e
		eq.Operator = filter.EQ
		return !compare(&eq, list)
	}
	for _, v := range list {
		if e.Operator == filter.PR || compareOne(e.Operator, v, e.CompareValue) {
			return true
		}
	}
	return false
}

func compareOne(op filter.CompareOperator, v, want any) bool {
	if b, ok := v.(bool); ok {
		if s, isText := want.(string); isText {
			return op == filter.EQ && strings.EqualFold(s, map[bool]string{true: "true", false: "false"}[b])
		}
		return op == filter.EQ && want == b
	}
	s, ok := v.(string)
	t, ok2 := want.(string)
	if !ok || !ok2 {
		return false
	}
	s, t = strings.ToLower(s), strings.ToLower(t)
	switch op {
	case filter.EQ:
		return s == t
	case filter.CO:
		return strings.Contains(s, t)
	case filter.SW:
		return strings.HasPrefix(s, t)
	case filter.EW:
		return strings.HasSuffix(s, t)
	case filter.GT:
		return s > t
	case filter.GE:
		return s >= t
	case filter.LT:
		return s < t
	case filter.LE:
		return s <= t
	}
	return false
}

package scim

import (
	"encoding/json"
	"slices"
	"strings"

	filter "github.com/scim2/filter-parser/v2"
)

// patch is the body of a PATCH.
type patch struct {
	Operations []operation
}

// operation is one change. A path leads to an attribute, "name.givenName", or to some values of a list, `emails[type eq "work"].value`.
type operation struct {
	Op    string
	Path  string
	Value any
}

// maxOperations is how many operations one request may have.
const maxOperations = 1000

func readPatch(raw []byte) (patch, error) {
	var p patch
	if err := json.Unmarshal(raw, &p); err != nil { // names of fields in any case
		return p, bad(invalidSyntax, "The body must be a JSON object with Operations.")
	}
	if len(p.Operations) == 0 || len(p.Operations) > maxOperations {
		return p, bad(invalidValue, "There must be one operation at least, and a thousand at most.")
	}
	return p, nil
}

// apply changes a resource by the operations in their order. Either all are done or, with an error, the resource is not to be used.
func (p patch) apply(t table, m map[string]any) error {
	for _, o := range p.Operations {
		o.Op = strings.ToLower(o.Op) // Entra ID says Add, Replace and Remove
		if err := o.apply(t, m); err != nil {
			return err
		}
	}
	return t.check(m)
}

func (o operation) apply(t table, m map[string]any) error {
	switch {
	case o.Op != "add" && o.Op != "replace" && o.Op != "remove":
		return bad(invalidSyntax, "op must be add, replace or remove.")
	case o.Path == "" && o.Op == "remove":
		return bad(noTarget, "To remove something, say its path.")
	case o.Path == "":
		return o.applyAll(t, m)
	}
	if a, sub := t.locate(o.Path); a != nil { // without the parser, which would take the dots in a schema's name for its own
		return o.to(m, target{attr: a, sub: sub})
	}
	if len(o.Path) > maxFilter || strings.Count(o.Path, "(")+strings.Count(o.Path, "[") > maxNesting {
		return bad(invalidPath, "The path is too long or too deep.")
	}
	path, err := filter.ParsePath([]byte(o.Path))
	if err != nil {
		return bad(invalidPath, `The path cannot be read. It must be like: emails[type eq "work"].value.`)
	}
	tg, known := targetOf(t, path)
	if !known {
		return nil // not kept, as in a whole resource
	}
	return o.to(m, tg)
}

// applyAll takes an operation without a path: its value holds attributes by their names or paths.
func (o operation) applyAll(t table, m map[string]any) error {
	all, ok := o.Value.(map[string]any)
	if !ok {
		return bad(invalidValue, "Without a path the value must be an object.")
	}
	keys := make([]string, 0, len(all))
	for key := range all {
		keys = append(keys, key)
	}
	slices.Sort(keys) // what was sent has no order of ours
	for _, key := range keys {
		if key == "" {
			continue
		}
		if err := (operation{o.Op, key, all[key]}).apply(t, m); err != nil {
			return err
		}
	}
	return nil
}

// target is what a path leads to.
type target struct {
	attr, sub *attribute
	which     filter.Expression // of the values of a list; nil = all
}

func targetOf(t table, p filter.Path) (target, bool) {
	a, sub := t.locate(pathName(p.AttributePath))
	if a == nil {
		return target{}, false
	}
	tg := target{attr: a, sub: sub, which: p.ValueExpression}
	if p.SubAttribute != nil {
		if tg.sub = find(a.sub, *p.SubAttribute); tg.sub == nil {
			return target{}, false
		}
	}
	return tg, true
}

func (o operation) to(m map[string]any, tg target) error {
	if tg.attr.many {
		return o.toMany(m, tg)
	}
	a, at := tg.attr, m
	if tg.sub != nil {
		inner, _ := m[a.name].(map[string]any)
		if inner == nil {
			inner = map[string]any{}
		}
		defer func() { set(m, tg.attr.name, inner) }()
		a, at = tg.sub, inner
	}
	if o.Op == "remove" {
		delete(at, a.name)
		return nil
	}
	got, err := a.clean(o.Value)
	if err != nil {
		return err
	}
	if inner, ok := got.(map[string]any); ok { // what it does not name stays
		got = merge(at[a.name], inner)
	}
	set(at, a.name, got)
	return nil
}

func merge(old any, with map[string]any) map[string]any {
	out := map[string]any{}
	if m, ok := old.(map[string]any); ok {
		for k, v := range m {
			out[k] = v
		}
	}
	for k, v := range with {
		out[k] = v
	}
	return out
}

// toMany changes a list, or some of its values.
func (o operation) toMany(m map[string]any, tg target) (err error) {
	list := listOf(m[tg.attr.name])
	switch {
	case tg.which != nil || tg.sub != nil:
		list, err = o.toSome(list, tg)
	case o.Op == "remove" && o.Value == nil:
		list = nil
	default:
		list, err = o.toList(list, tg.attr)
	}
	if err != nil {
		return err
	}
	if len(list) > maxValues && tg.attr.name != "members" {
		return tg.attr.wrong("shorter")
	}
	set(m, tg.attr.name, list)
	return nil
}

// toList adds values, takes out those that are named, as Entra ID asks for members, or puts others in the place of all.
func (o operation) toList(list []any, a *attribute) ([]any, error) {
	got, err := a.clean(o.Value)
	if err != nil {
		return nil, err
	}
	values := listOf(got)
	switch o.Op {
	case "replace":
		return unique(values), nil
	case "remove":
		gone := map[string]bool{}
		for _, v := range values {
			gone[keyOf(v)] = true
		}
		return slices.DeleteFunc(slices.Clone(list), func(v any) bool { return gone[keyOf(v)] }), nil
	}
	for _, v := range values {
		if isPrimary(v) {
			list = notPrimary(list)
		}
	}
	return unique(append(slices.Clone(list), values...)), nil
}

// unique keeps the last of those that have the same value and type.
func unique(list []any) (out []any) {
	at := map[string]int{}
	for _, v := range list {
		if i, ok := at[keyOf(v)]; ok && keyOf(v) != "" {
			out[i] = v
			continue
		}
		at[keyOf(v)] = len(out)
		out = append(out, v)
	}
	return out
}

// keyOf is by what a value of a list is known: its value. Addresses have none, and are known by their type.
func keyOf(v any) string {
	m, _ := v.(map[string]any)
	if s, _ := m["value"].(string); s != "" {
		return "v:" + s
	}
	if s, _ := m["type"].(string); s != "" {
		return "t:" + strings.ToLower(s)
	}
	return ""
}

func isPrimary(v any) bool {
	m, _ := v.(map[string]any)
	b, _ := m["primary"].(bool)
	return b
}

// notPrimary makes place for another that counts most.
func notPrimary(list []any) (out []any) {
	for _, v := range list {
		m, ok := v.(map[string]any)
		if ok && isPrimary(v) {
			m = merge(m, nil)
			delete(m, "primary")
			v = m
		}
		out = append(out, v)
	}
	return out
}

// toSome changes the values of a list that fit. Where none does, one is made of what the path says it is like: services name the mail address by its
// type, whether there is one yet or not.
func (o operation) toSome(list []any, tg target) (out []any, err error) {
	found := false
	for _, v := range list {
		m, ok := v.(map[string]any)
		if !ok || !matches(tg.which, m) {
			out = append(out, v)
			continue
		}
		found = true
		if o.Op == "remove" && tg.sub == nil {
			continue
		}
		m = merge(m, nil)
		if err := o.toOne(m, tg); err != nil {
			return nil, err
		}
		if len(m) > 0 {
			out = append(out, m)
		}
	}
	if found || o.Op == "remove" {
		return out, nil
	}
	m := map[string]any{}
	if !likeness(tg.which, tg.attr, m) {
		return nil, bad(noTarget, "Nothing fits the path, and nothing can be made by it.")
	}
	if err := o.toOne(m, tg); err != nil || len(m) == 0 {
		return out, err
	}
	return append(out, m), nil
}

// toOne changes one value of a list.
func (o operation) toOne(m map[string]any, tg target) error {
	if tg.sub == nil {
		got, err := tg.attr.cleanOne(o.Value)
		if err != nil {
			return err
		}
		for k, v := range got.(map[string]any) {
			set(m, k, v)
		}
		return nil
	}
	if o.Op == "remove" {
		delete(m, tg.sub.name)
		return nil
	}
	got, err := tg.sub.clean(o.Value)
	if err != nil {
		return err
	}
	set(m, tg.sub.name, got)
	return nil
}

// likeness fills in what a filter says that a value equals. It is false for filters that say something else.
func likeness(e filter.Expression, a *attribute, m map[string]any) bool {
	switch e := e.(type) {
	case nil:
		return true
	case *filter.LogicalExpression:
		return e.Operator == filter.AND && likeness(e.Left, a, m) && likeness(e.Right, a, m)
	case *filter.AttributeExpression:
		sub := find(a.sub, e.AttributePath.AttributeName)
		if sub == nil || e.Operator != filter.EQ {
			return false
		}
		got, err := sub.clean(e.CompareValue)
		if err != nil {
			return false
		}
		set(m, sub.name, got)
		return true
	}
	return false
}

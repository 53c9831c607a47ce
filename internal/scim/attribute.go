package scim

import (
	"fmt"
	"strconv"
	"strings"
)

// The schemas that we know.
const (
	userSchema       = "urn:ietf:params:scim:schemas:core:2.0:User"
	enterpriseSchema = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
	groupSchema      = "urn:ietf:params:scim:schemas:core:2.0:Group"
)

// attribute is one that we keep. Others are taken and forgotten: services send what their administrators map, and refusing it would keep people
// out.
type attribute struct {
	name     string
	kind     kind
	many     bool // a list of objects
	required bool
	unique   bool
	readOnly bool
	said     string // in the schema
	sub      []attribute
}

type kind string

const (
	text    kind = "string"
	boolean kind = "boolean"
	object  kind = "complex"
)

// table is the attributes of a kind of resource. An extension is an attribute by the name of its schema.
type table []attribute

var name = []attribute{{name: "formatted", kind: text}, {name: "familyName", kind: text}, {name: "givenName", kind: text}}

// several is a list of values of which each has a type, and one may count most.
func several(attr, said string, more ...attribute) attribute {
	sub := append([]attribute{{name: "value", kind: text}, {name: "display", kind: text}, {name: "type", kind: text}, {name: "primary", kind: boolean}}, more...)
	return attribute{name: attr, kind: object, many: true, said: said, sub: sub}
}

var users = table{
	{name: "externalId", kind: text, said: "The identity service's own id."},
	{name: "userName", kind: text, required: true, unique: true, said: "By which the identity service names somebody."},
	{name: "name", kind: object, said: "Taken where there is no displayName.", sub: name},
	{name: "displayName", kind: text, said: "The name as colleagues see it."},
	{name: "title", kind: text, said: "The function."},
	{name: "preferredLanguage", kind: text, said: "Kept, not used: people choose for themselves."},
	{name: "active", kind: boolean, said: "Whether the person may sign in. What they wrote stays."},
	several("emails", "The primary one, else that of type work, is the mail address."),
	several("phoneNumbers", "The one of type work, else the first, is the phone number."),
	several("addresses", "formatted or locality may name a branch.", attribute{name: "formatted", kind: text}, attribute{name: "locality", kind: text}, attribute{name: "region", kind: text}),
	{name: enterpriseSchema, kind: object, sub: []attribute{
		{name: "employeeNumber", kind: text, said: "Kept, not used."}, {name: "department", kind: text, said: "May name a branch."},
	}},
}

var groups = table{
	{name: "externalId", kind: text, said: "The identity service's own id."},
	{name: "displayName", kind: text, required: true, unique: true, said: "By which rules name the group."},
	{name: "members", kind: object, many: true, said: "People, by their ids. Groups in groups are not known.", sub: []attribute{
		{name: "value", kind: text}, {name: "display", kind: text, readOnly: true}, {name: "type", kind: text}, {name: "$ref", kind: text},
	}},
}

// find looks an attribute up by its name, in any case as SCIM has it.
func find(list []attribute, name string) *attribute {
	for i := range list {
		if strings.EqualFold(list[i].name, name) {
			return &list[i]
		}
	}
	return nil
}

// What a resource may hold. Members of a group are bounded by the size of a request.
const (
	maxText   = 2000
	maxValues = 50
)

// clean takes what we keep of a resource, under our spelling. A key may lead into an attribute by a dot.
func (t table) clean(in map[string]any) (map[string]any, error) {
	out := map[string]any{}
	for key, v := range in {
		if err := t.put(out, key, v); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// put sets an attribute by its name, by a path with a dot, or by one with a schema before it.
func (t table) put(m map[string]any, key string, v any) error {
	a, sub := t.locate(key)
	switch {
	case a == nil:
		return nil
	case sub == nil:
		got, err := a.clean(v)
		if err != nil {
			return err
		}
		set(m, a.name, got)
		return nil
	case a.many:
		return nil // of which of them?
	}
	got, err := sub.clean(v)
	if err != nil {
		return err
	}
	inner, _ := m[a.name].(map[string]any)
	if inner == nil {
		inner = map[string]any{}
	}
	set(inner, sub.name, got)
	set(m, a.name, inner)
	return nil
}

// locate finds what a key means; nothing for what we do not keep.
func (t table) locate(key string) (a, sub *attribute) {
	if a := find(t, key); a != nil {
		return a, nil
	}
	if rest, ok := cutPrefixFold(key, enterpriseSchema+":"); ok {
		if a = find(t, enterpriseSchema); a != nil {
			return only(a, find(a.sub, rest))
		}
		return nil, nil
	}
	for _, schema := range []string{userSchema, groupSchema} {
		if rest, ok := cutPrefixFold(key, schema+":"); ok {
			key = rest
		}
	}
	head, rest, dotted := strings.Cut(key, ".")
	if a = find(t, head); a == nil || !dotted {
		return a, nil
	}
	return only(a, find(a.sub, rest))
}

// only is an attribute with one of its own, or nothing where it has none of that name.
func only(a, sub *attribute) (*attribute, *attribute) {
	if sub == nil {
		return nil, nil
	}
	return a, sub
}

func cutPrefixFold(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}

// set leaves out what says nothing: null, "", and empty lists and objects mean that there is none.
func set(m map[string]any, key string, v any) {
	switch got := v.(type) {
	case nil:
		delete(m, key)
		return
	case string:
		if got == "" {
			delete(m, key)
			return
		}
	case []any:
		if len(got) == 0 {
			delete(m, key)
			return
		}
	case map[string]any:
		if len(got) == 0 {
			delete(m, key)
			return
		}
	}
	m[key] = v
}

// clean takes a value of an attribute, as the type that it has.
func (a *attribute) clean(v any) (any, error) {
	switch {
	case v == nil:
		return nil, nil
	case a.many:
		return a.cleanMany(v)
	case a.kind == object:
		return a.cleanOne(v)
	case a.kind == boolean:
		return a.cleanBoolean(v)
	}
	s, ok := v.(string)
	if !ok || len(s) > maxText {
		return nil, a.wrong(fmt.Sprintf("a text of at most %d bytes", maxText))
	}
	return strings.ReplaceAll(s, "\x00", ""), nil
}

func (a *attribute) wrong(want string) error {
	return bad(invalidValue, a.name+" must be "+want+".")
}

// cleanBoolean takes the texts "True" and "False" too, as Entra ID sends them.
func (a *attribute) cleanBoolean(v any) (any, error) {
	switch v := v.(type) {
	case bool:
		return v, nil
	case string:
		if b, err := strconv.ParseBool(strings.ToLower(v)); err == nil {
			return b, nil
		}
	}
	return nil, a.wrong("true or false")
}

func (a *attribute) cleanOne(v any) (any, error) {
	if s, ok := v.(string); ok && find(a.sub, "value") != nil {
		v = map[string]any{"value": s}
	}
	in, ok := v.(map[string]any)
	if !ok {
		return nil, a.wrong("an object")
	}
	out := map[string]any{}
	for key, inner := range in {
		sub := find(a.sub, key)
		if sub == nil || sub.readOnly {
			continue
		}
		got, err := sub.clean(inner)
		if err != nil {
			return nil, err
		}
		set(out, sub.name, got)
	}
	return out, nil
}

// cleanMany takes a list, or one value for a list of it.
func (a *attribute) cleanMany(v any) (any, error) {
	in, ok := v.([]any)
	if !ok {
		in = []any{v}
	}
	if len(in) > maxValues && a.name != "members" {
		return nil, a.wrong(fmt.Sprintf("at most %d values", maxValues))
	}
	out := []any{}
	for _, one := range in {
		got, err := a.cleanOne(one)
		if err != nil {
			return nil, err
		}
		if m := got.(map[string]any); len(m) > 0 {
			out = append(out, m)
		}
	}
	return out, nil
}

// check refuses a resource that lacks what it must have.
func (t table) check(m map[string]any) error {
	for _, a := range t {
		if s, _ := m[a.name].(string); a.required && strings.TrimSpace(s) == "" {
			return bad(invalidValue, a.name+" is missing.")
		}
	}
	return nil
}

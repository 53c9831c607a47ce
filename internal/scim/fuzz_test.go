package scim

import (
	"encoding/json"
	"reflect"
	"testing"
)

const sample = `{"userName":"eva@bouw.nl","displayName":"Eva","active":true,"name":{"givenName":"Eva"},"emails":[{"type":"work","value":"eva@bouw.nl","primary":true},{"type":"home","value":"e@x.nl"}],
	"phoneNumbers":[{"type":"work","value":"1"}],"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"Zwolle"}}`

func person(t testing.TB) map[string]any {
	var in map[string]any
	if err := json.Unmarshal([]byte(sample), &in); err != nil {
		t.Fatal(err)
	}
	m, err := users.clean(in)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// FuzzFilter wants an answer to anything that is asked, soon.
func FuzzFilter(f *testing.F) {
	for _, s := range []string{
		`userName eq "eva@bouw.nl"`, `externalId eq "1"`, `emails.value eq "e@x.nl"`, `emails[type eq "work" and value co "eva"]`, `not (active eq false) and displayName sw "E"`,
		`urn:ietf:params:scim:schemas:core:2.0:User:userName pr`, `urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq "Zwolle"`, `meta.lastModified gt "2026-01-01"`,
		`((((a pr))))`, `active eq "True"`, `userName eq null`, `a eq 1e999`, "\x00", `emails[`, `userName eq "\ud800"`,
	} {
		f.Add(s)
	}
	m := person(f)
	f.Fuzz(func(t *testing.T, s string) {
		e, err := parseFilter(s)
		if err != nil {
			return
		}
		_, _, _ = equals(e)
		_ = matches(e, m)
	})
}

// FuzzPatch wants either an error or a resource that is as clean as one that came whole.
func FuzzPatch(f *testing.F) {
	for _, s := range []string{
		`{"Operations":[{"op":"Replace","path":"active","value":"False"}]}`,
		`{"Operations":[{"op":"replace","value":{"active":false,"name.givenName":"E","emails":{"value":"x@y.nl"}}}]}`,
		`{"Operations":[{"op":"Add","path":"emails[type eq \"other\"].value","value":"o@x.nl"}]}`,
		`{"Operations":[{"op":"remove","path":"emails[type eq \"work\"]"}]}`,
		`{"Operations":[{"op":"Remove","path":"emails","value":[{"value":"e@x.nl"}]}]}`,
		`{"Operations":[{"op":"add","path":"emails","value":[{"value":"new@x.nl","primary":true}]}]}`,
		`{"Operations":[{"op":"replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department","value":null}]}`,
		`{"Operations":[{"op":"add","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User","value":{"employeeNumber":"1","manager":{"value":"x"}}}]}`,
		`{"Operations":[{"op":"replace","path":"name","value":{"familyName":"S"}}]}`, `{"Operations":[{"op":"replace","path":"members","value":[{"value":"x"}]}]}`,
		`{"Operations":[{"op":"add","path":"addresses[primary eq true].locality","value":"Goor"}]}`, `{"operations":[{"OP":"remove","PATH":"displayName"}]}`, `{"Operations":[{}]}`,
		`{"Operations":[{"op":"Add","path":"emails[type eq \"\"].value"}]}`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := readPatch([]byte(s))
		if err != nil {
			return
		}
		m := person(t)
		if err := p.apply(users, m); err != nil {
			return
		}
		again, err := users.clean(m)
		if err != nil {
			t.Fatalf("%s left what is refused: %v: %v", s, err, m)
		}
		if !reflect.DeepEqual(again, m) {
			t.Errorf("%s left %v, which would be kept as %v", s, m, again)
		}
		_ = details(m)
	})
}

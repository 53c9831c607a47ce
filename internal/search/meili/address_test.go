package meili

import (
	"strings"
	"testing"
)

func TestParseAddress(t *testing.T) {
	for in, want := range map[string]Address{
		"meilisearch://:k%2Fey@host:7700/?prefix=zuid&tls=false": {"http://host:7700", "k/ey", "zuid"},
		"meilisearch://:key@search.example":                      {"https://search.example", "key", "aanpak"},
		"meilisearch://host:7700/?tls=false":                     {"http://host:7700", "", "aanpak"},
	} {
		if got, err := ParseAddress(in); err != nil || got != want {
			t.Errorf("%s: %+v, %v", in, got, err)
		}
	}
	for _, in := range []string{"", "http://host", "meilisearch://", "meilisearch://:hunter2@host/index", "meilisearch://:hunter2@host?tls=perhaps", "meilisearch://:hunter2@host?prefix=A_b", "meilisearch://:hunter2@ho st"} {
		if _, err := ParseAddress(in); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", in, err)
		}
	}
}

func TestExactly(t *testing.T) {
	seen := map[string]string{}
	for _, s := range []string{"", "a", "A", "_41", "_", "é", "e\u0301", "Gemeente Zwolle", "gemeente zwolle", "a-b", "a_b", "group:1", `"\`, "\xff"} {
		e := exactly(s)
		if original(e) != s || seen[e] != "" {
			t.Errorf("%q: %q, back %q, same as %q", s, e, original(e), seen[e])
		}
		seen[e] = s
	}
}

package i18n

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestSameKeys holds both languages to the same keys with the same placeholders and the same plurals.
func TestSameKeys(t *testing.T) {
	t.Parallel()
	nl, en := tables()["nl"], tables()["en"]
	for key, m := range nl {
		other, ok := en[key]
		if !ok {
			t.Errorf("%s is Dutch only", key)
			continue
		}
		if a, b := placeholders(m.other), placeholders(other.other); !slices.Equal(a, b) {
			t.Errorf("%s: placeholders %v in Dutch, %v in English", key, a, b)
		}
		if (m.one.parts == nil) != (other.one.parts == nil) {
			t.Errorf("%s has a form for one thing in one language only", key)
		}
	}
	for key := range en {
		if _, ok := nl[key]; !ok {
			t.Errorf("%s is English only", key)
		}
	}
}

func placeholders(f form) []string {
	var list []string
	for i := 1; i < len(f.parts); i += 2 {
		list = append(list, f.parts[i])
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// How keys stand in the source: words of a component, messages of an error with their fields.
var (
	wordCall  = regexp.MustCompile(`(?:i18n\.[TN]\(ctx, |\bl\.[TN]\(|\.T\(|\.N\()"([a-z0-9_.]+)"( ?\+)?`)
	errorCall = regexp.MustCompile(`errs\.(?:Invalid|Forbidden|Conflict|Msg)\("([a-z0-9_.]+)"|errs\.New\([^,()]+, "([a-z0-9_.]+)"|\.Field\([^,]+, "([a-z0-9_.]+)"`)
	notFound  = regexp.MustCompile(`errs\.NotFound\("([a-z_]+)"\)`)
	away      = regexp.MustCompile(`errs\.Unavailable\("([a-z_]+)"`)
)

// TestKeysInSource reads the program and fails for a key that no catalogue has. A key that is put together, such as
// "kind."+k, must have at least one message behind its prefix.
func TestKeysInSource(t *testing.T) {
	t.Parallel()
	l := For("nl")
	found := 0
	for name, text := range sources(t) {
		for _, m := range wordCall.FindAllStringSubmatch(text, -1) {
			found++
			check(t, l, name, m[1], m[2] != "" || strings.HasSuffix(m[1], "."))
		}
		for _, m := range errorCall.FindAllStringSubmatch(text, -1) {
			found++
			check(t, l, name, m[1]+m[2]+m[3], false)
		}
		for _, m := range notFound.FindAllStringSubmatch(text, -1) {
			found++
			check(t, l, name, "error.not_found."+m[1], false)
		}
		for _, m := range away.FindAllStringSubmatch(text, -1) {
			check(t, l, name, "error.unavailable."+m[1], false)
		}
	}
	if found < 200 {
		t.Errorf("only %d keys were found: the expressions no longer match the source", found)
	}
}

func check(t *testing.T, l *Localizer, file, key string, prefix bool) {
	t.Helper()
	if !prefix && !l.Has(key) {
		t.Errorf("%s: no message %q", file, key)
	}
	if prefix && !slices.ContainsFunc(l.Keys(), func(k string) bool { return strings.HasPrefix(k, key) }) {
		t.Errorf("%s: no message starts with %q", file, key)
	}
}

// sources reads the components and the Go files of the program, without tests and what is generated.
func sources(t *testing.T) map[string]string {
	t.Helper()
	root := filepath.Join("..", "..")
	all := map[string]string{}
	for _, dir := range []string{"templates", "internal", "cmd"} {
		err := filepath.WalkDir(filepath.Join(root, dir), func(p string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return nil //nolint:nilerr // a folder that is not there has no keys
			}
			if strings.HasSuffix(p, "_test.go") || strings.HasSuffix(p, "_templ.go") || (!strings.HasSuffix(p, ".go") && !strings.HasSuffix(p, ".templ")) {
				return nil
			}
			b, err := os.ReadFile(p)
			all[p] = string(b)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all
}

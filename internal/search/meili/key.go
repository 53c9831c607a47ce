package meili

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"github.com/aanpak/aanpak/internal/search"
)

// maxKey bounds the id of a parent in bytes: the server's own limit for an id is 511, and a byte may take three.
const maxKey = 150

// keyName is the value of a key in the field "key", and begins the ids of its pages.
func keyName(k search.Key) (string, error) {
	if k.Parent == "" || len(k.Parent) > maxKey || !plain(string(k.Type)) || strings.Contains(string(k.Type), "-") {
		return "", fmt.Errorf("%s %q cannot be indexed: its id must have 1 to %d bytes", k.Type, k.Parent, maxKey)
	}
	return string(k.Type) + "-" + exactly(k.Parent), nil
}

// parseKey is the reverse of keyName.
func parseKey(name string) (search.Key, error) {
	typ, parent, ok := strings.Cut(name, "-")
	if !ok {
		return search.Key{}, fmt.Errorf("%q is no key of ours", name)
	}
	return search.Key{Type: search.Type(typ), Parent: original(parent)}, nil
}

// pageID is the id of an entry.
func pageID(key string, page int) string { return key + "_" + strconv.Itoa(page) }

// parseID is the reverse of pageID.
func parseID(id string) (key string, page int, ok bool) {
	i := strings.LastIndexByte(id, '_')
	if i < 0 {
		return "", 0, false
	}
	page, err := strconv.Atoi(id[i+1:])
	return id[:i], page, err == nil
}

// exactly writes a value in the few characters that ids and filters have room for, so that values that differ stay different: the
// server folds case and accents where it compares, and has no way to write every character in a filter.
func exactly(s string) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if plain(s[i : i+1]) {
			b.WriteByte(s[i])
		} else {
			fmt.Fprintf(&b, "_%02x", s[i])
		}
	}
	return b.String()
}

func exactlyAll(values []string) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = exactly(v)
	}
	return out
}

// original is the reverse of exactly.
func original(s string) string {
	parts := strings.Split(s, "_")
	var b strings.Builder
	b.WriteString(parts[0])
	for _, p := range parts[1:] {
		if raw, err := hex.DecodeString(p[:min(2, len(p))]); err == nil && len(raw) == 1 {
			b.WriteByte(raw[0])
			p = p[2:]
		}
		b.WriteString(p)
	}
	return b.String()
}

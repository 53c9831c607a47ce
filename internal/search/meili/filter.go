package meili

import (
	"slices"
	"strings"

	"github.com/aanpak/aanpak/internal/search/vocabulary"
)

// A filter is an expression of the server's language; the empty one passes everything.

const nothing = `id = ""` // no entry passes

// quote writes a term or a value of exactly. Neither has quotes or backslashes, which no escape of the server covers.
func quote(v string) string {
	if strings.ContainsAny(v, `\"`) {
		v = strings.NewReplacer(`\`, "", `"`, "").Replace(v)
	}
	return `"` + v + `"`
}

func one(field, value string) string { return field + " = " + quote(value) }

// in passes entries with one of the values; with none it passes nothing.
func in(field string, values []string) string {
	if len(values) == 0 {
		return nothing
	}
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = quote(v)
	}
	slices.Sort(quoted)
	return field + " IN [" + strings.Join(slices.Compact(quoted), ",") + "]"
}

func begins(field, prefix string) string { return field + " STARTS WITH " + quote(prefix) }

func not(f string) string { return "NOT (" + f + ")" }

func and(fs ...string) string { return connect(fs, " AND ") }

func or(fs ...string) string { return connect(fs, " OR ") }

func connect(fs []string, with string) string {
	fs = slices.DeleteFunc(slices.Clone(fs), func(f string) bool { return f == "" })
	if len(fs) < 2 {
		return strings.Join(fs, "")
	}
	return "(" + strings.Join(fs, with) + ")"
}

// isWord passes the entries that have the very word.
func isWord(w string) string {
	if vocabulary.IsWord(w) {
		return one("words", w)
	}
	return one("signs", w)
}

// isWords passes the entries that have one of the words.
func isWords(ws []string) string {
	var words, signs []string
	for _, w := range ws {
		if vocabulary.IsWord(w) {
			words = append(words, w)
		} else {
			signs = append(signs, w)
		}
	}
	var fs []string
	if len(words) > 0 {
		fs = append(fs, in("words", words))
	}
	if len(signs) > 0 {
		fs = append(fs, in("signs", signs))
	}
	return or(fs...)
}

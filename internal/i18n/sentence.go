package i18n

import (
	"fmt"
	"strings"
)

// sentence is a compiled sentence with its form for one thing, where that differs.
type sentence struct {
	one, other form
	plain      bool // no placeholder
}

// form is a sentence cut at its placeholders: text, name, text, name, text.
type form struct {
	text  string
	parts []string
}

// pair is a named value of a sentence.
type pair struct {
	name  string
	value any
}

func compile(one, other string) sentence {
	m := sentence{other: cut(other)}
	if one != "" {
		m.one = cut(one)
	}
	m.plain = len(m.other.parts) == 1 && one == ""
	return m
}

// cut splits at {{.Name}} and {{bytes .Name}}; anything else between braces is a mistake of the catalogue.
func cut(s string) form {
	f := form{text: s}
	rest := s
	for {
		before, after, ok := strings.Cut(rest, "{{")
		f.parts = append(f.parts, before)
		if !ok {
			return f
		}
		name, tail, ok := strings.Cut(after, "}}")
		size, bare, dotted := strings.Cut(name, ".")
		if !ok || !dotted || (size != "" && size != asBytes) {
			panic(fmt.Sprintf("i18n: bad placeholder in %q", s))
		}
		f.parts = append(f.parts, size+bare)
		rest = tail
	}
}

// asBytes stands before a placeholder whose number is a size.
const asBytes = "bytes "

func pairs(args []any) []pair {
	if len(args) == 0 {
		return nil
	}
	list := make([]pair, 0, len(args)/2+1)
	for i := 0; i+1 < len(args); i += 2 {
		list = append(list, pair{fmt.Sprint(args[i]), args[i+1]})
	}
	return list
}

func (l *Localizer) fill(f form, args []pair) string {
	if len(f.parts) == 1 {
		return f.text
	}
	var b strings.Builder
	for i, part := range f.parts {
		if i%2 == 0 {
			b.WriteString(part)
			continue
		}
		for _, a := range args {
			if a.name == strings.TrimPrefix(part, asBytes) {
				b.WriteString(l.show(a.value, strings.HasPrefix(part, asBytes)))
				break
			}
		}
	}
	return b.String()
}

// show words one value: whole numbers with the separators of the language, sizes in their unit, the rest as it is.
func (l *Localizer) show(v any, size bool) string {
	switch v := v.(type) {
	case string:
		return v
	case int:
		return l.Number(int64(v))
	case int64:
		if size {
			return l.Bytes(v)
		}
		return l.Number(v)
	case fmt.Stringer:
		return v.String()
	default:
		return fmt.Sprint(v)
	}
}

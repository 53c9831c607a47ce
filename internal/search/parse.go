package search

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/aanpak/aanpak/internal/lang"
)

// Limits of a question; what is beyond is left out.
const (
	maxQueryBytes = 1000
	maxWords      = 16
)

// ParsedQuery is a question taken apart. Any string parses.
type ParsedQuery struct {
	Words []Word // what must be found, in the order typed
	Not   []Word // what must not be on the page
	// Fields are the values of field:value by the field's name in English: kind branch client tender year outcome
	// language tag type is. Values of kind, outcome, language, type, is are in the form entries carry; a branch or tender is as the
	// person typed it, and the caller puts the ids it stands for in Filters.
	Fields map[string][]string
	typing bool // the text ends inside a word
}

// Word is a word or quoted phrase of a question.
type Word struct {
	Text   string       // as typed, without quotes
	Tokens []lang.Token // never empty
	Phrase bool         // quoted: the tokens must follow each other
}

// Empty tells whether nothing is asked: neither words nor fields.
func (p ParsedQuery) Empty() bool { return len(p.Words) == 0 && len(p.Not) == 0 && len(p.Fields) == 0 }

// Parse takes what a person typed apart.
func Parse(text string) ParsedQuery {
	if len(text) > maxQueryBytes {
		text = text[:maxQueryBytes]
	}
	text = quotes.Replace(strings.ToValidUTF8(text, " "))
	p := ParsedQuery{typing: endsInWord(text)}
	for rest := strings.TrimSpace(text); rest != ""; rest = strings.TrimLeftFunc(rest, unicode.IsSpace) {
		rest = p.next(rest)
	}
	return p
}

var quotes = strings.NewReplacer("“", `"`, "”", `"`, "„", `"`, "«", `"`, "»", `"`, "\x00", " ")

func endsInWord(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(s)
	return unicode.IsLetter(r) || unicode.IsNumber(r)
}

// next takes one word, phrase or field from the beginning of s and returns the rest.
func (p *ParsedQuery) next(s string) string {
	not := false
	if len(s) > 1 && s[0] == '-' && s[1] != '-' && !unicode.IsSpace(rune(s[1])) {
		not, s = true, s[1:]
	}
	if s[0] == '"' {
		value, rest := quoted(s)
		p.add(value, true, not)
		return rest
	}
	end := strings.IndexFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == '"' })
	if end < 0 {
		end = len(s)
	}
	word, rest := s[:end], s[end:]
	name, value, ok := strings.Cut(word, ":")
	if field := fieldNames[lang.Fold(name)]; ok && field != "" && !not {
		if value == "" && strings.HasPrefix(rest, `"`) {
			value, rest = quoted(rest)
		}
		if p.field(field, value) {
			return rest
		}
	}
	p.add(word, false, not)
	return rest
}

// quoted returns what is inside the quotes that s begins with, and the rest. A missing second quote stands at the end.
func quoted(s string) (value, rest string) {
	value, rest, _ = strings.Cut(s[1:], `"`)
	return value, rest
}

func (p *ParsedQuery) add(text string, phrase, not bool) {
	tokens := lang.Tokens(text)
	if len(tokens) == 0 || len(p.Words)+len(p.Not) >= maxWords {
		return
	}
	if len(tokens) > maxWords {
		tokens = tokens[:maxWords]
	}
	w := Word{Text: strings.TrimSpace(text), Tokens: tokens, Phrase: phrase && len(tokens) > 1}
	switch {
	case not:
		p.Not = append(p.Not, w)
	case phrase || joined(tokens):
		p.Words = append(p.Words, w)
	default: // "grond/weg" are two words
		for _, t := range tokens {
			p.Words = append(p.Words, Word{Text: text[t.Start:t.End], Tokens: []lang.Token{t}})
		}
	}
}

func joined(tokens []lang.Token) bool {
	for _, t := range tokens[1:] {
		if !t.Hyphen {
			return false
		}
	}
	return true
}

// field notes field:value, or reports that the value is none of that field, so that it becomes words.
func (p *ParsedQuery) field(name, value string) bool {
	folded := strings.TrimSpace(lang.Fold(value))
	if folded == "" {
		return false
	}
	switch name {
	case "kind", "outcome", "language", "type", "is":
		v, ok := fieldValues[name][folded]
		if !ok {
			return false
		}
		value = v
	case "year":
		if y, err := strconv.Atoi(folded); err != nil || y < 1900 || y > 2200 {
			return false
		}
		value = folded
	default:
		value = strings.TrimSpace(value)
	}
	if p.Fields == nil {
		p.Fields = map[string][]string{}
	}
	p.Fields[name] = append(p.Fields[name], value)
	return true
}

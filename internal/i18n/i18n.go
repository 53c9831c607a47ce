// Package i18n words everything a person reads, in Dutch and in English.
//
// Messages live in catalogue/<language>/<area>.toml, in the format of go-i18n, and are compiled once into a table:
// looking up a sentence is a map access, so a page of thirty cards does not feel it. Both languages hold exactly the
// same keys, and every key that the program names exists: the test of this package reads the source to see it.
// Components take the Localizer from their context (With, T); everybody else holds one (For). The package knows
// nothing of pages, people or documents.
package i18n

import (
	"context"
	"embed"
	"fmt"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/BurntSushi/toml"
	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"

	"github.com/aanpak/aanpak/internal/errs"
)

// Languages are the languages of the interface, the default first.
var Languages = []string{"nl", "en"}

//go:embed catalogue
var catalogue embed.FS

// Localizer words messages, numbers and dates in one language. It is immutable and safe for concurrent use.
type Localizer struct {
	lang  string
	tag   language.Tag
	table map[string]sentence
	zone  *time.Location
	now   func() time.Time
}

// tables are the compiled catalogues. They are made of embedded files, so a failure is a mistake of ours and panics.
var tables = sync.OnceValue(func() map[string]map[string]sentence {
	all := make(map[string]map[string]sentence, len(Languages))
	for _, lang := range Languages {
		all[lang] = load(lang)
	}
	return all
})

// For returns the localizer of a language; any language that is not in Languages gives Dutch.
// Dates are shown in the local time zone of the machine.
func For(lang string) *Localizer {
	table, ok := tables()[lang]
	if !ok {
		lang, table = Languages[0], tables()[Languages[0]]
	}
	return &Localizer{lang: lang, tag: language.MustParse(lang), table: table, zone: time.Local, now: time.Now}
}

// At returns a copy that takes the time from now and shows it in zone.
func (l *Localizer) At(now func() time.Time, zone *time.Location) *Localizer {
	c := *l
	c.now, c.zone = now, zone
	return &c
}

// Lang is the language: "nl" or "en".
func (l *Localizer) Lang() string { return l.lang }

// Match returns the best of Languages for an Accept-Language header.
func Match(header string) string {
	tags := make([]language.Tag, len(Languages))
	for i, lang := range Languages {
		tags[i] = language.MustParse(lang)
	}
	wanted, _, err := language.ParseAcceptLanguage(header)
	if err != nil || len(wanted) == 0 {
		return Languages[0]
	}
	_, i, _ := language.NewMatcher(tags).Match(wanted...)
	return Languages[i]
}

// T words a message; args are pairs of name and value. An unknown key is shown as it is, which a test prevents.
func (l *Localizer) T(key string, args ...any) string {
	m, ok := l.table[key]
	if !ok {
		return key
	}
	if len(args) == 0 && m.plain {
		return m.other.text
	}
	return l.fill(m.other, pairs(args))
}

// N words a message that depends on a number, which it calls Count.
func (l *Localizer) N(key string, n int, args ...any) string {
	m, ok := l.table[key]
	if !ok {
		return key
	}
	form := m.other
	if n == 1 && m.one.parts != nil {
		form = m.one
	}
	return l.fill(form, append(pairs(args), pair{"Count", n}))
}

// Has tells whether a key exists.
func (l *Localizer) Has(key string) bool { _, ok := l.table[key]; return ok }

// Message words the public message of an error.
func (l *Localizer) Message(m errs.Message) string {
	args := make([]any, 0, 2*len(m.Args))
	for k, v := range m.Args {
		if t, ok := v.(time.Time); ok {
			v = l.DateTime(t)
		}
		args = append(args, k, v)
	}
	if n, ok := m.Args["Count"].(int); ok {
		return l.N(m.Key, n, args...)
	}
	return l.T(m.Key, args...)
}

// Keys lists every key of the language, in no order.
func (l *Localizer) Keys() []string {
	keys := make([]string, 0, len(l.table))
	for k := range l.table {
		keys = append(keys, k)
	}
	return keys
}

type contextKey struct{}

// With puts a localizer where components find it.
func With(ctx context.Context, l *Localizer) context.Context {
	return context.WithValue(ctx, contextKey{}, l)
}

// From returns the localizer of a component's context, Dutch where there is none.
func From(ctx context.Context) *Localizer {
	if l, ok := ctx.Value(contextKey{}).(*Localizer); ok {
		return l
	}
	return For("")
}

// T words a message inside a component.
func T(ctx context.Context, key string, args ...any) string { return From(ctx).T(key, args...) }

// N words a message that depends on a number inside a component.
func N(ctx context.Context, key string, n int, args ...any) string {
	return From(ctx).N(key, n, args...)
}

// load reads and compiles every file of a language; a key that two files hold is a mistake.
func load(lang string) map[string]sentence {
	table := make(map[string]sentence, 800)
	dir := path.Join("catalogue", lang)
	entries, err := catalogue.ReadDir(dir)
	must(err)
	for _, e := range entries {
		b, err := catalogue.ReadFile(path.Join(dir, e.Name()))
		must(err)
		name := strings.TrimSuffix(e.Name(), ".toml") + "." + lang + ".toml"
		file, err := goi18n.ParseMessageFileBytes(b, name, map[string]goi18n.UnmarshalFunc{"toml": toml.Unmarshal})
		must(err)
		for _, m := range file.Messages {
			if _, twice := table[m.ID]; twice {
				panic(fmt.Sprintf("i18n: %s: %q is in two files", lang, m.ID))
			}
			table[m.ID] = compile(m.One, m.Other)
		}
	}
	return table
}

func must(err error) {
	if err != nil {
		panic("i18n: " + err.Error())
	}
}

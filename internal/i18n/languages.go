package i18n

import (
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// LanguageName words a language by its BCP-47 tag, in another language: "pl" is Pools in Dutch. What has no name is called by its tag.
// Names of our own, for what the tables leave out, are behind "tongue." in the catalogues.
func LanguageName(in, tag string) string { return For(in).LanguageName(tag) }

// LanguageName words a language by its BCP-47 tag.
func (l *Localizer) LanguageName(tag string) string {
	if key := "tongue." + tag; l.Has(key) {
		return l.T(key)
	}
	t, err := language.Parse(tag)
	if err != nil {
		return tag
	}
	name := display.Languages(l.tag).Name(t)
	if name == "" {
		return tag
	}
	return strings.ToUpper(name[:1]) + name[1:]
}

package notify

import "github.com/aanpak/aanpak/internal/i18n"

// named is how many people a sentence names before it counts the others.
const named = 2

// Sentence words a line of a bundle: "Noor, Kees and 3 others commented on Plan of approach".
func (l Line) Sentence(loc *i18n.Localizer, title string) string {
	key := "notify.line." + string(l.Kind)
	if l.Word != "" {
		key += "." + l.Word
	}
	n := max(len(l.Actors), 1)
	if len(l.Actors) == 0 {
		n = l.Count
	}
	return loc.N(key, n, "Who", l.who(loc), "Title", title)
}

// who names the latest and counts the others.
func (l Line) who(loc *i18n.Localizer) string {
	if len(l.Actors) == 0 {
		return loc.T("notify.program")
	}
	var names []string
	for i, a := range l.Actors {
		if i == named && len(l.Actors) > named+1 {
			names = append(names, loc.N("notify.others", len(l.Actors)-named))
			break
		}
		names = append(names, a.Name)
	}
	return loc.List(names)
}

// Sentences words all lines.
func (b *Bundle) Sentences(loc *i18n.Localizer) []string {
	title := b.Title
	if title == "" {
		title = loc.T("notify.something")
	}
	out := make([]string, len(b.Lines))
	for i, l := range b.Lines {
		out[i] = l.Sentence(loc, title)
	}
	return out
}

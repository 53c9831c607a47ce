package insight

import (
	"net/url"

	"github.com/aanpak/aanpak/internal/i18n"
)

// Sentence says what a tip asks for.
func (t *Tip) Sentence(l *i18n.Localizer) string {
	return l.T("director.tip."+string(t.Kind), "Who", t.Person.Name, "Title", t.Title)
}

// Path is where a tip is done: the place to answer, or a form that is filled in.
func (t *Tip) Path(l *i18n.Localizer) string {
	switch t.Kind {
	case TipPraise:
		body := l.T("director.praise", "Who", "@"+t.Person.Name, "Title", t.Title)
		if !t.Wide { // praise is for all, the document is not; its card is seen by whoever sees that
			body = l.T("director.praise_narrow", "Who", "@"+t.Person.Name)
		}
		q := url.Values{"kind": {"praise"}, "card": {"document:" + t.Document.ID}, "body": {body}}
		return "/posts/new?" + q.Encode()
	case TipSpotlight:
		return "/documents/" + t.Document.ID + "/spotlight?" + url.Values{"why": {t.Why(l)}}.Encode()
	case TipQuiet:
		return "/groups/" + t.GroupID
	}
	return "/posts/" + t.PostID + "#say-" + t.PostID
}

// Why is what can be said of a document that is worth holding up: how often it was reused, what it scored, or how often it was read.
func (t *Tip) Why(l *i18n.Localizer) string {
	switch d := t.Document; {
	case d.Reused > 0:
		return l.N("director.why.reused", d.Reused)
	case d.Score >= worthScore:
		return l.T("director.why.scored", "Score", l.Decimal(d.Score))
	default:
		return l.N("director.why.read", d.Reads)
	}
}

// Welcome is where a task is done, with a text to begin with for who is new.
func (t *Task) Welcome(l *i18n.Localizer) string {
	if t.Kind == Newcomer {
		return "/posts/new?" + url.Values{"body": {l.T("ambassador.welcome", "Who", "@"+t.Person.Name, "Branch", t.Person.Branch)}}.Encode()
	}
	return "/posts/" + t.PostID + "#say-" + t.PostID
}

package social

import (
	"fmt"
	"strings"

	"github.com/aanpak/aanpak/internal/fold"
)

// Target names a thing that people react to, follow or speak of: its kind, a colon and its id.
type Target string

// The kinds of targets.
const (
	OfPost     = "post"
	OfComment  = "comment"
	OfDocument = "document"
	OfPage     = "page" // "page:DOCUMENT/3"
	OfTender   = "tender"
	OfUser     = "user"
	OfGroup    = "group"
	OfTopic    = "topic" // by its folded name
)

// The targets of things by id.
func PostTarget(id string) Target     { return Target(OfPost + ":" + id) }
func CommentTarget(id string) Target  { return Target(OfComment + ":" + id) }
func DocumentTarget(id string) Target { return Target(OfDocument + ":" + id) }
func TenderTarget(id string) Target   { return Target(OfTender + ":" + id) }
func UserTarget(id string) Target     { return Target(OfUser + ":" + id) }
func GroupTarget(id string) Target    { return Target(OfGroup + ":" + id) }
func TopicTarget(topic string) Target { return Target(OfTopic + ":" + topic) }

// PageTarget is a page of a document, from 1.
func PageTarget(documentID string, page int) Target {
	return Target(fmt.Sprintf("%s:%s/%d", OfPage, documentID, page))
}

// Kind is what the target is, "" of none.
func (t Target) Kind() string {
	kind, _, _ := strings.Cut(string(t), ":")
	return kind
}

// ID is the target's id.
func (t Target) ID() string {
	_, id, _ := strings.Cut(string(t), ":")
	return id
}

// Document is the document of a page.
func (t Target) Document() string {
	id, _, _ := strings.Cut(t.ID(), "/")
	return id
}

// folded is the target as it is kept: a topic may be written in any case.
func (t Target) folded() Target {
	if t.Kind() == OfTopic {
		return TopicTarget(fold.Key(t.ID()))
	}
	return t
}

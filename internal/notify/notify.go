// Package notify tells people what happened that concerns them: in the page, live, by mail and on their phone, each at their own rhythm.
//
// A domain tells an Event in the transaction of what happened. Who is to hear is named, or is everybody who holds an audience key; the
// latter are reached in batches by a job that goes on where it was killed. Nobody hears of what they do themselves, nor twice of one
// Source, nor anything of a thread or group they muted. What is told is bundled by thread.
//
// Whether somebody may see what a notification is about is asked when it is read and again when it is sent: each domain brings, for its
// kind of thing, the predicate that it decides by itself (Sees). So a notification of what somebody lost the right to is not shown, not
// counted and not mailed. The package stands between people, whose vocabulary it uses, and all domains that tell it something.
package notify

import (
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/fold"
)

// Event is something that happened of which people may want to hear.
type Event struct {
	Kind   Kind
	Word   string   // which of the kind's words, for kinds that have several; "" else
	Source string   // what happened, for example "comment:ID": nobody hears twice of one; "" = nothing else tells of it
	Thread string   // what it is bundled and can be muted by: "post:ID", "document:ID", "group:ID"; "" = About
	Group  string   // id of the group it happened in, "" elsewhere
	Actor  string   // id of who did it; "" = the program
	About  string   // the thing that is opened: "post:ID", "comment:ID", "document:ID", "tender:ID"
	URL    string   // path, with the place on the page
	Text   string   // excerpt, plain; what is longer than 200 runes is cut
	To     []string // ids of people …
	Keys   []string // … and audience keys of package auth: everybody who holds one
}

// maxText is the longest excerpt, in runes.
const maxText = 200

// event is a row of what was told.
type event struct {
	bun.BaseModel `bun:"table:notify_events,alias:ev"`

	ID       string `bun:",pk"`
	Kind     Kind
	Word     string
	Thread   string
	GroupID  string
	ActorID  string
	About    string
	URL      string
	Text     string
	Source   string
	Audience string // keys between spaces, until everybody is reached
	Reached  string // id of the last person that the job reached
	At       time.Time
}

// notification is that somebody is to hear of an event.
type notification struct {
	bun.BaseModel `bun:"table:notifications,alias:n"`

	ID      string `bun:",pk"`
	EventID string
	UserID  string
	Source  string
	Kind    Kind
	Thread  string
	About   string
	Path    string // of the event's URL
	At      time.Time
	ReadAt  bun.NullTime
	MailAt  bun.NullTime // when it is to be mailed; zero = not, or done
	PushAt  bun.NullTime // the same for devices
}

// sourceKey is what is kept of a source: it need not be read, and names nobody.
func sourceKey(source string) string {
	if source == "" {
		return ""
	}
	return auth.HashSecret("notify:" + source)
}

// row returns the event as it is kept.
func (e *Event) row(id string, at time.Time) *event {
	r := &event{
		ID: id, Kind: e.Kind, Word: e.Word, Thread: e.Thread, GroupID: e.Group, ActorID: e.Actor, About: e.About, URL: e.URL,
		Text: fold.Cut(fold.Line(e.Text), maxText), Source: sourceKey(e.Source), At: at,
	}
	if r.Thread == "" {
		r.Thread = r.About
	}
	if r.Source == "" {
		r.Source = id
	}
	return r
}

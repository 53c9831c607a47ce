// Package lookin lets an administrator look, for a while and for a reason, at what is not for them: one document, all that one person
// owns, or one group.
//
// Administrators have no key to what is private. Temporary access adds the thing's audience key to their auth.Viewer until its time is
// over, so pages, lists, counts, suggestions, the API and both search engines follow without knowing of it. It is for looking only: what is
// seen by it alone can be neither changed nor shared. Its beginning, every thing seen by it, and its end are in the audit trail, and
// those whom it concerns see who looked, when and why.
package lookin

import (
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/fold"
)

// Kind is what is looked at.
type Kind string

// The kinds.
const (
	KindDocument Kind = "document"
	KindPerson   Kind = "person" // all that somebody owns
	KindGroup    Kind = "group"  // what is shared with a group, and the group
)

// Kinds lists every kind in the order in which forms show them.
var Kinds = []Kind{KindDocument, KindPerson, KindGroup}

// Durations are how long access may be asked for, in minutes, in the order in which forms show them.
var Durations = []int{15, 30, 60, 120, 240, 480}

const (
	leastMinutes = 15
	mostMinutes  = 480
	leastReason  = 10 // runes
	mostReason   = 500
)

// Access is temporary access that was asked for.
type Access struct {
	bun.BaseModel `bun:"table:temporary_access,alias:ta"`

	ID             string `bun:",pk"`
	UserID         string // the administrator
	Kind           Kind
	ObjectID       string // of the document or group
	ConcernsUserID string // who owns the document, or whose things are looked at; empty for a group
	Reason         string
	BeganAt        time.Time
	Until          time.Time
	EndedAt        bun.NullTime // zero while it has not been ended; its time may be over all the same

	UserName     string `bun:",scanonly"`
	ConcernsName string `bun:",scanonly"`
	Title        string `bun:"-"` // of the document or group; set for the administrator who looks, and those whom it concerns
	Seen         []Seen `bun:"-"` // set by About
}

// Seen is a thing that was seen by it, and when first.
type Seen struct {
	bun.BaseModel `bun:"table:temporary_access_seen,alias:tas"`

	AccessID string `bun:",pk"`
	Object   string `bun:",pk"` // as in the audit trail: "document:ID"
	SeenAt   time.Time

	Title string `bun:"-"` // where the document is still there
}

// key is the audience key that access gives.
func (a *Access) key() string {
	switch a.Kind {
	case KindDocument:
		return auth.DocumentKey(a.ObjectID)
	case KindPerson:
		return auth.OwnerKey(a.ConcernsUserID)
	}
	return auth.GroupKey(a.ObjectID)
}

// object is what the audit trail says access was to.
func (a *Access) object() string {
	if a.Kind == KindPerson {
		return "user:" + a.ConcernsUserID
	}
	return string(a.Kind) + ":" + a.ObjectID
}

// Over tells whether access has ended at a time.
func (a *Access) Over(now time.Time) bool { return !a.EndedAt.IsZero() || !a.Until.After(now) }

// Input is what an administrator asks for.
type Input struct {
	Kind    Kind
	What    string // an address or id; of a group its name too; of a person name, mail address or personnel number
	Reason  string
	Minutes int
}

func (n *Input) clean() error {
	n.What, n.Reason = fold.Line(n.What), fold.Line(n.Reason)
	e := errs.Invalid("error.invalid")
	switch n.Kind {
	case KindDocument, KindPerson, KindGroup:
	default:
		e.Field("kind", "error.field.choice")
	}
	if n.What == "" {
		e.Field("what", "error.field.required")
	}
	switch length := len([]rune(n.Reason)); {
	case length < leastReason:
		e.Field("reason", "error.field.reason", "Min", leastReason)
	case length > mostReason:
		e.Field("reason", "error.field.too_long", "Max", mostReason)
	}
	if n.Minutes < leastMinutes || n.Minutes > mostMinutes {
		e.Field("minutes", "error.field.range", "Min", leastMinutes, "Max", mostMinutes)
	}
	return e.OrNil()
}

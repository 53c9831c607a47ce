// Package share gives outsiders a document by a link: expiring, revocable, counted, and off unless an administrator allows it for the
// document's branch.
//
// A link is good only while whoever made it could open the document themselves: it is asked for in their name, through library's rule, at
// every request. So it dies at once when it is revoked or over, the document goes to the trash or out of their sight, they leave, or the
// branch stops sharing. Only a hash of its secret is kept. Its neighbours are library, which has the document, and people, which counts
// wrong passwords.
package share

import (
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/fold"
)

// DefaultDays is how long a link works where nobody chose; MostDays how long an administrator can allow.
const (
	DefaultDays = 14
	MostDays    = 365
)

// Rule is what an administrator allows a branch. A branch without one does not share.
type Rule struct {
	bun.BaseModel `bun:"table:share_rules,alias:sr"`

	BranchID     string `bun:",pk"`
	MostDays     int
	Password     bool // every link has one
	Calculations bool // these too may be shared
	UpdatedBy    string
	UpdatedAt    time.Time
}

// Days is what a form for a new link begins with.
func (r Rule) Days() int { return min(DefaultDays, r.MostDays) }

// Link lets an outsider read a document.
type Link struct {
	bun.BaseModel `bun:"table:share_links,alias:sl"`

	ID            string `bun:",pk"`
	DocumentID    string
	Version       int    // number of a version; 0 is always the newest
	UserID        string // who made it, in whose name the document is asked for
	Recipient     string
	RecipientMail string
	TokenHash     string
	PasswordHash  string // empty where there is none
	Download      bool
	Watermark     bool // on what is downloaded
	CreatedAt     time.Time
	ExpiresAt     time.Time
	RevokedAt     bun.NullTime
	RevokedBy     string

	Title      string       `bun:",scanonly"` // of the document
	UserName   string       `bun:",scanonly"`
	Opened     int          `bun:",scanonly"`
	Downloaded int          `bun:",scanonly"`
	LastAt     bun.NullTime `bun:",scanonly"`
	LastFrom   string       `bun:",scanonly"`
}

// Ended tells whether a link works no more by itself: it was revoked, or is over.
func (l *Link) Ended(now time.Time) bool { return !l.RevokedAt.IsZero() || !l.ExpiresAt.After(now) }

// made is the name of the copy that is made for a link.
func (l *Link) made() string { return "share-" + l.ID }

// Visit is one time that somebody used a link.
type Visit struct {
	bun.BaseModel `bun:"table:share_visits,alias:sv"`

	ID      string `bun:",pk"`
	LinkID  string
	At      time.Time
	What    What
	Address string
}

// What somebody did with a link.
type What string

// What is counted.
const (
	Opened     What = "open"
	Downloaded What = "download"
)

// Input is what somebody says of a link to be made.
type Input struct {
	Recipient, RecipientMail string
	Days                     int
	Password                 string
	Version                  int
	Download, Watermark      bool
}

const (
	mostLine      = 200
	leastPassword = 8
)

// clean folds white space and checks the fields, also against the rule of the branch.
func (n *Input) clean(r Rule) error {
	n.Recipient, n.RecipientMail = fold.Line(n.Recipient), fold.Line(n.RecipientMail)
	e := errs.Invalid("error.invalid")
	if n.Recipient == "" {
		e.Field("recipient", "error.field.required")
	}
	if n.RecipientMail != "" && !strings.Contains(n.RecipientMail, "@") {
		e.Field("recipient_mail", "error.field.email")
	}
	for name, s := range map[string]string{"recipient": n.Recipient, "recipient_mail": n.RecipientMail, "password": n.Password} {
		if len([]rune(s)) > mostLine {
			e.Field(name, "error.field.too_long", "Max", mostLine)
		}
	}
	if n.Days < 1 || n.Days > r.MostDays {
		e.Field("days", "error.field.range", "Min", 1, "Max", r.MostDays)
	}
	switch {
	case n.Password == "" && r.Password:
		e.Field("password", "error.field.share_password")
	case n.Password != "" && len([]rune(n.Password)) < leastPassword:
		e.Field("password", "error.field.password_short", "Min", leastPassword)
	}
	return e.OrNil()
}

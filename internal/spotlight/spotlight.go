// Package spotlight lets managers hold a document, or one page of it, up as an example: with one line why, and until when.
//
// A spotlight is for the company or for one branch, and never for more than its document is: who does not see the document sees
// nothing of it, nor its line. It ends by itself; what is past stays on the wall. People meet it on their home page until they have seen
// it, and find the document a little sooner. Nothing of it is in the search index, so that beginning, ending and a changed audience
// count with the next question.
package spotlight

import (
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/fold"
	"github.com/aanpak/aanpak/internal/library"
)

// Spotlight is a document that is held up as an example.
type Spotlight struct {
	bun.BaseModel `bun:"table:spotlights,alias:sp"`

	ID         string `bun:",pk"`
	DocumentID string
	Version    int    // number of the version whose page it is; 0 for the whole document
	Page       int    // 0 = the whole document
	Why        string // one line
	Audience   string // an audience key: of the company or of a branch
	UserID     string // who holds it up
	CreatedAt  time.Time
	Until      time.Time
	EndedBy    string // who ended it early; Until is when

	// joined: who holds it up, and whether the viewer has seen it
	UserName     string `bun:",scanonly"`
	UserFunction string `bun:",scanonly"`
	UserPhoto    string `bun:",scanonly"`
	BranchName   string `bun:",scanonly"` // of a branch's
	Seen         bool   `bun:",scanonly"`

	Document *library.Document `bun:"-"`
}

// On tells whether it is on at a time.
func (s *Spotlight) On(at time.Time) bool { return s.Until.After(at) }

// ForCompany tells whether it is for everybody who sees the document.
func (s *Spotlight) ForCompany() bool { return s.Audience == auth.KeyCompany }

// Limits of a spotlight.
const (
	MaxWhy      = 200 // runes
	DefaultDays = 28
	MaxDays     = 366
)

// The audiences to choose from.
const (
	Company = "company"
	Branch  = "branch" // of who makes it
)

// Input is what a manager says of a spotlight.
type Input struct {
	Page     int    // 0 = the whole document
	Why      string // one line
	Audience string // Company or Branch; empty = Company
	Until    time.Time
	Began    time.Time // of what is loaded from elsewhere; zero = now
}

// clean folds white space, fills in what was left out and checks the fields.
func (n *Input) clean(now time.Time) error {
	n.Why = fold.Line(n.Why)
	if n.Audience == "" {
		n.Audience = Company
	}
	if n.Until.IsZero() {
		n.Until = now.AddDate(0, 0, DefaultDays)
	}
	e := errs.Invalid("error.invalid")
	if n.Why == "" {
		e.Field("why", "error.field.required")
	}
	if len([]rune(n.Why)) > MaxWhy {
		e.Field("why", "error.field.too_long", "Max", MaxWhy)
	}
	if n.Audience != Company && n.Audience != Branch {
		e.Field("audience", "error.field.choice")
	}
	if !n.Until.After(now) || n.Until.After(now.AddDate(0, 0, MaxDays)) {
		e.Field("until", "error.field.spotlight_until")
	}
	if n.Page < 0 {
		e.Field("page", "error.field.page")
	}
	return e.OrNil()
}

// key is the audience as a key.
func (n *Input) key(v auth.Viewer) string {
	if n.Audience == Branch {
		return auth.BranchKey(v.BranchID)
	}
	return auth.KeyCompany
}

// Input returns the spotlight as it would be entered.
func (s *Spotlight) Input() Input {
	n := Input{Page: s.Page, Why: s.Why, Audience: Company, Until: s.Until}
	if !s.ForCompany() {
		n.Audience = Branch
	}
	return n
}

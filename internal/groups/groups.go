// Package groups knows groups of people around a theme, who is in them and how one gets in.
//
// A group is open (anybody joins), closed (anybody asks, an owner lets in) or hidden (only who is in it, or is invited, knows of it).
// What is shared with a group carries its audience key, which only members hold: to be invited, or to have asked, is not enough.
// Membership becomes part of auth.Viewer with the next request, so joining and leaving count at once, everywhere.
package groups

import (
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/fold"
)

// Kind is who may know of a group and how one gets in.
type Kind string

// The kinds of groups.
const (
	KindOpen   Kind = "open"
	KindClosed Kind = "closed"
	KindHidden Kind = "hidden"
)

// Kinds lists every kind in the order in which forms show them.
var Kinds = []Kind{KindOpen, KindClosed, KindHidden}

// Valid tells whether k exists.
func (k Kind) Valid() bool { return slices.Contains(Kinds, k) }

// State is how far somebody is into a group.
type State string

// The states. Only members see what is shared with the group.
const (
	StateNone    State = ""
	StateMember  State = "member"
	StateAsked   State = "asked"   // to be let in by an owner
	StateInvited State = "invited" // by an owner, to accept
)

// Group is people around a theme.
type Group struct {
	bun.BaseModel `bun:"table:groups,alias:g"`

	ID         string `bun:",pk"`
	Name       string // unique among groups that are not hidden
	NameFolded string
	About      string
	Kind       Kind
	Official   bool // of the company, rather than of people
	CreatedBy  string
	CreatedAt  time.Time
	UpdatedAt  time.Time

	// joined: how many members it has, what the viewer is in it and, for its owners, how many ask to be let in
	Members int   `bun:",scanonly"`
	State   State `bun:",scanonly"`
	Owner   bool  `bun:",scanonly"`
	Asking  int   `bun:",scanonly"`
}

// Member is somebody in a group, on the way in, or asked to come.
type Member struct {
	bun.BaseModel `bun:"table:group_members,alias:m"`

	GroupID string `bun:",pk"`
	UserID  string `bun:",pk"`
	State   State
	Owner   bool
	Since   time.Time

	Name       string `bun:",scanonly"`
	Function   string `bun:",scanonly"`
	BranchName string `bun:",scanonly"`
	Photo      string `bun:",scanonly"`
}

const (
	maxName  = 100    // runes
	maxAbout = 10_000 // runes
)

// Input is what a person enters for a group.
type Input struct {
	Name, About string
	Kind        Kind
	Official    bool // administrators only
}

// clean folds white space and checks the fields.
func (n *Input) clean() error {
	n.Name = fold.Line(n.Name)
	if n.Kind == "" {
		n.Kind = KindOpen
	}
	e := errs.Invalid("error.invalid")
	if n.Name == "" {
		e.Field("name", "error.field.required")
	}
	if len([]rune(n.Name)) > maxName {
		e.Field("name", "error.field.too_long", "Max", maxName)
	}
	if len([]rune(n.About)) > maxAbout {
		e.Field("about", "error.field.too_long", "Max", maxAbout)
	}
	if !n.Kind.Valid() {
		e.Field("kind", "error.field.choice")
	}
	return e.OrNil()
}

// Input returns the group as it would be entered.
func (g *Group) Input() Input { return Input{g.Name, g.About, g.Kind, g.Official} }

// apply writes the input into g.
func (n *Input) apply(g *Group) {
	g.Name, g.NameFolded, g.About, g.Kind, g.Official = n.Name, fold.Key(n.Name), n.About, n.Kind, n.Official
}

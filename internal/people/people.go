// Package people knows branches and the people in them: accounts, sign-in, sessions and tokens.
//
// It turns a session cookie or an API token into an auth.Viewer, the one thing by which every other domain decides.
// Everybody who is signed in sees every colleague and branch; only administrators change others.
package people

import (
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/fold"
)

// Branch is a regional office.
type Branch struct {
	bun.BaseModel `bun:"table:branches,alias:b"`

	ID         string `bun:",pk"`
	Name       string
	NameFolded string
	Place      string
	CreatedAt  time.Time
	People     int `bun:",scanonly"` // number of active people; set by CountedBranches only
}

// User is a person with an account.
type User struct {
	bun.BaseModel `bun:"table:users,alias:u"`

	ID            string `bun:",pk"`
	Email         string
	EmailFolded   string
	Name          string
	NameFolded    string
	BranchID      string
	Role          auth.Role
	Calculator    bool // reads the calculations of the branch
	Function      string
	Phone         string
	About         string
	PasswordHash  string
	Language      string // "nl", "en" or empty for the browser's
	Theme         string // "light", "dark" or empty for the system's
	CreatedAt     time.Time
	UpdatedAt     time.Time
	DeactivatedAt bun.NullTime
	Source        Source       // who knows this person and checks the password
	ExternalID    string       // by which the source knows the person; "" for SourceLocal
	GoneAt        bun.NullTime // since when the source has no such person; such an account is deactivated, and comes back by itself

	PersonnelNumber string       // empty, or unique in any case
	SeenAt          bun.NullTime // of the last session; zero = has not signed in yet

	Photo        string // SHA-256 of the largest size; empty = none
	Mobile       string // empty also where the viewer may not see it
	MobileHidden bool   // the mobile number is for the own branch only
	Languages    string // that they speak: BCP-47 tags between spaces
	WorkingOn    string // one line; faded where it is old
	WorkingOnAt  bun.NullTime
	Supplied     string // fields that the source says, between commas; they are not changed here

	Factor    bool `bun:"-"` // has a second factor; set by Session, as the next
	FactorDue bool `bun:"-"` // must set one up before anything else

	BranchName  string   `bun:",scanonly"` // set by the methods that read
	BranchPlace string   `bun:",scanonly"` // set by Entries only
	Expertise   []*Skill `bun:"-"`         // set by User, Directory and Entries
	Groups      []string `bun:"-"`         // as auth.Viewer has them; set by Session, TokenUser and UserByEmail

	Grants []auth.Grant `bun:"-"` // of temporary access, those that hold now; set as Groups
}

// Active tells whether the person may sign in.
func (u *User) Active() bool { return u.DeactivatedAt.IsZero() }

// Viewer returns the person as the one who asks.
func (u *User) Viewer() auth.Viewer {
	return auth.Viewer{UserID: u.ID, BranchID: u.BranchID, Name: u.Name, Role: u.Role, Language: u.Language, Groups: u.Groups, Calculator: u.Calculator, Grants: u.Grants}
}

// NewUser is what an administrator or command says of a person to add.
type NewUser struct {
	Email, Name, Function, Phone string
	PersonnelNumber              string // by which who has no mail address signs in
	Branch                       string // id or name; a name that is new makes a branch where the caller may
	Role                         auth.Role
	Calculator                   bool
	Password                     string    // empty: the person chooses one by an invitation
	Since                        time.Time // since when they are here, of who is loaded from elsewhere; zero = now
	Language                     string
}

// clean folds white space and checks the fields.
func (n *NewUser) clean() error {
	n.Email, n.Name = fold.Line(n.Email), fold.Line(n.Name)
	n.Function, n.Phone, n.Branch = fold.Line(n.Function), fold.Line(n.Phone), fold.Line(n.Branch)
	n.PersonnelNumber = fold.Line(n.PersonnelNumber)
	e := errs.Invalid("error.invalid")
	checkLogin(e, n.Email, n.PersonnelNumber)
	if nameless(n.Name) {
		e.Field("name", "error.field.required")
	}
	if n.Branch == "" {
		e.Field("branch", "error.field.required")
	}
	if !n.Role.Valid() {
		e.Field("role", "error.field.role", "Roles", joinRoles())
	}
	if n.Password != "" {
		checkPassword(e, "password", n.Password, n.Name, n.Email, n.PersonnelNumber, n.Branch)
	}
	tooLong(e, map[string]string{"email": n.Email, "name": n.Name, "function": n.Function, "phone": n.Phone, "branch": n.Branch})
	return e.OrNil()
}

func joinRoles() string {
	names := make([]string, len(auth.Roles))
	for i, r := range auth.Roles {
		names[i] = string(r)
	}
	return strings.Join(names, ", ")
}

// maxLine is the longest name, function or address, in runes.
const maxLine = 200

func tooLong(e *errs.Error, fields map[string]string) {
	for name, v := range fields {
		if len([]rune(v)) > maxLine {
			e.Field(name, "error.field.too_long", "Max", maxLine)
		}
	}
}

// minPassword follows NIST SP 800-63B: length counts, composition rules do not.
const minPassword = 10

// checkPassword refuses what is short or soon guessed; about is what is known of the person.
func checkPassword(e *errs.Error, field, password string, about ...string) {
	switch n := len([]rune(password)); {
	case n < minPassword:
		e.Field(field, "error.field.password_short", "Min", minPassword)
	case n > maxLine:
		e.Field(field, "error.field.too_long", "Max", maxLine)
	case auth.Guessable(password, about...):
		e.Field(field, "error.field.password_guessable")
	}
}

// validEmail asks for something on both sides of one @ and no white space: the mail server knows the rest.
func validEmail(s string) bool {
	local, domain, ok := strings.Cut(s, "@")
	return ok && local != "" && domain != "" && !strings.ContainsAny(s, " <>(),;:\"\\") && !strings.Contains(domain, "@")
}

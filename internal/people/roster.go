package people

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/fold"
)

// Change is what a source changes about an account.
type Change string

// The changes, in the order of a report.
const (
	ChangeAdded    Change = "added"
	ChangeLinked   Change = "linked" // a local account that belongs to the source from now on
	ChangeReturned Change = "returned"
	ChangeChanged  Change = "changed"
	ChangeLeft     Change = "left"
	ChangeHeld     Change = "held" // would leave, but is kept: see MostLeavers
	ChangeSkipped  Change = "skipped"
	ChangeNone     Change = "none"
)

// Changes lists those that a report tells of.
var Changes = []Change{ChangeAdded, ChangeLinked, ChangeReturned, ChangeChanged, ChangeLeft, ChangeHeld, ChangeSkipped}

// Reason says why something was not, or not wholly, done.
type Reason string

// The reasons; each has its words behind "directory.reason.".
const (
	reasonDisabled  Reason = "disabled"    // by the source
	reasonKeptOut   Reason = "kept_out"    // by an administrator of ours
	reasonNoMail    Reason = "no_mail"     // an account is known by its address
	reasonNoBranch  Reason = "no_branch"   // neither rules nor attributes name one that there is
	reasonMailTaken Reason = "mail_taken"  // by another account
	reasonLocal     Reason = "local_admin" // an account of ours with rights that a mail address alone must not give
	reasonLastAdmin Reason = "last_admin"  // somebody has to administer
	reasonTooMany   Reason = "too_many"    // more than may leave at once
	reasonFailed    Reason = "failed"      // the database refused it
)

// Difference is a field that changes.
type Difference struct {
	Field string `json:"field"`
	From  string `json:"from"`
	To    string `json:"to"`
}

// Line tells of one account in a report.
type Line struct {
	Change      Change       `json:"change"`
	Reason      Reason       `json:"reason,omitempty"`
	UserID      string       `json:"user,omitempty"`
	Name        string       `json:"name"`
	Email       string       `json:"email"`
	Differences []Difference `json:"differences,omitempty"`
	Failure     string       `json:"failure,omitempty"` // as the database says it
}

// step is a line with what is to be written.
type step struct {
	Line
	user    *User // as it is to be; without an id where it is to be made
	columns []string
	branch  string // to be found or made
	lowers  bool   // somebody administers no longer
}

// roster is the accounts and branches that somebody is matched with.
type roster struct {
	known    map[string]*User // by source and id
	mails    map[string]*User
	branches map[string]*Branch // by folded name
	names    map[string]string  // of branches by id
	admins   int64              // active ones
	now      time.Time
}

// readRoster reads the accounts that q selects, and all branches.
func (s *Service) readRoster(ctx context.Context, d bun.IDB, q func(*bun.SelectQuery) *bun.SelectQuery) (*roster, error) {
	r := &roster{now: s.Now(), known: map[string]*User{}, mails: map[string]*User{}, branches: map[string]*Branch{}, names: map[string]string{}}
	var users []*User
	if err := d.NewSelect().Model(&users).Apply(selectUsers).Apply(q).Order("u.name_folded", "u.id").Scan(ctx); err != nil {
		return nil, err
	}
	for _, u := range users {
		if r.mails[u.EmailFolded] = u; u.ExternalID != "" {
			r.known[externalKey(u.Source, u.ExternalID)] = u
		}
	}
	var branches []*Branch
	if err := d.NewSelect().Model(&branches).Scan(ctx); err != nil {
		return nil, err
	}
	for _, b := range branches {
		r.branches[b.NameFolded], r.names[b.ID] = b, b.Name
	}
	var err error
	r.admins, err = d.NewSelect().Model((*User)(nil)).Where("role = ?", auth.RoleAdmin).Where("deactivated_at IS NULL").Count(ctx)
	return r, err
}

func externalKey(s Source, id string) string { return string(s) + ":" + id }

// plan says what becomes of somebody whom a source knows. It is nil for who is no more there than here.
func (r *roster) plan(x *External) *step {
	u := r.known[externalKey(x.Source, x.ID)]
	if u != nil {
		return r.planKnown(x, u)
	}
	other := r.mails[fold.Key(fold.Line(x.Email))]
	skip := func(why Reason) *step {
		return &step{Line: Line{Change: ChangeSkipped, Reason: why, Name: fold.Line(x.Name), Email: fold.Line(x.Email)}, user: other}
	}
	switch {
	case x.Disabled && other == nil:
		return nil
	case x.Disabled:
		return skip(reasonDisabled)
	case !validEmail(fold.Line(x.Email)):
		return skip(reasonNoMail)
	case other == nil:
		return r.planNew(x, skip)
	case !other.Active():
		return skip(reasonKeptOut)
	case other.privileged():
		return skip(reasonLocal)
	case other.Source == SourceLocal, x.Source == SourceSCIM && other.Source == SourceOIDC:
		return r.planLink(x, other)
	case x.Source == SourceOIDC && (other.Source == SourceLDAP || other.Source == SourceSCIM): // these say what is to be known of them
		return &step{Line: Line{Change: ChangeNone, UserID: other.ID, Name: other.Name, Email: other.Email}, user: other}
	}
	return skip(reasonMailTaken)
}

func (r *roster) planNew(x *External, skip func(Reason) *step) *step {
	st := r.diff(x, &User{Source: x.Source, ExternalID: x.ID, Role: auth.RoleMember})
	if st.user.BranchID == "" && st.branch == "" {
		return skip(reasonNoBranch)
	}
	if nameless(st.user.Name) {
		st.user.Name, st.user.NameFolded = st.user.Email, st.user.EmailFolded
	}
	st.Change, st.Name, st.Email = ChangeAdded, st.user.Name, st.user.Email
	r.count(nil, st.user)
	r.mails[st.user.EmailFolded], r.known[externalKey(x.Source, x.ID)] = st.user, st.user
	return st
}

// planLink gives an account to the source. Its own password ends with that, unless people of the source may have one.
func (r *roster) planLink(x *External, u *User) *step {
	st := r.diff(x, u)
	st.Change = ChangeLinked
	st.user.Source, st.user.ExternalID = x.Source, x.ID
	st.columns = append(st.columns, "source", "external_id")
	if !x.Source.SignsInHere() {
		st.user.PasswordHash = ""
		st.columns = append(st.columns, "password_hash")
	}
	r.count(u, st.user)
	r.known[externalKey(x.Source, x.ID)] = st.user
	return st
}

func (r *roster) planKnown(x *External, u *User) *step {
	switch {
	case x.Disabled && u.Active():
		return r.planLeave(u, reasonDisabled)
	case x.Disabled:
		return &step{Line: Line{Change: ChangeNone, Reason: reasonDisabled, UserID: u.ID, Name: u.Name, Email: u.Email}, user: u}
	case !u.Active() && u.GoneAt.IsZero():
		return &step{Line: Line{Change: ChangeSkipped, Reason: reasonKeptOut, UserID: u.ID, Name: u.Name, Email: u.Email}, user: u}
	}
	st := r.diff(x, u)
	if !u.Active() {
		st.Change = ChangeReturned
		st.user.DeactivatedAt, st.user.GoneAt = bun.NullTime{}, bun.NullTime{}
		st.columns = append(st.columns, "deactivated_at", "gone_at")
	}
	r.count(u, st.user)
	return st
}

// planLeave deactivates an account that the source does not know any more.
func (r *roster) planLeave(u *User, why Reason) *step {
	st := &step{Line: Line{Change: ChangeLeft, Reason: why, UserID: u.ID, Name: u.Name, Email: u.Email}, user: u}
	if u.Role == auth.RoleAdmin && r.admins <= 1 {
		st.Change, st.Reason = ChangeSkipped, reasonLastAdmin
		return st
	}
	gone := *u
	gone.DeactivatedAt, gone.GoneAt = bun.NullTime{Time: r.now}, bun.NullTime{Time: r.now}
	st.lowers = u.Role == auth.RoleAdmin
	st.user, st.columns = &gone, []string{"deactivated_at", "gone_at"}
	r.count(u, &gone)
	return st
}

// count keeps the number of administrators.
func (r *roster) count(before, after *User) {
	if before != nil && before.Role == auth.RoleAdmin && before.Active() {
		r.admins--
	}
	if after.Role == auth.RoleAdmin && after.Active() {
		r.admins++
	}
}

// diff compares what the source says with an account, which it does not change.
func (r *roster) diff(x *External, u *User) *step {
	now := *u
	st := &step{Line: Line{Change: ChangeNone, UserID: u.ID, Name: u.Name, Email: u.Email}, user: &now}
	st.set("name", &now.Name, fold.Cut(fold.Line(x.Name), maxLine), "name", "name_folded")
	st.set("function", &now.Function, fold.Cut(fold.Line(x.Function), maxLine), "function")
	st.set("phone", &now.Phone, fold.Cut(fold.Line(x.Phone), maxLine), "phone")
	r.diffMail(st, fold.Line(x.Email))
	now.NameFolded, now.EmailFolded = fold.Key(now.Name), emailKey(now.Email, now.ID)
	r.diffBranch(st, x)
	r.diffRole(st, x.Role)
	if says := x.says(); says != now.Supplied {
		now.Supplied = says
		st.columns = append(st.columns, "supplied")
	}
	return st
}

// says names the fields of a profile that the source knows of somebody.
func (x *External) says() string {
	var fields []string
	for _, f := range [][2]string{{"name", x.Name}, {"function", x.Function}, {"phone", x.Phone}} {
		if fold.Line(f[1]) != "" {
			fields = append(fields, f[0])
		}
	}
	return strings.Join(fields, ",")
}

// idle tells whether a step writes nothing.
func (st *step) idle() bool { return st.Change == ChangeNone && len(st.columns) == 0 }

// set writes a field that the source knows and that is other than it was.
func (st *step) set(field string, to *string, value string, columns ...string) {
	if value == "" || value == *to {
		return
	}
	st.Differences = append(st.Differences, Difference{field, *to, value})
	*to = value
	st.columns = append(st.columns, columns...)
	if st.Change == ChangeNone {
		st.Change = ChangeChanged
	}
}

// diffMail leaves the address as it is where another account has the new one.
func (r *roster) diffMail(st *step, mail string) {
	if !validEmail(mail) || len([]rune(mail)) > maxLine {
		return
	}
	if other := r.mails[fold.Key(mail)]; other != nil && other.ID != st.user.ID {
		st.Reason = reasonMailTaken
		return
	}
	st.set("email", &st.user.Email, mail, "email", "email_folded")
}

// diffBranch takes the branch of the rules, which is made where it is new, or the first of the others that there is.
func (r *roster) diffBranch(st *step, x *External) {
	id, name := "", fold.Cut(fold.Line(x.Branch), maxLine)
	if b := r.branches[fold.Key(name)]; b != nil {
		id, name = b.ID, b.Name
	}
	for _, candidate := range x.Branches {
		if b := r.branches[fold.Key(fold.Line(candidate))]; b != nil && name == "" {
			id, name = b.ID, b.Name
		}
	}
	if name == "" || id != "" && id == st.user.BranchID {
		return
	}
	if id == "" {
		st.branch = name
	}
	from := r.names[st.user.BranchID]
	st.set("branch", &from, name, "branch_id")
	st.user.BranchID = id
}

func (r *roster) diffRole(st *step, role auth.Role) {
	if role == "" || role == st.user.Role {
		return
	}
	if st.user.Role == auth.RoleAdmin && st.user.Active() && r.admins <= 1 {
		st.Reason = reasonLastAdmin
		return
	}
	was := string(st.user.Role)
	st.lowers = st.user.Role == auth.RoleAdmin
	st.set("role", &was, string(role), "role")
	st.user.Role = role
}

// sorted puts steps in the order of a report: by change, and then by name.
func sorted(steps []*step) {
	slices.SortFunc(steps, func(a, b *step) int {
		return cmp.Or(slices.Index(Changes, a.Change)-slices.Index(Changes, b.Change), cmp.Compare(fold.Key(a.Name), fold.Key(b.Name)), cmp.Compare(a.Email, b.Email))
	})
}

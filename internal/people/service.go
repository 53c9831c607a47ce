package people

import (
	"context"
	"fmt"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/rs/xid"
	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/audit"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/fold"
	"github.com/aanpak/aanpak/internal/index"
	"github.com/aanpak/aanpak/internal/keep"
	"github.com/aanpak/aanpak/internal/search"
)

// Service is the use cases of people.
type Service struct {
	db.Clock
	db       *db.DB
	hasher   *auth.Hasher
	signedIn *keep.Keep[signedIn]
	groups   []Memberships
	grants   Grants                                                      // nil where nobody lends sight
	leaving  []func(ctx context.Context, tx bun.Tx, userID string) error // what else ends with access
	named    []Reference
	sealing  sealing
	mailing  mailing

	askWays    func(context.Context) (Ways, error) // nil unless UseWays
	passkeys   *webauthn.WebAuthn                  // nil where the address has none
	photos     photos                              // empty unless UsePhotos
	roll       *keep.Keep[*roll]
	branchList *keep.Keep[[]*Branch]
	workWords  WorkWords // nil unless FoundByWork

	wayChanged func(ctx context.Context, tx bun.Tx, v auth.Viewer, userID string, w WayIn) error // nil where nobody is told
	endorsed   func(ctx context.Context, tx bun.Tx, v auth.Viewer, userID, expertise string) error
}

// Memberships returns the groups that somebody is in, as auth.Viewer has them. The domains that know groups of people bring one each.
type Memberships func(ctx context.Context, tx bun.IDB, userID string) ([]string, error)

// InGroups adds where to ask which groups somebody is in.
func (s *Service) InGroups(m ...Memberships) { s.groups = append(s.groups, m...) }

// Grants returns what an administrator sees by temporary access that has not been ended, whether or not its time is over.
type Grants func(ctx context.Context, tx bun.IDB, userID string) ([]auth.Grant, error)

// UseGrants adds where to ask what administrators see for a while.
func (s *Service) UseGrants(g Grants) { s.grants = g }

// OnLeave adds what else is to be ended, in the same transaction, when somebody's access ends.
func (s *Service) OnLeave(f func(ctx context.Context, tx bun.Tx, userID string) error) {
	s.leaving = append(s.leaving, f)
}

// New returns the service.
func New(d *db.DB, hasher *auth.Hasher) *Service {
	return &Service{
		db: d, hasher: hasher, signedIn: keep.New(d, keptSignedIn, func(signedIn) int { return 1 }),
		roll: keep.New(d, 1, func(*roll) int { return 1 }), branchList: keep.New(d, 1, func([]*Branch) int { return 1 }),
	}
}

// selectUsers reads users with the name of their branch.
func selectUsers(q *bun.SelectQuery) *bun.SelectQuery {
	return q.ColumnExpr("u.*").ColumnExpr("b.name AS branch_name").Join("JOIN branches AS b ON b.id = u.branch_id")
}

// User returns a person by id.
func (s *Service) User(ctx context.Context, v auth.Viewer, id string) (*User, error) {
	if !v.SignedIn() {
		return nil, errs.Unauthorized()
	}
	u, err := s.userWhere(ctx, "u.id = ?", id)
	if err != nil {
		return nil, err
	}
	if s.veil(v, u); !u.Active() {
		return u, nil
	}
	return u, s.withExpertise(ctx, s.db.Reader(), []*User{u})
}

// UserByEmail returns a person by mail address; for commands and sign-in, not for viewers.
func (s *Service) UserByEmail(ctx context.Context, email string) (*User, error) {
	u, err := s.userWhere(ctx, "u.email_folded = ?", fold.Key(email))
	if err != nil {
		return nil, err
	}
	if err := s.withGroups(ctx, u); err != nil {
		return nil, err
	}
	return u.at(s.Now()), nil
}

func (s *Service) userWhere(ctx context.Context, where string, args ...any) (*User, error) {
	u := new(User)
	err := s.db.Reader().NewSelect().Model(u).Apply(selectUsers).Where(where, args...).Scan(ctx)
	if db.IsNoRows(err) {
		return nil, errs.NotFound("user")
	}
	if err != nil {
		return nil, fmt.Errorf("read user: %w", db.Classify(err))
	}
	return u, nil
}

// withGroups adds the groups that somebody is in, for who acts as that person.
func (s *Service) withGroups(ctx context.Context, u *User) error {
	for _, m := range s.groups {
		ids, err := m(ctx, s.db.Reader(), u.ID)
		if err != nil {
			return err
		}
		u.Groups = append(u.Groups, ids...)
	}
	if s.grants == nil || u.Role != auth.RoleAdmin {
		return nil
	}
	var err error
	u.Grants, err = s.grants(ctx, s.db.Reader(), u.ID)
	return err
}

// at leaves the grants that hold at this moment: what was read of a person is kept until something changes, and time passes
// without a change. It copies, since what is kept is shared.
func (u *User) at(now time.Time) *User {
	var hold []auth.Grant
	for _, g := range u.Grants {
		if g.Until.After(now) {
			hold = append(hold, g)
		}
	}
	u.Grants = hold
	return u
}

// Create adds a person. Only administrators and the system may.
func (s *Service) Create(ctx context.Context, v auth.Viewer, n NewUser) (*User, error) {
	if err := CanAdminister(v); err != nil {
		return nil, err
	}
	if err := n.clean(); err != nil {
		return nil, err
	}
	u, err := s.prepare(ctx, n)
	if err != nil {
		return nil, err
	}
	err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := s.insert(ctx, tx, u, n.Branch); err != nil {
			return err
		}
		return audit.Log(ctx, tx, v, "user.create", "user:"+u.ID, u.account().String())
	})
	if err != nil {
		return nil, fmt.Errorf("create user: %w", db.Classify(err))
	}
	return u, nil
}

// prepare hashes the password before any transaction: it takes tens of milliseconds.
func (s *Service) prepare(ctx context.Context, n NewUser) (*User, error) {
	u := s.newUser(n)
	if n.Password == "" {
		return u, nil
	}
	var err error
	u.PasswordHash, err = s.hasher.Hash(ctx, n.Password)
	return u, err
}

// newUser is an account without a password and a branch.
func (s *Service) newUser(n NewUser) *User {
	u := &User{
		ID: xid.New().String(), Email: n.Email, Name: n.Name, NameFolded: fold.Key(n.Name), PersonnelNumber: n.PersonnelNumber,
		Role: n.Role, Calculator: n.Calculator, Function: n.Function, Phone: n.Phone, Language: n.Language, CreatedAt: s.Now(), UpdatedAt: s.Now(),
	}
	if !n.Since.IsZero() {
		u.CreatedAt = n.Since.UTC()
	}
	u.EmailFolded = emailKey(n.Email, u.ID)
	return u
}

func (s *Service) insert(ctx context.Context, tx bun.Tx, u *User, branch string) error {
	b, err := s.ensureBranch(ctx, tx, branch)
	if err != nil {
		return err
	}
	u.BranchID, u.BranchName = b.ID, b.Name
	if _, err := tx.NewInsert().Model(u).Exec(ctx); err != nil {
		if db.IsUnique(err) {
			return taken(err, u.Email)
		}
		return err
	}
	return index.Mark(ctx, tx, search.TypePerson, u.ID)
}

func oneOf(s string, allowed ...string) string {
	for _, a := range allowed {
		if s == a {
			return s
		}
	}
	return ""
}

// updateUser writes the named columns and marks the person for the index.
func (s *Service) updateUser(ctx context.Context, u *User, columns ...string) error {
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error { return updateUserTx(ctx, tx, u, columns...) })
	if err != nil {
		return fmt.Errorf("update user %s: %w", u.ID, db.Classify(err))
	}
	return nil
}

func updateUserTx(ctx context.Context, tx bun.Tx, u *User, columns ...string) error {
	res, err := tx.NewUpdate().Model(u).Column(columns...).WherePK().Exec(ctx)
	if err != nil {
		return err
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return errs.NotFound("user")
	}
	return index.Mark(ctx, tx, search.TypePerson, u.ID)
}

// Any tells whether there is any account yet.
func (s *Service) Any(ctx context.Context) (bool, error) {
	ok, err := s.db.Reader().NewSelect().Model((*User)(nil)).Exists(ctx)
	return ok, db.Classify(err)
}

// FirstAdmin returns the oldest active administrator, in whose name commands act.
func (s *Service) FirstAdmin(ctx context.Context) (*User, error) {
	u := new(User)
	err := s.db.Reader().NewSelect().Model(u).Apply(selectUsers).Where("u.role = ?", auth.RoleAdmin).Where("u.deactivated_at IS NULL").Order("u.created_at", "u.id").Limit(1).Scan(ctx)
	if db.IsNoRows(err) {
		return nil, errs.NotFound("user")
	}
	return u, db.Classify(err)
}

package people

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
)

// Ways is how people may sign in at one moment, beside passkeys and what a provider vouches for.
type Ways struct {
	Directory           Directory // nil where there is none
	AdminsOnly          bool      // passwords of our own are for administrators: they get in when everything else is away
	NoDirectoryPassword bool      // nobody types the directory's password here: a provider lets them in
}

// UseWays says where to ask how people may sign in. It is asked at each sign-in, so that what administrators change counts with the next
// one, in every process.
func (s *Service) UseWays(f func(ctx context.Context) (Ways, error)) { s.askWays = f }

// UseDirectory is UseWays for a directory that stays as it is.
func (s *Service) UseDirectory(d Directory) {
	s.UseWays(func(context.Context) (Ways, error) { return Ways{Directory: d}, nil })
}

func (s *Service) ways(ctx context.Context) (Ways, error) {
	if s.askWays == nil {
		return Ways{}, nil
	}
	return s.askWays(ctx)
}

// mayUsePassword refuses a password of our own to whom the settings give another way. It is asked of who has proved to be that person, so
// that it tells strangers nothing.
func (w Ways) mayUsePassword(u *User) error {
	if w.AdminsOnly && u.Role != auth.RoleAdmin {
		return errs.Forbidden("error.password_off")
	}
	return nil
}

// mayChoosePassword is mayUsePassword for who is about to choose one.
func (s *Service) mayChoosePassword(ctx context.Context, userID string) error {
	w, err := s.ways(ctx)
	if err != nil || !w.AdminsOnly {
		return err
	}
	u, err := s.userWhere(ctx, "u.id = ?", userID)
	if err != nil {
		return err
	}
	return w.mayUsePassword(u)
}

// LockAdmins returns the active administrators with the number of their passkeys, and keeps everything that could make them fewer waiting
// until tx ends.
func (s *Service) LockAdmins(ctx context.Context, tx bun.Tx) ([]*Administrator, error) {
	if err := s.turnOfAdmins(ctx, tx); err != nil {
		return nil, err
	}
	return s.administrators(ctx, tx)
}

// Administrators returns the active administrators.
func (s *Service) Administrators(ctx context.Context, v auth.Viewer) ([]*Administrator, error) {
	if err := CanAdminister(v); err != nil {
		return nil, err
	}
	return s.administrators(ctx, s.db.Reader())
}

// Administrator is an administrator with what they have to sign in by.
type Administrator struct {
	ID           string
	Source       Source
	ExternalID   string
	Email        string
	PasswordHash string
	Passkeys     int
}

// ByThemselves tells whether they get in without a directory or a provider.
func (a *Administrator) ByThemselves(passkeys bool) bool {
	return a.Source == SourceLocal && (a.PasswordHash != "" || passkeys && a.Passkeys > 0)
}

func (s *Service) administrators(ctx context.Context, d bun.IDB) (list []*Administrator, err error) {
	err = d.NewSelect().TableExpr("users AS u").Column("u.id", "u.source", "u.external_id", "u.email", "u.password_hash").
		ColumnExpr("(SELECT count(*) FROM passkeys AS p WHERE p.user_id = u.id) AS passkeys").
		Where("u.role = ?", auth.RoleAdmin).Where("u.deactivated_at IS NULL").Order("u.id").Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("administrators: %w", db.Classify(err))
	}
	return list, nil
}

// Sealer keeps secrets of the settings. It must not be asked for inside a transaction.
func (s *Service) Sealer(ctx context.Context) (*auth.Sealer, error) { return s.sealer(ctx) }

// Rehearsed is what would become of somebody whom a source knows.
type Rehearsed struct {
	Line
	Role   auth.Role
	Branch string
}

// Rehearse says what would become of people whom a source knows, and changes nothing.
func (s *Service) Rehearse(ctx context.Context, v auth.Viewer, list []*External) ([]Rehearsed, error) {
	if err := CanAdminister(v); err != nil {
		return nil, err
	}
	r, err := s.readRoster(ctx, s.db.Reader(), func(q *bun.SelectQuery) *bun.SelectQuery { return q })
	if err != nil {
		return nil, fmt.Errorf("read accounts: %w", db.Classify(err))
	}
	out := make([]Rehearsed, 0, len(list))
	for _, x := range list {
		out = append(out, r.rehearse(x))
	}
	return out, nil
}

func (r *roster) rehearse(x *External) Rehearsed {
	st := r.plan(x)
	if st == nil { // disabled there, and nobody here
		return Rehearsed{Line: Line{Change: ChangeSkipped, Reason: reasonDisabled, Name: x.Name, Email: x.Email}}
	}
	out := Rehearsed{Line: st.Line, Branch: st.branch}
	if out.Name == "" {
		out.Name = x.Name
	}
	if st.user == nil || st.Change == ChangeSkipped {
		return out
	}
	if out.Role = st.user.Role; out.Branch == "" {
		out.Branch = r.names[st.user.BranchID]
	}
	return out
}

package people

import (
	"context"
	"errors"
	"fmt"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/directory"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/fold"
)

// Source is who knows a person and checks the password.
type Source string

// The sources of accounts.
const (
	SourceLocal Source = ""     // Aanpak itself
	SourceLDAP  Source = "ldap" // the company's directory
	SourceOIDC  Source = "oidc" // a provider of sign-in by OpenID Connect
	SourceSCIM  Source = "scim" // the company's identity service, which writes accounts here and checks no password
)

// SignsInHere tells whether people of the source may have a password or passkeys of Aanpak's own. Who is known by SCIM may: the service says at
// once that somebody left, and all ways in end with that.
func (s Source) SignsInHere() bool { return s == SourceLocal || s == SourceSCIM }

// External is somebody as a source knows them. What is empty the source does not say, and stays as it is here.
type External struct {
	Source                       Source
	ID                           string
	DN                           string // of an entry in a directory, to check a password
	Email, Name, Function, Phone string
	Role                         auth.Role
	Branch                       string   // by a rule; made where there is none of that name
	Branches                     []string // what may name a branch; the first that there is counts
	Disabled                     bool
}

// Directory is the company's directory. Its errors are those of package directory.
type Directory interface {
	// Find returns who goes by a mail address or the name of an account.
	Find(ctx context.Context, name string) (*External, error)
	// Check tells, by no error, that a password is right.
	Check(ctx context.Context, x *External, password string) error
	// All returns everybody.
	All(ctx context.Context) ([]*External, error)
}

// privileged is who no source may take over by a mail address alone: whoever can write a mail address there would become an administrator
// here.
func (u *User) privileged() bool { return u.Role == auth.RoleAdmin || u.Role == auth.RoleHR }

// ownPassword refuses to give a password to somebody whose password is kept elsewhere.
func (u *User) ownPassword() error {
	if !u.Source.SignsInHere() {
		return errs.Conflict("error.password_elsewhere")
	}
	return nil
}

// asksDirectory tells whether the directory may know the password of an account, or of nobody's.
func (w Ways) asksDirectory(u *User) bool {
	return w.Directory != nil && !w.NoDirectoryPassword && (u == nil || u.Source == SourceLDAP || u.Source == SourceLocal && !u.privileged())
}

// askDirectory has the directory check a password, and returns whose it is, or nobody and why where that is more than a wrong password. own
// tells that it was wrong for a password of our own. A person may be called by several names: tries are counted by the person too.
func (s *Service) askDirectory(ctx context.Context, d Directory, name, password string, own bool) (x *External, why, err error) {
	x, err = d.Find(ctx, name)
	if err == nil {
		err = s.tryDirectory(ctx, d, x, password)
	}
	switch {
	case err == nil:
		return x, nil, nil
	case errs.Is(err, errs.KindTooMany):
		return nil, nil, err
	case errors.Is(err, directory.ErrAway) && !own:
		return nil, nil, errs.Unavailable("directory", err)
	}
	return nil, notJustWrong(err), nil
}

func (s *Service) tryDirectory(ctx context.Context, d Directory, x *External, password string) error {
	whose := "ldap:" + x.ID
	if err := s.try(ctx, whose); err != nil {
		return err
	}
	err := d.Check(ctx, x, password)
	switch {
	case err == nil:
		return s.forgetTries(ctx, whose)
	case errors.Is(err, directory.ErrAway):
		s.untry(ctx, whose)
	}
	return err
}

// notJustWrong is what an administrator should find in the log: not every wrong password.
func notJustWrong(err error) error {
	if errors.Is(err, directory.ErrNobody) || errors.Is(err, directory.ErrWrongPassword) {
		return nil
	}
	return err
}

// Enter opens a session for somebody whom a source has signed in, and makes the account where there is none.
func (s *Service) Enter(ctx context.Context, x *External, c Client) (secret string, u *User, err error) {
	if u, err = s.takeIn(ctx, x); err != nil {
		return "", nil, err
	}
	secret, err = s.admit(ctx, u.ID, oneFactor, c)
	return secret, u, err
}

// takeIn finds or makes the account of somebody whose sign-in was checked, and brings it up to date.
func (s *Service) takeIn(ctx context.Context, x *External) (u *User, err error) {
	err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if x.Disabled {
			return refusals[reasonDisabled]()
		}
		r, err := s.readRoster(ctx, tx, func(q *bun.SelectQuery) *bun.SelectQuery {
			return q.Where("u.source = ? AND u.external_id = ?", x.Source, x.ID).WhereOr("u.email_folded = ?", fold.Key(x.Email))
		})
		if err != nil {
			return err
		}
		st := r.plan(x)
		if st.Change == ChangeSkipped {
			return refusals[st.Reason]()
		}
		u = st.user
		return s.apply(ctx, tx, auth.System(), st)
	})
	if err != nil {
		return nil, fmt.Errorf("take in from %s: %w", x.Source, db.Classify(err))
	}
	return u, nil
}

// refusals are the reasons for which somebody does not get in, to the person.
var refusals = map[Reason]func() error{
	reasonDisabled:  func() error { return errs.Forbidden("error.external.disabled") },
	reasonKeptOut:   func() error { return errs.Forbidden("error.external.kept_out") },
	reasonNoMail:    func() error { return errs.Forbidden("error.external.no_mail") },
	reasonNoBranch:  func() error { return errs.Forbidden("error.external.no_branch") },
	reasonMailTaken: func() error { return errs.Conflict("error.external.mail_taken") },
	reasonLocal:     func() error { return errs.Conflict("error.external.local_admin") },
}

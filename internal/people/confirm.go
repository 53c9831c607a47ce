package people

import (
	"context"
	"errors"
	"time"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/directory"
	"github.com/aanpak/aanpak/internal/errs"
)

// freshFor is how long after signing in somebody may change their ways in without proving once more who they are.
const freshFor = 10 * time.Minute

// Confirmation is how somebody who is signed in proves once more who they are.
type Confirmation int

// The confirmations.
const (
	ConfirmNot      Confirmation = iota // they have just signed in
	ConfirmPassword                     // by their password
	ConfirmSignIn                       // by signing in once more: they have no password that we can ask
)

// Confirmation tells what Confirm wants of the viewer.
func (s *Service) Confirmation(ctx context.Context, u *User, c Client) (Confirmation, error) {
	w, err := s.ways(ctx)
	switch {
	case err != nil:
		return ConfirmPassword, err
	case s.fresh(c):
		return ConfirmNot, nil
	case u.PasswordHash != "", u.Source == SourceLDAP && w.Directory != nil:
		return ConfirmPassword, nil
	}
	return ConfirmSignIn, nil
}

// fresh tells whether somebody has just signed in.
func (s *Service) fresh(c Client) bool {
	return c.Session != nil && s.Now().Sub(c.Session.CreatedAt) < freshFor
}

// Confirm wants proof that it is the viewer who asks to change their ways in, and not somebody at a browser left open or with a stolen
// session.
func (s *Service) Confirm(ctx context.Context, v auth.Viewer, password string, c Client) error {
	u, err := s.userWhere(ctx, "u.id = ? AND u.deactivated_at IS NULL", v.UserID)
	if err != nil {
		return err
	}
	how, err := s.Confirmation(ctx, u, c)
	if err != nil {
		return err
	}
	switch how {
	case ConfirmNot:
		return nil
	case ConfirmSignIn:
		return errs.Conflict("error.confirm_sign_in")
	}
	if u.Source == SourceLDAP {
		return s.knowsDirectoryPassword(ctx, u, password, c)
	}
	return s.knowsPassword(ctx, u, password, c)
}

func (s *Service) knowsDirectoryPassword(ctx context.Context, u *User, password string, c Client) error {
	w, err := s.ways(ctx)
	if err != nil {
		return err
	}
	if w.Directory == nil { // taken out of the settings since
		return errs.Conflict("error.confirm_sign_in")
	}
	_, ok, err := s.guess(ctx, "password:"+u.ID, c, func() (*User, bool, error) {
		x, err := w.Directory.Find(ctx, u.Email)
		if err == nil && x.ID == u.ExternalID {
			err = s.tryDirectory(ctx, w.Directory, x, password)
		}
		if errors.Is(err, directory.ErrAway) {
			return u, false, errs.Unavailable("directory", err)
		}
		if errs.Is(err, errs.KindTooMany) {
			return u, false, err
		}
		return u, err == nil && x.ID == u.ExternalID, nil
	})
	if err == nil && !ok {
		err = errs.Invalid("error.invalid").Field("old_password", "error.field.password_wrong")
	}
	return err
}

package people

import (
	"context"
	"fmt"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
)

// Invited is how somebody proves to be invited: by the secret of a link, or by the code of a letter.
type Invited struct {
	Secret      string
	Login, Code string
}

// find returns the invitation. Wrong codes are counted as at AcceptCode.
func (s *Service) find(ctx context.Context, in Invited, c Client) (*invitation, error) {
	if in.Secret == "" {
		return s.guessCode(ctx, in.Login, in.Code, c)
	}
	i, err := s.invitation(ctx, s.db.Reader(), in.Secret)
	if err == nil && i.UserID == "" {
		err = errs.NotFound("link")
	}
	return i, err
}

// invitee returns who is invited. Who has a second factor chooses a password: a passkey counts as both, and a link alone would go round it.
func (s *Service) invitee(ctx context.Context, i *invitation) (*User, error) {
	u, err := s.userWhere(ctx, "u.id = ? AND u.deactivated_at IS NULL", i.UserID)
	if err != nil {
		return nil, err
	}
	if !u.Source.SignsInHere() {
		return nil, errs.Conflict("error.passkey_elsewhere")
	}
	f, err := readFactor(ctx, s.db.Reader(), u.ID)
	if err != nil {
		return nil, err
	}
	if !f.ConfirmedAt.IsZero() {
		return nil, errs.Conflict("error.passkey_second_factor")
	}
	return u, nil
}

// BeginInvitedPasskey returns what the device of somebody invited is asked, who would rather have a passkey than a password.
func (s *Service) BeginInvitedPasskey(ctx context.Context, in Invited, c Client) (*protocol.CredentialCreation, error) {
	if err := s.wantPasskeys(); err != nil {
		return nil, err
	}
	i, err := s.find(ctx, in, c)
	if err != nil {
		return nil, err
	}
	u, err := s.invitee(ctx, i)
	if err != nil {
		return nil, err
	}
	return s.beginPasskey(ctx, u, purposeInvite, c)
}

// AcceptByPasskey uses an invitation to keep a passkey. An earlier password and older sessions end, as with a new password.
func (s *Service) AcceptByPasskey(ctx context.Context, in Invited, name string, answer []byte, c Client) (session string, err error) {
	if err := s.wantPasskeys(); err != nil {
		return "", err
	}
	if name, err = passkeyName(name); err != nil {
		return "", err
	}
	i, err := s.find(ctx, in, c)
	if err != nil {
		return "", err
	}
	u, err := s.invitee(ctx, i)
	if err != nil {
		return "", err
	}
	p, err := s.made(ctx, u, purposeInvite, name, answer)
	if err != nil {
		return "", err
	}
	err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := s.use(ctx, tx, i); err != nil {
			return err
		}
		if err := s.keepPasskey(ctx, tx, c.viewer(u.ID), p); err != nil {
			return err
		}
		return s.setPassword(ctx, tx, c.viewer(u.ID), u.ID, "", "")
	})
	if err != nil {
		return "", fmt.Errorf("accept by passkey: %w", db.Classify(err))
	}
	return s.admit(ctx, u.ID, bothFactors, c)
}

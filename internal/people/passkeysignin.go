package people

import (
	"context"
	"encoding/base64"
	"fmt"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/audit"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
)

// BeginPasskeySignIn returns what the browser asks any passkey of this site. It names nobody.
func (s *Service) BeginPasskeySignIn(ctx context.Context, c Client) (*protocol.CredentialAssertion, error) {
	if err := s.wantPasskeys(); err != nil {
		return nil, err
	}
	if err := s.throttled(ctx, []string{"from:" + c.Address}); err != nil {
		return nil, err
	}
	options, asked, err := s.passkeys.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return nil, fmt.Errorf("passkey sign-in: %w", err)
	}
	return options, s.ask(ctx, purposeSignIn, "", asked, c)
}

// SignInByPasskey opens a session for whose passkey has answered. Every refusal is the same, and counted by client.
func (s *Service) SignInByPasskey(ctx context.Context, answer []byte, c Client) (session string, err error) {
	if err := s.wantPasskeys(); err != nil {
		return "", err
	}
	keys := []string{"from:" + c.Address}
	if err := s.throttled(ctx, keys); err != nil {
		return "", err
	}
	u, err := s.checkPasskey(ctx, answer, c)
	if errs.Is(err, errs.KindUnauthorized) {
		if err := s.failed(ctx, keys, u, c); err != nil {
			return "", err
		}
	}
	if err != nil {
		return "", err
	}
	return s.admit(ctx, u.ID, bothFactors, c)
}

// checkPasskey returns whose passkey gave an answer. With a refusal it returns the person too, where one is known.
func (s *Service) checkPasskey(ctx context.Context, answer []byte, c Client) (*User, error) {
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return nil, errPasskey(err)
	}
	asked, err := s.asked(ctx, purposeSignIn, "", parsed.Response.CollectedClientData.Challenge)
	if err != nil {
		return nil, err
	}
	var found holder
	var broken error
	_, key, err := s.passkeys.ValidatePasskeyLogin(func(_, handle []byte) (webauthn.User, error) {
		found, broken = s.holderByHandle(ctx, handle)
		return found, broken
	}, asked, parsed)
	if broken != nil && !errs.Is(broken, errs.KindUnauthorized) {
		return nil, broken
	}
	if err != nil {
		return found.User, errPasskey(err)
	}
	return found.User, s.usePasskey(ctx, found.User, key, c)
}

// holderByHandle finds who may sign in by a passkey: whom a directory or provider vouches for may not.
func (s *Service) holderByHandle(ctx context.Context, handle []byte) (h holder, err error) {
	row := new(passkeyHandle)
	err = s.db.Reader().NewSelect().Model(row).Where("handle = ?", base64.RawURLEncoding.EncodeToString(handle)).Scan(ctx)
	if db.IsNoRows(err) {
		return h, errPasskey(nil)
	}
	if err != nil {
		return h, db.Classify(err)
	}
	u, err := s.userWhere(ctx, "u.id = ?", row.UserID)
	if err != nil {
		return h, err
	}
	if !u.Active() || !u.Source.SignsInHere() {
		return h, errPasskey(fmt.Errorf("user %s may not sign in by a passkey", u.ID))
	}
	return s.holderOf(ctx, u)
}

// usePasskey writes the use and the new count. A count that does not grow tells that there may be two devices with one key: the one that is
// behind does not get in, and the trail says so.
func (s *Service) usePasskey(ctx context.Context, u *User, key *webauthn.Credential, c Client) error {
	id := credentialID(key.ID)
	if key.Authenticator.CloneWarning {
		return s.refuseCopy(ctx, u, id, c)
	}
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		count := int64(key.Authenticator.SignCount)
		row := &Passkey{SignCount: count, UsedAt: bun.NullTime{Time: s.Now()}}
		res, err := tx.NewUpdate().Model(row).Column("sign_count", "used_at").Where("credential_id = ?", id).Where("sign_count < ? OR (sign_count = 0 AND ? = 0)", count, count).Exec(ctx)
		if err != nil {
			return err
		}
		if n, _ := res.RowsAffected(); n != 1 {
			return errPasskey(fmt.Errorf("passkey of %s was removed or used at the same time", u.ID))
		}
		return audit.Log(ctx, tx, c.viewer(u.ID), "user.passkey.use", "user:"+u.ID, "")
	})
	return db.Classify(err)
}

func (s *Service) refuseCopy(ctx context.Context, u *User, credential string, c Client) error {
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		p := new(Passkey)
		if err := tx.NewSelect().Model(p).Column("name").Where("credential_id = ?", credential).Scan(ctx); err != nil {
			return err
		}
		return audit.Log(ctx, tx, auth.Viewer{Address: c.Address, Via: auth.ViaBrowser}, "user.passkey.copy", "user:"+u.ID, p.Name)
	})
	if err != nil {
		return db.Classify(err)
	}
	return errPasskey(fmt.Errorf("the count of a passkey of user %s went back: is there a copy?", u.ID))
}

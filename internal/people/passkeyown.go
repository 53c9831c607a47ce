package people

import (
	"context"
	"fmt"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/audit"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/fold"
)

// BeginPasskey returns what the viewer's device is asked to make a passkey. Who has a password gives it, who has
// none has just signed in: a browser left open makes none.
func (s *Service) BeginPasskey(ctx context.Context, v auth.Viewer, password string, c Client) (*protocol.CredentialCreation, error) {
	u, err := s.ownPasskeys(ctx, v)
	if err != nil {
		return nil, err
	}
	if u.PasswordHash != "" {
		err = s.knowsPassword(ctx, u, password, c)
	} else if !s.fresh(c) {
		err = errs.Conflict("error.confirm_sign_in")
	}
	if err != nil {
		return nil, err
	}
	return s.beginPasskey(ctx, u, purposeAdd, c)
}

// knowsPassword wants the password of who is signed in. Wrong ones are counted as at the door.
func (s *Service) knowsPassword(ctx context.Context, u *User, password string, c Client) error {
	_, ok, err := s.guess(ctx, "password:"+u.ID, c, func() (*User, bool, error) {
		ok, err := s.hasher.Check(ctx, u.PasswordHash, password)
		return u, ok, err
	})
	if err == nil && !ok {
		err = errs.Invalid("error.invalid").Field("old_password", "error.field.password_wrong")
	}
	return err
}

// ownPasskeys returns the viewer, who may have passkeys: whose sign-in is checked elsewhere keeps them there, and loses them there.
func (s *Service) ownPasskeys(ctx context.Context, v auth.Viewer) (*User, error) {
	if err := s.wantPasskeys(); err != nil {
		return nil, err
	}
	u, err := s.userWhere(ctx, "u.id = ? AND u.deactivated_at IS NULL", v.UserID)
	if err != nil {
		return nil, err
	}
	if !u.Source.SignsInHere() {
		return nil, errs.Conflict("error.passkey_elsewhere")
	}
	return u, nil
}

func (s *Service) beginPasskey(ctx context.Context, u *User, p purpose, c Client) (*protocol.CredentialCreation, error) {
	h, err := s.holderOf(ctx, u)
	if err != nil {
		return nil, err
	}
	if len(h.keys) >= maxPasskeys {
		return nil, errs.Conflict("error.passkeys_many", "Max", maxPasskeys)
	}
	options, asked, err := s.passkeys.BeginRegistration(h, webauthn.WithExclusions(webauthn.Credentials(h.keys).CredentialDescriptors()))
	if err != nil {
		return nil, fmt.Errorf("begin passkey: %w", err)
	}
	return options, s.ask(ctx, p, u.ID, asked, c)
}

// made checks a device's answer and returns the new passkey, which is not kept yet.
func (s *Service) made(ctx context.Context, u *User, p purpose, name string, answer []byte) (*Passkey, error) {
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return nil, errPasskey(err)
	}
	asked, err := s.asked(ctx, p, u.ID, parsed.Response.CollectedClientData.Challenge)
	if err != nil {
		return nil, err
	}
	h, err := s.holderOf(ctx, u)
	if err != nil {
		return nil, err
	}
	key, err := s.passkeys.CreateCredential(h, asked, parsed)
	if err != nil {
		return nil, errPasskey(err)
	}
	return s.newPasskey(u.ID, name, key)
}

func passkeyName(name string) (string, error) {
	name = fold.Line(name)
	e := errs.Invalid("error.invalid")
	if name == "" {
		e.Field("name", "error.field.required")
	}
	tooLong(e, map[string]string{"name": name})
	return name, e.OrNil()
}

// AddPasskey keeps a passkey that the viewer's device has made.
func (s *Service) AddPasskey(ctx context.Context, v auth.Viewer, name string, answer []byte) error {
	name, err := passkeyName(name)
	if err != nil {
		return err
	}
	u, err := s.ownPasskeys(ctx, v)
	if err != nil {
		return err
	}
	p, err := s.made(ctx, u, purposeAdd, name, answer)
	if err != nil {
		return err
	}
	return db.Classify(s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error { return s.keepPasskey(ctx, tx, v, p) }))
}

func (s *Service) keepPasskey(ctx context.Context, tx bun.Tx, v auth.Viewer, p *Passkey) error {
	if _, err := tx.NewInsert().Model(p).Exec(ctx); err != nil {
		if db.IsUnique(err) {
			return errPasskey(fmt.Errorf("this passkey is somebody's already"))
		}
		return err
	}
	if err := s.tellWay(ctx, tx, v, p.UserID, WayPasskey); err != nil {
		return err
	}
	return audit.Log(ctx, tx, v, "user.passkey.add", "user:"+p.UserID, p.Name)
}

// RenamePasskey names one of the viewer's own.
func (s *Service) RenamePasskey(ctx context.Context, v auth.Viewer, id, name string) error {
	name, err := passkeyName(name)
	if err != nil {
		return err
	}
	err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewUpdate().Model(&Passkey{Name: name}).Column("name").Where("id = ?", id).Where("user_id = ?", v.UserID).Exec(ctx)
		if err != nil {
			return err
		}
		if n, _ := res.RowsAffected(); n == 0 {
			return errs.NotFound("passkey")
		}
		return audit.Log(ctx, tx, v, "user.passkey.rename", "user:"+v.UserID, name)
	})
	return db.Classify(err)
}

// RemovePasskey takes one of the viewer's own away, and ends every session but keep. The last way in stays.
func (s *Service) RemovePasskey(ctx context.Context, v auth.Viewer, id, keep string) error {
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := s.db.Turn(ctx, tx, "people.passkeys:"+v.UserID); err != nil { // two at once would each leave the other as the last
			return err
		}
		list, err := passkeysOf(ctx, tx, v.UserID)
		if err != nil {
			return err
		}
		u := new(User)
		if err := tx.NewSelect().Model(u).Column("password_hash", "source").Where("u.id = ?", v.UserID).Scan(ctx); err != nil {
			return err
		}
		for _, p := range list {
			if p.ID != id {
				continue
			}
			if len(list) == 1 && u.PasswordHash == "" && u.Source.SignsInHere() {
				return errs.Conflict("error.passkey_last")
			}
			return s.removePasskeys(ctx, tx, v, v.UserID, keep, "user.passkey.remove", p.Name, p.ID)
		}
		return errs.NotFound("passkey")
	})
	return db.Classify(err)
}

// ResetPasskeys takes all of somebody's passkeys away, whose phone is lost. They are signed out everywhere; who has no password is
// invited anew.
func (s *Service) ResetPasskeys(ctx context.Context, v auth.Viewer, userID string) error {
	if err := CanAdminister(v); err != nil {
		return err
	}
	return db.Classify(s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		list, err := passkeysOf(ctx, tx, userID)
		if err != nil || len(list) == 0 {
			return err
		}
		ids := make([]string, len(list))
		for i, p := range list {
			ids[i] = p.ID
		}
		return s.removePasskeys(ctx, tx, v, userID, "", "user.passkey.reset", fmt.Sprint(len(ids)), ids...)
	}))
}

func (s *Service) removePasskeys(ctx context.Context, tx bun.Tx, v auth.Viewer, userID, keep, action, detail string, ids ...string) error {
	if _, err := tx.NewDelete().Model((*Passkey)(nil)).Where("id IN (?)", bun.List(ids)).Exec(ctx); err != nil {
		return err
	}
	if _, err := tx.NewDelete().Model((*Session)(nil)).Where("user_id = ?", userID).Where("id <> ?", keep).Exec(ctx); err != nil {
		return err
	}
	if err := s.tellWay(ctx, tx, v, userID, WayPasskeyGone); err != nil {
		return err
	}
	return audit.Log(ctx, tx, v, action, "user:"+userID, detail)
}

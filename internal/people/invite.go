package people

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/audit"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
)

const (
	setupFor  = 24 * time.Hour      // the first administrator's link
	inviteFor = 7 * 24 * time.Hour  // a link to choose a password
	letterFor = 14 * 24 * time.Hour // a letter with a code and a link
)

// invitation is a link that works once. Without a user it makes the first administrator.
type invitation struct {
	bun.BaseModel `bun:"table:invitations,alias:i"`

	SecretHash string `bun:",pk"`
	UserID     string `bun:",nullzero"`
	CodeHash   string // of the code of a letter, empty where there is none
	CreatedAt  time.Time
	ExpiresAt  time.Time
	UsedAt     bun.NullTime
}

// SetupLink returns the secret of a link with which the first administrator is made; earlier ones end. Where there are
// people already it is a conflict.
func (s *Service) SetupLink(ctx context.Context) (string, error) {
	secret := auth.NewSecret("")
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := nobodyYet(ctx, tx); err != nil {
			return err
		}
		if _, err := tx.NewDelete().Model((*invitation)(nil)).Where("user_id IS NULL").Exec(ctx); err != nil {
			return err
		}
		_, err := tx.NewInsert().Model(&invitation{SecretHash: auth.HashSecret(secret), CreatedAt: s.Now(), ExpiresAt: s.Now().Add(setupFor)}).Exec(ctx)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("setup link: %w", db.Classify(err))
	}
	return secret, nil
}

func nobodyYet(ctx context.Context, d bun.IDB) error {
	some, err := d.NewSelect().Model((*User)(nil)).Exists(ctx)
	if err != nil {
		return err
	}
	if some {
		return errs.Conflict("error.already_set_up")
	}
	return nil
}

// Invite returns the secret of a link with which a person chooses a password; earlier ones of that person end.
func (s *Service) Invite(ctx context.Context, v auth.Viewer, userID string) (string, error) {
	if err := CanAdminister(v); err != nil {
		return "", err
	}
	u, err := s.userWhere(ctx, "u.id = ? AND u.deactivated_at IS NULL", userID)
	if err != nil {
		return "", err
	}
	if err := u.ownPassword(); err != nil {
		return "", err
	}
	var made []Issued
	err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		if made, err = s.issue(ctx, tx, []*User{u}, nil); err != nil {
			return err
		}
		return audit.Log(ctx, tx, v, "user.invite", "user:"+userID, "")
	})
	if err != nil {
		return "", fmt.Errorf("invite: %w", db.Classify(err))
	}
	return made[0].Link, nil
}

// Invitation returns the person that a link is for, nil for the first administrator's link.
func (s *Service) Invitation(ctx context.Context, secret string) (*User, error) {
	i, err := s.invitation(ctx, s.db.Reader(), secret)
	if err != nil || i.UserID == "" {
		return nil, err
	}
	return s.userWhere(ctx, "u.id = ?", i.UserID)
}

func (s *Service) invitation(ctx context.Context, d bun.IDB, secret string) (*invitation, error) {
	i := new(invitation)
	err := d.NewSelect().Model(i).Where("secret_hash = ?", auth.HashSecret(secret)).Where("used_at IS NULL").Where("expires_at > ?", s.Now()).Scan(ctx)
	if db.IsNoRows(err) {
		return nil, errs.NotFound("link")
	}
	return i, db.Classify(err)
}

// Accept uses a person's link: it sets the password, ends older sessions and opens one.
func (s *Service) Accept(ctx context.Context, secret, password string, c Client) (session string, err error) {
	i, err := s.invitation(ctx, s.db.Reader(), secret)
	if err != nil {
		return "", err
	}
	if i.UserID == "" {
		return "", errs.NotFound("link")
	}
	u, err := s.userWhere(ctx, "u.id = ?", i.UserID)
	if err != nil {
		return "", err
	}
	e := errs.Invalid("error.invalid")
	checkPassword(e, "password", password, u.about()...)
	if err := e.OrNil(); err != nil {
		return "", err
	}
	if err := s.accept(ctx, i, password, c); err != nil {
		return "", fmt.Errorf("accept invitation: %w", db.Classify(err))
	}
	return s.admit(ctx, i.UserID, oneFactor, c)
}

func (s *Service) use(ctx context.Context, tx bun.Tx, i *invitation) error {
	i.UsedAt = bun.NullTime{Time: s.Now()}
	res, err := tx.NewUpdate().Model(i).Column("used_at").WherePK().Where("used_at IS NULL").Exec(ctx)
	if err != nil {
		return err
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return errs.NotFound("link")
	}
	return nil
}

// SetUp uses the first administrator's link: it makes the person and the branch, and opens a session.
func (s *Service) SetUp(ctx context.Context, secret string, n NewUser, c Client) (session string, err error) {
	n.Role = auth.RoleAdmin
	if err := n.clean(); err != nil {
		return "", err
	}
	if n.Password == "" {
		return "", errs.Invalid("error.invalid").Field("password", "error.field.required")
	}
	u, err := s.prepare(ctx, n)
	if err != nil {
		return "", err
	}
	err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		i, err := s.invitation(ctx, tx, secret)
		if err != nil {
			return err
		}
		if i.UserID != "" {
			return errs.NotFound("link")
		}
		if err := nobodyYet(ctx, tx); err != nil {
			return err
		}
		if err := s.use(ctx, tx, i); err != nil {
			return err
		}
		return s.insert(ctx, tx, u, n.Branch)
	})
	if err != nil {
		return "", fmt.Errorf("set up: %w", db.Classify(err))
	}
	return s.openSession(ctx, u.ID, oneFactor, c)
}

// ChangePassword sets the viewer's own password after checking the old one. Every session ends, and a new one is returned for the browser
// that asks: its old secret may be known to who knew the password.
func (s *Service) ChangePassword(ctx context.Context, v auth.Viewer, old, password string, c Client) (session string, err error) {
	u, err := s.userWhere(ctx, "u.id = ?", v.UserID)
	if err != nil {
		return "", err
	}
	if err := u.ownPassword(); err != nil {
		return "", err
	}
	if err := s.mayChoosePassword(ctx, v.UserID); err != nil {
		return "", err
	}
	e := errs.Invalid("error.invalid")
	if checkPassword(e, "password", password, u.about()...); e.OrNil() != nil {
		return "", e
	}
	if err := s.knowsPassword(ctx, u, old, c); err != nil {
		return "", err
	}
	hash, err := s.hasher.Hash(ctx, password)
	if err != nil {
		return "", err
	}
	err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		if err := s.setPassword(ctx, tx, v, u.ID, hash, ""); err != nil {
			return err
		}
		session, err = s.addSession(ctx, tx, u.ID, c.Session != nil && c.Session.Passkey, c)
		return err
	})
	return session, db.Classify(err)
}

// about is what nobody's password should be made of.
func (u *User) about() []string { return []string{u.Name, u.Email, u.PersonnelNumber, u.BranchName} }

// setPassword writes the hash and ends every session but keep: a changed password must lock out who knew the old one.
func (s *Service) setPassword(ctx context.Context, tx bun.Tx, v auth.Viewer, userID, hash, keep string) error {
	u := &User{ID: userID, PasswordHash: hash, UpdatedAt: s.Now()}
	if _, err := tx.NewUpdate().Model(u).Column("password_hash", "updated_at").WherePK().Exec(ctx); err != nil {
		return err
	}
	if _, err := tx.NewDelete().Model((*Session)(nil)).Where("user_id = ?", userID).Where("id <> ?", keep).Exec(ctx); err != nil {
		return err
	}
	if err := s.tellWay(ctx, tx, v, userID, WayPassword); err != nil {
		return err
	}
	return audit.Log(ctx, tx, v, "user.password", "user:"+userID, "")
}

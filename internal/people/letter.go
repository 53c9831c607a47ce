package people

import (
	"context"
	"crypto/subtle"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/audit"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/fold"
)

// MaxLetters is how many letters are made at once.
const MaxLetters = 200

// Letters makes a code and a link for each of some people, to be printed. What they had before ends.
func (s *Service) Letters(ctx context.Context, v auth.Viewer, ids []string) (list []Issued, err error) {
	if err := CanAdminister(v); err != nil {
		return nil, err
	}
	if len(ids) == 0 || len(ids) > MaxLetters {
		return nil, errs.Invalid("error.letters", "Max", MaxLetters)
	}
	sealer, err := s.sealer(ctx)
	if err != nil {
		return nil, err
	}
	err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		var users []*User
		q := tx.NewSelect().Model(&users).Apply(selectUsers).Where("u.id IN (?)", bun.List(ids)).Where("u.deactivated_at IS NULL").Order("b.name_folded", "u.name_folded", "u.id")
		if err := q.Scan(ctx); err != nil {
			return err
		}
		if len(users) == 0 {
			return errs.NotFound("user")
		}
		if list, err = s.issue(ctx, tx, users, sealer); err != nil {
			return err
		}
		for _, u := range users {
			if err := audit.Log(ctx, tx, v, "user.letter", "user:"+u.ID, ""); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("letters: %w", db.Classify(err))
	}
	return list, nil
}

// codeUse binds the hash of a code to its person: the same code of somebody else has another.
func codeUse(userID string) string { return "code:" + userID }

// AcceptCode lets somebody in by the code of a letter: it sets the password, ends older sessions and opens one. Wrong tries are counted by
// person and by client, as those of passwords are.
func (s *Service) AcceptCode(ctx context.Context, login, code, password string, c Client) (session string, err error) {
	e := errs.Invalid("error.invalid")
	checkPassword(e, "password", password, login)
	if err := e.OrNil(); err != nil {
		return "", err
	}
	i, err := s.guessCode(ctx, login, code, c)
	if err != nil {
		return "", err
	}
	if err := s.accept(ctx, i, password, c); err != nil {
		return "", fmt.Errorf("accept code: %w", db.Classify(err))
	}
	return s.admit(ctx, i.UserID, oneFactor, c)
}

// guessCode returns the invitation that a code is of.
func (s *Service) guessCode(ctx context.Context, login, code string, c Client) (i *invitation, err error) {
	_, ok, err := s.guess(ctx, "code:"+fold.Cut(fold.Key(login), maxLine), c, func() (*User, bool, error) {
		i, err = s.invitationByCode(ctx, login, code)
		if errs.Is(err, errs.KindNotFound) {
			return nil, false, nil
		}
		return nil, err == nil, err
	})
	if err == nil && !ok {
		err = errs.New(errs.KindUnauthorized, "error.code")
	}
	return i, err
}

// invitationByCode finds the invitation of whom the login is of, if the code is right.
func (s *Service) invitationByCode(ctx context.Context, login, code string) (*invitation, error) {
	sealer, err := s.sealer(ctx)
	if err != nil {
		return nil, err
	}
	u, err := s.userByLogin(ctx, login)
	if err != nil {
		return nil, err
	}
	i := new(invitation)
	q := s.db.Reader().NewSelect().Model(i).Where("user_id = ?", u.ID).Where("code_hash <> ''").Where("used_at IS NULL").Where("expires_at > ?", s.Now())
	if err := q.Scan(ctx); err != nil {
		return nil, db.Classify(err)
	}
	want := sealer.Hash(codeUse(u.ID), auth.CleanCode(code))
	if !u.Active() || subtle.ConstantTimeCompare([]byte(i.CodeHash), []byte(want)) != 1 {
		return nil, errs.NotFound("link")
	}
	return i, nil
}

// accept uses an invitation to set a password.
func (s *Service) accept(ctx context.Context, i *invitation, password string, c Client) error {
	if err := s.mayChoosePassword(ctx, i.UserID); err != nil {
		return err
	}
	hash, err := s.hasher.Hash(ctx, password)
	if err != nil {
		return err
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := s.use(ctx, tx, i); err != nil {
			return err
		}
		return s.setPassword(ctx, tx, c.viewer(i.UserID), i.UserID, hash, "")
	})
}

// issue makes a way in for each; earlier ones end. With a sealer each gets a code too, and longer for the post to come.
func (s *Service) issue(ctx context.Context, tx bun.Tx, users []*User, sealer *auth.Sealer) ([]Issued, error) {
	list := make([]Issued, 0, len(users))
	for some := range slices.Chunk(users, insertAtOnce) {
		ids, rows := make([]string, len(some)), make([]*invitation, len(some))
		for n, u := range some {
			out, row := s.newInvitation(u, sealer)
			ids[n], rows[n] = u.ID, row
			list = append(list, out)
		}
		if _, err := tx.NewDelete().Model((*invitation)(nil)).Where("user_id IN (?)", bun.List(ids)).Exec(ctx); err != nil {
			return nil, err
		}
		if _, err := tx.NewInsert().Model(&rows).Exec(ctx); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func (s *Service) newInvitation(u *User, sealer *auth.Sealer) (Issued, *invitation) {
	out := Issued{User: u, Link: auth.NewSecret(""), Until: s.Now().Add(inviteFor)}
	row := &invitation{SecretHash: auth.HashSecret(out.Link), UserID: u.ID, CreatedAt: s.Now()}
	if sealer != nil {
		out.Code, out.Until = auth.NewCode(), s.Now().Add(letterFor)
		row.CodeHash = sealer.Hash(codeUse(u.ID), out.Code)
	}
	row.ExpiresAt = out.Until
	return out, row
}

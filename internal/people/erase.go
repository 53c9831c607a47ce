package people

import (
	"context"
	"fmt"
	"strings"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/audit"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/fold"
)

// FormerName is the name of an account that was erased. It reads well by itself in both languages; pages word it in one.
const FormerName = "Oud-collega (former colleague)"

// Erased tells whether the account was erased. Only then has it no name to look for: everybody else must have one.
func (u *User) Erased() bool { return u.NameFolded == "" }

// nameless tells whether a name is none: accents alone are not one.
func nameless(name string) bool { return fold.Key(name) == "" }

// Erase takes out of everything who somebody is. What they wrote stays, by an account without a name; all else that the References of the
// domains know goes. There is no way back. It is for the job that does what was asked for, and waited for.
func (s *Service) Erase(ctx context.Context, id string) error {
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := s.turnOfAdmins(ctx, tx); err != nil {
			return err
		}
		u := new(User)
		if err := tx.NewSelect().Model(u).Where("u.id = ?", id).Scan(ctx); err != nil {
			if db.IsNoRows(err) {
				return errs.NotFound("user")
			}
			return err
		}
		if u.Erased() {
			return nil
		}
		if err := s.letOut(ctx, tx, id); err != nil {
			return err
		}
		for _, r := range s.Named() {
			if err := r.erase(ctx, tx, id); err != nil {
				return fmt.Errorf("%s.%s: %w", r.Table, r.Column, err)
			}
		}
		if err := u.forget(ctx, tx); err != nil {
			return err
		}
		if err := s.unname(ctx, tx, id); err != nil {
			return err
		}
		return audit.Log(ctx, tx, auth.System(), "user.erase", "user:"+id, "")
	})
	if err != nil {
		return fmt.Errorf("erase account: %w", db.Classify(err))
	}
	return nil
}

func (r Reference) erase(ctx context.Context, tx bun.Tx, id string) error {
	if r.OnErase != nil {
		if err := r.OnErase(ctx, tx, id); err != nil {
			return err
		}
	}
	if r.Erase != Goes {
		return nil
	}
	where, args := r.Rows(id)
	_, err := tx.NewDelete().Table(r.Table).Where(where, args...).Exec(ctx)
	return err
}

// leastWord is how long what is looked for in free text must be: a shorter name would be found in other words.
const leastWord = 4

// forget takes what names somebody out of free text: the trail's, that of the directory's runs, and the tries to sign in.
func (u *User) forget(ctx context.Context, tx bun.Tx) error {
	if err := audit.Scrub(ctx, tx, "user:"+u.ID, u.words()); err != nil {
		return err
	}
	for _, w := range u.words() {
		_, err := tx.NewUpdate().TableExpr("directory_runs").Set("report = replace(report, ?, ?)", w, FormerName).Where("report LIKE ? ESCAPE '!'", "%"+db.EscapeLike(w)+"%").Exec(ctx)
		if err != nil {
			return err
		}
	}
	_, err := tx.NewDelete().Model((*attempts)(nil)).Where("key IN (?)", bun.List([]string{"email:" + u.EmailFolded, "code:" + u.EmailFolded, "email:" + strings.ToLower(u.PersonnelNumber), "code:" + strings.ToLower(u.PersonnelNumber)})).Exec(ctx)
	return err
}

// words are what somebody is known by.
func (u *User) words() (out []string) {
	for _, w := range []string{u.Name, u.Email, u.Phone, u.Mobile, u.PersonnelNumber, u.ExternalID} {
		if len([]rune(w)) >= leastWord {
			out = append(out, w)
		}
	}
	return out
}

// unname empties the account itself.
func (s *Service) unname(ctx context.Context, tx bun.Tx, id string) error {
	u := &User{ID: id, Name: FormerName, NameFolded: "", Role: auth.RoleMember, UpdatedAt: s.Now(), EmailFolded: emailKey("", id)}
	return updateUserTx(ctx, tx, u, "email", "email_folded", "name", "name_folded", "role", "calculator", "function", "phone", "about", "password_hash", "language", "theme",
		"photo", "mobile", "mobile_hidden", "languages", "working_on", "working_on_at", "supplied", "source", "external_id", "gone_at", "personnel_number", "seen_at", "updated_at")
}

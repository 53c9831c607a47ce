package people

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/audit"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/fold"
)

// Account is what an administrator decides of a person.
type Account struct {
	Name, Email string
	Role        auth.Role
	BranchID    string
	Calculator  bool // reads the calculations of the branch
}

// clean folds white space and checks the fields.
func (a *Account) clean() error {
	a.Name, a.Email = fold.Line(a.Name), fold.Line(a.Email)
	e := errs.Invalid("error.invalid")
	if a.Name == "" {
		e.Field("name", "error.field.required")
	}
	if !validEmail(a.Email) {
		e.Field("email", "error.field.email")
	}
	if !a.Role.Valid() {
		e.Field("role", "error.field.role", "Roles", joinRoles())
	}
	tooLong(e, map[string]string{"name": a.Name, "email": a.Email})
	return e.OrNil()
}

// SetAccount changes a person's name, mail address, role, branch and whether they calculate, and writes down what was changed. The person signs in by
// the new address from then on; who is signed in stays so. The last active administrator stays one.
func (s *Service) SetAccount(ctx context.Context, v auth.Viewer, id string, a Account) error {
	if err := CanAdminister(v); err != nil {
		return err
	}
	if err := a.clean(); err != nil {
		return err
	}
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		before := new(User)
		if err := tx.NewSelect().Model(before).Column("id", "name", "email", "role", "branch_id", "calculator").Where("u.id = ?", id).Scan(ctx); err != nil {
			if db.IsNoRows(err) {
				return errs.NotFound("user")
			}
			return err
		}
		if err := s.writeAccount(ctx, tx, id, a); err != nil {
			return err
		}
		if err := s.keepAnAdmin(ctx, tx); err != nil {
			return err
		}
		old := Account{Name: before.Name, Email: before.Email, Role: before.Role, BranchID: before.BranchID, Calculator: before.Calculator}
		if old == a {
			return nil
		}
		return audit.Log(ctx, tx, v, "user.account", "user:"+id, old.String()+" → "+a.String())
	})
	if err != nil {
		return fmt.Errorf("set account: %w", db.Classify(err))
	}
	return nil
}

// String is for the audit trail.
func (a Account) String() string {
	s := fmt.Sprintf("%s <%s>, %s, branch:%s", a.Name, a.Email, a.Role, a.BranchID)
	if a.Calculator {
		s += ", calculator"
	}
	return s
}

func (s *Service) writeAccount(ctx context.Context, tx bun.Tx, id string, a Account) error {
	u := &User{
		ID: id, Name: a.Name, NameFolded: fold.Key(a.Name), Email: a.Email, EmailFolded: fold.Key(a.Email), Role: a.Role, BranchID: a.BranchID,
		Calculator: a.Calculator, UpdatedAt: s.now(),
	}
	err := updateUserTx(ctx, tx, u, "name", "name_folded", "email", "email_folded", "role", "branch_id", "calculator", "updated_at")
	switch {
	case db.IsUnique(err):
		return errs.Conflict("error.user_exists", "Email", a.Email).Field("email", "error.field.email_taken")
	case db.IsForeignKey(err):
		return errs.Invalid("error.invalid").Field("branch", "error.field.branch")
	}
	return err
}

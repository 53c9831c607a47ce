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
	Name, Email     string
	PersonnelNumber string
	Role            auth.Role
	BranchID        string
	Calculator      bool // reads the calculations of the branch
}

// clean folds white space and checks the fields.
func (a *Account) clean() error {
	a.Name, a.Email, a.PersonnelNumber = fold.Line(a.Name), fold.Line(a.Email), fold.Line(a.PersonnelNumber)
	e := errs.Invalid("error.invalid")
	if nameless(a.Name) {
		e.Field("name", "error.field.required")
	}
	checkLogin(e, a.Email, a.PersonnelNumber)
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
		if err := s.turnOfAdmins(ctx, tx); err != nil {
			return err
		}
		before := new(User)
		if err := tx.NewSelect().Model(before).Column("id", "name", "email", "personnel_number", "role", "branch_id", "calculator").Where("u.id = ?", id).Scan(ctx); err != nil {
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
		old := before.account()
		if old == a {
			return nil
		}
		if old.Email != a.Email || old.PersonnelNumber != a.PersonnelNumber {
			if err := s.tellMoved(ctx, tx, v, id, old.Email); err != nil {
				return err
			}
		}
		return audit.Log(ctx, tx, v, "user.account", "user:"+id, old.String()+" → "+a.String())
	})
	if err != nil {
		return fmt.Errorf("set account: %w", db.Classify(err))
	}
	return nil
}

func (u *User) account() Account {
	return Account{Name: u.Name, Email: u.Email, PersonnelNumber: u.PersonnelNumber, Role: u.Role, BranchID: u.BranchID, Calculator: u.Calculator}
}

// String is for the audit trail.
func (a Account) String() string {
	s := fmt.Sprintf("%s <%s>", a.Name, a.Email)
	if a.PersonnelNumber != "" {
		s += " (" + a.PersonnelNumber + ")"
	}
	s += fmt.Sprintf(", %s, branch:%s", a.Role, a.BranchID)
	if a.Calculator {
		s += ", calculator"
	}
	return s
}

func (s *Service) writeAccount(ctx context.Context, tx bun.Tx, id string, a Account) error {
	u := &User{
		ID: id, Name: a.Name, NameFolded: fold.Key(a.Name), Email: a.Email, EmailFolded: emailKey(a.Email, id), Role: a.Role, BranchID: a.BranchID,
		PersonnelNumber: a.PersonnelNumber, Calculator: a.Calculator, UpdatedAt: s.Now(),
	}
	err := updateUserTx(ctx, tx, u, "name", "name_folded", "email", "email_folded", "role", "branch_id", "personnel_number", "calculator", "updated_at")
	switch {
	case db.IsUnique(err):
		return taken(err, a.Email)
	case db.IsForeignKey(err):
		return errs.Invalid("error.invalid").Field("branch", "error.field.branch")
	}
	return err
}

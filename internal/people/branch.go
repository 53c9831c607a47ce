package people

import (
	"context"
	"fmt"

	"github.com/rs/xid"
	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/fold"
	"github.com/aanpak/aanpak/internal/index"
	"github.com/aanpak/aanpak/internal/search"
)

// Branches returns all branches by name. The list is shared by all who ask: nobody changes it.
func (s *Service) Branches(ctx context.Context, v auth.Viewer) ([]*Branch, error) {
	if !v.SignedIn() {
		return nil, errs.Unauthorized()
	}
	return s.branchList.Get(ctx, "", func(ctx context.Context) ([]*Branch, error) { return s.branches(ctx, v, "b.*") })
}

// CountedBranches returns all branches by name, with the number of active people.
func (s *Service) CountedBranches(ctx context.Context, v auth.Viewer) ([]*Branch, error) {
	return s.branches(ctx, v, "b.*, (SELECT count(*) FROM users AS u WHERE u.branch_id = b.id AND u.deactivated_at IS NULL) AS people")
}

func (s *Service) branches(ctx context.Context, v auth.Viewer, columns string) (list []*Branch, err error) {
	if !v.SignedIn() {
		return nil, errs.Unauthorized()
	}
	if err = s.db.Reader().NewSelect().Model(&list).ColumnExpr(columns).Order("b.name_folded").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list branches: %w", db.Classify(err))
	}
	return list, nil
}

// Branch returns a branch by id or name, in any case.
func (s *Service) Branch(ctx context.Context, idOrName string) (*Branch, error) {
	return findBranch(ctx, s.db.Reader(), idOrName)
}

func findBranch(ctx context.Context, d bun.IDB, idOrName string) (*Branch, error) {
	b := new(Branch)
	err := d.NewSelect().Model(b).Where("b.id = ?", idOrName).WhereOr("b.name_folded = ?", fold.Key(idOrName)).Limit(1).Scan(ctx)
	if db.IsNoRows(err) {
		return nil, errs.NotFound("branch")
	}
	if err != nil {
		return nil, fmt.Errorf("read branch: %w", db.Classify(err))
	}
	return b, nil
}

// ensureBranch finds a branch or makes it.
func (s *Service) ensureBranch(ctx context.Context, tx bun.Tx, idOrName string) (*Branch, error) {
	b, err := findBranch(ctx, tx, idOrName)
	if !errs.Is(err, errs.KindNotFound) {
		return b, err
	}
	b = &Branch{ID: xid.New().String(), Name: idOrName, NameFolded: fold.Key(idOrName), CreatedAt: s.Now()}
	if _, err := tx.NewInsert().Model(b).Exec(ctx); err != nil {
		return nil, err
	}
	return b, nil
}

// CreateBranch adds a branch.
func (s *Service) CreateBranch(ctx context.Context, v auth.Viewer, name, place string) (*Branch, error) {
	if err := CanAdminister(v); err != nil {
		return nil, err
	}
	name, place = fold.Line(name), fold.Line(place)
	if err := checkBranch(name, place); err != nil {
		return nil, err
	}
	b := &Branch{ID: xid.New().String(), Name: name, NameFolded: fold.Key(name), Place: place, CreatedAt: s.Now()}
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewInsert().Model(b).Exec(ctx)
		return err
	})
	if err != nil {
		return nil, branchError("create branch", err)
	}
	return b, nil
}

// RenameBranch changes name and place of a branch. Its id, and with it every audience, stays.
func (s *Service) RenameBranch(ctx context.Context, v auth.Viewer, id, name, place string) error {
	if err := CanAdminister(v); err != nil {
		return err
	}
	name, place = fold.Line(name), fold.Line(place)
	if err := checkBranch(name, place); err != nil {
		return err
	}
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		b := &Branch{ID: id, Name: name, NameFolded: fold.Key(name), Place: place}
		res, err := tx.NewUpdate().Model(b).Column("name", "name_folded", "place").WherePK().Exec(ctx)
		if err != nil {
			return err
		}
		if n, _ := res.RowsAffected(); n == 0 {
			return errs.NotFound("branch")
		}
		var ids []string // its people are found by it
		if err := tx.NewSelect().Model((*User)(nil)).Column("id").Where("u.branch_id = ?", id).Scan(ctx, &ids); err != nil {
			return err
		}
		return index.Mark(ctx, tx, search.TypePerson, ids...)
	})
	if err != nil {
		return branchError("rename branch", err)
	}
	return nil
}

func checkBranch(name, place string) error {
	e := errs.Invalid("error.invalid")
	if name == "" {
		e.Field("name", "error.field.required")
	}
	tooLong(e, map[string]string{"name": name, "place": place})
	return e.OrNil()
}

func branchError(op string, err error) error {
	if db.IsUnique(err) {
		return errs.Conflict("error.branch_exists").Field("name", "error.field.name_taken")
	}
	return fmt.Errorf("%s: %w", op, db.Classify(err))
}

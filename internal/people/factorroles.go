package people

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/audit"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/settings"
)

// factorRolesSetting names the roles that must have a second factor.
const factorRolesSetting = "people.second_factor_roles"

// FactorRoles returns the roles that must have a second factor.
func (s *Service) FactorRoles(ctx context.Context) (list []auth.Role, err error) {
	names, err := settings.Get(ctx, s.db.Reader(), factorRolesSetting)
	if err != nil {
		return nil, fmt.Errorf("roles with a second factor: %w", err)
	}
	for name := range strings.SplitSeq(names, ",") {
		if r := auth.Role(name); r.Valid() {
			list = append(list, r)
		}
	}
	return list, nil
}

// SetFactorRoles says which roles must have a second factor. Who has none is led to set it up with the next request.
func (s *Service) SetFactorRoles(ctx context.Context, v auth.Viewer, roles []auth.Role) error {
	if err := CanAdminister(v); err != nil {
		return err
	}
	var names []string
	for _, r := range auth.Roles {
		if slices.Contains(roles, r) {
			names = append(names, string(r))
		}
	}
	chosen := strings.Join(names, ",")
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := settings.Put(ctx, tx, factorRolesSetting, chosen); err != nil {
			return err
		}
		return audit.Log(ctx, tx, v, "settings.second_factor", "settings", chosen)
	})
	if err != nil {
		return fmt.Errorf("roles with a second factor: %w", db.Classify(err))
	}
	return nil
}

// MustHaveFactor tells whether the viewer's role must have a second factor.
func (s *Service) MustHaveFactor(ctx context.Context, v auth.Viewer) (bool, error) {
	return s.mustHaveFactor(ctx, v.Role)
}

func (s *Service) mustHaveFactor(ctx context.Context, r auth.Role) (bool, error) {
	roles, err := s.FactorRoles(ctx)
	return slices.Contains(roles, r), err
}

// withFactor tells of somebody whether they have a second factor, and whether they must set one up.
func (s *Service) withFactor(ctx context.Context, u *User) error {
	f, err := readFactor(ctx, s.db.Reader(), u.ID)
	if err != nil {
		return err
	}
	u.Factor = !f.ConfirmedAt.IsZero()
	must, err := s.mustHaveFactor(ctx, u.Role)
	u.FactorDue = must && !u.Factor
	return err
}

// FactorNumbers tells of each role how many active people have a second factor, and of how many.
func (s *Service) FactorNumbers(ctx context.Context, v auth.Viewer) (map[auth.Role][2]int, error) {
	if err := CanAdminister(v); err != nil {
		return nil, err
	}
	var rows []struct {
		Role      auth.Role
		Have      int
		AllOfThem int
	}
	err := s.db.Reader().NewSelect().TableExpr("users AS u").ColumnExpr("u.role, count(f.confirmed_at) AS have, count(*) AS all_of_them").
		Join("LEFT JOIN second_factors AS f ON f.user_id = u.id").Where("u.deactivated_at IS NULL").Group("u.role").Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("second factors: %w", db.Classify(err))
	}
	out := map[auth.Role][2]int{}
	for _, r := range rows {
		out[r.Role] = [2]int{r.Have, r.AllOfThem}
	}
	return out, nil
}

package people

import (
	"context"
	"fmt"
	"strings"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/fold"
)

// State is how far an account is in its life.
type State string

// The states of an account.
const (
	StateNew    State = "new"    // may sign in, and never did
	StateActive State = "active" // may sign in, and did
	StateLeft   State = "left"   // may not sign in any more
)

// States lists them in the order in which filters show them.
var States = []State{StateNew, StateActive, StateLeft}

// UserFilter narrows Users.
type UserFilter struct {
	Query    string // part of a name or function; with Inactive of a mail address or personnel number too
	BranchID string
	IDs      []string // only these
	Inactive bool     // also those who left; administrators only
	State    State    // administrators only
	After    string
	Limit    int
}

// Users returns people by name.
func (s *Service) Users(ctx context.Context, v auth.Viewer, f UserFilter) (list []*User, err error) {
	if !v.SignedIn() {
		return nil, errs.Unauthorized()
	}
	if !v.IsAdmin() { // who left and who never came is for administrators
		f.Inactive, f.State = false, ""
	}
	q := s.db.Reader().NewSelect().Model(&list).Apply(selectUsers).Apply(f.where).Order("u.name_folded", "u.id")
	if f.Limit > 0 {
		q.Limit(int64(f.Limit))
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("list users: %w", db.Classify(err))
	}
	s.veil(v, list...)
	return list, s.withExpertise(ctx, s.db.Reader(), list)
}

func (f UserFilter) where(q *bun.SelectQuery) *bun.SelectQuery {
	switch {
	case f.State == StateNew:
		q.Where("u.deactivated_at IS NULL").Where("u.seen_at IS NULL")
	case f.State == StateActive:
		q.Where("u.deactivated_at IS NULL").Where("u.seen_at IS NOT NULL")
	case f.State == StateLeft:
		q.Where("u.deactivated_at IS NOT NULL")
	case !f.Inactive:
		q.Where("u.deactivated_at IS NULL")
	}
	if len(f.IDs) > 0 {
		q.Where("u.id IN (?)", bun.List(f.IDs))
	}
	if f.BranchID != "" {
		q.Where("u.branch_id = ?", f.BranchID)
	}
	if f.Query != "" {
		f.like(q)
	}
	if f.After != "" {
		q.Where("(u.name_folded, u.id) > (SELECT name_folded, id FROM users WHERE id = ?)", f.After)
	}
	return q
}

func (f UserFilter) like(q *bun.SelectQuery) {
	where := []string{"u.name_folded", "lower(u.function)"}
	if f.Inactive || f.State != "" {
		where = append(where, "u.email_folded", "lower(u.personnel_number)")
	}
	q.Where("("+strings.Join(where, " LIKE ?0 ESCAPE '!' OR ")+" LIKE ?0 ESCAPE '!')", "%"+db.EscapeLike(fold.Key(f.Query))+"%")
}

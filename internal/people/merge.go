package people

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/audit"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/index"
	"github.com/aanpak/aanpak/internal/search"
)

// How is what becomes of a column that names people when two accounts of one person are made one.
type How int

// What becomes of it.
const (
	Moves How = iota // names the account that stays
	Joins            // the same, but a row that is there already stays as it is
	Ends             // is deleted: a way in of the account that goes
	Stays            // tells what happened, by whom it happened
)

// Erasure is what becomes of rows that name somebody whose account is erased.
type Erasure int

// What becomes of them. A reference without one fails a test.
const (
	Undeclared Erasure = iota
	Nameless           // they stay, by an account that has no name any more
	Goes               // they are deleted
)

// Reference is a column that names people. Each domain lists those of its tables, and a test compares all lists with the schema.
type Reference struct {
	Table, Column string
	By            string // the column of users whose value Column holds; empty = the id. Such rows stay with what they are known by when accounts merge
	How           How
	Prefix        string                                                      // before the id, as keys of audiences have it
	Same          []string                                                    // for Joins: the other columns of the table's key
	Before        func(ctx context.Context, tx bun.Tx, from, to string) error // what else is to be done, first
	Marks         search.Type                                                 // things to index again, by the ids in MarkBy
	MarkBy        string

	Erase   Erasure                                               // when the account is erased
	OnErase func(ctx context.Context, tx bun.Tx, id string) error // what else is to be done then, first
}

// Rows narrows a query to the rows that name somebody.
func (r Reference) Rows(id string) (where string, args []any) {
	if r.By != "" {
		return "? = (SELECT ? FROM users WHERE id = ?)", []any{bun.Ident(r.Column), bun.Ident(r.By), id}
	}
	return "? = ?", []any{bun.Ident(r.Column), r.Prefix + id}
}

// Access lists what lets a person in. It ends with the account.
var Access = []Reference{
	{Table: "sessions", Column: "user_id", How: Ends, Erase: Goes},
	{Table: "tokens", Column: "user_id", How: Ends, Erase: Goes},
	{Table: "invitations", Column: "user_id", How: Ends, Erase: Goes},
	{Table: "pending_sign_ins", Column: "user_id", How: Ends, Erase: Goes},
	{Table: "passkey_challenges", Column: "user_id", How: Ends, Erase: Goes},
}

// References are the columns of this domain that name people.
var References = append(slices.Clip(Access), []Reference{
	{Table: "second_factors", Column: "user_id", How: Ends, Erase: Goes},
	{Table: "recovery_codes", Column: "user_id", How: Ends, Erase: Goes},
	{Table: "passkeys", Column: "user_id", How: Ends, Erase: Goes},
	{Table: "passkey_handles", Column: "user_id", How: Ends, Erase: Goes},
	{Table: "audit", Column: "user_id", How: Stays, Erase: Nameless},
	{Table: "directory_runs", Column: "asked_by", How: Moves, Erase: Nameless},
	{Table: "expertise", Column: "created_by", How: Moves, Erase: Nameless},
	{Table: "user_expertise", Column: "user_id", How: Joins, Erase: Goes, Same: []string{"expertise_id"}},
	{Table: "endorsements", Column: "user_id", How: Joins, Erase: Goes, Same: []string{"expertise_id", "by_id"}, Before: dropBetween},
	{Table: "endorsements", Column: "by_id", How: Joins, Erase: Goes, Same: []string{"user_id", "expertise_id"}},
	{Table: "scim_tokens", Column: "created_by", How: Moves, Erase: Nameless},
	{Table: "scim_users", Column: "id", By: "external_id", How: Stays, Erase: Goes},
}...)

// dropBetween deletes what one account said of the other: of oneself one says nothing.
func dropBetween(ctx context.Context, tx bun.Tx, from, into string) error {
	both := bun.List([]string{from, into})
	_, err := tx.NewDelete().Model((*endorsement)(nil)).Where("user_id IN (?)", both).Where("by_id IN (?)", both).Exec(ctx)
	return err
}

// NamedBy adds columns that name people, of the domains that know people.
func (s *Service) NamedBy(lists ...[]Reference) {
	for _, l := range lists {
		s.named = append(s.named, l...)
	}
}

// Named returns every column that names people.
func (s *Service) Named() []Reference { return append(slices.Clone(References), s.named...) }

// Move is how much of one kind moves when accounts are merged.
type Move struct {
	Table string
	Count int
}

// MergePlan counts what would move from one account to another.
func (s *Service) MergePlan(ctx context.Context, v auth.Viewer, from, into string) (list []Move, err error) {
	if err := CanAdminister(v); err != nil {
		return nil, err
	}
	if err := s.canMerge(ctx, s.db.Reader(), from, into); err != nil {
		return nil, err
	}
	for _, r := range s.Named() {
		if r.How == Stays {
			continue
		}
		where, args := r.Rows(from)
		n, err := s.db.Reader().NewSelect().TableExpr("?", bun.Ident(r.Table)).Where(where, args...).Count(ctx)
		if err != nil {
			return nil, fmt.Errorf("count %s: %w", r.Table, db.Classify(err))
		}
		if n > 0 {
			list = add(list, Move{r.Table, int(n)})
		}
	}
	return list, nil
}

// add sums what stands in one table under several columns.
func add(list []Move, m Move) []Move {
	for i := range list {
		if list[i].Table == m.Table {
			list[i].Count += m.Count
			return list
		}
	}
	return append(list, m)
}

// Merge makes two accounts of one person one: all that the first made, owns or is part of becomes the second's, in one transaction, and
// the first may not sign in any more. The audit trail stays as it was written.
func (s *Service) Merge(ctx context.Context, v auth.Viewer, from, into string) error {
	if err := CanAdminister(v); err != nil {
		return err
	}
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := s.turnOfAdmins(ctx, tx); err != nil {
			return err
		}
		if err := s.canMerge(ctx, tx, from, into); err != nil {
			return err
		}
		for _, r := range s.Named() {
			if err := r.move(ctx, tx, from, into); err != nil {
				return fmt.Errorf("%s.%s: %w", r.Table, r.Column, err)
			}
		}
		if err := s.letOut(ctx, tx, from); err != nil {
			return err
		}
		if err := s.moveSource(ctx, tx, from, into); err != nil {
			return err
		}
		if err := index.Mark(ctx, tx, search.TypePerson, into); err != nil { // who is found by what both knew
			return err
		}
		return audit.Log(ctx, tx, v, "user.merge", "user:"+from, "→ user:"+into)
	})
	if err != nil {
		return fmt.Errorf("merge accounts: %w", db.Classify(err))
	}
	return nil
}

// moveSource lets who came in by a directory or provider as the account that goes come in as the one that stays, unless that has a source of its
// own. As with every account that a source vouches for, there is no password beside it.
func (s *Service) moveSource(ctx context.Context, tx bun.Tx, from, into string) error {
	gone, stays := new(User), new(User)
	for id, u := range map[string]*User{from: gone, into: stays} {
		if err := tx.NewSelect().Model(u).Column("id", "source", "external_id", "password_hash").Where("u.id = ?", id).Scan(ctx); err != nil {
			return err
		}
	}
	if gone.Source == SourceLocal || stays.Source != SourceLocal {
		return nil
	}
	stays.Source, stays.ExternalID, stays.PasswordHash, stays.UpdatedAt = gone.Source, gone.ExternalID, "", s.Now()
	gone.Source, gone.ExternalID, gone.UpdatedAt = SourceLocal, "", s.Now()
	for _, u := range []*User{gone, stays} { // in this order: both may not have the same one
		if err := updateUserTx(ctx, tx, u, "source", "external_id", "password_hash", "updated_at"); err != nil {
			return err
		}
	}
	return nil
}

// canMerge wants two accounts, of which the one that stays is in use.
func (s *Service) canMerge(ctx context.Context, tx bun.IDB, from, into string) error {
	if from == into {
		return errs.Invalid("error.merge_same")
	}
	var list []*User
	if err := tx.NewSelect().Model(&list).Column("id", "deactivated_at").Where("u.id IN (?)", bun.List([]string{from, into})).Scan(ctx); err != nil {
		return err
	}
	if len(list) != 2 {
		return errs.NotFound("user")
	}
	for _, u := range list {
		if u.ID == into && !u.Active() {
			return errs.Conflict("error.merge_left")
		}
	}
	return nil
}

func (r Reference) move(ctx context.Context, tx bun.Tx, from, into string) error {
	if r.Before != nil {
		if err := r.Before(ctx, tx, from, into); err != nil {
			return err
		}
	}
	if r.Marks != "" {
		if err := r.mark(ctx, tx, from); err != nil {
			return err
		}
	}
	if r.How == Stays {
		return nil
	}
	if r.How != Ends {
		if err := r.rename(ctx, tx, from, into); err != nil {
			return err
		}
	}
	if r.How == Moves {
		return nil
	}
	_, err := tx.NewDelete().Table(r.Table).Where("? = ?", bun.Ident(r.Column), r.Prefix+from).Exec(ctx)
	return err
}

// rename writes the other id, where that makes no second row of what is there.
func (r Reference) rename(ctx context.Context, tx bun.Tx, from, into string) error {
	table, column := bun.Ident(r.Table), bun.Ident(r.Column)
	q := tx.NewUpdate().TableExpr("?", table).Set("? = ?", column, r.Prefix+into).Where("? = ?", column, r.Prefix+from)
	if r.How == Joins {
		there := tx.NewSelect().TableExpr("? AS there", table).ColumnExpr("1").Where("there.? = ?", column, r.Prefix+into)
		for _, c := range r.Same {
			there.Where("there.? = ?.?", bun.Ident(c), table, bun.Ident(c))
		}
		q.Where("NOT EXISTS (?)", there)
	}
	_, err := q.Exec(ctx)
	return err
}

func (r Reference) mark(ctx context.Context, tx bun.Tx, from string) error {
	var ids []string
	err := tx.NewSelect().Distinct().TableExpr("?", bun.Ident(r.Table)).ColumnExpr("?", bun.Ident(r.MarkBy)).Where("? = ?", bun.Ident(r.Column), r.Prefix+from).Scan(ctx, &ids)
	if err != nil {
		return err
	}
	return index.Mark(ctx, tx, r.Marks, ids...)
}

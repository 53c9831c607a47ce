package people

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/audit"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/fold"
	"github.com/aanpak/aanpak/internal/index"
	"github.com/aanpak/aanpak/internal/search"
)

// Check says of each row of a roster what would happen to it.
func (s *Service) Check(ctx context.Context, v auth.Viewer, rows []*RosterRow) error {
	if err := CanAdminister(v); err != nil {
		return err
	}
	return s.check(ctx, s.db.Reader(), rows)
}

func (s *Service) check(ctx context.Context, tx bun.IDB, rows []*RosterRow) error {
	k, err := s.known(ctx, tx)
	if err != nil {
		return err
	}
	for _, r := range rows {
		k.judge(r)
	}
	return nil
}

// known is what there is already, and what the rows before a row took.
type known struct {
	branches map[string]*Branch
	emails   map[string]*User
	numbers  map[string]*User
	lines    map[string]int // by key of mail address or number
}

func (s *Service) known(ctx context.Context, tx bun.IDB) (*known, error) {
	k := &known{branches: map[string]*Branch{}, emails: map[string]*User{}, numbers: map[string]*User{}, lines: map[string]int{}}
	var branches []*Branch
	if err := tx.NewSelect().Model(&branches).Scan(ctx); err != nil {
		return nil, fmt.Errorf("branches: %w", db.Classify(err))
	}
	for _, b := range branches {
		k.branches[b.ID], k.branches[b.NameFolded] = b, b
	}
	var users []*User
	if err := tx.NewSelect().Model(&users).Column("id", "name", "email_folded", "personnel_number").Scan(ctx); err != nil {
		return nil, fmt.Errorf("accounts: %w", db.Classify(err))
	}
	for _, u := range users {
		k.emails[u.EmailFolded] = u
		if u.PersonnelNumber != "" {
			k.numbers[numberKey(u.PersonnelNumber)] = u
		}
	}
	return k, nil
}

func numberKey(number string) string { return strings.ToLower(number) }

// judge decides the fate of a row.
func (k *known) judge(r *RosterRow) {
	r.Fate, r.Wrong, r.UserID, r.KnownAs = FateNew, nil, "", ""
	e := errs.Invalid("error.invalid")
	var input *errs.Error
	if err := r.clean(); errors.As(err, &input) {
		e.Fields = input.Fields
	}
	if b := k.branches[fold.Key(r.Branch)]; b == nil && r.Branch != "" {
		e.Field("branch", "error.field.branch_unknown", "Name", r.Branch)
	}
	k.same(e, r)
	if r.Wrong = e.Fields; len(r.Wrong) > 0 {
		r.Fate = FateWrong
	}
}

// same looks for the person among the accounts and the rows before.
func (k *known) same(e *errs.Error, r *RosterRow) {
	var byEmail, byNumber *User
	var keys []string
	if r.Email != "" {
		byEmail, keys = k.emails[fold.Key(r.Email)], append(keys, "email:"+fold.Key(r.Email))
	}
	if r.PersonnelNumber != "" {
		byNumber, keys = k.numbers[numberKey(r.PersonnelNumber)], append(keys, "number:"+numberKey(r.PersonnelNumber))
	}
	for _, key := range keys {
		if line := k.lines[key]; line > 0 {
			e.Field("name", "error.field.roster_twice", "Line", line)
			return
		}
		k.lines[key] = r.Line
	}
	there := byEmail
	if there == nil {
		there = byNumber
	}
	if byEmail != nil && byNumber != nil && byEmail.ID != byNumber.ID {
		e.Field("personnel_number", "error.field.roster_two", "Name", byEmail.Name, "Other", byNumber.Name)
		return
	}
	if there != nil {
		r.Fate, r.UserID, r.KnownAs = FateKnown, there.ID, there.Name
	}
}

// Issued is the way in of somebody who was added. It is shown once.
type Issued struct {
	*User
	Link  string    // secret of a link
	Code  string    // of a letter; empty where only a link was asked for
	Until time.Time // when both end
}

// insertAtOnce is how many rows go into one statement.
const insertAtOnce = 500

// Enrol adds everybody of a roster who is new, all in one transaction, and returns their ways in. Rows are judged anew: what changed
// since they were looked at counts.
func (s *Service) Enrol(ctx context.Context, v auth.Viewer, rows []*RosterRow) (list []Issued, err error) {
	if err := CanAdminister(v); err != nil {
		return nil, err
	}
	sealer, err := s.sealer(ctx)
	if err != nil {
		return nil, err
	}
	err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		k, err := s.known(ctx, tx)
		if err != nil {
			return err
		}
		var users []*User
		for _, r := range rows {
			if k.judge(r); r.Fate == FateNew {
				users = append(users, s.member(r, k.branches[fold.Key(r.Branch)]))
			}
		}
		if err := s.insertAll(ctx, tx, users); err != nil {
			return err
		}
		if list, err = s.issue(ctx, tx, users, sealer); err != nil {
			return err
		}
		return audit.Log(ctx, tx, v, "user.import", "users", fmt.Sprintf("%d", len(users)))
	})
	if err != nil {
		return nil, fmt.Errorf("enrol: %w", db.Classify(err))
	}
	return list, nil
}

// member is the account of a row.
func (s *Service) member(r *RosterRow, b *Branch) *User {
	u := s.newUser(r.NewUser)
	u.BranchID, u.BranchName = b.ID, b.Name
	r.UserID = u.ID
	return u
}

func (s *Service) insertAll(ctx context.Context, tx bun.Tx, users []*User) error {
	for some := range slices.Chunk(users, insertAtOnce) {
		if _, err := tx.NewInsert().Model(&some).Exec(ctx); err != nil {
			if db.IsUnique(err) {
				return errs.Conflict("error.roster_changed")
			}
			return err
		}
		ids := make([]string, len(some))
		for i, u := range some {
			ids[i] = u.ID
		}
		if err := index.Mark(ctx, tx, search.TypePerson, ids...); err != nil {
			return err
		}
	}
	return nil
}

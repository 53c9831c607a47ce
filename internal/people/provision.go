package people

import (
	"context"
	"fmt"
	"time"

	"github.com/rs/xid"
	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/fold"
)

// Provisioned is somebody as the company's identity service knows them. The account is the one whose ExternalID is the ID, also after it
// was merged with another.
type Provisioned struct {
	bun.BaseModel `bun:"table:scim_users,alias:p"`

	ID             string `bun:",pk"` // given by us, and used by the service ever after
	UserName       string
	UserNameFolded string
	ExternalID     string // the service's own
	Attributes     string // all that it said, as package scim writes it
	CreatedAt      time.Time
	UpdatedAt      time.Time
	Active         bool `bun:",scanonly"` // may sign in. Not so where an administrator here blocked the account, whatever the service says

	Details External `bun:"-"` // what the attributes say of the account; to be set by who writes
}

// ProvisionedFilter selects people; what is empty is not asked for.
type ProvisionedFilter struct {
	ID, UserName, ExternalID string
}

// AllProvisioned returns the people that the filter selects, by when they were made.
func (s *Service) AllProvisioned(ctx context.Context, v auth.Viewer, f ProvisionedFilter) (list []*Provisioned, err error) {
	if err := CanAdminister(v); err != nil {
		return nil, err
	}
	q := s.db.Reader().NewSelect().Model(&list).Apply(selectProvisioned).Order("p.created_at", "p.id")
	if f.ID != "" {
		q.Where("p.id = ?", f.ID)
	}
	if f.UserName != "" {
		q.Where("p.user_name_folded = ?", fold.Key(f.UserName))
	}
	if f.ExternalID != "" {
		q.Where("p.external_id = ?", f.ExternalID)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("list provisioned people: %w", db.Classify(err))
	}
	return list, nil
}

// CountProvisioned counts them.
func (s *Service) CountProvisioned(ctx context.Context, v auth.Viewer) (int, error) {
	if err := CanAdminister(v); err != nil {
		return 0, err
	}
	n, err := s.db.Reader().NewSelect().Model((*Provisioned)(nil)).Apply(joinAccounts).Count(ctx)
	return int(n), db.Classify(err)
}

func joinAccounts(q *bun.SelectQuery) *bun.SelectQuery {
	return q.Join("JOIN users AS u ON u.external_id = p.id AND u.source = ?", SourceSCIM)
}

func selectProvisioned(q *bun.SelectQuery) *bun.SelectQuery {
	return q.ColumnExpr("p.*").ColumnExpr("u.deactivated_at IS NULL AS active").Apply(joinAccounts)
}

func provisioned(ctx context.Context, d bun.IDB, id string) (*Provisioned, error) {
	p := new(Provisioned)
	err := d.NewSelect().Model(p).Apply(selectProvisioned).Where("p.id = ?", id).Scan(ctx)
	if db.IsNoRows(err) {
		return nil, errs.NotFound("user")
	}
	return p, err
}

// inProvisionTurn runs f in a transaction that waits for others of its kind: what groups mean for somebody depends on all of them.
func (s *Service) inProvisionTurn(ctx context.Context, v auth.Viewer, what string, f func(ctx context.Context, tx bun.Tx) error) error {
	if err := CanAdminister(v); err != nil {
		return err
	}
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := s.db.Turn(ctx, tx, "people.provision"); err != nil {
			return err
		}
		return f(ctx, tx)
	})
	if err != nil {
		return fmt.Errorf("%s: %w", what, db.Classify(err))
	}
	return nil
}

// Provision makes the account of somebody, or takes over the one with the same mail address where nobody gains rights by that: as with a
// directory, not those of administrators and HR, and not those that something else keeps. Who was removed before comes back.
func (s *Service) Provision(ctx context.Context, v auth.Viewer, p *Provisioned) error {
	return s.inProvisionTurn(ctx, v, "provision", func(ctx context.Context, tx bun.Tx) (err error) {
		p.CreatedAt, p.UpdatedAt = s.Now(), s.Now()
		if p.ID, err = returning(ctx, tx, p.Details.Email); err != nil {
			return err
		}
		p.UserNameFolded = fold.Key(p.UserName)
		if _, err := tx.NewInsert().Model(p).Exec(ctx); err != nil {
			return userNameTaken(err)
		}
		active := !p.Details.Disabled
		p.Details.Disabled = false // there must be an account to be deactivated
		if err := s.bringUpToDate(ctx, tx, v, p, External{}); err != nil {
			return err
		}
		if p.Active && !active {
			p.Details.Disabled = true
			return s.bringUpToDate(ctx, tx, v, p, External{})
		}
		return nil
	})
}

// returning is the id of somebody who was removed and comes back, else a new one.
func returning(ctx context.Context, tx bun.Tx, email string) (id string, err error) {
	err = tx.NewSelect().Model((*User)(nil)).Column("external_id").Where("u.source = ?", SourceSCIM).Where("u.gone_at IS NOT NULL").Where("u.email_folded = ?", fold.Key(email)).
		Where("NOT EXISTS (SELECT 1 FROM scim_users AS p WHERE p.id = u.external_id)").Scan(ctx, &id)
	if db.IsNoRows(err) {
		return xid.New().String(), nil
	}
	return id, err
}

func userNameTaken(err error) error {
	if db.IsUnique(err) {
		return errs.Conflict("error.provision.user_name")
	}
	return err
}

// ChangeProvisioned has change say what somebody is to be, in the transaction that writes it, and returns how they are then. change returns
// what was said of the account before. Deactivated people are out at once: sessions and tokens end.
func (s *Service) ChangeProvisioned(ctx context.Context, v auth.Viewer, id string, change func(*Provisioned) (before External, err error)) (p *Provisioned, err error) {
	err = s.inProvisionTurn(ctx, v, "change provisioned", func(ctx context.Context, tx bun.Tx) error {
		if p, err = provisioned(ctx, tx, id); err != nil {
			return err
		}
		before, err := change(p)
		if err != nil {
			return err
		}
		p.UserNameFolded, p.UpdatedAt = fold.Key(p.UserName), s.Now()
		if _, err := tx.NewUpdate().Model(p).Column("user_name", "user_name_folded", "external_id", "attributes", "updated_at").WherePK().Exec(ctx); err != nil {
			return userNameTaken(err)
		}
		return s.bringUpToDate(ctx, tx, v, p, before)
	})
	return p, err
}

// Unprovision deactivates somebody whom the service does not know any more. What they wrote stays, with their name.
func (s *Service) Unprovision(ctx context.Context, v auth.Viewer, id string) error {
	return s.inProvisionTurn(ctx, v, "unprovision", func(ctx context.Context, tx bun.Tx) error {
		p, err := provisioned(ctx, tx, id)
		if err != nil {
			return err
		}
		p.Details = External{Disabled: true}
		if err := s.bringUpToDate(ctx, tx, v, p, External{}); err != nil {
			return err
		}
		_, err = tx.NewDelete().Model(p).WherePK().Exec(ctx)
		return err
	})
}

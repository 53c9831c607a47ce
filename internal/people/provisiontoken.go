package people

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/rs/xid"
	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/audit"
	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/fold"
)

// provisionPrefix tells such a token from a person's, for people and secret scanners. Neither opens what the other does.
const provisionPrefix = "aanpakscim_"

// ProvisionToken lets the company's identity service write accounts by SCIM. It is nobody's: it opens nothing else, and does not end with the
// account of who made it.
type ProvisionToken struct {
	bun.BaseModel `bun:"table:scim_tokens,alias:pt"`

	ID         string `bun:",pk"`
	SecretHash string
	Name       string
	CreatedBy  string
	CreatedAt  time.Time
	UsedAt     bun.NullTime
}

// CreateProvisionToken makes a token and returns its secret, which is never shown again.
func (s *Service) CreateProvisionToken(ctx context.Context, v auth.Viewer, name string) (secret string, err error) {
	if err := CanAdminister(v); err != nil {
		return "", err
	}
	name = fold.Line(name)
	e := errs.Invalid("error.invalid")
	if name == "" {
		e.Field("name", "error.field.required")
	}
	tooLong(e, map[string]string{"name": name})
	if err := e.OrNil(); err != nil {
		return "", err
	}
	secret = auth.NewSecret(provisionPrefix)
	t := &ProvisionToken{ID: xid.New().String(), SecretHash: auth.HashSecret(secret), Name: name, CreatedBy: v.UserID, CreatedAt: s.Now()}
	err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewInsert().Model(t).Exec(ctx); err != nil {
			return err
		}
		return audit.Log(ctx, tx, v, "scim.token.create", "scim_token:"+t.ID, t.Name)
	})
	if err != nil {
		return "", fmt.Errorf("create provisioning token: %w", db.Classify(err))
	}
	return secret, nil
}

// ProvisionTokens returns all of them, newest first.
func (s *Service) ProvisionTokens(ctx context.Context, v auth.Viewer) (list []*ProvisionToken, err error) {
	if err := CanAdminister(v); err != nil {
		return nil, err
	}
	err = s.db.Reader().NewSelect().Model(&list).Order("pt.created_at DESC", "pt.id").Scan(ctx)
	return list, db.Classify(err)
}

// DeleteProvisionToken ends a token.
func (s *Service) DeleteProvisionToken(ctx context.Context, v auth.Viewer, id string) error {
	if err := CanAdminister(v); err != nil {
		return err
	}
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewDelete().Model((*ProvisionToken)(nil)).Where("id = ?", id).Exec(ctx)
		if err != nil {
			return err
		}
		if n, _ := res.RowsAffected(); n == 0 {
			return errs.NotFound("token")
		}
		return audit.Log(ctx, tx, v, "scim.token.delete", "scim_token:"+id, "")
	})
	return db.Classify(err)
}

// CheckProvisionToken refuses a secret that is none of a token.
func (s *Service) CheckProvisionToken(ctx context.Context, secret string) error {
	if !strings.HasPrefix(secret, provisionPrefix) {
		return errs.Unauthorized()
	}
	t := new(ProvisionToken)
	err := s.db.Reader().NewSelect().Model(t).Where("pt.secret_hash = ?", auth.HashSecret(secret)).Scan(ctx)
	if db.IsNoRows(err) {
		return errs.Unauthorized()
	}
	if err != nil {
		return fmt.Errorf("read provisioning token: %w", db.Classify(err))
	}
	if s.Now().Sub(t.UsedAt.Time) < touchAfter {
		return nil
	}
	t.UsedAt = bun.NullTime{Time: s.Now()}
	return db.Classify(s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewUpdate().Model(t).Column("used_at").WherePK().Exec(ctx)
		return err
	}))
}

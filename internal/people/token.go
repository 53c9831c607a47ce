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

// tokenPrefix lets people and secret scanners know what they see.
const tokenPrefix = "aanpak_"

// Token is a key to the API that acts as the person who made it.
type Token struct {
	bun.BaseModel `bun:"table:tokens,alias:t"`

	ID         string `bun:",pk"`
	SecretHash string
	UserID     string
	Name       string
	CreatedAt  time.Time
	UsedAt     bun.NullTime
}

// CreateToken makes a token for the viewer and returns its secret, which is never shown again.
func (s *Service) CreateToken(ctx context.Context, v auth.Viewer, name string) (secret string, t *Token, err error) {
	if v.UserID == "" {
		return "", nil, errs.Unauthorized()
	}
	name = fold.Line(name)
	e := errs.Invalid("error.invalid")
	if name == "" {
		e.Field("name", "error.field.required")
	}
	tooLong(e, map[string]string{"name": name})
	if err := e.OrNil(); err != nil {
		return "", nil, err
	}
	secret = auth.NewSecret(tokenPrefix)
	t = &Token{ID: xid.New().String(), SecretHash: auth.HashSecret(secret), UserID: v.UserID, Name: name, CreatedAt: s.Now()}
	err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewInsert().Model(t).Exec(ctx); err != nil {
			return err
		}
		if err := s.tellWay(ctx, tx, v, v.UserID, WayToken); err != nil {
			return err
		}
		return audit.Log(ctx, tx, v, "token.create", "token:"+t.ID, t.Name)
	})
	if err != nil {
		return "", nil, fmt.Errorf("create token: %w", db.Classify(err))
	}
	return secret, t, nil
}

// Tokens returns the viewer's own tokens, newest first.
func (s *Service) Tokens(ctx context.Context, v auth.Viewer) (list []*Token, err error) {
	if v.UserID == "" {
		return nil, errs.Unauthorized()
	}
	err = s.db.Reader().NewSelect().Model(&list).Where("t.user_id = ?", v.UserID).Order("t.created_at DESC").Scan(ctx)
	return list, db.Classify(err)
}

// DeleteToken ends one of the viewer's own tokens.
func (s *Service) DeleteToken(ctx context.Context, v auth.Viewer, id string) error {
	if v.UserID == "" {
		return errs.Unauthorized()
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewDelete().Model((*Token)(nil)).Where("id = ?", id).Where("user_id = ?", v.UserID).Exec(ctx)
		if err != nil {
			return db.Classify(err)
		}
		if n, _ := res.RowsAffected(); n == 0 {
			return errs.NotFound("token")
		}
		return audit.Log(ctx, tx, v, "token.delete", "token:"+id, "")
	})
}

// TokenUser returns the person whose token the secret is.
func (s *Service) TokenUser(ctx context.Context, secret string) (*User, error) {
	if !strings.HasPrefix(secret, tokenPrefix) {
		return nil, errs.Unauthorized()
	}
	hash := auth.HashSecret(secret)
	read := func(ctx context.Context) (signedIn, error) { return s.readToken(ctx, hash) }
	in, err := s.signedIn.Get(ctx, "token:"+hash, read)
	if err == nil && s.unused(in.token.UsedAt.Time) {
		in, err = s.signedIn.Again(ctx, "token:"+hash, read)
	}
	if err != nil {
		return nil, err
	}
	if s.unused(in.token.UsedAt.Time) {
		s.touchToken(ctx, &in.token)
	}
	return in.user.at(s.Now()), nil
}

func (s *Service) readToken(ctx context.Context, hash string) (in signedIn, err error) {
	err = s.db.Reader().NewSelect().Model(&in.token).Where("t.secret_hash = ?", hash).Scan(ctx)
	if db.IsNoRows(err) {
		return in, errs.Unauthorized()
	}
	if err != nil {
		return in, fmt.Errorf("read token: %w", db.Classify(err))
	}
	return in, s.activeUser(ctx, &in.user, in.token.UserID)
}

func (s *Service) touchToken(ctx context.Context, t *Token) {
	t.UsedAt = bun.NullTime{Time: s.Now()}
	_ = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewUpdate().Model(t).Column("used_at").WherePK().Exec(ctx)
		return err
	})
}

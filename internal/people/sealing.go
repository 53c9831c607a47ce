package people

import (
	"context"
	"encoding/base64"
	"fmt"
	"sync"
	"time"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
)

// setting is a row of the settings that the program keeps for itself.
type setting struct {
	bun.BaseModel `bun:"table:settings,alias:st"`

	Name      string `bun:",pk"`
	Value     string
	UpdatedAt time.Time
}

// saltSetting is the part of the key of sealed secrets that the database, and with it a backup, holds.
const saltSetting = "people.salt"

// sealing makes the key once, when it is first needed.
type sealing struct {
	secret string
	mu     sync.Mutex
	sealer *auth.Sealer
}

// UseSecret sets the part of the key of sealed secrets that the database does not hold. All processes must be given the same, always.
func (s *Service) UseSecret(secret string) { s.sealing.secret = secret }

// sealer returns the key. It must not be asked for inside a transaction.
func (s *Service) sealer(ctx context.Context) (*auth.Sealer, error) {
	s.sealing.mu.Lock()
	defer s.sealing.mu.Unlock()
	if s.sealing.sealer != nil {
		return s.sealing.sealer, nil
	}
	salt, err := s.salt(ctx)
	if err != nil {
		return nil, fmt.Errorf("key of sealed secrets: %w", db.Classify(err))
	}
	s.sealing.sealer, err = auth.NewSealer(s.sealing.secret, salt)
	return s.sealing.sealer, err
}

// salt reads the salt, which the first process that needs it makes.
func (s *Service) salt(ctx context.Context) ([]byte, error) {
	row := &setting{Name: saltSetting}
	err := s.db.Reader().NewSelect().Model(row).WherePK().Scan(ctx)
	if db.IsNoRows(err) {
		err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
			made := &setting{Name: saltSetting, Value: base64.StdEncoding.EncodeToString(auth.NewSalt()), UpdatedAt: s.now()}
			if _, err := tx.NewInsert().Model(made).On("CONFLICT (name) DO NOTHING").Exec(ctx); err != nil {
				return err
			}
			return tx.NewSelect().Model(row).WherePK().Scan(ctx)
		})
	}
	if err != nil {
		return nil, err
	}
	return base64.StdEncoding.DecodeString(row.Value)
}

package people

import (
	"context"
	"encoding/base64"
	"fmt"
	"sync"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/settings"
)

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
	salt, err := settings.Get(ctx, s.db.Reader(), saltSetting)
	if err == nil && salt == "" {
		err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
			salt, err = settings.First(ctx, tx, saltSetting, base64.StdEncoding.EncodeToString(auth.NewSalt()))
			return err
		})
	}
	if err != nil {
		return nil, err
	}
	return base64.StdEncoding.DecodeString(salt)
}

package library

import (
	"context"
	"time"
)

// SweepAt sweeps as at another time.
func (s *Service) SweepAt(ctx context.Context, at time.Time) error {
	old := s.now
	defer func() { s.now = old }()
	s.now = func() time.Time { return at }
	return s.sweep(ctx)
}

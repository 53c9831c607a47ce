package insight

import (
	"context"
	"time"

	"github.com/aanpak/aanpak/internal/jobs"
)

// EnqueueLetters does what the job of each morning does.
func (s *Service) EnqueueLetters(ctx context.Context) error {
	return s.enqueueLetters(ctx, jobs.Run{}, struct{}{})
}

// Nightly does what the job of each night does.
func (s *Service) Nightly(ctx context.Context) error { return s.nightly(ctx, jobs.Run{}, struct{}{}) }

// WorkingDays is when so many working days are over.
func (s *Service) WorkingDays(t time.Time, n int) time.Time { return s.workingDays(t, n) }

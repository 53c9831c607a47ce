package notify

import (
	"context"

	"github.com/aanpak/aanpak/internal/jobs"
)

// EnqueueDue is what the job of each minute does.
func (s *Service) EnqueueDue(ctx context.Context) error {
	return s.enqueueDue(ctx, jobs.Run{}, struct{}{})
}

// FanBatch reaches the next people of an event.
func (s *Service) FanBatch(ctx context.Context, event string) (int, error) {
	return s.fanBatch(ctx, event)
}

// Batch is how many people one transaction reaches.
const Batch = batch

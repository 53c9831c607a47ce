package jobs

import (
	"context"
	"time"
)

// ForgetFinished deletes jobs that ended before a time, well or not; with dry it only counts them. River itself keeps none longer than a
// week.
func (r *Runner) ForgetFinished(ctx context.Context, before time.Time, dry bool) (int, error) {
	return r.db.Forget(ctx, dry, "river_job", "state IN ('completed', 'cancelled', 'discarded') AND finalized_at < ?", before)
}

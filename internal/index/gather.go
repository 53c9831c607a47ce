package index

import (
	"context"
	"fmt"
	"time"
)

// Expecting is a Source that knows whether more of its things will be marked soon, such as files that are being read.
type Expecting interface {
	Expects(ctx context.Context) (bool, error)
}

// While an import runs, things that come one by one are indexed together, at half the cost. So after a step the indexer
// waits for so many marks, but never longer than so long, and no longer than anything is expected: the last of an import
// are indexed at once, as is a single thing after a quiet time.
const (
	gatherMarks = 16
	gatherTime  = time.Second
	gatherLook  = 50 * time.Millisecond
)

// gather waits for further marks. It reports false when ctx has ended.
func (x *Indexer) gather(ctx context.Context) bool {
	for end := time.Now().Add(gatherTime); time.Now().Before(end); {
		more, err := x.expects(ctx)
		if err != nil && ctx.Err() == nil {
			x.log.Warn("index: what is to come", "err", err)
		}
		if !more || err != nil {
			break
		}
		if !sleep(ctx, gatherLook) {
			return false
		}
	}
	return ctx.Err() == nil
}

// expects tells whether waiting brings more to index together: something is to come, and not enough is there.
func (x *Indexer) expects(ctx context.Context) (bool, error) {
	n, err := x.db.Reader().NewSelect().Model((*mark)(nil)).Where("attempts = 0").Count(ctx)
	if err != nil {
		return false, fmt.Errorf("count marks: %w", err)
	}
	if n >= gatherMarks {
		return false, nil
	}
	for _, s := range x.sources {
		e, ok := s.(Expecting)
		if !ok {
			continue
		}
		if more, err := e.Expects(ctx); more || err != nil {
			return more, err
		}
	}
	return false, nil
}

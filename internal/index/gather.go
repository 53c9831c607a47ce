package index

import (
	"context"
	"fmt"
	"time"

	"github.com/aanpak/aanpak/internal/search"
)

// Expecting is a Source that knows how many more of its things will be marked soon, such as files that are being read.
type Expecting interface {
	// Expects counts no further than to most.
	Expects(ctx context.Context, most int) (int, error)
}

// While an import runs, things that come one by one are indexed together, at half the cost. So after a step the indexer
// waits for so many marks, but never longer than so long, and no longer than anything is expected: a single thing after a
// quiet time is indexed at once. Near the end of an import it takes smaller steps while the last are read, so that little is
// left to index when all are.
const (
	gatherMarks = 16
	gatherFew   = 4 // fewer together cost half as much again
	gatherTime  = time.Second
	gatherLook  = 50 * time.Millisecond
)

// gather waits for further marks after a step that took so long, or until ctx ends.
func (x *Indexer) gather(ctx context.Context, took time.Duration) {
	if e, ok := x.engine.(search.Pausing); ok {
		x.pause(ctx, e.Pause(took))
	}
	for end := time.Now().Add(gatherTime); time.Now().Before(end); {
		done, err := x.gathered(ctx)
		if err != nil && ctx.Err() == nil {
			x.log.Warn("index: what is to come", "err", err)
		}
		if done || err != nil {
			break
		}
		if !sleep(ctx, gatherLook) {
			return
		}
	}
}

// pauseLook is how often a pause looks whether enough has come to end it.
const pauseLook = 250 * time.Millisecond

// pause waits for as many marks as are worth a step at once, or until the time is over.
func (x *Indexer) pause(ctx context.Context, most time.Duration) {
	for end := time.Now().Add(most); time.Now().Before(end); {
		if !sleep(ctx, min(pauseLook, most)) {
			return
		}
		marks, err := x.marks(ctx)
		if err != nil || marks >= gatherMarks {
			return
		}
	}
}

func (x *Indexer) marks(ctx context.Context) (int, error) {
	n, err := x.db.Reader().NewSelect().Model((*mark)(nil)).Where("attempts = 0").Count(ctx)
	if err != nil {
		return 0, fmt.Errorf("count marks: %w", err)
	}
	return int(n), nil
}

// gathered tells whether waiting brings no more to index together.
func (x *Indexer) gathered(ctx context.Context) (bool, error) {
	marks, err := x.marks(ctx)
	if err != nil {
		return false, err
	}
	coming := 0
	for _, s := range x.sources {
		e, ok := s.(Expecting)
		if !ok {
			continue
		}
		n, err := e.Expects(ctx, gatherMarks)
		if err != nil {
			return false, err
		}
		coming += n
	}
	return enough(marks, coming), nil
}

// enough tells whether so many marks are worth a step while so many things are still to come.
func enough(marks, coming int) bool {
	return marks >= gatherMarks || coming == 0 || marks >= gatherFew && marks >= coming
}

package index

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/settings"
)

// Progress is how far a rebuild is.
type Progress struct {
	Done  int       `json:"done"`
	Total int       `json:"total"`
	Seen  time.Time `json:"seen"` // when the process that rebuilds was last heard of
}

// A rebuild writes down how far it is, for every process to show. One that was killed is not heard of any more.
const (
	progressSetting = "index.rebuilding"
	tellEvery       = time.Second
	silentAfter     = 30 * time.Second
)

// Rebuilding returns how far the rebuild is that runs now, in whichever process; false where none does.
func (x *Indexer) Rebuilding(ctx context.Context) (p Progress, running bool, err error) {
	value, err := settings.Get(ctx, x.db.Reader(), progressSetting)
	if err != nil {
		return p, false, fmt.Errorf("how far the rebuild is: %w", err)
	}
	if value == "" || json.Unmarshal([]byte(value), &p) != nil {
		return p, false, nil
	}
	return p, time.Since(p.Seen) < silentAfter, nil
}

// telling writes down how far a rebuild is while it runs.
type telling struct {
	done atomic.Int64
	end  func()
}

func (x *Indexer) tell(ctx context.Context, total int) *telling {
	t := &telling{}
	write := func(ctx context.Context) {
		value, err := json.Marshal(Progress{Done: int(t.done.Load()), Total: total, Seen: db.Now()})
		if err == nil {
			err = x.set(ctx, progressSetting, string(value))
		}
		if err != nil && ctx.Err() == nil {
			x.log.Warn("progress of the rebuild not written down", "err", err)
		}
	}
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	wg.Go(func() {
		tick := time.NewTicker(tellEvery)
		defer tick.Stop()
		for write(ctx); ctx.Err() == nil; {
			select {
			case <-ctx.Done():
			case <-tick.C:
				write(ctx)
			}
		}
	})
	t.end = func() {
		cancel()
		wg.Wait()
		over, done := context.WithTimeout(context.WithoutCancel(ctx), removeTime)
		defer done()
		if err := x.set(over, progressSetting, ""); err != nil {
			x.log.Warn("end of the rebuild not written down", "err", err)
		}
	}
	return t
}

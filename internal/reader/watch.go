package reader

import (
	"context"
	"time"
)

// watch kills a child that keeps the parent waiting: longer than PageTimeout for one page, or longer than Timeout
// in all. Only waiting counts, so that a slow caller does not end a reading.
type watch struct {
	p      *process
	page   time.Duration
	left   time.Duration
	since  time.Time
	timer  *time.Timer
	cancel func() bool
}

// watch starts watching; a cancelled context kills the child at once.
func (p *process) watch(ctx context.Context, l Limits) *watch {
	w := &watch{p: p, page: l.PageTimeout, left: l.Timeout}
	w.timer = time.AfterFunc(time.Hour, w.expire)
	w.timer.Stop()
	w.cancel = context.AfterFunc(ctx, func() { killGroup(p.cmd.Process) })
	return w
}

func (w *watch) expire() {
	w.p.late.Store(true)
	killGroup(w.p.cmd.Process)
}

func (w *watch) waiting() {
	w.since = time.Now()
	w.timer.Reset(max(0, min(w.page, w.left)))
}

func (w *watch) pause() {
	w.timer.Stop()
	w.left -= time.Since(w.since)
}

func (w *watch) more(d time.Duration) { w.left += d }

func (w *watch) stop() {
	w.timer.Stop()
	w.cancel()
}

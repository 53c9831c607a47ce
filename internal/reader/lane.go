package reader

import (
	"context"
	"runtime"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"
)

// lane is a queue of requests served by a number of children. Those who wait are served in the order in which they
// came; a lane's children start when needed and end when idle.
type lane struct {
	slots *semaphore.Weighted
	start func() (*process, error)
	rest  time.Duration // how long a child may idle
	heavy uint64        // resident bytes above which a child is replaced

	mu     sync.Mutex
	idle   []*process
	closed bool
}

func newLane(children int, rest time.Duration, heavy uint64, start func() (*process, error)) *lane {
	return &lane{slots: semaphore.NewWeighted(int64(children)), start: start, rest: rest, heavy: heavy}
}

// with runs f with a child that nobody else has.
func (l *lane) with(ctx context.Context, f func(*process) error) error {
	if err := l.slots.Acquire(ctx, 1); err != nil {
		return err
	}
	defer l.slots.Release(1)
	p, err := l.take()
	if err != nil {
		return err
	}
	defer l.put(p)
	return f(p)
}

// take returns the child that idled shortest, or a new one.
func (l *lane) take() (*process, error) {
	for {
		p, err := l.pop()
		if err != nil {
			return nil, err
		}
		if p == nil {
			return l.start()
		}
		select {
		case <-p.exited: // ended by itself or from outside while it idled
		default:
			return p, nil
		}
	}
}

// pop takes a child from the idle ones; nil where there is none.
func (l *lane) pop() (*process, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil, ErrClosed
	}
	if len(l.idle) == 0 {
		return nil, nil
	}
	p := l.idle[len(l.idle)-1]
	l.idle = l.idle[:len(l.idle)-1]
	p.expiry.Stop()
	return p, nil
}

// put gives a child back, or ends it when it is tired or grew heavy.
func (l *lane) put(p *process) {
	if p.tired || resident(p.cmd.Process.Pid) > l.heavy || !l.keep(p) {
		p.kill()
	}
}

func (l *lane) keep(p *process) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return false
	}
	p.expiry = time.AfterFunc(l.rest, func() { l.expire(p) })
	l.idle = append(l.idle, p)
	return true
}

// expire ends a child that idled long enough, unless it was taken in the meantime.
func (l *lane) expire(p *process) {
	l.mu.Lock()
	i := slices.Index(l.idle, p)
	if i >= 0 {
		l.idle = slices.Delete(l.idle, i, i+1)
	}
	l.mu.Unlock()
	if i >= 0 {
		p.kill()
	}
}

// close ends the idle children; the busy ones end when their request does.
func (l *lane) close() {
	l.mu.Lock()
	idle := l.idle
	l.idle, l.closed = nil, true
	l.mu.Unlock()
	for _, p := range idle {
		p.expiry.Stop()
		p.kill()
	}
}

// starter runs functions on one thread of the operating system, which lives as long as the starter: the kernel ends
// a child when the very thread that started it ends.
type starter struct {
	once sync.Once
	work chan func()
	quit chan struct{}
}

func newStarter() *starter { return &starter{work: make(chan func()), quit: make(chan struct{})} }

// do runs f and waits for it.
func (s *starter) do(f func()) error {
	s.once.Do(func() { go s.loop() })
	done := make(chan struct{})
	select {
	case s.work <- func() { f(); close(done) }:
		<-done
		return nil
	case <-s.quit:
		return ErrClosed
	}
}

func (s *starter) loop() {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	for {
		select {
		case f := <-s.work:
			f()
		case <-s.quit:
			return
		}
	}
}

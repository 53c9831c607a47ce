package dbtest

import (
	"sync"
	"time"
)

// Clock is a time that a test sets, and that goes on by a step each time somebody asks. Jobs may ask it meanwhile.
type Clock struct {
	mu   sync.Mutex
	at   time.Time
	step time.Duration
}

// NewClock returns a clock that stands at a time; with a step of 0 it stands still.
func NewClock(at time.Time, step time.Duration) *Clock { return &Clock{at: at, step: step} }

// Now goes on by one step and tells the time.
func (c *Clock) Now() time.Time { return c.Advance(c.step) }

// Advance goes on by d and tells the time.
func (c *Clock) Advance(d time.Duration) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
	return c.at
}

// Set puts the clock at a time.
func (c *Clock) Set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = at
}

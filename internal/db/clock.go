package db

import (
	"sync/atomic"
	"time"
)

// Clock tells a service the time. Services embed it; its zero value tells Now.
type Clock struct {
	told atomic.Pointer[func() time.Time]
}

// Now is the time as the databases keep it, or what the test's clock says.
func (c *Clock) Now() time.Time {
	if f := c.told.Load(); f != nil {
		return (*f)()
	}
	return Now()
}

// UseClock replaces the clock, for tests. Jobs of a program that runs ask f too: it must be safe to call from several goroutines.
func (c *Clock) UseClock(f func() time.Time) { c.told.Store(&f) }

package reader

import (
	"context"
	"errors"
	"time"

	"github.com/aanpak/aanpak/internal/trace"
)

// Done tells of a request that has ended.
type Done struct {
	Operation string // read, image, words, unpack, stamp
	Pages     int
	Took      time.Duration // waiting for a child included
	// Outcome is "read", the Reason of a document that cannot be, "none" where it has no such page or picture, or "failed" where the
	// document is not at fault.
	Outcome string
}

// begin gives a request its span and returns what is to be called at its end.
func (p *Pool) begin(ctx context.Context, operation operation) (context.Context, func(pages int, err error)) {
	start := time.Now()
	ctx, span := trace.Start(ctx, "reader "+string(operation))
	return ctx, func(pages int, err error) {
		d := Done{Operation: string(operation), Took: time.Since(start), Outcome: outcome(err)}
		if err == nil {
			d.Pages = pages
		}
		span.Set(trace.String("reader.outcome", d.Outcome), trace.Int("reader.pages", d.Pages))
		span.End(err)
		if p.opts.Observe != nil {
			p.opts.Observe(d)
		}
	}
}

func outcome(err error) string {
	var f *Failure
	switch {
	case err == nil:
		return "read"
	case errors.As(err, &f):
		return string(f.Reason)
	case errors.Is(err, ErrNoImage), errors.Is(err, ErrNoPage):
		return "none"
	}
	return "failed"
}

// Children returns how many child processes live.
func (p *Pool) Children() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.all)
}

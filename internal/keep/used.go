package keep

import (
	"context"
	"maps"
	"sync"
)

// used gathers the parts of the data that are read for something.
type used struct {
	mu    sync.Mutex
	whole bool // nobody knows which
	parts map[string]bool
}

type usedKey struct{}

func newUsed() *used { return &used{parts: map[string]bool{}} }

// Following tells whether anybody asks what is read in ctx.
func Following(ctx context.Context) bool { return noted(ctx) != nil }

// Uses notes that a part of the data is read for what is made in ctx.
func Uses(ctx context.Context, part string) {
	if u := noted(ctx); u != nil {
		u.mu.Lock()
		defer u.mu.Unlock()
		u.parts[part] = true
	}
}

// UsesAny notes that something is read of which no part is known: any change makes stale what is made in ctx.
func UsesAny(ctx context.Context) { noted(ctx).add(stamp{}) }

func noted(ctx context.Context) *used {
	u, _ := ctx.Value(usedKey{}).(*used)
	return u
}

// end closes what was gathered while an answer was made in ctx. What it is made in is made of the same, and the answer also of what the
// request has read. Where nothing was read, or outside a request, nobody knows of what.
func (u *used) end(ctx context.Context) {
	r, within := ctx.Value(requestKey{}).(*request)
	u.mu.Lock()
	u.whole = u.whole || !within || len(u.parts) == 0
	u.mu.Unlock()
	noted(ctx).join(u)
	if within {
		u.join(r.used)
	}
}

// join adds what another one has. A nil one gathers nothing.
func (u *used) join(other *used) {
	if u == nil {
		return
	}
	other.mu.Lock()
	whole, parts := other.whole, maps.Clone(other.parts)
	other.mu.Unlock()
	u.mu.Lock()
	defer u.mu.Unlock()
	u.whole = u.whole || whole
	maps.Copy(u.parts, parts)
}

// add adds what a held answer was made of.
func (u *used) add(s stamp) {
	if u == nil {
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	u.whole = u.whole || s.parts == nil
	for p := range s.parts {
		u.parts[p] = true
	}
}

// stamp is the generation of what an answer was made of: of its parts, or of all data where it has none.
type stamp struct {
	whole string
	parts map[string]int64
}

func (u *used) stamp(g Generation) stamp {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.whole || g.Parts == nil {
		return stamp{whole: g.Whole}
	}
	parts := make(map[string]int64, len(u.parts))
	for p := range u.parts {
		parts[p] = g.Parts[p]
	}
	return stamp{parts: parts}
}

// holds tells whether nothing of it has changed.
func (s stamp) holds(g Generation) bool {
	if s.parts == nil {
		return s.whole == g.Whole
	}
	for p, n := range s.parts {
		if g.Parts[p] != n {
			return false
		}
	}
	return true
}

// Package keep remembers answers for as long as the data that they were made of stays as it is.
//
// The data has a generation, which changes with every commit that readers can see. An answer is found again only by who reads
// the generation that it was made in: so no change needs to name the answers it makes stale, and somebody who loses a right
// loses it with the very next request. What an answer depends on beside the data (who asks, the address, the language, the
// minute) belongs into its key.
package keep

import (
	"context"
	"sync"
)

// Source tells the generation of the data. Between two calls that return the same, nothing was committed.
type Source interface {
	Generation(ctx context.Context) (string, error)
}

// pin is the generation of one request, asked for when first needed.
type pin struct {
	once       sync.Once
	generation string
	err        error
}

type pinned struct{}

// Pin returns a context in which the generation is asked for once: what one request reads may then be of the moment it began.
// Only for requests that write nothing.
func Pin(ctx context.Context) context.Context { return context.WithValue(ctx, pinned{}, new(pin)) }

func generation(ctx context.Context, s Source) (string, error) {
	p, ok := ctx.Value(pinned{}).(*pin)
	if !ok {
		return s.Generation(ctx)
	}
	p.once.Do(func() { p.generation, p.err = s.Generation(ctx) })
	return p.generation, p.err
}

// Keep holds the answers of one kind, all of the newest generation that was asked for. It is safe for concurrent use; what it
// hands out is shared, so nobody may change it.
type Keep[V any] struct {
	source Source
	most   int
	weigh  func(V) int

	mu         sync.Mutex
	generation string
	weight     int
	held       map[string]V
}

// New returns a Keep that holds answers up to a weight in all, after which it begins anew. A nil source keeps nothing.
func New[V any](source Source, most int, weigh func(V) int) *Keep[V] {
	return &Keep[V]{source: source, most: most, weigh: weigh, held: map[string]V{}}
}

// Get returns the answer of a key, made now where it is not held. What make refuses with an error is not held.
func (k *Keep[V]) Get(ctx context.Context, key string, make func(context.Context) (V, error)) (V, error) {
	if k.source == nil {
		return make(ctx)
	}
	g, err := generation(ctx, k.source)
	if err != nil {
		var none V
		return none, err
	}
	if v, ok := k.find(g, key); ok {
		return v, nil
	}
	v, err := make(ctx)
	if err == nil {
		k.put(g, key, v)
	}
	return v, err
}

// Held returns the answer of a key where there is one.
func (k *Keep[V]) Held(ctx context.Context, key string) (v V, ok bool) {
	if k.source == nil {
		return v, false
	}
	g, err := generation(ctx, k.source)
	if err != nil {
		return v, false
	}
	return k.find(g, key)
}

// find looks a key up, and drops everything when the generation is another: a later one, or one read just before a commit, whose
// answers are worth as little.
func (k *Keep[V]) find(generation, key string) (v V, ok bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.generation != generation {
		k.begin(generation)
	}
	v, ok = k.held[key]
	return v, ok
}

func (k *Keep[V]) put(generation, key string, v V) {
	k.mu.Lock()
	defer k.mu.Unlock()
	weight := k.weigh(v)
	if k.generation != generation || weight > k.most {
		return
	}
	if k.weight+weight > k.most {
		k.begin(generation)
	}
	k.held[key] = v
	k.weight += weight
}

func (k *Keep[V]) begin(generation string) {
	k.generation, k.weight = generation, 0
	clear(k.held)
}

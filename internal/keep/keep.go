// Package keep remembers answers for as long as the data that they were made of stays as it is.
//
// The data has a generation, which changes with every commit that readers can see; where its source tells parts of it apart, such as
// tables, each part has one of its own. While an answer is made, the source notes which parts are read for it (Uses), and the answer
// is found again by whoever reads the generation that these had. So no change needs to name the answers it makes stale, and none has to
// say what it depends on; somebody who loses a right loses it with the very next request. What an answer depends on beside the data
// (who asks, the address, the language, the minute) belongs into its key. What a request read before, such as who asks, counts as read
// for all that it asks for.
package keep

import (
	"context"
	"sync"
)

// Source tells the generation of the data.
type Source interface {
	Generation(ctx context.Context) (Generation, error)
}

// Generation names what readers can see of the data. Between two that are equal in a part nothing of the part was committed, and between
// two that are equal in Whole nothing at all.
type Generation struct {
	Whole string
	Parts map[string]int64 // nil where the source tells no parts apart; a part that is not there is at 0
}

// request is what one request sees and has read.
type request struct {
	once       sync.Once
	pinned     bool
	generation Generation
	err        error
	used       *used
}

type requestKey struct{}

// Pin returns a context in which the generation is asked for once: what one request reads may then be of the moment it began.
// Only for requests that write nothing.
func Pin(ctx context.Context) context.Context { return begin(ctx, true) }

// Follow returns a context for a request that may write: the generation is asked for each time.
func Follow(ctx context.Context) context.Context { return begin(ctx, false) }

func begin(ctx context.Context, pinned bool) context.Context {
	r := &request{pinned: pinned, used: newUsed()}
	return context.WithValue(context.WithValue(ctx, requestKey{}, r), usedKey{}, r.used)
}

func generation(ctx context.Context, s Source) (Generation, error) {
	r, ok := ctx.Value(requestKey{}).(*request)
	if !ok || !r.pinned {
		return s.Generation(ctx)
	}
	r.once.Do(func() { r.generation, r.err = s.Generation(ctx) })
	return r.generation, r.err
}

// Keep holds the answers of one kind. It is safe for concurrent use; what it hands out is shared, so nobody may change it.
type Keep[V any] struct {
	source Source
	most   int
	weigh  func(V) int

	mu     sync.Mutex
	weight int
	held   map[string]answer[V]
}

// answer is a value with what it was made of.
type answer[V any] struct {
	value  V
	weight int
	of     stamp
}

// New returns a Keep that holds answers up to a weight in all, after which those that are stale go, and then all. A nil source keeps nothing.
func New[V any](source Source, most int, weigh func(V) int) *Keep[V] {
	return &Keep[V]{source: source, most: most, weigh: weigh, held: map[string]answer[V]{}}
}

// Get returns the answer of a key, made now where it is not held. What make refuses with an error is not held.
func (k *Keep[V]) Get(ctx context.Context, key string, make func(context.Context) (V, error)) (V, error) {
	return k.get(ctx, key, true, make)
}

// Again makes the answer of a key anew, whether or not it is held, and holds that: for what changes without counting as a change of the data.
func (k *Keep[V]) Again(ctx context.Context, key string, make func(context.Context) (V, error)) (V, error) {
	return k.get(ctx, key, false, make)
}

func (k *Keep[V]) get(ctx context.Context, key string, held bool, make func(context.Context) (V, error)) (V, error) {
	if k.source == nil {
		return make(ctx)
	}
	g, err := generation(ctx, k.source)
	if err != nil {
		var none V
		return none, err
	}
	if held {
		if v, ok := k.find(ctx, g, key); ok {
			return v, nil
		}
	}
	u := newUsed()
	v, err := make(context.WithValue(ctx, usedKey{}, u))
	u.end(ctx)
	if err == nil {
		k.put(g, key, answer[V]{v, k.weigh(v), u.stamp(g)})
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
	return k.find(ctx, g, key)
}

// find looks a key up. What is made with the answer is made of the same.
func (k *Keep[V]) find(ctx context.Context, g Generation, key string) (v V, ok bool) {
	k.mu.Lock()
	a, ok := k.held[key]
	k.mu.Unlock()
	if !ok || !a.of.holds(g) {
		return v, false
	}
	noted(ctx).add(a.of)
	return a.value, true
}

// put holds an answer by the generation of before it was made: what was committed meanwhile makes it stale.
func (k *Keep[V]) put(g Generation, key string, a answer[V]) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if a.weight > k.most {
		return
	}
	k.drop(key)
	if k.weight+a.weight > k.most {
		k.makeRoom(g, a.weight)
	}
	k.held[key] = a
	k.weight += a.weight
}

func (k *Keep[V]) makeRoom(g Generation, weight int) {
	for key, a := range k.held {
		if !a.of.holds(g) {
			k.drop(key)
		}
	}
	if k.weight+weight > k.most {
		k.weight = 0
		clear(k.held)
	}
}

func (k *Keep[V]) drop(key string) {
	k.weight -= k.held[key].weight
	delete(k.held, key)
}

package db

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/uptrace/bun"
)

// channel is the PostgreSQL channel of all events.
const channel = "aanpak_events"

// events tells the processes that share the data what was committed.
type events struct {
	mu       sync.Mutex
	handlers map[string][]func(payload string)
}

// pending are the events of a transaction, told after its commit. Only SQLite needs it: PostgreSQL does so itself.
type pending struct{ list []event }

type event struct{ topic, payload string }

type pendingKey struct{}

// On calls f, one call at a time, for every event of a topic that any process commits while Listen runs, this one's own among
// them. After a connection was lost and found again, f is called once with an empty payload: something may have been missed.
func (d *DB) On(topic string, f func(payload string)) {
	d.events.mu.Lock()
	defer d.events.mu.Unlock()
	if d.events.handlers == nil {
		d.events.handlers = map[string][]func(string){}
	}
	d.events.handlers[topic] = append(d.events.handlers[topic], f)
}

// Tell tells every process of an event when tx commits, and nobody when it does not. A payload has at most some 7,000 bytes:
// name what changed, and let them read it.
func (d *DB) Tell(ctx context.Context, tx bun.Tx, topic, payload string) error {
	if d.Dialect == SQLite {
		p, ok := ctx.Value(pendingKey{}).(*pending)
		if !ok {
			return fmt.Errorf("event %s: told outside InTx", topic)
		}
		p.list = append(p.list, event{topic, payload})
		return nil
	}
	_, err := tx.ExecContext(ctx, "SELECT pg_notify(?, ?)", channel, topic+" "+payload)
	return Classify(err)
}

func (e *events) tell(topic, payload string) {
	e.mu.Lock()
	handlers := e.handlers[topic]
	e.mu.Unlock()
	for _, f := range handlers {
		f(payload)
	}
}

// missed tells every topic that something may have been missed.
func (e *events) missed() {
	e.mu.Lock()
	topics := make([]string, 0, len(e.handlers))
	for topic := range e.handlers {
		topics = append(topics, topic)
	}
	e.mu.Unlock()
	for _, topic := range topics {
		e.tell(topic, "")
	}
}

// listenAgain is the pause before a lost connection is tried anew.
const listenAgain = time.Second

// Listen hears the events of other processes until ctx ends. failed hears of lost connections. On SQLite, whose data belongs to
// one process, there are none to hear.
func (d *DB) Listen(ctx context.Context, failed func(error)) {
	if d.Dialect == SQLite {
		return
	}
	for first := true; ctx.Err() == nil; first = false {
		if err := d.hear(ctx, !first); err != nil && ctx.Err() == nil {
			failed(err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(listenAgain):
		}
	}
}

// hear listens on one connection until it is lost.
func (d *DB) hear(ctx context.Context, again bool) error {
	conn, err := d.pool.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("listen: %w", Classify(err))
	}
	c := conn.Hijack() // it never goes back with its LISTEN on it
	defer func() { _ = c.Close(context.WithoutCancel(ctx)) }()
	if _, err := c.Exec(ctx, "LISTEN "+channel); err != nil {
		return fmt.Errorf("listen: %w", Classify(err))
	}
	if again {
		d.events.missed()
	}
	for {
		n, err := c.WaitForNotification(ctx)
		if errors.Is(err, context.Canceled) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("listen: %w", Classify(err))
		}
		topic, payload, _ := strings.Cut(n.Payload, " ")
		d.events.tell(topic, payload)
	}
}

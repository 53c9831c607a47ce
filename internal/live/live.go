// Package live tells open pages, within moments and in every process, that there is something new for them.
//
// A Stream is one open page, or the one page of a browser that listens for the others. It hears the events that are told to one of its
// topics, which are the audience keys of package auth: so what is told to a group reaches who is in it. An event names what happened and
// carries nothing that needs a right to be read: the page asks for that, as itself. What is told in a transaction is heard when it commits;
// package db carries it to the other processes. A stream that cannot keep up misses events, and is told so. The package knows no people,
// no pages and no HTTP.
package live

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"

	"github.com/uptrace/bun"

	"github.com/aanpak/aanpak/internal/db"
)

// topic is the one of package db under which events travel.
const topic = "live"

// Event is that something happened, for whoever has one of the topics.
type Event struct {
	To   []string `json:"to"`
	Name string   `json:"name"`           // letters, digits and "_": what scripts listen for
	Data string   `json:"data,omitempty"` // one line, for everybody who has one of the topics to know: what happened to, never what it says
}

// Missed is the name of the event that tells a stream to ask anew, since some may have passed it by.
const Missed = "missed"

// told is how many topics one message between processes holds: ids are short, and 7,000 bytes is the most.
const told = 200

// buffered is how many events wait for a slow stream.
const buffered = 16

// Hub joins the streams of this process to the events of all. It is safe for concurrent use.
type Hub struct {
	db      *db.DB
	mu      sync.Mutex
	streams map[string]map[*Stream]struct{} // by topic
	count   int
}

// New returns a hub that hears what every process tells while the database listens.
func New(d *db.DB) *Hub {
	h := &Hub{db: d, streams: map[string]map[*Stream]struct{}{}}
	d.On(topic, h.heard)
	return h
}

// Tell tells an event when tx commits, and not when it does not.
func (h *Hub) Tell(ctx context.Context, tx bun.Tx, e Event) error {
	for first := 0; first < len(e.To); first += told {
		body, err := json.Marshal(Event{e.To[first:min(first+told, len(e.To))], e.Name, e.Data})
		if err != nil {
			return fmt.Errorf("tell open pages: %w", err)
		}
		if err := h.db.Tell(ctx, tx, topic, string(body)); err != nil {
			return fmt.Errorf("tell open pages: %w", err)
		}
	}
	return nil
}

// heard passes an event on to the streams of its topics, to each once. An empty payload says that some were missed.
func (h *Hub) heard(payload string) {
	var e Event
	if payload != "" && json.Unmarshal([]byte(payload), &e) != nil {
		return // of another version
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if payload == "" {
		for _, of := range h.streams {
			for s := range of {
				s.miss()
			}
		}
		return
	}
	m := Message{e.Name, e.Data}
	if len(e.To) == 1 {
		for s := range h.streams[e.To[0]] {
			s.put(m)
		}
		return
	}
	reached := map[*Stream]struct{}{}
	for _, t := range e.To {
		for s := range h.streams[t] {
			if _, twice := reached[s]; !twice {
				reached[s] = struct{}{}
				s.put(m)
			}
		}
	}
}

// Open is how many streams there are.
func (h *Hub) Open() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.count
}

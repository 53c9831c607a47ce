package live

import "slices"

// Message is what a stream hears.
type Message struct{ Name, Data string }

// Stream hears the events of its topics until it is closed.
type Stream struct {
	hub    *Hub
	topics []string
	ch     chan Message
	missed bool // since the channel was full last; guarded by the hub
	closed bool
}

// Listen opens a stream for some topics. The caller closes it.
func (h *Hub) Listen(topics []string) *Stream {
	s := &Stream{hub: h, ch: make(chan Message, buffered)}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.count++
	h.join(s, topics)
	return s
}

// join must be called with the lock held.
func (h *Hub) join(s *Stream, topics []string) {
	s.topics = slices.Compact(slices.Sorted(slices.Values(topics)))
	for _, t := range s.topics {
		if h.streams[t] == nil {
			h.streams[t] = map[*Stream]struct{}{}
		}
		h.streams[t][s] = struct{}{}
	}
}

func (h *Hub) leave(s *Stream) {
	for _, t := range s.topics {
		delete(h.streams[t], s)
		if len(h.streams[t]) == 0 {
			delete(h.streams, t)
		}
	}
	s.topics = nil
}

// C is where messages come.
func (s *Stream) C() <-chan Message { return s.ch }

// Topics changes what the stream hears, as when somebody joined or left a group.
func (s *Stream) Topics(topics []string) {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	if s.closed || slices.Equal(s.topics, slices.Compact(slices.Sorted(slices.Values(topics)))) {
		return
	}
	s.hub.leave(s)
	s.hub.join(s, topics)
}

// Close ends the stream. It may be called twice.
func (s *Stream) Close() {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	if s.closed {
		return
	}
	s.closed = true
	s.hub.count--
	s.hub.leave(s)
}

// put must be called with the hub's lock held. It never waits: one slow page must not hold up the others.
func (s *Stream) put(m Message) {
	if s.missed {
		s.miss()
		if s.missed {
			return
		}
	}
	select {
	case s.ch <- m:
	default:
		s.missed = true
	}
}

// miss tells the stream that it missed something, as soon as there is room.
func (s *Stream) miss() {
	select {
	case s.ch <- Message{Name: Missed}:
		s.missed = false
	default:
		s.missed = true
	}
}

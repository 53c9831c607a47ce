package testenv

import (
	"net"
	"sync"
	"testing"
)

// Link stands before a server, so that a test can take the server away from who asks at Addr, and give it back.
type Link struct {
	Addr string // host:port

	tb testing.TB
	to string

	mu      sync.Mutex
	l       net.Listener
	conns   []net.Conn
	release chan struct{} // closed when what is held goes on; nil while nothing is held
	holding sync.Cond     // a held connection has something to pass on
	held    int
}

// NewLink returns an open link to the server at an address.
func NewLink(tb testing.TB, to string) *Link {
	tb.Helper()
	l := &Link{Addr: FreeAddr(tb), tb: tb, to: to}
	l.holding.L = &l.mu
	tb.Cleanup(l.Cut)
	l.Mend()
	return l
}

// Cut ends all connections, and lets nobody in. What is held is dropped: it must not slip through before its connection is closed.
func (l *Link) Cut() {
	defer l.Release()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.l != nil {
		_ = l.l.Close()
	}
	for _, c := range l.conns {
		_ = c.Close()
	}
	l.l, l.conns = nil, nil
}

// Mend lets everybody in again, at the same address.
func (l *Link) Mend() {
	l.tb.Helper()
	in, err := net.Listen("tcp", l.Addr)
	if err != nil {
		l.tb.Fatal(err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.l = in
	go l.accept(in)
}

// Hold passes nothing on, as if the server had stopped: connections stay, and new ones are taken.
func (l *Link) Hold() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.release == nil {
		l.release, l.held = make(chan struct{}), 0
	}
}

// Held waits until something is held up.
func (l *Link) Held() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.held == 0 && l.release != nil {
		l.holding.Wait()
	}
}

// Release passes on what was held.
func (l *Link) Release() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.release != nil {
		close(l.release)
		l.release = nil
		l.holding.Broadcast()
	}
}

func (l *Link) accept(in net.Listener) {
	for {
		from, err := in.Accept()
		if err != nil {
			return
		}
		to, err := net.Dial("tcp", l.to)
		if err != nil {
			_ = from.Close()
			continue
		}
		l.mu.Lock()
		if l.l != in { // cut meanwhile
			_ = from.Close()
			_ = to.Close()
		}
		l.conns = append(l.conns, from, to)
		l.mu.Unlock()
		go l.pass(to, from)
		go l.pass(from, to)
	}
}

// pass copies one way until that ends, and then ends the other.
func (l *Link) pass(to, from net.Conn) {
	defer to.Close()
	defer from.Close()
	b := make([]byte, 64<<10)
	for {
		n, err := from.Read(b)
		l.wait()
		if n > 0 {
			if _, err := to.Write(b[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

func (l *Link) wait() {
	l.mu.Lock()
	release := l.release
	if release != nil {
		l.held++
		l.holding.Broadcast()
	}
	l.mu.Unlock()
	if release != nil {
		<-release
	}
}

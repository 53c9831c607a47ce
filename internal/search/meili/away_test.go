package meili

import (
	"context"
	"errors"
	"io"
	"net"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/search"
)

var bg = context.Background()

func entry(parent string, n int, text string) search.Entry {
	return search.Entry{Type: search.TypeDocument, Parent: parent, Page: n, Text: text, Audience: []string{"company"}, Language: "nl"}
}

func put(x search.Index, es ...search.Entry) error {
	var keys []search.Key
	for _, e := range es {
		keys = append(keys, search.Key{Type: e.Type, Parent: e.Parent})
	}
	return x.Replace(bg, keys, es)
}

func mustPut(t *testing.T, x search.Index, es ...search.Entry) {
	t.Helper()
	if err := put(x, es...); err != nil {
		t.Fatal(err)
	}
}

func total(t *testing.T, x search.Index, text string) int {
	t.Helper()
	r, err := x.Search(bg, search.Query{Text: text, Audience: []string{"company"}})
	if err != nil {
		t.Fatal(err)
	}
	return r.Total
}

// gate is a connection to a server that can be shut: then nobody answers at its address.
type gate struct {
	addr, to string
	mu       sync.Mutex
	l        net.Listener
	conns    []net.Conn
}

func newGate(t *testing.T, to string) *gate {
	t.Helper()
	u, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g := &gate{addr: l.Addr().String(), to: u.Host}
	_ = l.Close()
	t.Cleanup(g.shut)
	return g
}

func (g *gate) open(t *testing.T) {
	t.Helper()
	l, err := net.Listen("tcp", g.addr)
	if err != nil {
		t.Fatal(err)
	}
	g.mu.Lock()
	g.l = l
	g.mu.Unlock()
	go func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("tcp", g.to)
			if err != nil {
				_ = in.Close()
				continue
			}
			g.mu.Lock()
			g.conns = append(g.conns, in, out)
			g.mu.Unlock()
			go func() { _, _ = io.Copy(out, in) }()
			go func() { _, _ = io.Copy(in, out) }()
		}
	}()
}

func (g *gate) shut() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.l != nil {
		_ = g.l.Close()
	}
	for _, c := range g.conns {
		_ = c.Close()
	}
	g.l, g.conns = nil, nil
}

// TestAway opens without a server, which then comes, goes and comes again.
func TestAway(t *testing.T) {
	a := cleared(t)
	g := newGate(t, a.URL)
	a.URL = "http://" + g.addr
	x, err := Open(bg, Options{Address: a})
	if err != nil {
		t.Fatalf("open without a server: %v", err)
	}
	away := func(when string) {
		t.Helper()
		_, err := x.Search(bg, search.Query{Text: "kade", Audience: []string{"company"}})
		if !errors.Is(err, ErrAway) {
			t.Errorf("search %s: %v", when, err)
		}
		if err := put(x, entry("a", 1, "kade")); !errors.Is(err, ErrAway) {
			t.Errorf("replace %s: %v", when, err)
		}
		if err := x.Ping(bg); !errors.Is(err, ErrAway) {
			t.Errorf("ping %s: %v", when, err)
		}
	}
	away("before the server is there")
	g.open(t)
	ctx, cancel := context.WithTimeout(bg, 20*time.Second)
	defer cancel()
	if err := x.Ready(ctx); err != nil {
		t.Fatalf("the server came: %v", err)
	}
	if !x.Fresh() {
		t.Error("an index that was made late is not fresh")
	}
	mustPut(t, x, entry("a", 1, "kade"))
	g.shut()
	away("when the server has gone")
	g.open(t)
	if total(t, x, "kade") != 1 {
		t.Error("not found when the server is back")
	}
	_ = x.drop(bg, x.uid)
	_ = x.drop(bg, x.versionsUID())
	if err := x.Close(); err != nil {
		t.Error(err)
	}
	if _, err := x.Search(bg, search.Query{Everything: true}); !errors.Is(err, ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
}

// TestSlow: a server that takes what is asked and never answers holds nobody longer than they want to wait.
func TestSlow(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	ctx, cancel := context.WithTimeout(bg, 200*time.Millisecond)
	defer cancel()
	start := time.Now()
	x, err := Open(ctx, Options{Address: Address{URL: "http://" + l.Addr().String(), Key: "key", Prefix: "slow"}})
	if !errors.Is(err, ErrAway) {
		t.Errorf("open: %v", err)
	}
	if x != nil || time.Since(start) > 5*time.Second {
		t.Errorf("it took %v", time.Since(start))
	}
}

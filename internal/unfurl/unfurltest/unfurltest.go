// Package unfurltest is a web of a test's own: every name leads to one server of this machine, which alone is reached beside what is public.
package unfurltest

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"sync/atomic"
	"testing"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/aanpak/aanpak/internal/unfurl"
)

// Web is the server.
type Web struct {
	unfurl.Options
	port  uint16
	asked atomic.Int32
}

// New starts a web that is closed when the test ends.
func New(tb testing.TB, h http.HandlerFunc) *Web {
	tb.Helper()
	w := &Web{}
	s := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.asked.Add(1)
		h(rw, r)
	}))
	tb.Cleanup(s.Close)
	at := netip.MustParseAddrPort(s.Listener.Addr().String())
	w.port = at.Port()
	w.Reach = func(a netip.AddrPort) bool { return a == at }
	w.Resolver = Resolver(tb, func() [4]byte { return at.Addr().As4() })
	return w
}

// URL is an address of a host.
func (w *Web) URL(host, path string) string { return fmt.Sprintf("http://%s:%d%s", host, w.port, path) }

// Asked is how many requests there were.
func (w *Web) Asked() int { return int(w.asked.Load()) }

// Page writes a page with a head.
func Page(w http.ResponseWriter, head string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprintf(w, "<!doctype html><html><head>%s</head><body><title>van de inhoud</title>", head)
}

// Picture is a PNG of one colour.
func Picture(width, height int) []byte {
	img := image.NewPaletted(image.Rect(0, 0, width, height), color.Palette{color.RGBA{40, 90, 160, 255}})
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		panic(err) // writing into memory does not fail
	}
	return b.Bytes()
}

// Resolver answers every name with an address, asked for each time anew.
func Resolver(tb testing.TB, address func() [4]byte) *net.Resolver {
	tb.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { conn.Close() })
	go answer(conn, address)
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

func answer(conn net.PacketConn, address func() [4]byte) {
	buf := make([]byte, 1500)
	for {
		n, from, err := conn.ReadFrom(buf)
		if err != nil {
			return
		}
		var m dnsmessage.Message
		if m.Unpack(buf[:n]) != nil || len(m.Questions) != 1 {
			continue
		}
		m.Response, m.Additionals = true, nil
		if q := m.Questions[0]; q.Type == dnsmessage.TypeA {
			head := dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class}
			m.Answers = []dnsmessage.Resource{{Header: head, Body: &dnsmessage.AResource{A: address()}}}
		}
		if out, err := m.Pack(); err == nil {
			_, _ = conn.WriteTo(out, from)
		}
	}
}

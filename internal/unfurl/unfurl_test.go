package unfurl_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/unfurl"
	"github.com/aanpak/aanpak/internal/unfurl/unfurltest"
)

func all(*url.URL) bool { return true }

// only reaches one server beside what is public.
func only(s *httptest.Server) func(netip.AddrPort) bool {
	at := netip.MustParseAddrPort(s.Listener.Addr().String())
	return func(a netip.AddrPort) bool { return a == at }
}

func serve(t *testing.T, h http.HandlerFunc) *httptest.Server {
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s
}

// No address is reached that is not public, however it is written.
func TestReach(t *testing.T) {
	c := unfurl.New(unfurl.Options{Within: 2 * time.Second})
	for _, host := range []string{
		"127.0.0.1", "127.8.8.8", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "172.31.255.254", "192.168.1.1", "169.254.169.254", "100.64.0.1", "100.100.100.200",
		"192.0.0.192", "192.0.2.1", "198.51.100.1", "203.0.113.9", "198.18.0.1", "192.88.99.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
		"[::]", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:10.0.0.1]", "[::ffff:a9fe:a9fe]", "[::127.0.0.1]", "[fe80::1]", "[fc00::1]", "[fd00:ec2::254]", "[ff02::1]",
		"[64:ff9b::7f00:1]", "[64:ff9b::a9fe:a9fe]", "[64:ff9b:1::a00:1]", "[2002:7f00:1::]", "[2002:a00:1::1]", "[2001::1]", "[2001:db8::1]", "[3fff::1]", "[100::1]",
		"2130706433", "0x7f000001", "0177.0.0.1", "127.1", "localhost",
		"1.1.1.1:22", "1.1.1.1:8080", "[2606:4700:4700::1111]:25",
	} {
		_, err := c.Ask(t.Context(), "http://"+host+"/", all)
		var dns *net.DNSError // what no resolver takes for an address is none
		if !errors.Is(err, unfurl.ErrRefused) && !errors.As(err, &dns) {
			t.Errorf("%s: %v", host, err)
		}
	}
	for _, address := range []string{"file:///etc/passwd", "ftp://example.nl/", "gopher://127.0.0.1/", "http://a:b@example.nl/", "javascript:alert(1)", "//example.nl"} {
		if _, err := c.Ask(t.Context(), address, all); !errors.Is(err, unfurl.ErrRefused) {
			t.Errorf("%s: %v", address, err)
		}
	}
	if _, err := c.Ask(t.Context(), "https://example.nl/", func(*url.URL) bool { return false }); !errors.Is(err, unfurl.ErrRefused) {
		t.Errorf("what its caller does not allow: %v", err)
	}
}

// What is asked says nothing of who asks.
func TestAsk(t *testing.T) {
	var asked atomic.Int32
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		for name := range r.Header {
			switch name {
			case "Accept", "Accept-Encoding", "Accept-Language", "User-Agent", "Connection":
			default:
				t.Errorf("it sends %s: %s", name, r.Header.Get(name))
			}
		}
		if got := r.UserAgent(); got != "Aanpak (link preview)" {
			t.Errorf("it is %q", got)
		}
		http.SetCookie(w, &http.Cookie{Name: "who", Value: "you"})
		switch r.URL.Path {
		case "/from":
			http.Redirect(w, r, "/page", http.StatusFound)
		case "/picture.png":
			_, _ = w.Write([]byte("a picture"))
		default:
			unfurltest.Page(w, `<title>Van het element</title><meta name="title" content="nee"><meta property="og:title" content="Circulair &amp; zo &lt;script&gt;alert(1)&lt;/script&gt;">
				<meta name="description" content="Eén  regel
				tekst."><meta property="og:site_name" content="Bouw`+"\u202e"+`kennis`+"\u200b"+`"><meta property="og:image" content="/picture.png">`)
		}
	})
	c := unfurl.New(unfurl.Options{Reach: only(s)})
	got, err := c.Ask(t.Context(), s.URL+"/from", all)
	if err != nil {
		t.Fatal(err)
	}
	if got.Title != "Circulair & zo <script>alert(1)</script>" || got.Description != "Eén regel tekst." || got.Site != "Bouwkennis" || string(got.Picture) != "a picture" || asked.Load() != 3 {
		t.Errorf("it says %+v, asked %d times", got, asked.Load())
	}
}

// What pages say, as it is kept.
func TestPage(t *testing.T) {
	for what, x := range map[string]struct {
		kind, body, title string
		fails             bool
	}{
		"an element":        {"text/html", "<title>Een titel</title>", "Een titel", false},
		"no title":          {"text/html", "<h1>Kop</h1>", "", true},
		"an empty title":    {"text/html", "<title>\u200b\u202e </title>", "", true},
		"of the body":       {"text/html", "<body><title>Nee</title>", "", true},
		"by its charset":    {"text/html; charset=iso-8859-1", "<title>Re\xeble</title>", "Reële", false},
		"by a meta charset": {"text/html", "<meta charset=windows-1252><title>Re\xeble</title>", "Reële", false},
		"too long":          {"text/html", "<title>" + strings.Repeat("ab ", 100) + "</title>", strings.TrimSpace(strings.Repeat("ab ", 46)) + " a…", false},
		"a text":            {"text/plain", "<title>Nee</title>", "", true},
		"a picture":         {"image/svg+xml", "<title>Nee</title>", "", true},
		"no kind":           {"", "<title>Nee</title>", "", true},
	} {
		s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header()["Content-Type"] = []string{x.kind}
			_, _ = w.Write([]byte(x.body))
		})
		got, err := unfurl.New(unfurl.Options{Reach: only(s)}).Ask(t.Context(), s.URL, all)
		if (err != nil) != x.fails || got.Title != x.title {
			t.Errorf("%s: %q, %v", what, got.Title, err)
		}
	}
}

// A redirect leads nowhere that the address itself would not, and not on for ever.
func TestRedirects(t *testing.T) {
	var within atomic.Int32
	hidden := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		within.Add(1)
		unfurltest.Page(w, "<title>geheim</title>")
	})
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/private":
			http.Redirect(w, r, hidden.URL, http.StatusFound)
		case "/metadata":
			http.Redirect(w, r, "http://169.254.169.254/latest/meta-data/", http.StatusFound)
		case "/file":
			http.Redirect(w, r, "file:///etc/passwd", http.StatusFound)
		case "/named":
			http.Redirect(w, r, "http://a:b@"+r.Host+"/end", http.StatusFound)
		case "/elsewhere":
			http.Redirect(w, r, "http://elsewhere.example/", http.StatusFound)
		case "/picture":
			unfurltest.Page(w, `<title>Met plaatje</title><meta property="og:image" content="`+hidden.URL+`">`)
		case "/end":
			unfurltest.Page(w, "<title>eind</title>")
		case "/3", "/2", "/1":
			http.Redirect(w, r, map[string]string{"/3": "/2", "/2": "/1", "/1": "/end"}[r.URL.Path], http.StatusFound)
		default:
			http.Redirect(w, r, "/loop", http.StatusFound)
		}
	})
	c := unfurl.New(unfurl.Options{Reach: only(s)})
	here := func(u *url.URL) bool { return u.Hostname() != "elsewhere.example" }
	for path, want := range map[string]error{
		"/private": unfurl.ErrRefused, "/metadata": unfurl.ErrRefused, "/file": unfurl.ErrRefused, "/named": unfurl.ErrRefused, "/elsewhere": unfurl.ErrRefused,
		"/loop": unfurl.ErrNoPage, "/3": nil,
	} {
		if got, err := c.Ask(t.Context(), s.URL+path, here); !errors.Is(err, want) || want == nil && got.Title != "eind" {
			t.Errorf("%s: %v", path, err)
		}
	}
	if got, err := c.Ask(t.Context(), s.URL+"/picture", here); err != nil || got.Title == "" || got.Picture != nil {
		t.Errorf("a picture of a private address: %+v, %v", got, err)
	}
	if within.Load() > 0 {
		t.Errorf("a private server was asked %d times", within.Load())
	}
}

// A name that is public when it is looked up, and private when it is dialled, is looked at when it is dialled.
func TestRebinding(t *testing.T) {
	hidden := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("a private server was asked") })
	var asked atomic.Int32
	c := unfurl.New(unfurl.Options{Within: 3 * time.Second, Resolver: unfurltest.Resolver(t, func() [4]byte {
		if asked.Add(1) == 1 {
			return [4]byte{127, 0, 0, 2}
		}
		return [4]byte{127, 0, 0, 1}
	})})
	port := hidden.Listener.Addr().(*net.TCPAddr).Port
	for _, address := range []string{"http://turns.example/", fmt.Sprintf("http://turns.example:%d/", port)} {
		if _, err := c.Ask(t.Context(), address, all); !errors.Is(err, unfurl.ErrRefused) {
			t.Errorf("%s: %v", address, err)
		}
	}
	if asked.Load() < 2 {
		t.Errorf("its name was looked up %d times", asked.Load())
	}
}

// What is slow or has no end ends.
func TestEnds(t *testing.T) {
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	_, _ = z.Write([]byte("<title>bom</title><meta property='og:image' content='/bomb.png'>"))
	for range 64 {
		_, _ = z.Write(make([]byte, 1<<20))
	}
	z.Close()
	stop := make(chan struct{})
	t.Cleanup(sync.OnceFunc(func() { close(stop) }))
	var sent atomic.Int64
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		switch r.URL.Path {
		case "/silent":
			select {
			case <-stop:
			case <-r.Context().Done():
			}
		case "/drops":
			for r.Context().Err() == nil {
				_, _ = w.Write([]byte("<"))
				w.(http.Flusher).Flush()
				time.Sleep(50 * time.Millisecond)
			}
		case "/endless":
			for r.Context().Err() == nil {
				n, err := w.Write(make([]byte, 64<<10))
				sent.Add(int64(n))
				if err != nil {
					return
				}
			}
		case "/bomb", "/bomb.png":
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(bomb.Bytes())
		case "/headers":
			w.Header().Set("X-Long", strings.Repeat("x", 1<<20))
		case "/late.html":
			fmt.Fprint(w, strings.Repeat(" ", 600<<10), "<title>laat</title>")
		}
	})
	c := unfurl.New(unfurl.Options{Reach: only(s), Within: time.Second})
	for _, path := range []string{"/silent", "/drops", "/endless", "/headers", "/late.html"} {
		began := time.Now()
		if got, err := c.Ask(t.Context(), s.URL+path, all); err == nil {
			t.Errorf("%s: %+v", path, got)
		}
		if took := time.Since(began); took > 3*time.Second {
			t.Errorf("%s took %s", path, took)
		}
	}
	if sent.Load() > 16<<20 {
		t.Errorf("%d bytes of what has no end were taken", sent.Load())
	}
	if got, err := c.Ask(t.Context(), s.URL+"/bomb", all); err != nil || got.Title != "bom" || got.Picture != nil {
		t.Errorf("what unpacks to much: %q with %d bytes of picture, %v", got.Title, len(got.Picture), err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Ask(ended, s.URL, all); !errors.Is(err, context.Canceled) {
		t.Errorf("what nobody waits for: %v", err)
	}
}

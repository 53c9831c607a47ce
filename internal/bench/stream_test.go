package bench

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aanpak/aanpak/internal/app/apptest"
)

// streams is how many pages are open at once.
const streams = 2000

// BenchmarkStreams opens many streams on the program in a process of its own, and tells everybody something. It reports the memory that they
// take, and until when the last of them has heard.
func BenchmarkStreams(b *testing.B) {
	p := newProgram(b)
	defer p.stop(b)
	jar, err := cookiejar.New(nil)
	if err != nil {
		b.Fatal(err)
	}
	browser := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	send(b, browser, p.address+"/sign-in", url.Values{"email": {"a@voorbeeld.nl"}, "login": {"a@voorbeeld.nl"}, "password": {apptest.Password}})
	home, err := url.Parse(p.address)
	if err != nil {
		b.Fatal(err)
	}
	cookie := ""
	for _, c := range jar.Cookies(home) {
		cookie += c.Name + "=" + c.Value + "; "
	}
	before := p.resident("VmRSS")
	heard := make(chan time.Time, streams)
	for range streams {
		open(b, home.Host, cookie, heard)
	}
	time.Sleep(time.Second)
	taken := p.resident("VmRSS") - before
	b.ResetTimer()
	for range b.N {
		start := time.Now()
		send(b, browser, p.address+"/settings/tokens", url.Values{"name": {"roster"}})
		var last time.Time
		for range streams {
			select {
			case last = <-heard:
			case <-time.After(20 * time.Second):
				b.Fatal("not everybody heard")
			}
		}
		b.ReportMetric(float64(last.Sub(start).Milliseconds()), "ms-to-the-last")
	}
	b.ReportMetric(taken, "MB")
	b.ReportMetric(taken*1024/streams, "kB/stream")
}

func send(b *testing.B, c *http.Client, address string, form url.Values) {
	b.Helper()
	res, err := c.PostForm(address, form)
	if err != nil {
		b.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode >= http.StatusBadRequest {
		b.Fatalf("%s: %s", address, res.Status)
	}
}

// open opens a stream and tells when it hears something.
func open(b *testing.B, host, cookie string, heard chan<- time.Time) {
	b.Helper()
	conn, err := net.Dial("tcp", host)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { conn.Close() })
	fmt.Fprintf(conn, "GET /live HTTP/1.1\r\nHost: %s\r\nAccept: text/event-stream\r\nCookie: %s\r\n\r\n", host, cookie)
	var ready sync.WaitGroup
	ready.Add(1)
	go func() {
		r := bufio.NewReaderSize(conn, 512)
		waiting := true
		for {
			line, err := r.ReadString('\n')
			if waiting && (err != nil || strings.HasPrefix(line, "retry:")) {
				waiting = false
				ready.Done()
			}
			if err != nil {
				return
			}
			if strings.HasPrefix(line, "data: ") {
				heard <- time.Now()
			}
		}
	}()
	ready.Wait()
}

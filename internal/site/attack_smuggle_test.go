package site_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestSmuggling sends heads that proxies and servers read differently, with a second request hidden in the first: it is never answered as one.
func TestSmuggling(t *testing.T) {
	s := serve(t)
	hidden := "GET /admin/people HTTP/1.1\r\nHost: x\r\n\r\n"
	for name, head := range map[string]string{
		"two lengths":          fmt.Sprintf("Content-Length: 0\r\nContent-Length: %d\r\n", len(hidden)),
		"length and chunks":    "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
		"chunks in disguise":   fmt.Sprintf("Transfer-Encoding: xchunked\r\nContent-Length: %d\r\n", len(hidden)),
		"a space before colon": fmt.Sprintf("Content-Length : %d\r\nContent-Length: 0\r\n", len(hidden)),
		"a negative length":    "Content-Length: -1\r\n",
		"a length with a sign": fmt.Sprintf("Content-Length: +%d\r\n", len(hidden)),
	} {
		c, err := net.Dial("tcp", strings.TrimPrefix(s.base, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		_ = c.SetDeadline(time.Now().Add(3 * time.Second))
		chunks := ""
		if strings.Contains(head, "Transfer-Encoding: chunked") {
			chunks = "0\r\n\r\n"
		}
		_, _ = fmt.Fprintf(c, "POST /language HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n%s\r\n%s%s", head, chunks, hidden)
		r := bufio.NewReader(c)
		answers := 0
		for {
			res, err := http.ReadResponse(r, nil)
			if err != nil {
				break
			}
			_, _ = io.Copy(io.Discard, res.Body)
			answers++
			if strings.HasPrefix(res.Header.Get("Location"), "/sign-in") {
				t.Errorf("%s: the hidden request was answered with %d", name, res.StatusCode)
			}
			if res.Close {
				break
			}
		}
		if answers > 1 {
			t.Errorf("%s: %d answers", name, answers)
		}
		_ = c.Close()
	}
}

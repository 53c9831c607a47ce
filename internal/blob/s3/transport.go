package s3

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/minio/minio-go/v7"
)

const (
	openWait = 20 * time.Second // for the server, when opening
	dialWait = 5 * time.Second
	// stillFor is how long a connection may be quite still while something is asked of it: longer than a slow server takes, and short
	// enough for people who wait.
	stillFor = 20 * time.Second
	attempts = 3 // a server that restarts is back within them
)

// newTransport is minio-go's own, but for connections that give up a server which takes what is sent and never answers: downloads
// have no other deadline.
func newTransport(tls bool) (*http.Transport, error) {
	t, err := minio.DefaultTransport(tls)
	if err != nil {
		return nil, err
	}
	dialer := &net.Dialer{Timeout: dialWait, KeepAlive: 15 * time.Second}
	t.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := dialer.DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return &rolling{c}, nil
	}
	t.ResponseHeaderTimeout = stillFor
	return t, nil
}

// rolling moves its deadline on with every read and write. An answer is waited for while a body is sent: so each moves it for both.
type rolling struct{ net.Conn }

func (c *rolling) Read(p []byte) (int, error) {
	_ = c.SetDeadline(time.Now().Add(stillFor))
	return c.Conn.Read(p)
}

func (c *rolling) Write(p []byte) (int, error) {
	_ = c.SetDeadline(time.Now().Add(stillFor))
	return c.Conn.Write(p)
}

// isAway tells whether the server did not answer, rather than refuse.
func isAway(err error) bool {
	var op *net.OpError
	if errors.As(err, &op) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return true
	}
	return minio.ToErrorResponse(err).StatusCode >= http.StatusInternalServerError
}

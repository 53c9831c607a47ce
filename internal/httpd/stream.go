package httpd

import (
	"context"
	"fmt"
	"io"
	"net"
	"runtime/debug"
	"time"

	"github.com/gofiber/fiber/v2"
)

// Events are what a stream sends, one after the other.
type Events interface {
	// Next waits for what is to be sent next, until ctx ends. An error ends the stream.
	Next(ctx context.Context) ([]byte, error)
	io.Closer
}

// slowest is how long one piece of a stream may take to be sent. A client that is slower is taken for gone.
const slowest = 20 * time.Second

// Stream answers with events as they come, until they end, the client is gone or this process is about to end. It closes them.
func (s *Server) Stream(c *fiber.Ctx, e Events) error {
	c.Set(fiber.HeaderContentType, "text/event-stream")
	c.Set("X-Accel-Buffering", "no") // of proxies that would wait for more
	if c.Method() == fiber.MethodHead {
		c.Response().SkipBody = true
		return e.Close()
	}
	ctx, cancel := context.WithCancel(s.Unbounded(c))
	stop := context.AfterFunc(s.drained, cancel)
	c.Context().SetBodyStream(&flow{
		server: s, ctx: ctx, conn: c.Context().Conn(), events: e, id: RequestID(c),
		end: func() { stop(); cancel() },
	}, -1)
	return nil
}

// flow is a stream as fasthttp reads it: every piece that is read is sent at once. There is no goroutine and no buffer of its own, since
// thousands are open. The request and its context are gone while it runs: it holds what it needs.
type flow struct {
	server *Server
	ctx    context.Context
	end    func()
	conn   net.Conn
	events Events
	rest   []byte
	id     string
}

// Read waits for the next piece. A panic here would end the whole process.
func (f *flow) Read(p []byte) (n int, err error) {
	defer func() {
		if r := recover(); r != nil {
			f.server.opts.Log.Error("stream failed", "request_id", f.id, "err", fmt.Errorf("panic: %v\n%s", r, debug.Stack()))
			n, err = 0, io.EOF
		}
	}()
	if len(f.rest) == 0 {
		if f.rest, err = f.events.Next(f.ctx); err != nil {
			return 0, io.EOF
		}
	}
	if f.conn != nil {
		_ = f.conn.SetWriteDeadline(time.Now().Add(slowest))
	}
	n = copy(p, f.rest)
	f.rest = f.rest[n:]
	return n, nil
}

// Close is called when the stream has ended or nobody reads it any more.
func (f *flow) Close() error {
	f.end()
	return f.events.Close()
}

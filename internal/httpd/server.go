// Package httpd is what pages and API share of HTTP: the Fiber app with its limits, the middleware, who is asking, the
// table from kinds of errors to statuses, streamed uploads and downloads with ranges.
//
// Every request passes, in this order: recover → request id, log and span → recover, so that these see its end → context with a deadline → size limit and refusal of
// compressed bodies → security headers → same-origin check of unsafe methods → session or token → auth.Viewer → the access
// that its route declares. Fiber's own body limit, csrf, session, etag and compress middleware are not used: each was
// found wanting for streamed bodies, ranges or concurrent use.
package httpd

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/aanpak/aanpak/internal/auth"
	"github.com/aanpak/aanpak/internal/db"
	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/people"
	"github.com/aanpak/aanpak/internal/trace"
)

// Options are what a Server needs.
type Options struct {
	People *people.Service
	Log    *slog.Logger
	URL    string // public address, for the origin check and secure cookies; empty = what the request says
	// TrustedProxies are addresses and networks whose X-Forwarded-For and -Proto are believed.
	TrustedProxies []string
	// Fail answers a request that ended in an error: a page or a problem, by the path.
	Fail func(c *fiber.Ctx, err error) error
	// Waits, where set, returns until when the company is not open for somebody; the zero time where it is.
	Waits func(ctx context.Context, v auth.Viewer) (time.Time, error)
	// Observe, where set, hears of every request that was answered; route is "" where none fitted.
	Observe func(method, route string, status int, took time.Duration)
	Tracer  *trace.Tracer // nil = no spans
}

// Server is the HTTP server.
type Server struct {
	App  *fiber.App
	opts Options
	ctx  context.Context
	end  context.CancelFunc

	draining atomic.Bool
	drained  context.Context // ends when draining begins
	drain    context.CancelFunc
	flying   atomic.Int64
	hidden   []string // beginnings of paths that end in a secret
}

// readTimeout covers head and body of a request. Uploads roll it on with every read.
const (
	readTimeout  = 30 * time.Second
	writeTimeout = 60 * time.Second
	idleTimeout  = 2 * time.Minute
)

// New returns a server with the middleware in place and no routes.
func New(o Options) *Server {
	s := &Server{opts: o}
	s.ctx, s.end = context.WithCancel(context.Background())
	s.drained, s.drain = context.WithCancel(context.Background())
	s.App = fiber.New(fiber.Config{
		Immutable:                    true, // otherwise strings change under us after the handler
		StreamRequestBody:            true,
		DisablePreParseMultipartForm: true,
		BodyLimit:                    1 << 40, // ours is limitBody
		ReadTimeout:                  readTimeout,
		WriteTimeout:                 writeTimeout,
		IdleTimeout:                  idleTimeout,
		ReadBufferSize:               16 << 10, // the longest head
		DisableStartupMessage:        true,
		ServerHeader:                 "",
		StrictRouting:                false,
		CaseSensitive:                true,
		ErrorHandler:                 s.fail,
	})
	s.App.Use(s.recover, s.identify, s.recover, s.deadline, s.limitBody, s.headers, s.sameOrigin, s.authenticate)
	return s
}

// Serve answers requests on l until Shutdown.
func (s *Server) Serve(l net.Listener) error { return s.App.Listener(l) }

// Drain prepares for the end: requests are answered as before, but no connection is kept for another one, so that a proxy looks
// for a process that stays, and streams end. Draining tells of it.
func (s *Server) Drain() {
	s.draining.Store(true)
	s.drain()
}

// Draining tells whether this process is about to end.
func (s *Server) Draining() bool { return s.draining.Load() }

// InFlight is how many requests are being answered now.
func (s *Server) InFlight() int64 { return s.flying.Load() }

// Shutdown closes the listener and lets requests finish until ctx ends; what still runs then is cancelled.
func (s *Server) Shutdown(ctx context.Context) error {
	s.Drain()
	err := s.App.ShutdownWithContext(ctx)
	s.end()
	return err
}

// fail hands every error, with its kind, to the edge that words it. Fiber's own errors (no such route, wrong method) come by
// here too.
func (s *Server) fail(c *fiber.Ctx, err error) error {
	e := Report(c, err)
	drain(c)
	c.Status(Status(e.Kind))
	return s.opts.Fail(c, e)
}

// A refused body is read on for a while: closing the connection while the client still sends shows it a reset instead of
// the answer.
const (
	drainBytes = 16 << 20
	drainTime  = 3 * time.Second
)

func drain(c *fiber.Ctx) {
	stream := c.Context().RequestBodyStream()
	if stream == nil || c.Locals(keyRead) != nil { // what is here already may have to be shown again
		return
	}
	if IsUpload(c) { // what is still unread must not be taken for the next request
		c.Context().SetConnectionClose()
	}
	if conn := c.Context().Conn(); conn != nil {
		_ = conn.SetReadDeadline(time.Now().Add(drainTime))
	}
	_, _ = io.CopyN(io.Discard, stream, drainBytes)
}

// Report gives an error its kind, says when to try again, and logs the cause, once a request.
func Report(c *fiber.Ctx, err error) *errs.Error {
	var fe *fiber.Error
	if errors.As(err, &fe) {
		err = fromFiber(fe)
	}
	e := asError(err)
	if e.RetryAfter > 0 {
		c.Set(fiber.HeaderRetryAfter, itoa(e.RetryAfter))
	}
	s, ok := c.Locals(keyServer).(*Server)
	if !ok || c.Locals(keyReported) != nil {
		return e
	}
	c.Locals(keyReported, true)
	switch {
	case e.Kind == errs.KindInternal:
		s.logger(c).Error("request failed", "err", err)
	case e.Cause != nil && e.Kind != errs.KindCanceled:
		s.logger(c).Warn("request refused", "kind", e.Kind.String(), "err", err)
	case e.Kind == errs.KindForbidden, e.Kind == errs.KindTooMany, e.Kind == errs.KindUnauthorized && Bearer(c) != "":
		s.logger(c).Warn("request refused", "kind", e.Kind.String(), "why", e.Message.Key, "address", s.address(c))
	}
	return e
}

func fromFiber(fe *fiber.Error) error {
	switch fe.Code {
	case fiber.StatusNotFound:
		return errs.NotFound("page")
	case fiber.StatusMethodNotAllowed:
		return errs.New(errs.KindNotFound, "error.method")
	case fiber.StatusRequestEntityTooLarge:
		return errs.New(errs.KindTooLarge, "error.body_too_large")
	case fiber.StatusRequestHeaderFieldsTooLarge:
		return errs.New(errs.KindTooLarge, "error.head_too_large")
	}
	return errs.Invalid("error.bad_request").Because(fe)
}

// tryAgainAfter is when asking again makes sense where a service is away, in seconds.
const tryAgainAfter = 5

// asError finds the error with a kind in the chain. What nobody classified may come from a lost database, whichever query met it
// first; else it is internal.
func asError(err error) *errs.Error {
	var e *errs.Error
	switch {
	case errors.As(err, &e):
	case errors.Is(err, context.DeadlineExceeded):
		e = errs.New(errs.KindUnavailable, "error.unavailable").Because(err)
	case !errors.As(db.Classify(err), &e):
		e = errs.New(errs.KindInternal, "error.internal").Because(err)
	}
	if e.Kind == errs.KindUnavailable && e.RetryAfter == 0 {
		e.RetryAfter = tryAgainAfter
	}
	return e
}

// statuses is the one table from kinds to HTTP.
var statuses = map[errs.Kind]int{
	errs.KindInternal: 500, errs.KindInvalid: 422, errs.KindUnauthorized: 401, errs.KindForbidden: 403, errs.KindNotFound: 404,
	errs.KindConflict: 409, errs.KindTooLarge: 413, errs.KindUnsupported: 415, errs.KindTooMany: 429, errs.KindUnavailable: 503,
	errs.KindCanceled: 499, errs.KindFull: 507,
}

// Status returns the HTTP status of a kind of error.
func Status(k errs.Kind) int { return statuses[k] }

// Viewer returns who asks; nobody where there is no sign-in.
func Viewer(c *fiber.Ctx) auth.Viewer {
	v, _ := c.Locals(keyViewer).(auth.Viewer)
	return v
}

// User returns the person who asks, nil for nobody.
func User(c *fiber.Ctx) *people.User {
	u, _ := c.Locals(keyUser).(*people.User)
	return u
}

// Session returns the browser's session, nil where a token or nobody asks.
func Session(c *fiber.Ctx) *people.Session {
	s, _ := c.Locals(keySession).(*people.Session)
	return s
}

// RequestID returns the id under which the request is logged.
func RequestID(c *fiber.Ctx) string {
	id, _ := c.Locals(keyID).(string)
	return id
}

// Client returns where a request comes from.
func (s *Server) Client(c *fiber.Ctx) people.Client {
	return people.Client{Address: s.address(c), UserAgent: c.Get(fiber.HeaderUserAgent), Session: Session(c), Known: s.Cookie(c, deviceCookie)}
}

func (s *Server) logger(c *fiber.Ctx) *slog.Logger {
	return s.opts.Log.With("request_id", RequestID(c), "method", c.Method(), "path", s.loggedPath(c.Path()), "user", Viewer(c).UserID)
}

type key int

const (
	keyViewer key = iota
	keyUser
	keySession
	keyID
	keyServer
	keyReported
	keyContext
	keyRead
	keyService
)

// IsAPI tells whether a path belongs to the API, whose errors are problems rather than pages.
func IsAPI(path string) bool { return path == "/api" || strings.HasPrefix(path, "/api/") }

// SCIMPath is where the company's identity service writes accounts. It has a token of its own.
const SCIMPath = "/scim/v2"

// IsSCIM tells whether a path belongs to it.
func IsSCIM(path string) bool { return path == SCIMPath || strings.HasPrefix(path, SCIMPath+"/") }

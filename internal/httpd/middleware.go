package httpd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/rs/xid"

	"github.com/aanpak/aanpak/internal/errs"
	"github.com/aanpak/aanpak/internal/keep"
	"github.com/aanpak/aanpak/internal/trace"
)

// recover turns a panic of a handler into an internal error.
func (s *Server) recover(c *fiber.Ctx) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = s.fail(c, fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
		}
	}()
	return c.Next()
}

// identify gives the request an id, which goes along to all that it asks for, and logs it when it is answered.
func (s *Server) identify(c *fiber.Ctx) error {
	start := time.Now()
	s.flying.Add(1)
	defer s.flying.Add(-1)
	id := xid.New().String()
	ctx, span := s.opts.Tracer.Request(trace.WithRequestID(s.ctx, id), c.Method(), trace.Carrier{Traceparent: c.Get("traceparent"), Tracestate: c.Get("tracestate")})
	c.Locals(keyContext, ctx)
	c.Locals(keyID, id)
	c.Locals(keyServer, s)
	c.Set("X-Request-Id", id)
	if s.Draining() {
		c.Context().SetConnectionClose()
	}
	err := c.Next()
	route := routeOf(c, err)
	if err != nil {
		err = s.fail(c, err)
	}
	took := time.Since(start)
	status := c.Response().StatusCode()
	if s.opts.Observe != nil {
		s.opts.Observe(c.Method(), route, status, took)
	}
	endSpan(span, c.Method(), route, status)
	s.logger(c).Debug("request", "status", status, "ms", took.Milliseconds(), "address", s.address(c))
	return err
}

// routeOf is the pattern of the route that answered, "" where none fitted: paths that people make up must not become names.
func routeOf(c *fiber.Ctx, err error) string {
	var fe *fiber.Error
	if errors.As(err, &fe) && (fe.Code == fiber.StatusNotFound || fe.Code == fiber.StatusMethodNotAllowed) {
		return ""
	}
	return c.Route().Path
}

func endSpan(span *trace.Span, method, route string, status int) {
	if span == nil {
		return
	}
	if route != "" {
		span.Rename(method + " " + route)
	}
	span.Set(trace.String("http.request.method", method), trace.String("http.route", route), trace.Int("http.response.status_code", status))
	if status >= fiber.StatusInternalServerError {
		span.Fail()
	}
	span.End(nil)
}

// requestTime is how long a request may take that does not stream a file.
const requestTime = 30 * time.Second

// deadline gives the handler a context that ends after a while and when the server stops. Fasthttp does not tell that a
// client has left.
func (s *Server) deadline(c *fiber.Ctx) error {
	ctx, cancel := context.WithTimeout(s.Unbounded(c), requestTime)
	defer cancel()
	if m := c.Method(); m == fiber.MethodGet || m == fiber.MethodHead {
		ctx = keep.Pin(ctx)
	} else {
		ctx = keep.Follow(ctx)
	}
	c.SetUserContext(ctx)
	return c.Next()
}

// Unbounded gives a route that streams a context without a deadline. It still ends when the server stops.
func (s *Server) Unbounded(c *fiber.Ctx) context.Context {
	if ctx, ok := c.Locals(keyContext).(context.Context); ok {
		return ctx
	}
	return s.ctx
}

// Renew gives the handler of an upload its time anew, once the files are in: they may take longer to come than a request may take. The
// caller ends it.
func (s *Server) Renew(c *fiber.Ctx) (end context.CancelFunc) {
	ctx, cancel := context.WithTimeout(s.Unbounded(c), requestTime)
	c.SetUserContext(ctx)
	return cancel
}

// maxBody is the largest body of a request that uploads nothing.
const maxBody = 1 << 20

// limitBody refuses compressed bodies, which unpack without bound, and reads all others but uploads up to a limit.
func (s *Server) limitBody(c *fiber.Ctx) error {
	if e := c.Get(fiber.HeaderContentEncoding); e != "" && !strings.EqualFold(e, "identity") {
		c.Context().SetConnectionClose()
		return errs.New(errs.KindUnsupported, "error.compressed_body")
	}
	stream := c.Context().RequestBodyStream()
	if stream == nil || IsUpload(c) {
		return c.Next()
	}
	if c.Request().Header.ContentLength() > maxBody {
		c.Context().SetConnectionClose()
		return errs.New(errs.KindTooLarge, "error.body_too_large")
	}
	body, err := io.ReadAll(io.LimitReader(stream, maxBody+1))
	if err != nil {
		c.Context().SetConnectionClose()
		return errs.Invalid("error.upload_broken").Because(err)
	}
	if len(body) > maxBody {
		c.Context().SetConnectionClose()
		return errs.New(errs.KindTooLarge, "error.body_too_large")
	}
	// As a stream again: that is what huma reads, and fasthttp's own methods read it too.
	c.Request().SetBodyStream(bytes.NewReader(body), len(body))
	c.Locals(keyRead, true)
	return c.Next()
}

// IsUpload tells whether a request carries files: a form in parts, which its handler reads as a stream.
func IsUpload(c *fiber.Ctx) bool {
	return strings.HasPrefix(strings.ToLower(c.Get(fiber.HeaderContentType)), "multipart/form-data")
}

// policy lets pages load from our own origin only, and nothing inline. The viewer's PDF code decodes some images in
// WebAssembly.
const policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; " +
	"connect-src 'self'; media-src 'self'; worker-src 'self' blob:; manifest-src 'self'; object-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// headers sets what protects the browser. Handlers may set others, such as caching.
func (s *Server) headers(c *fiber.Ctx) error {
	c.Set("Content-Security-Policy", policy)
	c.Set("X-Content-Type-Options", "nosniff")
	c.Set("X-Frame-Options", "DENY")
	c.Set("Referrer-Policy", "same-origin")
	c.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
	c.Set("Cross-Origin-Opener-Policy", "same-origin")
	c.Set("Cross-Origin-Resource-Policy", "same-origin")
	c.Set("Cache-Control", "no-store")
	if s.secure(c) {
		c.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
	}
	return c.Next()
}

// sameOrigin refuses a change that another site makes the browser send. A request with a token does not come from a
// browser's cookie and is let through.
func (s *Server) sameOrigin(c *fiber.Ctx) error {
	switch c.Method() {
	case fiber.MethodGet, fiber.MethodHead, fiber.MethodOptions:
		return c.Next()
	}
	if Bearer(c) != "" || s.Cookie(c, CookieName) == "" && IsAPI(c.Path()) {
		return c.Next()
	}
	if site := c.Get("Sec-Fetch-Site"); site != "" {
		if site == "same-origin" || site == "none" {
			return c.Next()
		}
		return crossOrigin(c)
	}
	// Browsers without Sec-Fetch-Site send Origin; what sends neither is no browser.
	if o := c.Get(fiber.HeaderOrigin); o != "" && !s.isOurs(c, o) {
		return crossOrigin(c)
	}
	return c.Next()
}

func crossOrigin(c *fiber.Ctx) error {
	c.Context().SetConnectionClose()
	return errs.Forbidden("error.cross_origin")
}

func (s *Server) isOurs(c *fiber.Ctx, origin string) bool {
	o, err := url.Parse(origin)
	if err != nil {
		return false
	}
	if s.opts.URL != "" {
		ours, err := url.Parse(s.opts.URL)
		if err == nil && o.Scheme == ours.Scheme && o.Host == ours.Host {
			return true
		}
	}
	return o.Host == string(c.Request().Host())
}

// secure tells whether the browser talks to us, or to the proxy before us, by TLS.
// Secure tells whether the browser came by https.
func (s *Server) Secure(c *fiber.Ctx) bool { return s.secure(c) }

func (s *Server) secure(c *fiber.Ctx) bool {
	if strings.HasPrefix(s.opts.URL, "https://") {
		return true
	}
	return s.trusted(c) && c.Get("X-Forwarded-Proto") == "https"
}

// address is the client's, through the proxies that are trusted: the last one in X-Forwarded-For that is not ours.
func (s *Server) address(c *fiber.Ctx) string {
	addr := c.Context().RemoteIP().String()
	if !s.trusted(c) {
		return addr
	}
	hops := strings.Split(c.Get(fiber.HeaderXForwardedFor), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		hop := net.ParseIP(strings.TrimSpace(hops[i]))
		if hop == nil {
			break
		}
		addr = hop.String()
		if !s.isProxy(hop) {
			break
		}
	}
	return addr
}

func (s *Server) trusted(c *fiber.Ctx) bool { return s.isProxy(c.Context().RemoteIP()) }

func (s *Server) isProxy(ip net.IP) bool {
	for _, p := range s.opts.TrustedProxies {
		if _, n, err := net.ParseCIDR(p); err == nil && n.Contains(ip) {
			return true
		}
		if one := net.ParseIP(p); one != nil && one.Equal(ip) {
			return true
		}
	}
	return false
}

func itoa(n int) string { return strconv.Itoa(n) }

var errNoStream = errors.New("the request has no body")

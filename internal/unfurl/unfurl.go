// Package unfurl asks a public web page what it says of itself: its title, description, the name of its site and a picture, as pages say it
// for link previews.
//
// The address comes from a person and the answer from a stranger. So a Client reaches public addresses alone, on the ports of the web:
// every address is looked at when it is dialled, after names are resolved and for each redirect, so that no name can lead elsewhere
// meanwhile. It sends no cookie, no referrer and nothing of who asks, goes through no proxy, and ends by time and size. What it returns is
// plain text, and a picture that nobody has decoded.
package unfurl

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"syscall"
	"time"

	"code.dny.dev/ssrf"
)

// What an answer may cost.
const (
	within      = 5 * time.Second // page and picture together
	maxHops     = 3               // redirects
	maxHead     = 512 << 10       // bytes of a page, unpacked, in which it must have said all
	maxPicture  = 2 << 20         // bytes of a picture
	maxHeaders  = 64 << 10
	userAgent   = "Aanpak (link preview)"
	pageKinds   = "text/html, application/xhtml+xml"
	pictureKind = "image/jpeg, image/png, image/webp"
)

// Why a page gives nothing. What the network says is an error of its own.
var (
	ErrRefused = errors.New("an address that is not opened")
	ErrNoPage  = errors.New("no page that says what it is")
)

// Page is what a page says of itself. The texts are one line each, without marks that hide or turn what follows, and cut.
type Page struct {
	Title, Description, Site string // the title is never empty
	Picture                  []byte // as it came, JPEG, PNG or WebP by its own word; nil = none
}

// Options are what a Client needs. The zero value is that of the program.
type Options struct {
	Resolver *net.Resolver             // nil = the machine's
	Reach    func(netip.AddrPort) bool // what is reached beside what is public: a test's own server; nil = nothing
	Within   time.Duration             // for page and picture together; 0 = five seconds
}

// Client asks pages. It is safe for concurrent use and keeps no connection.
type Client struct {
	http   *http.Client
	guard  *ssrf.Guardian
	reach  func(netip.AddrPort) bool
	within time.Duration
}

// New returns a client.
func New(o Options) *Client {
	c := &Client{guard: ssrf.New(), reach: o.Reach, within: o.Within}
	if c.within == 0 {
		c.within = within
	}
	dialer := &net.Dialer{Timeout: c.within, Resolver: o.Resolver, Control: c.control}
	c.http = &http.Client{
		CheckRedirect: follow,
		Transport: &http.Transport{ // without a proxy: it would do the resolving
			DialContext: dialer.DialContext, DisableKeepAlives: true, TLSHandshakeTimeout: c.within, MaxResponseHeaderBytes: maxHeaders,
		},
	}
	return c
}

// control is asked for each address that is about to be dialled.
func (c *Client) control(network, address string, raw syscall.RawConn) error {
	if at, err := netip.ParseAddrPort(address); err == nil && c.reach != nil && c.reach(at) {
		return nil
	}
	if err := c.guard.Safe(network, address, raw); err != nil {
		return fmt.Errorf("%w: %w", ErrRefused, err)
	}
	return nil
}

// mayKey is where a request has what its caller allows, for its redirects.
type mayKey struct{}

// follow lets a redirect be followed where the address itself might have been opened.
func follow(r *http.Request, via []*http.Request) error {
	if len(via) > maxHops {
		return fmt.Errorf("%w: more than %d redirects", ErrNoPage, maxHops)
	}
	r.Header.Del("Referer")
	return allowed(r.Context(), r.URL)
}

func allowed(ctx context.Context, u *url.URL) error {
	may, _ := ctx.Value(mayKey{}).(func(*url.URL) bool)
	if !web(u) || may == nil || !may(u) {
		return ErrRefused
	}
	return nil
}

// Ask opens a page and its picture. may tells which addresses are opened, of the page, of where it is redirected to, and of the picture.
// A picture that cannot be had is left out.
func (c *Client) Ask(ctx context.Context, address string, may func(*url.URL) bool) (Page, error) {
	ctx, cancel := context.WithTimeout(context.WithValue(ctx, mayKey{}, may), c.within)
	defer cancel()
	page, picture, err := c.page(ctx, address)
	if err != nil || picture == nil {
		return page, err
	}
	page.Picture, _ = c.picture(ctx, picture)
	return page, nil
}

func (c *Client) page(ctx context.Context, address string) (Page, *url.URL, error) {
	resp, err := c.open(ctx, address, pageKinds)
	if err != nil {
		return Page{}, nil, err
	}
	defer resp.Body.Close()
	kind := resp.Header.Get("Content-Type")
	if media, _, err := mime.ParseMediaType(kind); err != nil || media != "text/html" && media != "application/xhtml+xml" {
		return Page{}, nil, fmt.Errorf("%w: it is %q", ErrNoPage, kind)
	}
	return read(io.LimitReader(resp.Body, maxHead), kind, resp.Request.URL)
}

func (c *Client) picture(ctx context.Context, u *url.URL) ([]byte, error) {
	resp, err := c.open(ctx, u.String(), pictureKind)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(io.LimitReader(resp.Body, maxPicture+1))
	if err == nil && len(b) > maxPicture {
		return nil, fmt.Errorf("%w: the picture is too large", ErrNoPage)
	}
	return b, err
}

// open asks for an address. The body is unpacked as it is read, so that a limit counts what comes out.
func (c *Client) open(ctx context.Context, address, kinds string) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrRefused, err)
	}
	if err := allowed(ctx, r.URL); err != nil {
		return nil, err
	}
	r.Header.Set("User-Agent", userAgent)
	r.Header.Set("Accept", kinds)
	r.Header.Set("Accept-Language", "nl, en;q=0.8")
	resp, err := c.http.Do(r)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		resp.Body.Close()
		return nil, fmt.Errorf("%w: it answers %d", ErrNoPage, resp.StatusCode)
	}
	return resp, nil
}

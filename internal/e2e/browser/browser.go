// Package browser drives a headless Chromium, for journeys through the real program and for pictures of it.
package browser

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
)

// Find returns the path of a browser on this machine, "" where there is none.
func Find() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			return p
		}
	}
	return ""
}

// Browser is a running Chromium. Close it.
type Browser struct {
	ctx    context.Context
	cancel []context.CancelFunc
}

// Start starts the browser without a window, its own network chatter off.
func Start(ctx context.Context) (*Browser, error) {
	path := Find()
	if path == "" {
		return nil, errors.New("there is no Chromium on the PATH: install Debian's chromium")
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("lang", "nl"))
	b := &Browser{}
	alloc, cancel := chromedp.NewExecAllocator(ctx, opts...)
	b.cancel = append(b.cancel, cancel)
	b.ctx, cancel = chromedp.NewContext(alloc)
	b.cancel = append(b.cancel, cancel)
	if err := chromedp.Do(b.ctx); err != nil {
		b.Close()
		return nil, fmt.Errorf("start %s: %w", path, err)
	}
	return b, nil
}

// Close ends the browser.
func (b *Browser) Close() {
	for i := len(b.cancel) - 1; i >= 0; i-- {
		b.cancel[i]()
	}
}

// View is how a tab looks at pages.
type View struct {
	Width, Height int64
	Phone, Dark   bool
	NoScript      bool
	Language      string // of the browser; "nl" when empty
}

// The views of which pictures are made.
var (
	Desktop = View{Width: 1360, Height: 880}
	Phone   = View{Width: 390, Height: 844, Phone: true}
)

// InDark is the same view for somebody who prefers dark.
func (v View) InDark() View { v.Dark = true; return v }

// Tab is a page in a profile of its own: no cookies are shared between tabs. Close it.
type Tab struct {
	ctx    context.Context
	cancel context.CancelFunc
	mu     sync.Mutex
	errors []string
	got    []Response
}

// Response is an answer that the browser got from a server, for a page or for anything that it needs.
type Response struct {
	URL, Kind string // Kind is the browser's: Document, Script, Stylesheet, Image, Fetch …
	Status    int
	Header    http.Header
}

// Tab opens a tab.
func (b *Browser) Tab(v View) (*Tab, error) {
	t := &Tab{}
	t.ctx, t.cancel = chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext(), chromedp.WithListener(t.listen))
	if v.Language == "" {
		v.Language = "nl"
	}
	scheme := "light"
	if v.Dark {
		scheme = "dark"
	}
	err := chromedp.Do(t.ctx, chromedp.Func(func(ctx context.Context, s *chromedp.Target) error {
		return errors.Join(
			call(ctx, s, network.Enable, network.EnableParams{}),
			call(ctx, s, log.Enable, cdp.Empty{}),
			call(ctx, s, audits.Enable, cdp.Empty{}),
			call(ctx, s, network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: network.Headers{"Accept-Language": v.Language}}),
			call(ctx, s, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: v.Width, Height: v.Height, DeviceScaleFactor: 1, Mobile: v.Phone}),
			call(ctx, s, emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: v.Phone}),
			call(ctx, s, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: v.NoScript}),
			call(ctx, s, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
				{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
			}}),
		)
	}))
	if err != nil {
		t.cancel()
		return nil, fmt.Errorf("open tab: %w", err)
	}
	return t, nil
}

// Authenticator gives the tab a device of its own that makes passkeys and always recognises its owner. The owner touches it as soon as it
// asks, until touch is called with false; a browser that offers a passkey takes that for the choice of it.
func (t *Tab) Authenticator() (touch func(bool) error, err error) {
	var device webauthn.AuthenticatorID
	do := func(f func(ctx context.Context, s *chromedp.Target) error) error {
		return chromedp.Do(t.ctx, chromedp.Func(f))
	}
	err = do(func(ctx context.Context, s *chromedp.Target) error {
		if err := call(ctx, s, webauthn.Enable, webauthn.EnableParams{}); err != nil {
			return err
		}
		made, err := cdp.Call(ctx, s, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
			Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal, HasResidentKey: true, HasUserVerification: true,
			IsUserVerified: true, AutomaticPresenceSimulation: true,
		}})
		if err == nil {
			device = made.AuthenticatorID
		}
		return err
	})
	return func(on bool) error {
		return do(func(ctx context.Context, s *chromedp.Target) error {
			return call(ctx, s, webauthn.SetAutomaticPresenceSimulation, webauthn.SetAutomaticPresenceSimulationParams{AuthenticatorID: device, Enabled: on})
		})
	}, err
}

// call sends a command of which only the error matters.
func call[P, R any](ctx context.Context, s cdp.Session, c cdp.Command[P, R], params P) error {
	_, err := cdp.Call(ctx, s, c, params)
	return err
}

func (t *Tab) listen(ev any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch e := ev.(type) {
	case *runtime.EventExceptionThrown:
		t.errors = append(t.errors, fmt.Sprintf("%+v", e.ExceptionDetails))
	case *log.EventEntryAdded:
		if e.Entry.Level == "error" {
			t.errors = append(t.errors, e.Entry.Text+" "+e.Entry.URL)
		}
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError {
			t.errors = append(t.errors, fmt.Sprintf("console: %+v", e.Args))
		}
	case *audits.EventIssueAdded:
		if csp := e.Issue.Details.ContentSecurityPolicyIssueDetails; csp != nil {
			t.errors = append(t.errors, fmt.Sprintf("content policy: %s blocked %s", csp.ViolatedDirective, csp.BlockedURL))
		}
	case *network.EventResponseReceived:
		t.got = append(t.got, responseOf(e))
	}
}

func responseOf(e *network.EventResponseReceived) Response {
	r := Response{URL: e.Response.URL, Kind: string(e.Type), Status: int(e.Response.Status), Header: http.Header{}}
	for k, v := range e.Response.Headers {
		r.Header.Set(k, fmt.Sprint(v))
	}
	return r
}

// Responses returns what the browser got since the last call.
func (t *Tab) Responses() []Response {
	t.mu.Lock()
	defer t.mu.Unlock()
	out := t.got
	t.got = nil
	return out
}

// Errors returns what the page's scripts and the content policy complained of, and forgets it.
func (t *Tab) Errors() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	out := t.errors
	t.errors = nil
	return out
}

// Close closes the tab.
func (t *Tab) Close() { t.cancel() }

// step bounds one action: a selector that never comes must not hang a test.
const step = 20 * time.Second

// Do runs actions, all of them within twenty seconds. A node that the page draws anew between its being found and its being used is found once
// more: nothing was done to it yet.
func (t *Tab) Do(actions ...chromedp.Action[chromedp.Void]) error {
	ctx, cancel := context.WithTimeout(t.ctx, step)
	defer cancel()
	for _, a := range actions {
		err := chromedp.Do(ctx, a)
		for n := 0; n < 3 && err != nil && strings.Contains(err.Error(), "Could not find node with given id"); n++ {
			err = chromedp.Do(ctx, a)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Open goes to an address and waits until the page and its pictures are there.
func (t *Tab) Open(url string) error {
	if err := t.Do(chromedp.Navigate(url)); err != nil {
		return fmt.Errorf("open %s: %w", url, err)
	}
	return nil
}

// Press clicks what leads to another page, and waits until that is there.
func (t *Tab) Press(selector string) error {
	if _, err := Eval[bool](t, "window.pressed = true"); err != nil {
		return err
	}
	if err := t.Do(chromedp.Click(selector)); err != nil {
		return fmt.Errorf("press %s: %w", selector, err)
	}
	return t.Until(`!window.pressed && document.readyState === "complete"`)
}

// Eval returns the value of a script's expression; a promise is awaited.
func Eval[T any](t *Tab, script string) (T, error) {
	ctx, cancel := context.WithTimeout(t.ctx, step)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
}

// Until waits for an expression to be true.
func (t *Tab) Until(script string) error {
	for end := time.Now().Add(step); ; time.Sleep(30 * time.Millisecond) {
		ok, err := Eval[bool](t, "Boolean("+script+")")
		if ok {
			return nil
		}
		if time.Now().After(end) {
			return fmt.Errorf("not in %s: %s (last error: %v)", step, script, err)
		}
	}
}

// Settled waits until fonts and every picture in view have come.
func (t *Tab) Settled() error {
	return t.Until(`document.readyState === "complete" && document.fonts.status === "loaded" &&
		[...document.images].every(i => i.complete || i.loading === "lazy" && (!i.checkVisibility() || i.getBoundingClientRect().top > innerHeight))`)
}

// Picture writes a picture of what is in view.
func (t *Tab) Picture(file string) error {
	if err := t.Settled(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(t.ctx, step)
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		return err
	}
	return os.WriteFile(file, png, 0o644)
}

// Print writes the page as it comes out of a printer, as a PDF.
func (t *Tab) Print(file string) error {
	if err := t.Settled(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(t.ctx, step)
	defer cancel()
	pdf, err := chromedp.Run(ctx, chromedp.PrintToPDF())
	if err != nil {
		return err
	}
	return os.WriteFile(file, pdf, 0o644)
}

// Violation is something that keeps people out.
type Violation struct {
	ID, Impact, Help string
	Nodes            []struct{ HTML, FailureSummary string }
}

func (v Violation) String() string {
	s := fmt.Sprintf("%s (%s): %s", v.ID, v.Impact, v.Help)
	for i, n := range v.Nodes {
		if i == 3 {
			s += fmt.Sprintf("\n  … and %d more", len(v.Nodes)-3)
			break
		}
		s += "\n  " + n.HTML
	}
	return s
}

// Accessibility checks the page with axe-core, whose source the caller gives, against WCAG 2.2 A and AA.
func (t *Tab) Accessibility(axe string) ([]Violation, error) {
	if _, err := Eval[int](t, axe+";0"); err != nil {
		return nil, fmt.Errorf("load axe: %w", err)
	}
	raw, err := Eval[string](t, `axe.run(document, {runOnly: ["wcag2a","wcag2aa","wcag21a","wcag21aa","wcag22aa","best-practice"]}).then(r => JSON.stringify(r.violations))`)
	if err != nil {
		return nil, fmt.Errorf("axe: %w", err)
	}
	var out []Violation
	return out, json.Unmarshal([]byte(raw), &out)
}

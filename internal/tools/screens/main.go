// Command screens makes the pictures by which a change of the interface is judged: every kind of page of the demo company,
// on a desktop and a phone, light and dark.
//
//	go run ./internal/tools/screens [-only home,search] DIR
package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/aanpak/aanpak/internal/e2e/browser"
)

func main() {
	only := flag.String("only", "", "names of pages, separated by commas; all when left out")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "screens: name the folder for the pictures")
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, flag.Arg(0), strings.FieldsFunc(*only, func(r rune) bool { return r == ',' })); err != nil {
		fmt.Fprintln(os.Stderr, "screens:", err)
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context, dir string, only []string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	base, end, err := startDemo(ctx)
	if err != nil {
		return err
	}
	defer end()
	b, err := browser.Start(ctx)
	if err != nil {
		return err
	}
	defer b.Close()
	for name, view := range map[string]browser.View{
		"desktop": browser.Desktop, "desktop-dark": browser.Desktop.InDark(), "phone": browser.Phone, "phone-dark": browser.Phone.InDark(),
	} {
		if err := pictures(b, view, base, filepath.Join(dir, name), only); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// startDemo starts the demo company on a free port and waits until everything can be found.
func startDemo(ctx context.Context) (base string, end func(), err error) {
	cmd := exec.CommandContext(ctx, "go", "run", "./cmd/aanpak", "demo", "--addr", "127.0.0.1:0")
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // "go run" passes no signals on: the group gets them
	out, err := cmd.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	if err := cmd.Start(); err != nil {
		return "", nil, err
	}
	end = func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM)
		_ = cmd.Wait()
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if a, ok := strings.CutPrefix(lines.Text(), "listening on "); ok {
			base = a
		}
		if strings.Contains(lines.Text(), "can be found") {
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return base, end, nil
		}
	}
	end()
	return "", nil, fmt.Errorf("the demo company did not start")
}

// shot is a page to take a picture of: an address, or a link on the page before, with something added to its address. after is a script
// that must be true first.
type shot struct{ name, path, click, with, after string }

var shots = []shot{
	{name: "home", path: "/"},
	{name: "post", click: `.post-foot a[href*="#talk-"]`},
	{name: "post-new", path: "/posts/new?kind=poll"},
	{name: "news", path: "/news"},
	{name: "news-item", click: `.news-card:has(.pill) h2 a`},
	{name: "news-new", path: "/posts/new?kind=news"},
	{name: "news-channels", path: "/news/channels"},
	{name: "drafts", path: "/drafts"},
	{name: "moderation", path: "/moderation"},
	{name: "topics", path: "/topics"},
	{name: "topic", click: `main .line a`},
	{name: "search-posts", path: "/search?q=bewoners&type=post"},
	{name: "library", path: "/library"},
	{name: "search", path: "/search?q=bewoners+communicatie+renovatie"},
	{name: "viewer", click: `[data-hit-link]`, after: `document.querySelector(".textLayer mark, .textLayer .mark, .paper mark, .marks, canvas")`},
	{name: "search-said", path: "/search?q=asbest+Vestdijk&type=post"},
	{name: "post-about", click: `main a[href^="/posts/"]`},
	{name: "viewer-talk", click: `.post-place a[href*="#talk-"]`, after: `document.querySelector(".remark.is-on")`},
	{name: "search-calculation", path: "/search?q=soort:calculatie"},
	{name: "sheet", click: `[data-hit-link]`},
	{name: "nothing", path: "/search?q=qqqqzzzz"},
	{name: "upload", path: "/upload"},
	{name: "spotlights", path: "/spotlights"},
	{name: "tour", path: "/welcome"},
	{name: "spotlight-edit", click: `main .light a[href$="/edit"]`},
	{name: "tenders", path: "/tenders"},
	{name: "tender", click: `main a[href^="/tenders/"]:not([href="/tenders/new"])`},
	{name: "tender-new", path: "/tenders/new"},
	{name: "participation", path: "/participation"},
	{name: "director", path: "/director"},
	{name: "ambassador", path: "/ambassador"},
	{name: "groups", path: "/groups"},
	{name: "group", click: `main .groups a[href^="/groups/"]`},
	{name: "group-new", path: "/groups/new"},
	{name: "search-groups", path: "/search?q=plan&type=group"},
	{name: "people", path: "/people"},
	{name: "profile", click: `main .person-card a[href^="/people/"]`},
	{name: "people-found", path: "/people?name=wie+weet+BLVC+in+Twente"},
	{name: "organisation", path: "/people/organisation"},
	{name: "admin-expertise", path: "/admin/expertise"},
	{name: "notifications", path: "/notifications?show=all"},
	{name: "settings-notifications", path: "/settings/notifications"},
	{name: "settings", path: "/settings"},
	{name: "sessions", path: "/settings/sessions"},
	{name: "admin-links", path: "/admin/links"},
	{name: "admin-people", path: "/admin/people"},
	{name: "admin-person", click: `main td a[href^="/admin/people/"]`},
	{name: "admin-merge", click: `main a[href$="/merge"]`, with: "?name=e"},
	{name: "admin-merge-plan", click: `main a[href*="into="]`},
	{name: "admin-people-new", path: "/admin/people?state=new"},
	{name: "code", path: "/code"},
	{name: "tokens", path: "/settings/tokens"},
	{name: "second-factor", path: "/settings/second-factor"},
	{name: "passkeys", path: "/settings/passkeys"},
	{name: "admin-privacy", path: "/admin/privacy"},
	{name: "settings-privacy", path: "/settings/privacy"},
	{name: "admin-shares", path: "/admin/shares"},
	{name: "settings-shares", path: "/settings/shares"},
	{name: "admin-access", path: "/admin/access"},
	{name: "settings-access", path: "/settings/access"},
	{name: "admin-security", path: "/admin/security"},
	{name: "admin-audit", path: "/admin/audit"},
	{name: "admin-list", path: "/admin/people/import"},
	{name: "admin-sign-in", path: "/admin/sign-in"},
	{name: "admin-sign-in-ldap", path: "/admin/sign-in/ldap"},
	{name: "admin-sign-in-oidc", path: "/admin/sign-in/oidc"},
	{name: "admin-directory", path: "/admin/directory"},
	{name: "admin-scim", path: "/admin/scim"},
	{name: "admin-processing", path: "/admin/processing"},
	{name: "admin-system", path: "/admin/system"},
	{name: "not-found", path: "/nowhere"},
}

func pictures(b *browser.Browser, v browser.View, base, prefix string, only []string) error {
	tab, err := b.Tab(v)
	if err != nil {
		return err
	}
	defer tab.Close()
	if err := tab.Open(base + "/sign-in"); err != nil {
		return err
	}
	if err := tab.Picture(prefix + "-sign-in.png"); err != nil {
		return err
	}
	if err := tab.Do(chromedp.Click(`.demo-user[value="anouk@hanzeveld.example"]`), chromedp.WaitVisible(`#q`)); err != nil {
		return fmt.Errorf("sign in: %w", err)
	}
	for _, s := range shots {
		if err := take(tab, s, base, prefix, len(only) == 0 || slices.Contains(only, s.name)); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	return nil
}

func take(tab *browser.Tab, s shot, base, prefix string, keep bool) error {
	if s.path != "" {
		if err := tab.Open(base + s.path); err != nil {
			return err
		}
	} else if err := follow(tab, s.click, s.with); err != nil {
		return err
	}
	if s.after != "" {
		if err := tab.Until(s.after); err != nil {
			return err
		}
	}
	time.Sleep(300 * time.Millisecond) // the last fade
	if !keep {
		return nil
	}
	return tab.Picture(prefix + "-" + s.name + ".png")
}

// follow opens the address of the first link that the selector finds, and what is added to it.
func follow(tab *browser.Tab, selector, with string) error {
	href, err := browser.Eval[string](tab, "document.querySelector(`"+selector+"`).href")
	if err != nil {
		return fmt.Errorf("no link %s: %w", selector, err)
	}
	return tab.Open(href + with)
}

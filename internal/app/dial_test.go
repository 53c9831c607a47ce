package app_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// dialers are the files that open connections, each to an address of the operator's settings or, for push notifications, to the makers of
// browsers; and unfurl, which asks public pages that people link to where an administrator has allowed it. docs/security.md lists where to.
var dialers = []string{
	"app/small.go", "blob/s3/transport.go", "clamav/clamav.go", "directory/conn.go", "notify/push.go", "oidc/oidc.go", "search/meili/server.go",
	"unfurl/unfurl.go",
}

// TestWhoDials: nothing else of the program opens a connection, so that no address but those that unfurl checks comes from what people write or
// upload.
func TestWhoDials(t *testing.T) {
	dials := regexp.MustCompile(`net\.Dial|net\.Dialer\{|http\.(Get|Post|PostForm|Head|DefaultClient|Client\{)`)
	var found []string
	err := filepath.WalkDir("..", func(path string, _ fs.DirEntry, err error) error {
		part := strings.TrimPrefix(path, "../")
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.HasPrefix(part, "tools/") || strings.HasPrefix(part, "e2e/") || strings.HasPrefix(part, "testenv/") || strings.Contains(part, "test/") {
			return err
		}
		source, err := os.ReadFile(path)
		if dials.Match(source) {
			found = append(found, part)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(found)
	if !slices.Equal(found, dialers) {
		t.Errorf("connections are opened in %v, want %v", found, dialers)
	}
}

// TestBrowserKeepsNothing: our scripts write to no storage of the browser, make no code of text, and listen to no other window.
func TestBrowserKeepsNothing(t *testing.T) {
	files, err := filepath.Glob("../../web/js/*.js")
	if err != nil || len(files) < 5 {
		t.Fatal(files, err)
	}
	dangerous := regexp.MustCompile(`localStorage|sessionStorage|indexedDB|document\.cookie|\beval\(|new Function|innerHTML|outerHTML|insertAdjacentHTML|document\.write|postMessage|onmessage|"message"`)
	ourTabs := regexp.MustCompile(`tabs\?\.(postMessage|addEventListener\("message")`) // a BroadcastChannel, which has our own origin alone on it
	for _, f := range files {
		source, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		source = ourTabs.ReplaceAll(source, nil)
		if found := dangerous.FindAll(source, -1); found != nil {
			t.Errorf("%s: %s", f, found)
		}
	}
}

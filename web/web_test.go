package web

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"path"
	"regexp"
	"strings"
	"testing"
)

// TestVendorChecksums holds the vendored files to the checksums written down, both ways.
func TestVendorChecksums(t *testing.T) {
	t.Parallel()
	written := map[string]string{}
	list, err := files.ReadFile("vendor/SHA256SUMS")
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(strings.NewReader(string(list)))
	for lines.Scan() {
		sum, name, _ := strings.Cut(lines.Text(), "  ")
		written[path.Join("vendor", name)] = sum
	}
	for _, name := range names(t, "vendor") {
		if strings.HasSuffix(name, "SHA256SUMS") || strings.HasSuffix(name, "README.md") {
			continue
		}
		b, _ := files.ReadFile(name)
		sum := sha256.Sum256(b)
		if written[name] != hex.EncodeToString(sum[:]) {
			t.Errorf("%s differs from SHA256SUMS", name)
		}
		delete(written, name)
	}
	for name := range written {
		t.Errorf("%s is in SHA256SUMS and not in the folder", name)
	}
}

// TestNamesInFiles finds addresses that no file answers to, in styles and in modules.
func TestNamesInFiles(t *testing.T) {
	t.Parallel()
	address := regexp.MustCompile(`["(](/assets/[^")]+)[")]`)
	relative := regexp.MustCompile(`(?:from |import )"\.\.?/|@import|url\("\.`)
	for p, f := range all().byPath {
		if strings.HasPrefix(p, "vendor/") || !strings.HasPrefix(f.Type, "text/") {
			continue
		}
		for _, m := range address.FindAllStringSubmatch(string(f.Body), -1) {
			if _, ok := Open(strings.TrimPrefix(m[1], Prefix)); !ok && !strings.HasSuffix(m[1], "/") && m[1] != "/assets/[^" {
				t.Errorf("%s names %s, which is not there", p, m[1])
			}
		}
		if path.Ext(p) == ".css" && !strings.HasPrefix(p, "css/app.") {
			continue // parts are only read inside app.css
		}
		if relative.Match(f.Body) {
			t.Errorf("%s still has a relative name: %s", p, relative.Find(f.Body))
		}
	}
}

// TestHashInName holds the address to the content: the same name with other bytes is another address.
func TestHashInName(t *testing.T) {
	t.Parallel()
	u := URL("css/app.css")
	f, ok := Open(strings.TrimPrefix(u, Prefix))
	if !ok {
		t.Fatalf("%s is not served", u)
	}
	if !strings.Contains(u, strings.Trim(f.ETag, `"`)) {
		t.Errorf("address %s lacks the hash %s", u, f.ETag)
	}
	if !strings.Contains(string(f.Body), ":root") || strings.Contains(string(f.Body), "@import") {
		t.Error("app.css does not hold its parts")
	}
}

// TestEveryPartIsImported finds a style sheet that app.css forgot.
func TestEveryPartIsImported(t *testing.T) {
	t.Parallel()
	app, _ := files.ReadFile("css/app.css")
	for _, name := range names(t, "css") {
		if base := path.Base(name); base != "app.css" && !strings.Contains(string(app), `"`+base+`"`) {
			t.Errorf("%s is not imported by app.css", name)
		}
	}
}

// TestNoInline keeps what the content security policy would refuse out of the scripts.
func TestNoInline(t *testing.T) {
	t.Parallel()
	bad := regexp.MustCompile(`innerHTML|setAttribute\("style"|\beval\(|new Function|document\.write`)
	for _, name := range names(t, "js") {
		b, _ := files.ReadFile(name)
		if m := bad.Find(b); m != nil {
			t.Errorf("%s uses %s", name, m)
		}
	}
}

func names(t *testing.T, dir string) []string {
	t.Helper()
	var list []string
	err := fs.WalkDir(files, dir, func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			list = append(list, p)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

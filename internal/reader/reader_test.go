package reader

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// cacheDir keeps compiled PDFium between runs of the tests: compiling takes seconds.
func cacheDir() string { return filepath.Join(os.TempDir(), "aanpak-test-wazero") }

func TestMain(m *testing.M) {
	if misbehaveIfAsked() || RunChildIfAsked() {
		return
	}
	os.Exit(m.Run())
}

// newTestPool returns a pool of real children; scans are left unread, which keeps tests fast.
func newTestPool(tb testing.TB, change func(*Options)) *Pool {
	tb.Helper()
	opts := Options{CacheDir: cacheDir(), NoOCR: true}
	if change != nil {
		change(&opts)
	}
	p := NewPool(opts)
	tb.Cleanup(func() {
		if err := p.Close(); err != nil {
			tb.Error(err)
		}
	})
	return p
}

// tempFile writes bytes to a file and opens it.
func tempFile(tb testing.TB, data []byte) *os.File {
	tb.Helper()
	f, err := os.CreateTemp(tb.TempDir(), "document")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = f.Close() })
	if _, err := f.Write(data); err != nil {
		tb.Fatal(err)
	}
	return f
}

// readAll reads a document and returns its pages.
func readAll(tb testing.TB, docs Documents, name string, data []byte) ([]Page, Info, error) {
	tb.Helper()
	var pages []Page
	info, err := docs.Read(context.Background(), tempFile(tb, data), name, func(p Page) error {
		pages = append(pages, p)
		return nil
	})
	return pages, info, err
}

// wantReason fails unless err is a failure with that reason and a detail for people.
func wantReason(tb testing.TB, err error, want Reason) {
	tb.Helper()
	var f *Failure
	if !errors.As(err, &f) {
		tb.Fatalf("error is %v, want a failure %q", err, want)
	}
	if f.Reason != want || f.Detail == "" {
		tb.Fatalf("failure is %q (%s), want %q", f.Reason, f.Detail, want)
	}
}

// Package blobtest is the contract of blob.Store: every implementation runs Run.
package blobtest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aanpak/aanpak/internal/blob"
)

// Run checks a store. open returns an empty one for each subtest.
func Run(t *testing.T, open func(t *testing.T) blob.Store) {
	for name, check := range map[string]func(*testing.T, blob.Store){
		"what is put is read back": putOpen,
		"any place can be read":    ranges,
		"a missing key":            missing,
		"replacing":                replace,
		"a failing reader":         failing,
		"a wrong size":             wrongSize,
		"an ended context":         ended,
		"deleting":                 deleting,
		"listing":                  listing,
		"keys that are refused":    badKeys,
		"many at once":             together,
		"a local file":             local,
		"checking":                 checking,
		"ping":                     func(t *testing.T, s blob.Store) { must(t, s.Ping(t.Context())) },
	} {
		t.Run(name, func(t *testing.T) { check(t, open(t)) })
	}
}

// checking leaves nothing behind.
func checking(t *testing.T, s blob.Store) {
	must(t, blob.Check(t.Context(), s))
	must(t, s.List(t.Context(), "", func(i blob.Info) error {
		t.Errorf("checking left %s", i.Key)
		return nil
	}))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func random(n int) []byte {
	b := make([]byte, n)
	r := rand.New(rand.NewPCG(1, uint64(n)))
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

func read(t *testing.T, s blob.Store, key string) []byte {
	t.Helper()
	b, err := s.Open(t.Context(), key)
	must(t, err)
	defer b.Close()
	got, err := io.ReadAll(b)
	must(t, err)
	return got
}

// onlyReader hides every other method, so that a store cannot learn the size by looking.
type onlyReader struct{ io.Reader }

func putOpen(t *testing.T, s blob.Store) {
	for _, n := range []int{0, 1, 70_000, 20 << 20} {
		for _, size := range []int64{int64(n), -1} {
			want := random(n)
			must(t, s.Put(t.Context(), "doc/abc", onlyReader{bytes.NewReader(want)}, size))
			if got := read(t, s, "doc/abc"); !bytes.Equal(got, want) {
				t.Fatalf("%d bytes put with size %d: %d bytes came back, or others", n, size, len(got))
			}
			i, err := s.Stat(t.Context(), "doc/abc")
			must(t, err)
			if i.Size != int64(n) || i.Key != "doc/abc" || i.Modified.IsZero() {
				t.Errorf("stat %+v", i)
			}
		}
	}
}

func ranges(t *testing.T, s blob.Store) {
	want := random(300_000)
	must(t, s.Put(t.Context(), "a", bytes.NewReader(want), int64(len(want))))
	b, err := s.Open(t.Context(), "a")
	must(t, err)
	defer b.Close()
	part := make([]byte, 1000)
	for _, at := range []int64{0, 1, 123_456, 299_000} {
		if _, err := b.ReadAt(part, at); err != nil || !bytes.Equal(part, want[at:at+1000]) {
			t.Errorf("ReadAt %d: %v", at, err)
		}
	}
	if n, err := b.ReadAt(part, 299_500); n != 500 || !errors.Is(err, io.EOF) {
		t.Errorf("ReadAt over the end: %d bytes, %v", n, err)
	}
	_, err = b.Seek(-10, io.SeekEnd)
	must(t, err)
	rest, err := io.ReadAll(b)
	must(t, err)
	if !bytes.Equal(rest, want[len(want)-10:]) {
		t.Error("reading after a seek gave other bytes")
	}
	if b.Info().Size != int64(len(want)) {
		t.Error("an open blob does not know its size")
	}
}

func missing(t *testing.T, s blob.Store) {
	if _, err := s.Open(t.Context(), "no/such"); !errors.Is(err, blob.ErrNotFound) {
		t.Errorf("Open: %v", err)
	}
	if _, err := s.Stat(t.Context(), "no/such"); !errors.Is(err, blob.ErrNotFound) {
		t.Errorf("Stat: %v", err)
	}
	must(t, s.Delete(t.Context(), "no/such"))
}

func replace(t *testing.T, s blob.Store) {
	must(t, s.Put(t.Context(), "k", strings.NewReader("old"), 3))
	must(t, s.Put(t.Context(), "k", strings.NewReader("newer"), 5))
	if got := read(t, s, "k"); string(got) != "newer" {
		t.Errorf("got %q", got)
	}
}

func absent(t *testing.T, s blob.Store, key string) {
	t.Helper()
	if _, err := s.Stat(t.Context(), key); !errors.Is(err, blob.ErrNotFound) {
		t.Errorf("half of a blob is there: %v", err)
	}
}

func failing(t *testing.T, s blob.Store) {
	boom := errors.New("boom")
	r := io.MultiReader(bytes.NewReader(random(100_000)), errReader{boom})
	if err := s.Put(t.Context(), "k", r, -1); !errors.Is(err, boom) {
		t.Errorf("Put: %v, want boom", err)
	}
	absent(t, s, "k")
}

type errReader struct{ err error }

func (e errReader) Read([]byte) (int, error) { return 0, e.err }

func wrongSize(t *testing.T, s blob.Store) {
	for _, size := range []int64{5, 20} {
		if err := s.Put(t.Context(), "k", onlyReader{strings.NewReader("ten bytes.")}, size); err == nil {
			t.Errorf("ten bytes announced as %d were taken", size)
		}
		absent(t, s, "k")
	}
}

func ended(t *testing.T, s blob.Store) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Put(ctx, "k", bytes.NewReader(random(1000)), 1000); err == nil {
		t.Error("Put took a blob after its context ended")
	}
	absent(t, s, "k")
}

func deleting(t *testing.T, s blob.Store) {
	must(t, s.Put(t.Context(), "k", strings.NewReader("x"), 1))
	must(t, s.Delete(t.Context(), "k"))
	absent(t, s, "k")
}

func listing(t *testing.T, s blob.Store) {
	keys := []string{"doc/b2", "doc/a1", "made/a1/p1.png", "doc/a1x", "other"}
	for _, k := range keys {
		must(t, s.Put(t.Context(), k, strings.NewReader(k), int64(len(k))))
	}
	list := func(prefix string) (out []string) {
		must(t, s.List(t.Context(), prefix, func(i blob.Info) error {
			if i.Size != int64(len(i.Key)) {
				t.Errorf("%s has size %d", i.Key, i.Size)
			}
			out = append(out, i.Key)
			return nil
		}))
		return out
	}
	for prefix, want := range map[string][]string{
		"":       {"doc/a1", "doc/a1x", "doc/b2", "made/a1/p1.png", "other"},
		"doc/":   {"doc/a1", "doc/a1x", "doc/b2"},
		"doc/a1": {"doc/a1", "doc/a1x"},
		"none/":  nil,
	} {
		if got := list(prefix); !slices.Equal(got, want) {
			t.Errorf("List(%q) = %q, want %q", prefix, got, want)
		}
	}
	stop := errors.New("stop")
	if err := s.List(t.Context(), "", func(blob.Info) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("List does not give back the error of its function: %v", err)
	}
}

func badKeys(t *testing.T, s blob.Store) {
	for _, k := range []string{"", "/a", "a/", "../a", "a/../b", "a//b", "A", "a b", ".hidden", "a/.x", "a\x00b", strings.Repeat("a", 600)} {
		if err := s.Put(t.Context(), k, strings.NewReader("x"), 1); err == nil {
			t.Errorf("Put took the key %q", k)
		}
	}
}

// together writes one key from many sides: the reader must always see one whole blob.
func together(t *testing.T, s blob.Store) {
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			b := bytes.Repeat([]byte{byte('a' + i)}, 50_000)
			if err := s.Put(t.Context(), "k", bytes.NewReader(b), int64(len(b))); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	got := read(t, s, "k")
	if len(got) != 50_000 || !bytes.Equal(got, bytes.Repeat(got[:1], 50_000)) {
		t.Error("two writers' blobs are mixed")
	}
}

func local(t *testing.T, s blob.Store) {
	want := random(100_000)
	must(t, s.Put(t.Context(), "k", bytes.NewReader(want), -1))
	f, err := blob.Local(t.Context(), s, "k")
	must(t, err)
	defer f.Close()
	got, err := io.ReadAll(f) // it stands at its beginning
	must(t, err)
	if !bytes.Equal(got, want) {
		t.Error("the local file has other bytes")
	}
	if _, err := blob.Local(t.Context(), s, "missing"); !errors.Is(err, blob.ErrNotFound) {
		t.Errorf("Local of a missing key: %v", err)
	}
}

package reader

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image/jpeg"
	"io"
	"math"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-pdf/fpdf"
	"golang.org/x/sync/errgroup"
)

// TestMisbehaviour maps every way in which a child can end to a reason, and finds no child left behind.
func TestMisbehaviour(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the limits are Linux's")
	}
	tests := map[string]Reason{
		"hang": ReasonTimeout, "spin": ReasonTimeout, "memory": ReasonMemory, "exit": ReasonCrashed, "panic": ReasonCrashed,
		"giant": ReasonCrashed, "garbage": ReasonCrashed, "pages": ReasonCrashed,
	}
	for how, want := range tests {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			pool := newTestPool(t, misbehaving(how))
			if how == "spin" {
				pool.opts.Limits.PageTimeout = 20 * time.Second // the processor limit comes first
			}
			_, _, err := readAll(t, pool, "a.pdf", []byte("%PDF-"))
			wantReason(t, err, want)
			if pool.live.idle != nil || pool.batch.idle != nil {
				t.Error("a broken child was kept")
			}
		})
	}
}

// TestSecondReaderCrash goes on without the second reader from the page where it brought the child down.
func TestSecondReaderCrash(t *testing.T) {
	pages, info, err := readAll(t, newTestPool(t, misbehaving("second")), "a.pdf", []byte("%PDF-"))
	if err != nil || info.Pages != 3 || len(pages) != 3 || pages[0].Text != "first" || pages[2].Text != "again" {
		t.Fatalf("got %+v, %+v, %v", pages, info, err)
	}
}

// TestHostileMembers makes names harmless and bounds bytes on the parent's side too.
func TestHostileMembers(t *testing.T) {
	f := tempFile(t, []byte("PK"))
	var names []string
	err := newTestPool(t, misbehaving("escape")).Unpack(context.Background(), f, "a.zip", func(m Member, _ io.Reader) error {
		names = append(names, m.Name)
		return nil
	})
	if err != nil || len(names) != 1 || names[0] != "etc/passwd" {
		t.Errorf("got %q, %v", names, err)
	}
	err = newTestPool(t, misbehaving("flood")).Unpack(context.Background(), f, "a.zip", func(_ Member, r io.Reader) error {
		_, err := io.Copy(io.Discard, r)
		return err
	})
	wantReason(t, err, ReasonTooLarge)
}

// TestMemoryLimit stops the real child at its limit, and reads the next document with a new one.
func TestMemoryLimit(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the limit is Linux's")
	}
	pool := newTestPool(t, func(o *Options) { o.Limits.Memory = 250 << 20 })
	var out bytes.Buffer
	_, err := pool.Image(context.Background(), tempFile(t, bombPNG(t, 10_900)), "big.png", 1, 2000, &out)
	wantReason(t, err, ReasonMemory)
	if _, err := pool.Image(context.Background(), tempFile(t, makePNG(t, 40, 20)), "small.png", 1, 100, &out); err != nil {
		t.Errorf("after the limit was met: %v", err)
	}
}

// TestKilledChild is a child that the kernel or an administrator ends while it reads: the next document is read.
func TestKilledChild(t *testing.T) {
	pool := newTestPool(t, func(o *Options) { o.Children = 1 })
	data := makePDF(t, nil, "een", "twee", "drie")
	var killed []*process
	_, err := pool.Read(context.Background(), tempFile(t, data), "a.pdf", func(Page) error {
		pool.mu.Lock()
		defer pool.mu.Unlock()
		for p := range pool.all {
			killGroup(p.cmd.Process)
			killed = append(killed, p)
		}
		return nil
	})
	var f *Failure
	if err != nil && (!errors.As(err, &f) || !f.Retry()) { // the pages may all have been sent before
		t.Fatalf("got %v", err)
	}
	for _, p := range killed {
		<-p.exited // the kernel takes a moment, and a child that dies just then costs its document another attempt
	}
	if pages, _, err := readAll(t, pool, "a.pdf", data); err != nil || len(pages) != 3 {
		t.Fatalf("after a child was killed: %d pages, %v", len(pages), err)
	}
}

// TestIdle ends children that have nothing to do, and their temporary folders with them.
func TestIdle(t *testing.T) {
	pool := newTestPool(t, func(o *Options) { o.IdleAfter = time.Millisecond })
	if _, _, err := readAll(t, pool, "a.txt", []byte("tekst")); err != nil {
		t.Fatal(err)
	}
	for start := time.Now(); ; time.Sleep(time.Millisecond) {
		pool.mu.Lock()
		n := len(pool.all)
		pool.mu.Unlock()
		if n == 0 {
			return
		}
		if time.Since(start) > soon {
			t.Fatalf("%d children still there", n)
		}
	}
}

// TestManyDocuments reads fifty documents at once, good and bad, with two children; each gets its own answer.
func TestManyDocuments(t *testing.T) {
	pool := newTestPool(t, nil)
	docs := make([][]byte, 50)
	for i := range docs {
		docs[i] = makePDF(t, nil, fmt.Sprintf("Dit is document%d van de proef", i), "tweede pagina")
		if i%10 == 9 {
			docs[i] = []byte("%PDF-1.4 hierna komt niets")
		}
	}
	var g errgroup.Group
	for i, data := range docs {
		g.Go(func() error {
			pages, _, err := readAll(t, pool, "a.pdf", data)
			var f *Failure
			if i%10 == 9 {
				if !errors.As(err, &f) || f.Reason != ReasonDamaged {
					return fmt.Errorf("document %d ended with %v", i, err)
				}
				return nil
			}
			if err != nil || len(pages) != 2 || !strings.Contains(pages[0].Text, fmt.Sprintf("document%d ", i)) {
				return fmt.Errorf("document %d: %+v, %v", i, pages, err)
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		t.Error(err)
	}
	if n := len(pool.all); n > 2 {
		t.Errorf("%d children were used, want at most 2", n)
	}
}

// TestLookWhileReading shows a page while every reading child is busy.
func TestLookWhileReading(t *testing.T) {
	pool := newTestPool(t, func(o *Options) { o.Children = 1 })
	data := makePDF(t, nil, "een", "twee")
	busy, release := make(chan struct{}), make(chan struct{})
	var once sync.Once
	done := make(chan error, 1)
	go func() {
		_, err := pool.Read(context.Background(), tempFile(t, data), "a.pdf", func(Page) error {
			once.Do(func() { close(busy) })
			<-release
			return nil
		})
		done <- err
	}()
	<-busy
	if words, err := pool.Words(context.Background(), tempFile(t, data), "a.pdf", 1); err != nil || len(words) != 1 {
		t.Errorf("words: %v, %v", words, err)
	}
	close(release)
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// TestEndings stops readings from outside.
func TestEndings(t *testing.T) {
	pool := newTestPool(t, nil)
	f := tempFile(t, makePDF(t, nil, "een", "twee", "drie"))
	wrong := errors.New("the caller is full")
	if _, err := pool.Read(context.Background(), f, "a.pdf", func(Page) error { return wrong }); !errors.Is(err, wrong) {
		t.Errorf("the caller's error came back as %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := pool.Read(ctx, f, "a.pdf", func(Page) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled reading ended with %v", err)
	}
	hung := newTestPool(t, misbehaving("hang"))
	hung.opts.Limits.PageTimeout = time.Hour
	started := make(chan struct{})
	go func() { <-started; _ = hung.Close() }()
	_, err := hung.Read(context.Background(), f, "a.pdf", func(Page) error { close(started); return nil })
	if !errors.Is(err, ErrClosed) {
		t.Errorf("a reading ended by Close ended with %v", err)
	}
	if _, err := hung.Read(context.Background(), f, "a.pdf", nil); !errors.Is(err, ErrClosed) {
		t.Errorf("a closed pool answered %v", err)
	}
}

// TestImage renders pages of PDF and image files.
func TestImage(t *testing.T) {
	pool := newTestPool(t, nil)
	pdf, png := tempFile(t, makePDF(t, nil, "een")), tempFile(t, makePNG(t, 400, 200))
	for _, tt := range []struct {
		f       *os.File
		n       int
		width   int
		w, h    int
		failure error
	}{
		{pdf, 1, 200, 200, 283, nil},
		{pdf, 1, 1, 50, 71, nil},
		{pdf, 1, 99_999, 2000, 2829, nil},
		{pdf, 2, 200, 0, 0, ErrNoPage},
		{png, 1, 100, 100, 50, nil},
		{png, 2, 100, 0, 0, ErrNoPage},
		{tempFile(t, []byte("tekst")), 1, 100, 0, 0, ErrNoImage},
	} {
		var buf bytes.Buffer
		media, err := pool.Image(context.Background(), tt.f, "a", tt.n, tt.width, &buf)
		if tt.failure != nil {
			if !errors.Is(err, tt.failure) || buf.Len() > 0 {
				t.Errorf("got %v and %d bytes, want %v", err, buf.Len(), tt.failure)
			}
			continue
		}
		conf, derr := jpeg.DecodeConfig(&buf)
		if err != nil || derr != nil || media != "image/jpeg" || conf.Width != tt.w || math.Abs(float64(conf.Height-tt.h)) > 2 {
			t.Errorf("got %s %dx%d, %v, %v; want %dx%d", media, conf.Width, conf.Height, err, derr, tt.w, tt.h)
		}
	}
}

// TestWords holds the words of a page against its text, and their boxes against where they were written.
func TestWords(t *testing.T) {
	pool := newTestPool(t, nil)
	data := makePDF(t, func(d *fpdf.Fpdf) { d.SetMargins(0, 0, 330) },
		"Bewoners krijgen elke week een brief over de werk-\nzaamheden in de straat.")
	pages, _, err := readAll(t, pool, "a.pdf", data)
	if err != nil {
		t.Fatal(err)
	}
	words, err := pool.Words(context.Background(), tempFile(t, data), "a.pdf", 1)
	if err != nil {
		t.Fatal(err)
	}
	byText := map[string]Word{}
	for _, w := range words {
		byText[pages[0].Text[w.Offset:w.Offset+w.Length]] = w
	}
	first := byText["Bewoners"]
	if len(first.Boxes) != 1 || first.Boxes[0].X > 0.02 || first.Boxes[0].Y > 0.03 || first.Boxes[0].W < 0.05 || first.Boxes[0].H < 0.005 {
		t.Errorf("the first word is at %+v", first.Boxes)
	}
	if got := byText["werkzaamheden"]; len(got.Boxes) != 2 || got.Boxes[1].Y <= got.Boxes[0].Y {
		t.Errorf("the broken word is at %+v in %q", got.Boxes, pages[0].Text)
	}
	if len(words) != len(strings.Fields(pages[0].Text)) {
		t.Errorf("%d words in %q", len(words), pages[0].Text)
	}
}

func TestExtract(t *testing.T) {
	f := tempFile(t, []byte("<b> & é"))
	var out strings.Builder
	if err := Extract(context.Background(), newTestPool(t, nil), f.Name(), &out); err != nil {
		t.Fatal(err)
	}
	if lines := strings.Split(out.String(), "\n"); len(lines) != 3 || !strings.Contains(lines[0], `"text":"<b> & é"`) || !strings.Contains(lines[1], `"pages":1`) {
		t.Errorf("got %q", out.String())
	}
}

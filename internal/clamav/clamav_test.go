package clamav_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/aanpak/aanpak/internal/clamav"
	"github.com/aanpak/aanpak/internal/clamav/clamavtest"
)

func open(t *testing.T, address string) *clamav.Daemon {
	t.Helper()
	d, err := clamav.Open(address)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestScan(t *testing.T) {
	c := clamavtest.Start(t)
	for way, address := range map[string]string{"tcp": c.TCP, "unix": c.Unix} {
		d := open(t, address)
		if err := d.Ping(t.Context()); err != nil {
			t.Fatalf("%s: %v", way, err)
		}
		if v, err := d.Version(t.Context()); err != nil || !strings.HasPrefix(v, "ClamAV ") {
			t.Errorf("%s: version %q, %v", way, v, err)
		}
		far := bytes.Repeat([]byte("niets aan de hand "), 20_000)
		for name, row := range map[string]struct {
			file  io.Reader
			found string
			err   error
		}{
			"empty":          {strings.NewReader(""), "", nil},
			"clean":          {bytes.NewReader(far), "", nil},
			"malware":        {strings.NewReader(clamavtest.Malware), clamavtest.Name, nil},
			"far inside":     {io.MultiReader(bytes.NewReader(far), strings.NewReader(clamavtest.Malware)), clamavtest.Name, nil},
			"byte by byte":   {iotest.OneByteReader(strings.NewReader("x" + clamavtest.Malware)), clamavtest.Name, nil},
			"too large":      {bytes.NewReader(make([]byte, 8*clamavtest.MaxSize)), "", clamav.ErrTooLarge},
			"cannot be read": {iotest.ErrReader(errBroken), "", errBroken},
		} {
			found, err := d.Scan(t.Context(), row.file)
			if found != row.found || !errors.Is(err, row.err) {
				t.Errorf("%s, %s: found %q, %v", way, name, found, err)
			}
		}
	}
}

var errBroken = errors.New("the disk is broken")

// A daemon that is away, that stands still or that talks nonsense gives an error that is not about the file, and never a clean bill.
func TestDaemonThatIsNotWell(t *testing.T) {
	c := clamavtest.Start(t)
	d := open(t, c.TCP)
	c.Pause()
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if _, err := d.Scan(ctx, strings.NewReader("tekst")); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("it stands still: %v", err)
	}
	c.Resume()
	c.Kill()
	if _, err := d.Scan(t.Context(), strings.NewReader("tekst")); err == nil || errors.Is(err, clamav.ErrTooLarge) {
		t.Errorf("it is away: %v", err)
	}
	for _, says := range []string{"", "stream: OK", "HTTP/1.1 200 OK\x00", "stream: \x00", strings.Repeat("x", 100_000)} {
		if found, err := open(t, nonsense(t, says)).Scan(t.Context(), strings.NewReader("tekst")); err == nil {
			t.Errorf("it says %.40q: found %q and no error", says, found)
		}
	}
}

// nonsense is a server that says the same to everybody.
func nonsense(t *testing.T, says string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = io.CopyN(io.Discard, conn, 10)
			_, _ = io.WriteString(conn, says)
			_ = conn.Close()
		}
	}()
	return "tcp://" + l.Addr().String()
}

func TestAddresses(t *testing.T) {
	for _, address := range []string{"unix:///run/clamav/clamd.ctl", "tcp://127.0.0.1:3310", "tcp://[::1]:3310", "tcp://scanner:3310"} {
		if _, err := clamav.Open(address); err != nil {
			t.Error(err)
		}
	}
	for _, address := range []string{"", "/run/clamav/clamd.ctl", "unix://run/clamd.ctl", "tcp://scanner", "tcp://:3310", "http://scanner:3310", "tcp://u:p@scanner:3310", "tcp://scanner:3310/x", "tcp://%"} {
		if _, err := clamav.Open(address); err == nil {
			t.Errorf("%q is taken for an address", address)
		}
	}
}

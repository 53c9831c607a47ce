// Package clamavtest gives tests a real clamd that knows one made-up signature, so that none need be fetched.
package clamavtest

import (
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/aanpak/aanpak/internal/testenv"
)

// Malware is what the daemon takes for malware, and Name how it calls it.
const (
	Malware = "AANPAK-TEST-MALWARE-DOES-NOTHING"
	Name    = "Aanpak.Test.UNOFFICIAL"
)

// MaxSize is the largest stream that the daemon takes, in bytes.
const MaxSize = 1 << 20

// Clamd is a running daemon, reached in both ways.
type Clamd struct {
	*testenv.Server
	TCP, Unix string // addresses as AANPAK_CLAMAV_URL takes them
}

// Start runs a daemon until the test ends.
func Start(tb testing.TB) *Clamd {
	tb.Helper()
	path := testenv.Command(tb, "clamav", "install Debian's clamav-daemon", "clamd", "/usr/sbin/clamd")
	dir, err := os.MkdirTemp("", "clamd") // the path of a socket must be short
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = os.RemoveAll(dir) })
	addr := testenv.FreeAddr(tb)
	write(tb, filepath.Join(dir, "db", "test.ndb"), "Aanpak.Test:0:*:"+hex.EncodeToString([]byte(Malware))+"\n")
	conf := filepath.Join(dir, "clamd.conf")
	write(tb, conf, fmt.Sprintf("TCPAddr 127.0.0.1\nTCPSocket %s\nLocalSocket %s\nDatabaseDirectory %s\nForeground yes\nSelfCheck 0\nStreamMaxLength %d\n",
		addr[len("127.0.0.1:"):], filepath.Join(dir, "clamd.ctl"), filepath.Join(dir, "db"), MaxSize))
	c := &Clamd{TCP: "tcp://" + addr, Unix: "unix://" + filepath.Join(dir, "clamd.ctl")}
	c.Server = testenv.Start(tb, addr, func() *exec.Cmd { return exec.Command(path, "--config-file="+conf) })
	return c
}

func write(tb testing.TB, file, content string) {
	tb.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		tb.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
		tb.Fatal(err)
	}
}

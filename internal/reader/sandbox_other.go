//go:build !linux

package reader

import (
	"os"
	"os/exec"
	"time"
)

// Only Linux has the limits; elsewhere, for development, a child is bound by its deadline and by Go's own limits.

func confine(uint64) error { return nil }

func giveWay(int) {}

func enclose(string) error { return nil }

// Enclosure tells of the kernel's means what holds reading children: none here.
func Enclosure() (has, lacks []string) {
	return nil, []string{meansNamespaces, meansFilter, meansFiles}
}

func renewCPU(time.Duration) {}

func isolate(*exec.Cmd) {}

func tether(*exec.Cmd) {}

func killGroup(p *os.Process) { _ = p.Kill() }

func resident(int) uint64 { return 0 }

func killed(*os.ProcessState) bool { return false }

func self() (string, error) { return os.Executable() }

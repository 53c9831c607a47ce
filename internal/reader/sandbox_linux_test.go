package reader

import (
	"fmt"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// TestNice finds every thread of the children that read behind, and of the one that people wait for not.
func TestNice(t *testing.T) {
	pool := newTestPool(t, nil)
	data := makePDF(t, nil, "Plan van aanpak")
	if _, _, err := readAll(t, pool, "a.pdf", data); err != nil {
		t.Fatal(err)
	}
	if _, err := pool.Words(t.Context(), tempFile(t, data), "a.pdf", 1); err != nil {
		t.Fatal(err)
	}
	own, err := unix.Getpriority(unix.PRIO_PROCESS, 0) // the kernel's answer is 20 less the niceness
	if err != nil {
		t.Fatal(err)
	}
	for lane, want := range map[*lane]int{pool.batch: batchNice, pool.live: 20 - own} {
		threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*", lane.idle[0].cmd.Process.Pid))
		if err != nil || len(threads) == 0 {
			t.Fatal(threads, err)
		}
		for _, thread := range threads {
			id := 0
			_, _ = fmt.Sscan(filepath.Base(thread), &id)
			got, err := unix.Getpriority(unix.PRIO_PROCESS, id)
			if err == nil && 20-got != want {
				t.Errorf("a thread has niceness %d, want %d", 20-got, want)
			}
		}
	}
}

package reader

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// confine sets the limits of this process, a child: bytes of data and no core dump. Processor time is renewed with
// every page, see renewCPU.
func confine(memory uint64) error {
	memory *= raceMemory
	if err := unix.Setrlimit(unix.RLIMIT_DATA, &unix.Rlimit{Cur: memory, Max: memory}); err != nil {
		return fmt.Errorf("memory: %w", err)
	}
	if err := unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}); err != nil {
		return fmt.Errorf("core: %w", err)
	}
	go dieOfCPU()
	return nil
}

// giveWay lowers the priority of this process. Linux does so thread by thread, and a new thread takes its maker's: the second
// round finds those that were made meanwhile. Where it is not allowed, reading goes on as it is.
func giveWay(nice int) {
	for range 2 {
		threads, _ := os.ReadDir("/proc/self/task")
		for _, t := range threads {
			if id, err := strconv.Atoi(t.Name()); err == nil && nice > 0 {
				_ = unix.Setpriority(unix.PRIO_PROCESS, id, nice)
			}
		}
	}
}

// dieOfCPU ends the process when its processor time is spent: Go ignores the kernel's signal.
func dieOfCPU() {
	spent := make(chan os.Signal, 1)
	signal.Notify(spent, unix.SIGXCPU)
	<-spent
	fmt.Fprintln(os.Stderr, cpuSpent)
	os.Exit(1)
}

// renewCPU allows this process so much more processor time from now on. A child that cannot say so keeps what it had.
func renewCPU(more time.Duration) {
	var use unix.Rusage
	var lim unix.Rlimit
	if unix.Getrusage(unix.RUSAGE_SELF, &use) != nil || unix.Getrlimit(unix.RLIMIT_CPU, &lim) != nil {
		return
	}
	spent := time.Duration(use.Utime.Nano() + use.Stime.Nano())
	lim.Cur = uint64((spent + more + time.Second - 1) / time.Second)
	_ = unix.Setrlimit(unix.RLIMIT_CPU, &lim)
}

// isolate makes a child the leader of its own process group, ends it when the thread that starts it ends, and gives it namespaces
// of its own where the kernel allows.
func isolate(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if namespaces() {
		apart(cmd.SysProcAttr)
	}
}

// tether ends a program that the child starts with the child; it stays in the child's process group.
func tether(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}

// killGroup ends a child and all that it started.
func killGroup(p *os.Process) { _ = unix.Kill(-p.Pid, unix.SIGKILL) }

// resident returns the bytes of memory that a process holds, 0 where unknown.
func resident(pid int) uint64 {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(b))
	if len(fields) < 2 {
		return 0
	}
	pages, _ := strconv.ParseUint(fields[1], 10, 64)
	return pages * uint64(os.Getpagesize())
}

// killed tells whether a process was ended by a signal that cannot be caught: when we did not send it, the kernel
// did for want of memory.
func killed(st *os.ProcessState) bool {
	ws, ok := st.Sys().(syscall.WaitStatus)
	return ok && ws.Signaled() && ws.Signal() == syscall.SIGKILL
}

// self is the running program, even when its file was replaced by a newer one.
func self() (string, error) { return "/proc/self/exe", nil }

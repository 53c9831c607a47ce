package testenv

import (
	"net"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// Server is an outside server that a test runs for itself, and may treat badly. It ends with the test.
type Server struct {
	Addr string // host:port

	tb  testing.TB
	new func() *exec.Cmd

	mu  sync.Mutex
	cmd *exec.Cmd
	out strings.Builder
}

// FreeAddr returns an address of this machine on which nobody listens.
func FreeAddr(tb testing.TB) string {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// Start runs the command that fresh returns and waits until addr answers.
func Start(tb testing.TB, addr string, fresh func() *exec.Cmd) *Server {
	tb.Helper()
	s := &Server{Addr: addr, tb: tb, new: fresh}
	tb.Cleanup(s.Kill)
	s.Start()
	return s
}

// Start begins it again after Kill, and waits until it answers.
func (s *Server) Start() {
	s.tb.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cmd = s.new()
	s.cmd.Stdout, s.cmd.Stderr = &s.out, &s.out
	if err := s.cmd.Start(); err != nil {
		s.tb.Fatal(err)
	}
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if c, err := net.Dial("tcp", s.Addr); err == nil {
			c.Close()
			return
		}
	}
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait() // it writes no more
	s.tb.Fatalf("%s does not answer on %s: %s", s.cmd.Path, s.Addr, s.out.String())
}

// Kill ends it at once. Killing what does not run is no mistake.
func (s *Server) Kill() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cmd == nil || s.cmd.Process == nil {
		return
	}
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait()
	s.cmd = nil
}

// Pause lets it answer nobody while its connections stay open; Resume lets it go on.
func (s *Server) Pause() { s.signal(syscall.SIGSTOP) }

// Resume ends Pause.
func (s *Server) Resume() { s.signal(syscall.SIGCONT) }

func (s *Server) signal(sig syscall.Signal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cmd != nil {
		_ = s.cmd.Process.Signal(sig)
	}
}

package faults_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// program is the real program in a process of its own.
type program struct {
	cmd  *exec.Cmd
	base string
	mu   sync.Mutex
	err  bytes.Buffer
	out  bytes.Buffer
	done chan struct{} // closed when it has ended
}

// Write takes what the program says on standard error.
func (p *program) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.err.Write(b)
}

func (p *program) said() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.err.String()
}

// run starts the program. It ends with the test, if not before.
func (h *home) run(args ...string) *program {
	h.t.Helper()
	p := &program{cmd: exec.Command(h.exe, args...), done: make(chan struct{})}
	p.cmd.Env = os.Environ()
	for k, v := range h.env {
		p.cmd.Env = append(p.cmd.Env, k+"="+v)
	}
	p.cmd.Dir = filepath.Dir(h.exe)
	p.cmd.Stderr = p
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		h.t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		h.t.Fatal(err)
	}
	listening := make(chan string, 1)
	go p.listen(out, listening)
	h.t.Cleanup(p.kill)
	if len(args) > 0 && args[0] == "serve" && args[len(args)-1] != "worker" {
		select {
		case p.base = <-listening:
		case <-time.After(2 * time.Minute):
		}
	}
	return p
}

// listen reads what the program says on standard output, and where it answers.
func (p *program) listen(out interface{ Read([]byte) (int, error) }, listening chan<- string) {
	defer close(p.done)
	b := make([]byte, 4096)
	for {
		n, err := out.Read(b)
		p.mu.Lock()
		p.out.Write(b[:n])
		said := p.out.String()
		p.mu.Unlock()
		if line, _, ok := strings.Cut(said, "\n"); ok && listening != nil && strings.HasPrefix(line, "listening on ") {
			listening <- strings.TrimPrefix(line, "listening on ")
			listening = nil
		}
		if err != nil {
			if listening != nil {
				close(listening)
			}
			_ = p.cmd.Wait()
			return
		}
	}
}

// serve starts a program that answers.
func (h *home) serve(args ...string) *program {
	h.t.Helper()
	p := h.run(append([]string{"serve"}, args...)...)
	if p.base == "" && !strings.HasSuffix(strings.Join(args, " "), "worker") {
		h.t.Fatalf("the program did not start: %s", p.said())
	}
	return p
}

// kill is SIGKILL: nothing of the program gets a chance to tidy up.
func (p *program) kill() {
	_ = p.cmd.Process.Kill()
	<-p.done
}

// finish waits until the program ends by itself and returns its exit code and all that it said.
func (p *program) finish(t *testing.T) (int, string) {
	t.Helper()
	select {
	case <-p.done:
	case <-time.After(5 * time.Minute):
		t.Fatalf("%q does not end: %s", p.cmd.Args, p.said())
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.cmd.ProcessState.ExitCode(), p.out.String() + p.err.String()
}

// until waits for something. The time is only for what will never happen.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(3 * time.Minute); !ok(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not in three minutes: %s", what)
		}
	}
}

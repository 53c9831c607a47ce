package reader

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// process is a running child, seen from the parent. It serves one request at a time.
type process struct {
	cmd    *exec.Cmd
	link   *parentLink
	dir    string // its temporary files, removed with it
	errors *head
	exited chan struct{}
	expiry *time.Timer // ends it when idle, owned by its lane
	late   atomic.Bool // we killed it for its deadline
	tired  bool        // to be replaced after this request
}

// startProcess starts a child. It runs on the pool's starter thread, see starter.
func startProcess(cmd *exec.Cmd, conf childConfig) (*process, error) {
	settings, err := json.Marshal(conf)
	if err != nil {
		return nil, fmt.Errorf("child settings: %w", err)
	}
	dir, err := os.MkdirTemp("", "aanpak-reader-")
	if err != nil {
		return nil, fmt.Errorf("child folder: %w", err)
	}
	p := &process{cmd: cmd, dir: dir, errors: &head{}, exited: make(chan struct{})}
	cmd.Args = append(cmd.Args, childArg, string(settings))
	cmd.Env = append(cmd.Env, childEnviron(dir)...)
	cmd.Dir = dir
	cmd.Stderr = p.errors
	isolate(cmd)
	if err := p.start(); err != nil {
		_ = os.RemoveAll(dir)
		return nil, fmt.Errorf("start a reader: %w", err)
	}
	return p, nil
}

func (p *process) start() error {
	link, started, err := newLink(p.cmd)
	if err != nil {
		return err
	}
	err = p.cmd.Start()
	started()
	if err != nil {
		_ = link.Close()
		return err
	}
	p.link = link
	go func() {
		_ = p.cmd.Wait()
		_ = os.RemoveAll(p.dir)
		close(p.exited)
	}()
	return nil
}

// childEnviron passes what programs need to run, and no secret.
func childEnviron(dir string) []string {
	env := []string{"TMPDIR=" + dir, "TMP=" + dir, "TEMP=" + dir, "GOTRACEBACK=single"}
	for _, name := range []string{"PATH", "LANG", "LC_ALL", "TESSDATA_PREFIX", "SYSTEMROOT", "GOCOVERDIR"} {
		if v, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+v)
		}
	}
	return env
}

// kill ends the child and everything it started, and waits until it is gone.
func (p *process) kill() {
	killGroup(p.cmd.Process)
	_ = p.link.Close()
	<-p.exited
}

// ask sends a request and hands every frame of the answer to handle, until the one that ends it. The error is a
// *Failure when the document is at fault. After any error but that of a request that ended in order, the child is
// tired: it must not be asked again.
func (p *process) ask(ctx context.Context, req request, f File, handle func(frame) error) (doneInfo, error) {
	watch := p.watch(ctx, req.Limits)
	defer watch.stop()
	p.tired = true
	if err := p.link.send(req, f); err != nil {
		return doneInfo{}, p.death(ctx, err)
	}
	for {
		watch.waiting()
		fr, err := readFrame(p.link)
		watch.pause()
		if err != nil {
			return doneInfo{}, p.death(ctx, err)
		}
		switch fr.kind {
		case frameInfo:
			return p.done(fr)
		case frameFailure:
			return doneInfo{}, p.refused(fr)
		case framePage, frameMember:
			watch.more(PageShare)
		}
		if err := handle(fr); err != nil {
			return doneInfo{}, err
		}
	}
}

func (p *process) done(fr frame) (doneInfo, error) {
	var info doneInfo
	if err := json.Unmarshal(fr.payload, &info); err != nil {
		return info, fmt.Errorf("reader: answer: %w", err)
	}
	p.tired = info.Spoiled
	return info, nil
}

// refused turns the child's failure into an error.
func (p *process) refused(fr frame) error {
	var w wireFailure
	if err := json.Unmarshal(fr.payload, &w); err != nil {
		return fmt.Errorf("reader: answer: %w", err)
	}
	p.tired = w.Reason == ReasonCrashed || w.Reason == ReasonMemory
	switch w.Code {
	case "no_image":
		return ErrNoImage
	case "no_page":
		return ErrNoPage
	}
	return &Failure{Reason: w.Reason, Detail: cutText(w.Detail, 1000)}
}

// death says why the child does not answer any more.
func (p *process) death(ctx context.Context, err error) error {
	nonsense := errors.Is(err, errFrame)
	if nonsense {
		killGroup(p.cmd.Process)
	}
	select {
	case <-p.exited:
	case <-time.After(5 * time.Second):
		p.kill()
	}
	if ctx.Err() != nil {
		return fmt.Errorf("reader: %w", context.Cause(ctx))
	}
	if p.late.Load() {
		return failf(ReasonTimeout, "reading took too long")
	}
	if nonsense {
		return failf(ReasonCrashed, "the reader talks nonsense: %v", err)
	}
	return p.cause(err)
}

// cpuSpent is the last word of a child whose processor time is over.
const cpuSpent = "processor time is spent"

// cause maps the end of a child that we did not end to a reason.
func (p *process) cause(err error) error {
	said := p.errors.String()
	first, _, _ := strings.Cut(said, "\n")
	st := p.cmd.ProcessState
	switch {
	case strings.Contains(said, cpuSpent):
		return failf(ReasonTimeout, "reading took too much processor time")
	case wantsMemory(said), killed(st):
		return failf(ReasonMemory, "reading took more memory than allowed")
	}
	return failf(ReasonCrashed, "the reader ended (%v, %v): %s", st, err, cutText(first, 300))
}

// wantsMemory tells from its last words whether a Go program died because the kernel gave it no more memory. The
// collector itself may be the one that is refused, and then faults.
func wantsMemory(said string) bool {
	for _, s := range []string{"out of memory", "cannot allocate memory", "errno=12", "pthread_create failed", "new OS thread"} {
		if strings.Contains(said, s) {
			return true
		}
	}
	return strings.Contains(said, "SIGSEGV") && strings.Contains(said, "/runtime/mgc")
}

// head keeps the first bytes that a child says: a crashing Go program names the cause first.
type head struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (h *head) Write(b []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if room := 4096 - h.buf.Len(); room > 0 {
		h.buf.Write(b[:min(room, len(b))])
	}
	return len(b), nil
}

func (h *head) String() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.buf.String()
}

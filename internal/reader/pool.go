package reader

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// Options of a Pool. The zero value is a good one.
type Options struct {
	// Children is the number of processes that read and unpack; 0 means 2. One more serves Image and Words, so that
	// a person who looks at a page never waits behind an import.
	Children int
	// Limits of every document.
	Limits Limits
	// CacheDir keeps compiled PDFium, shared by all children and starts; made when missing. Empty means that every
	// child compiles anew, which takes seconds.
	CacheDir string
	// IdleAfter is how long a child without work keeps its memory; 0 means 30 s.
	IdleAfter time.Duration
	// Detect names the language of a text, "" where unknown; nil leaves Info.Language empty.
	Detect func(text string) string
	// NoOCR leaves scans unread even where tesseract is installed.
	NoOCR bool
	// Command starts a child; nil means the running program, which must call RunChildIfAsked.
	Command func() *exec.Cmd
	// Observe, where set, hears of every request that has ended.
	Observe func(Done)
	// Log receives one line for every child that ended for another reason than rest; nil means no log.
	Log *slog.Logger
}

// Pool reads documents in child processes. It starts none before the first request.
type Pool struct {
	opts    Options
	starter *starter
	batch   *lane // Read, Unpack
	live    *lane // Image, Words

	mu   sync.Mutex
	all  map[*process]struct{}
	done bool
}

var _ Documents = (*Pool)(nil)

// NewPool returns a Pool; end it with Close.
func NewPool(opts Options) *Pool {
	opts.Children = orDefault(opts.Children, 2)
	opts.IdleAfter = orDefault(opts.IdleAfter, 30*time.Second)
	opts.Limits = opts.Limits.withDefaults()
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	p := &Pool{opts: opts, starter: newStarter(), all: map[*process]struct{}{}}
	heavy := opts.Limits.Memory / 2 * raceMemory
	p.batch = newLane(opts.Children, opts.IdleAfter, heavy, func() (*process, error) { return p.startChild(batchNice) })
	p.live = newLane(1, opts.IdleAfter, heavy, func() (*process, error) { return p.startChild(0) })
	return p
}

// batchNice is the priority of children that read: answers to people go before an import.
const batchNice = 10

// startChild starts one child on the starter's thread.
func (p *Pool) startChild(nice int) (proc *process, err error) {
	cmd, err := p.command()
	if err != nil {
		return nil, err
	}
	conf := childConfig{CacheDir: p.opts.CacheDir, Memory: p.opts.Limits.Memory, Nice: nice}
	if derr := p.starter.do(func() { proc, err = startProcess(cmd, conf) }); derr != nil {
		return nil, derr
	}
	if err != nil {
		return nil, err
	}
	return proc, p.remember(proc)
}

func (p *Pool) command() (*exec.Cmd, error) {
	if p.opts.Command != nil {
		return p.opts.Command(), nil
	}
	path, err := self()
	if err != nil {
		return nil, fmt.Errorf("reader: find the running program: %w", err)
	}
	return exec.Command(path), nil
}

// remember keeps a child for Close, until it is gone.
func (p *Pool) remember(proc *process) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.done {
		go proc.kill()
		return ErrClosed
	}
	p.all[proc] = struct{}{}
	go func() {
		<-proc.exited
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.all, proc)
	}()
	return nil
}

// Close ends all children, busy or not, and waits until they are gone. What was being read ends with ErrClosed.
func (p *Pool) Close() error {
	p.mu.Lock()
	if p.done {
		p.mu.Unlock()
		return nil
	}
	p.done = true
	busy := make([]*process, 0, len(p.all))
	for proc := range p.all {
		busy = append(busy, proc)
	}
	p.mu.Unlock()
	p.batch.close()
	p.live.close()
	for _, proc := range busy {
		killGroup(proc.cmd.Process)
		<-proc.exited
	}
	close(p.starter.quit)
	return nil
}

func (p *Pool) closing() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.done
}

// run sends a request over a lane and returns what is known of the document at its end.
func (p *Pool) run(ctx context.Context, l *lane, req request, f File, handle func(frame) error) (info Info, err error) {
	req.Limits, req.NoOCR = p.opts.Limits, p.opts.NoOCR
	req.Name = cutText(req.Name, 1000)
	err = l.with(ctx, func(proc *process) error {
		done, err := proc.ask(ctx, req, f, handle)
		info = done.Info
		return err
	})
	var fail *Failure
	if errors.As(err, &fail) && fail.Retry() {
		if p.closing() {
			return Info{}, ErrClosed
		}
		p.opts.Log.WarnContext(ctx, "reader child ended", "file", req.Name, "operation", req.Op, "reason", fail.Reason, "detail", fail.Detail)
	}
	return info, err
}

// Read implements Documents.
func (p *Pool) Read(ctx context.Context, f File, name string, page func(Page) error) (info Info, err error) {
	ctx, end := p.begin(ctx, opRead)
	defer func() { end(info.Pages, err) }()
	r := &reading{limits: p.opts.Limits, page: page, next: 1}
	req := request{Op: opRead, Name: name}
	info, err = p.run(ctx, p.batch, req, f, r.frame)
	if r.stage == readerSecond && isRetry(err) {
		// The second opinion killed the child: go on without it, from the page that was being read.
		req.From, req.NoSecond = r.next, true
		info, err = p.run(ctx, p.batch, req, f, r.frame)
	}
	if err != nil {
		return Info{}, err
	}
	info.OCRNeeded = r.noText
	if p.opts.Detect != nil {
		info.Language = p.opts.Detect(r.sample.String())
	}
	return info, nil
}

func isRetry(err error) bool {
	var f *Failure
	return errors.As(err, &f) && f.Retry()
}

// sampleSize is how many bytes of a document the language is guessed from.
const sampleSize = 32 << 10

// reading receives the pages of one document and holds the limits against a child gone bad.
type reading struct {
	limits Limits
	page   func(Page) error
	next   int // number of the page that comes
	noText int
	text   int64
	stage  string
	sample strings.Builder
}

func (r *reading) frame(fr frame) error {
	switch fr.kind {
	case frameStage:
		r.stage = string(fr.payload)
		return nil
	case framePage:
	default:
		return failf(ReasonCrashed, "the reader sent a frame %q", fr.kind)
	}
	var pg Page
	if err := json.Unmarshal(fr.payload, &pg); err != nil {
		return failf(ReasonCrashed, "the reader sent a page that is none: %v", err)
	}
	r.text += int64(len(pg.Text))
	if pg.Number != r.next || pg.Number > r.limits.MaxPages || r.text > r.limits.MaxText {
		return failf(ReasonCrashed, "the reader sent page %d, where %d is next", pg.Number, r.next)
	}
	return r.accept(pg)
}

func (r *reading) accept(pg Page) error {
	r.next++
	if pg.NoText {
		r.noText++
	}
	if room := sampleSize - r.sample.Len(); room > 0 {
		r.sample.WriteString(cutText(pg.Text, room))
		r.sample.WriteByte('\n')
	}
	return r.page(pg)
}

// Image implements Documents.
func (p *Pool) Image(ctx context.Context, f File, name string, n, width int, w io.Writer) (_ string, err error) {
	ctx, end := p.begin(ctx, opImage)
	defer func() { end(1, err) }()
	var picture bytes.Buffer // whole before a byte is written: the caller can still answer with an error
	mediaType := ""
	req := request{Op: opImage, Name: name, Page: n, Width: min(max(width, 50), 2000)}
	_, err = p.run(ctx, p.live, req, f, func(fr frame) error {
		switch fr.kind {
		case frameType:
			mediaType = string(fr.payload)
			return nil
		case frameData:
			if picture.Len() > maxFrame {
				return failf(ReasonCrashed, "the reader sent an image without an end")
			}
			picture.Write(fr.payload)
			return nil
		}
		return failf(ReasonCrashed, "the reader sent a frame %q", fr.kind)
	})
	if err != nil {
		return "", err
	}
	if mediaType != mediaJPEG {
		return "", failf(ReasonCrashed, "the reader sent an image of type %q", mediaType)
	}
	_, err = picture.WriteTo(w)
	return mediaType, err
}

// Words implements Documents.
func (p *Pool) Words(ctx context.Context, f File, name string, n int) (words []Word, err error) {
	ctx, end := p.begin(ctx, opWords)
	defer func() { end(1, err) }()
	_, err = p.run(ctx, p.live, request{Op: opWords, Name: name, Page: n}, f, func(fr frame) error {
		if fr.kind != frameWords {
			return failf(ReasonCrashed, "the reader sent a frame %q", fr.kind)
		}
		var part []Word
		if err := json.Unmarshal(fr.payload, &part); err != nil {
			return failf(ReasonCrashed, "the reader sent words that are none: %v", err)
		}
		words = append(words, part...)
		return nil
	})
	return words, err
}

package reader

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"sync"

	"github.com/klippa-app/go-pdfium"
)

// childArg is the hidden first argument that makes the program a reading child; its settings are the second.
const childArg = "aanpak-reader-child"

// childProbe in the place of settings ends the child at once: whoever started it knows that it can be started so.
const childProbe = "probe"

// childConfig is what a child is told when it starts.
type childConfig struct {
	CacheDir string `json:"cache_dir"`
	Memory   uint64 `json:"memory"`
	Nice     int    `json:"nice,omitempty"` // 0 to 19, the politest
}

// RunChildIfAsked serves as a reading child when the process was started as one, and then returns true: the caller
// ends. In a normal start it returns false at once. It is the first line of main, and of every TestMain whose tests
// use a Pool.
func RunChildIfAsked() bool {
	if len(os.Args) != 3 || os.Args[1] != childArg {
		return false
	}
	if os.Args[2] == childProbe {
		return true
	}
	if err := childMain(os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "aanpak reader:", err)
		os.Exit(1)
	}
	return true
}

func childMain(settings string) error {
	var conf childConfig
	if err := json.Unmarshal([]byte(settings), &conf); err != nil {
		return fmt.Errorf("settings: %w", err)
	}
	conf.Memory = orDefault(conf.Memory, DefaultLimits().Memory)
	if err := settle(conf); err != nil {
		return err
	}
	link, err := childSide()
	if err != nil {
		return err
	}
	return serve(context.Background(), link, newChildEnv(conf))
}

// settle gives up everything that reading does not need, before the first document comes.
func settle(conf childConfig) error {
	if err := confine(conf.Memory); err != nil {
		return fmt.Errorf("set limits: %w", err)
	}
	giveWay(conf.Nice)
	if err := enclose(conf.CacheDir); err != nil {
		return fmt.Errorf("give up rights: %w", err)
	}
	// The collector must work hard before the kernel says no.
	debug.SetMemoryLimit(int64(conf.Memory / 10 * 6))
	return nil
}

// serve answers requests until the parent closes the link.
func serve(ctx context.Context, link *childLink, env *childEnv) error {
	for {
		req, doc, err := link.receive()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("receive: %w", err)
		}
		err = answer(ctx, link, env, req, doc)
		_ = doc.Close()
		if err != nil {
			return fmt.Errorf("answer: %w", err)
		}
	}
}

// answer carries out one request and sends its end: Info or a failure. Its own error means that the parent is gone.
func answer(ctx context.Context, w io.Writer, env *childEnv, req request, doc *os.File) error {
	defer debug.FreeOSMemory() // an idle child is small
	info, err := runTask(ctx, w, env, req, doc)
	if err != nil {
		return writeJSON(w, frameFailure, toWire(err))
	}
	return writeJSON(w, frameInfo, doneInfo{Info: info, Spoiled: env.spoiled})
}

// doneInfo ends a request. Spoiled asks for a new child: something in this one was given up and may still run.
type doneInfo struct {
	Info
	Spoiled bool `json:"spoiled,omitempty"`
}

// runTask turns a panic in a reader into a failure of the document.
func runTask(ctx context.Context, w io.Writer, env *childEnv, req request, doc *os.File) (info Info, err error) {
	defer func() {
		if p := recover(); p != nil {
			env.spoiled = true
			info, err = Info{}, failf(ReasonCrashed, "the reader panicked: %v", p)
		}
	}()
	t, err := newTask(ctx, w, env, req, doc)
	if err != nil {
		return Info{}, err
	}
	return t.run()
}

func toWire(err error) wireFailure {
	var f *Failure
	switch {
	case errors.As(err, &f):
		return wireFailure{Reason: f.Reason, Detail: f.Detail}
	case errors.Is(err, ErrNoImage):
		return wireFailure{Code: "no_image"}
	case errors.Is(err, ErrNoPage):
		return wireFailure{Code: "no_page"}
	}
	return wireFailure{Reason: ReasonDamaged, Detail: err.Error()}
}

// childEnv is what outlives a document in a child: the compiled PDFium and the knowledge of tesseract.
type childEnv struct {
	pdfium  func() (pdfium.Pool, error)
	ocr     func() *ocr
	spoiled bool
}

func newChildEnv(conf childConfig) *childEnv {
	ctx := context.Background() // lives as long as the process
	return &childEnv{
		pdfium: sync.OnceValues(func() (pdfium.Pool, error) { return newPDFium(ctx, conf.CacheDir, conf.Memory) }),
		ocr:    sync.OnceValue(func() *ocr { return findOCR(ctx) }),
	}
}

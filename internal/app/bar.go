package app

import (
	"fmt"
	"io"
	"os"

	"github.com/mattn/go-isatty"
	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

// bar shows progress: a bar on a terminal, plain lines elsewhere.
type bar struct {
	out      io.Writer
	progress *mpb.Progress
	bars     [2]*mpb.Bar
	phase    int
	n, total int
}

func newBar(out io.Writer, total int) *bar {
	b := &bar{out: out, total: total}
	f, ok := out.(*os.File)
	if !ok || !isatty.IsTerminal(f.Fd()) {
		fmt.Fprintf(out, "%d files found\n", total)
		return b
	}
	b.progress = mpb.New(mpb.WithOutput(out), mpb.WithWidth(48))
	for i, name := range []string{"sent", "read"} {
		b.bars[i] = b.progress.AddBar(int64(total), mpb.PrependDecorators(decor.Name(name+" "), decor.CountersNoUnit("%d / %d")), mpb.AppendDecorators(decor.AverageETA(decor.ET_STYLE_GO)))
	}
	return b
}

func (b *bar) step(path string) {
	b.n++
	if b.progress != nil {
		b.bars[b.phase].Increment()
		return
	}
	if b.n%100 == 0 || b.n == b.total {
		fmt.Fprintf(b.out, "%s %d of %d: %s\n", [...]string{"sent", "read"}[b.phase], b.n, b.total, path)
	}
}

func (b *bar) reading() { b.phase, b.n = 1, 0 }

func (b *bar) done() {
	if b.progress == nil {
		return
	}
	for _, one := range b.bars {
		one.Abort(false)
	}
	b.progress.Wait()
}

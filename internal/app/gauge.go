package app

import (
	"fmt"
	"io"
	"os"

	"github.com/mattn/go-isatty"
	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

// gauge shows how far one thing is that is told in leaps: a bar on a terminal, plain lines elsewhere.
type gauge struct {
	out      io.Writer
	verb     string
	terminal bool
	progress *mpb.Progress
	bar      *mpb.Bar
	said     int // tenths that a line was written for
}

func newGauge(out io.Writer, verb string) *gauge {
	f, ok := out.(*os.File)
	return &gauge{out: out, verb: verb, terminal: ok && isatty.IsTerminal(f.Fd())}
}

// at shows that so many are done.
func (g *gauge) at(done, total int) {
	if !g.terminal {
		g.line(done, total)
		return
	}
	if g.bar == nil {
		g.progress = mpb.New(mpb.WithOutput(g.out), mpb.WithWidth(48))
		g.bar = g.progress.AddBar(int64(total), mpb.PrependDecorators(decor.Name(g.verb+" "), decor.CountersNoUnit("%d / %d")), mpb.AppendDecorators(decor.AverageETA(decor.ET_STYLE_GO)))
	}
	g.bar.SetTotal(int64(total), false)
	g.bar.SetCurrent(int64(done))
}

// line writes at every tenth: a log needs no more.
func (g *gauge) line(done, total int) {
	tenths := 10
	if total > 0 {
		tenths = min(10, 10*done/total)
	}
	if tenths > g.said {
		g.said = tenths
		fmt.Fprintf(g.out, "%s %d of %d\n", g.verb, done, total)
	}
}

// end leaves the bar as it is.
func (g *gauge) end() {
	if g.bar != nil {
		g.bar.Abort(false)
		g.progress.Wait()
	}
}

package insight

import "strconv"

// Chart is the months as bars of three parts, in hundredths of the people.
type Chart struct {
	ID     string    // of the heading above it
	Label  string    // worded: what it says, for who does not see it
	Legend [3]string // worded, from below
	Bars   []Bar
}

// Bar is a month. Parts is empty where it is not shown.
type Bar struct {
	Name  string // worded, short
	Parts [3]int // hundredths, from below
	Shown bool
}

// The measures of the drawing, in units of its own.
const (
	barWidth  = 34
	barGap    = 18
	barHeight = 150
	barFoot   = 22
)

func num(n int) string { return strconv.Itoa(n) }

// leastBars are as wide as a chart is at least, so that the first months are not drawn larger than a year.
const leastBars = 9

func (c Chart) width() int { return max(len(c.Bars), leastBars)*(barWidth+barGap) + barGap }

func (c Chart) viewBox() string { return "0 0 " + num(c.width()) + " " + num(barHeight+barFoot) }

// left is where the bar of a month begins.
func left(i int) int { return barGap + i*(barWidth+barGap) }

// box is a part of a bar.
type box struct {
	class     string
	y, height int
}

// boxes are the parts of a bar from above, as far as they are to be seen.
func (b Bar) boxes() (out []box) {
	y := barHeight
	for i, class := range []string{"chart-looking", "chart-reacting", "chart-contributing"} {
		h := b.Parts[i] * barHeight / 100
		if i == 2 { // what rounding left
			h = y
			if b.Parts[i] == 0 {
				h = 0
			}
		}
		y -= h
		if h > 0 {
			out = append(out, box{class, y, h})
		}
	}
	return out
}
